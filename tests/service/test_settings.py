from pathlib import Path

import pytest
from pydantic import Field
from tikethet_service.settings import Mode, ServiceSettings, decode_key, encode_key, load

KEY = encode_key(bytes(range(32)))


class Sample(ServiceSettings):
    tickets_url: str = Field(description="http://host:port of the tickets service")


GOOD = {
    "PORT": "8000",
    "SERVICE_KEY": KEY,
    "SERVICE_PUBLIC_KEYS": f"gateway={KEY}, tickets={KEY}",
    "TICKETS_URL": "http://127.0.0.1:8001",
}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("TIKETHET_MODE", raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_good_environment_is_read(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TIKETHET_MODE", "demo")
    settings = load(Sample)
    assert settings.mode is Mode.DEMO
    assert settings.port == 8000
    assert settings.service_seed == bytes(range(32))
    assert dict(settings.service_public_keys) == {"gateway": bytes(range(32)), "tickets": bytes(range(32))}
    assert KEY not in repr(settings.service_key)


@pytest.mark.usefixtures("environment")
def test_the_default_mode_is_production() -> None:
    assert load(Sample).mode is Mode.PRODUCTION


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("TICKETS_URL", None, "tikethet: TICKETS_URL is missing (http://host:port of the tickets service)"),
        ("TICKETS_URL", "", "tikethet: TICKETS_URL is missing (http://host:port of the tickets service)"),
        ("SERVICE_KEY", "abc", "tikethet: SERVICE_KEY must be base64url of 32 bytes (base64url of this service's"),
        ("SERVICE_KEY", "not base64!", "tikethet: SERVICE_KEY must be base64url"),
        ("SERVICE_PUBLIC_KEYS", "gateway", "tikethet: SERVICE_PUBLIC_KEYS must be a comma list of service="),
        ("PORT", "many", "tikethet: PORT Input should be a valid integer"),
        ("TIKETHET_MODE", "prod", "tikethet: TIKETHET_MODE Input should be 'production', 'demo' or 'test'"),
    ],
)
def test_a_bad_one_is_one_clear_line(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str | None, line: str
) -> None:
    if value is None:
        environment.delenv(name)
    else:
        environment.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        load(Sample)
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert said.startswith(line)
    assert said.count("\n") == 1


def test_keys_survive_their_spelling() -> None:
    assert decode_key(encode_key(b"\xff\xfe\x00")) == b"\xff\xfe\x00"
    with pytest.raises(ValueError, match="base64url"):
        decode_key("what is this?")


def test_what_the_environment_lacks_is_read_from_files(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment.delenv("SERVICE_PUBLIC_KEYS")
    environment.delenv("TICKETS_URL")
    environment.setenv("SECRETS_DIR", str(tmp_path))
    (tmp_path / "service_public_keys").write_text(f"tickets={KEY}\n")
    (tmp_path / "tickets_url").write_text("http://tickets:8000\n")
    (tmp_path / "port").write_text("1")
    settings = load(Sample)
    assert dict(settings.service_public_keys) == {"tickets": bytes(range(32))}
    assert (settings.tickets_url, settings.port) == ("http://tickets:8000", 8000)


def test_a_folder_of_secrets_that_is_not_there_is_one_clear_line(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("SECRETS_DIR", "/nowhere")
    with pytest.raises(SystemExit, match="2"):
        load(Sample)
    assert capsys.readouterr().err == "tikethet: SECRETS_DIR /nowhere is no folder that can be read\n"
