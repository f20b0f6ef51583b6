"""docs/operations.md, block after block, as an operator on a server does it: two files in a folder, nothing else."""

import asyncio
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tikethet_devstack.process import free_port

from tests.containers.conftest import TOKEN, engine
from tests.containers.installation import ROOT, docker

pytestmark = [pytest.mark.container, pytest.mark.timeout(480)]

PAGE = ROOT / "docs" / "operations.md"
ENV = {"TIKETHET_VERSION": "test", "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_ID": "1", "TELEGRAM_API_HASH": "0"}
NOT_RUN = "<!-- not run here"


def blocks() -> Iterator[str]:
    for before, block in re.findall(r"([^\n]*)\n```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL):
        if not before.startswith(NOT_RUN):
            yield block


async def shell(script: str, folder: Path, env: dict[str, str]) -> str:
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euo", "pipefail", "-c", script),
        cwd=folder,
        env={**os.environ, **env},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, f"{script}\n{said.decode()[-4000:]}"
    return said.decode()


async def test_every_command_of_the_page_does_what_it_says(tmp_path: Path) -> None:
    await engine()
    env = {"COMPOSE_PROJECT_NAME": f"tikethet-docs-{os.getpid()}", "TIKETHET_VERSION": "test", "PORT": str(free_port())}
    await docker("compose", "-f", "deploy/compose.yaml", "-f", "deploy/compose.build.yaml", "build", "--quiet", env=ENV)
    shutil.copy(ROOT / "deploy" / "compose.yaml", tmp_path)
    try:
        said = [await shell(block.replace("123456789:AA…", TOKEN), tmp_path, env) for block in blocks()]
    finally:
        await shell("docker compose down --volumes --timeout 10", tmp_path, env)
    whole = "\n".join(said)
    assert len(said) > 5
    for promised in ("back-up made", "restored", "equal to the log", "tikethet_notify_sockets"):
        assert promised in whole
    assert (await shell("ls -A", tmp_path, {})).split() == [".env", "backups", "compose.yaml"]
    assert (tmp_path / "backups" / "keys" / "keys.json").stat().st_mode & 0o777 == 0o600
