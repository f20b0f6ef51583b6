from pathlib import Path

import pytest
from tikethet_devstack.choices import BadChoice, read

BOT = {"TELEGRAM_BOT_TOKEN": "1:a", "TELEGRAM_API_ID": "2", "TELEGRAM_API_HASH": "c"}


def test_without_anything_it_is_the_demo_on_8000(tmp_path: Path) -> None:
    chosen = read(tmp_path, {})
    assert (chosen.mode, chosen.demo, chosen.address, chosen.reset) == ("demo", True, "http://127.0.0.1:8000", False)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("PORT=8001\nREDIS_URL=redis://file\nNATS_URL=\n")
    chosen = read(tmp_path, {"PORT": "8002"})
    assert chosen.port == 8002
    assert chosen.settings["REDIS_URL"] == "redis://file"
    assert "NATS_URL" not in chosen.settings  # an empty line is no choice


def test_a_whole_bot_makes_it_the_real_thing(tmp_path: Path) -> None:
    chosen = read(tmp_path, BOT)
    assert (chosen.mode, chosen.demo) == ("production", False)
    assert chosen.telegram() == BOT


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PORT": "eight"}, "PORT=eight is no port"),
        ({"PORT": "0"}, "PORT=0 is no port"),
        ({"PORT": "65536"}, "PORT=65536 is no port"),
        ({"TELEGRAM_BOT_TOKEN": "1:a"}, "TELEGRAM_BOT_TOKEN without TELEGRAM_API_ID, TELEGRAM_API_HASH"),
        ({"TIKETHET_MODE": "prod"}, "TIKETHET_MODE=prod is none of"),
        ({"TIKETHET_MODE": "production"}, "TIKETHET_MODE=production needs TELEGRAM_BOT_TOKEN"),
    ],
)
def test_a_bad_choice_is_one_clear_line(tmp_path: Path, environment: dict[str, str], words: str) -> None:
    with pytest.raises(BadChoice) as refused:
        read(tmp_path, environment)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(("text", "reset"), [("1", True), ("yes", True), ("0", False), ("no", False), ("", False)])
def test_reset_is_asked_for(tmp_path: Path, text: str, reset: bool) -> None:  # noqa: FBT001
    assert read(tmp_path, {"RESET": text}).reset is reset
