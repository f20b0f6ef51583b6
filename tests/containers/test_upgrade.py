"""`make upgrade` with a real engine: a newer release comes, one that cannot be had does not, and a way leads back."""

import asyncio
import os
import re
from pathlib import Path

import pytest

from tests.containers.conftest import ADMIN, Arrive
from tests.containers.installation import ROOT, Installation, docker
from tests.containers.test_compose import opened

pytestmark = [pytest.mark.container, pytest.mark.timeout(480)]


async def operate(installation: Installation, command: str, **given: str) -> tuple[int, str]:
    """What an operator types in the folder of the compose files: how it ended, and all it said."""
    files = ":".join(str(ROOT / file) for file in installation.files)
    env = {"COMPOSE_FILE": files, "COMPOSE_PROJECT_NAME": installation.project, "COMPOSE_ENV_FILES": os.devnull}
    process = await asyncio.create_subprocess_exec(
        *("bash", "-euo", "pipefail", "-c", command),
        cwd=ROOT / "deploy",
        env={**os.environ, **installation.env, **env, **given},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    return process.returncode or 0, said.decode()


async def image(installation: Installation, service: str) -> str:
    """The tag a service's container was started from."""
    name: str = (await installation.states())[service]["Config"]["Image"]
    return name.rpartition(":")[2]


async def test_an_upgrade_backs_up_starts_the_newer_and_knows_the_way_back(
    installation: Installation, arrive: Arrive
) -> None:
    kept = await opened(arrive, await arrive(ADMIN))
    newer = f"newer-{os.getpid()}"
    try:
        ended, said = await operate(installation, "make --directory .. upgrade", BUILD="1", TIKETHET_VERSION=newer)
        assert ended == 0, said
        assert await image(installation, "tickets") == newer
        archive = re.search(r"into /backups/(\S+\.tar)", said)
        assert archive is not None, said
        assert (Path(installation.env["BACKUP_DIR"]) / "data" / archive[1]).exists()
        assert (await (await arrive(ADMIN)).get(f"tickets/{kept['id']}"))["title"] == kept["title"]

        started = (await installation.states())["gateway"]["State"]["StartedAt"]
        ended, refused = await operate(
            installation, "./upgrade", TIKETHET_REGISTRY="127.0.0.1:9/", TIKETHET_VERSION="nowhere"
        )
        assert ended != 0
        assert 'Stopped: "Pull the newer images" failed' in refused
        assert "nothing was changed" in refused
        assert (await installation.states())["gateway"]["State"]["StartedAt"] == started

        way_back = said.partition("The way back")[2]
        (first, *_) = [line.strip() for line in way_back.splitlines() if line.startswith("  ")]
        ended, back = await operate(installation, first)
        assert ended == 0, back
        assert await image(installation, "tickets") == "before"
        assert (await (await arrive(ADMIN)).get(f"tickets/{kept['id']}"))["title"] == kept["title"]

        restoring = [line.strip() for line in way_back.splitlines() if line.startswith("  ")][1:]
        ended, back = await operate(installation, "\n".join(restoring))
        assert ended == 0, back
        assert "restored" in back
        assert (await (await arrive(ADMIN)).get(f"tickets/{kept['id']}"))["title"] == kept["title"]
    finally:
        await installation.compose("up", "--detach", "--wait", "--wait-timeout", "180")
        for part in ("init", "gateway", "tickets", "notify", "bot"):
            await docker("image", "rm", "--force", f"tikethet-{part}:{newer}", f"tikethet-{part}:before")
