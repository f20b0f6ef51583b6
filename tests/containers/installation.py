"""A whole installation in containers, through `docker compose` as an operator uses it."""

import asyncio
import json
import os
import re
import ssl
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
FILES = ("deploy/compose.yaml", "deploy/compose.build.yaml", "tests/containers/compose.test.yaml")
CLUSTER_FILES = (*FILES, "deploy/compose.cluster.yaml")
ARTEFACTS = ROOT / "tests" / "artefacts" / "logs"
UNITS = {"KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0}
PATIENCE_S = 180
PAUSE_S = 0.25


class Refused(Exception):
    """A docker command failed; the message is what it said."""


class Installation:
    """One compose project. `env` is what an operator writes into .env."""

    def __init__(self, project: str, env: Mapping[str, str], files: Sequence[str] = FILES) -> None:
        self.project = project
        self.env = dict(env)
        self.files = files

    async def compose(self, *words: str) -> str:
        """What `docker compose …` prints. Raises Refused."""
        files = [word for file in self.files for word in ("-f", file)]
        return await docker("compose", "-p", self.project, "--env-file", os.devnull, *files, *words, env=self.env)

    async def keep_logs(self, name: str) -> None:
        """What all parts said, into the artefacts of the run."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        (ARTEFACTS / name).write_text(await self.compose("logs", "--no-color", "--timestamps"))

    async def states(self) -> dict[str, Any]:
        """Service → what `docker inspect` says of its container, those that ended included."""
        ids = (await self.compose("ps", "--all", "--quiet")).split()
        containers = json.loads(await docker("inspect", *ids))
        return {container["Config"]["Labels"]["com.docker.compose.service"]: container for container in containers}

    async def kill(self, service: str) -> int:
        """SIGKILL its first process from outside, as the kernel does when memory is short; how often it starts then.

        `docker kill` would count as the operator's wish, after which Docker starts nothing again. What is just coming
        back (the bot does by itself when it lost its lease) is waited for: nothing can be killed while it is not there.
        """
        await self.until_well(service, restarts=0)
        state = (await self.states())[service]
        pid = state["State"]["Pid"]
        image = f"tikethet-init:{self.env['TIKETHET_VERSION']}"
        words = ["--pid=host", "--user=0", "--network=none", image, "python", "-c", f"import os; os.kill({pid}, 9)"]
        await docker("run", "--rm", *words)
        return int(state["RestartCount"]) + 1

    async def until_well(self, service: str, *, restarts: int) -> None:
        """Wait until Docker started it again so often and its health check is content."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                state = (await self.states())[service]
                health = state["State"].get("Health", {}).get("Status")
                if state["RestartCount"] >= restarts and health == "healthy":
                    return
                await asyncio.sleep(PAUSE_S)

    async def types(self, who: str, text: str) -> None:
        """Somebody writes to the bot."""
        await self._telegram("say", {"as": who, "text": text})

    async def reads(self, who: str) -> list[str]:
        """What stands in somebody's chat with the bot."""
        said: list[str] = await self._telegram(f"chat/{who}", None)
        return said

    async def _telegram(self, path: str, body: dict[str, str] | None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        asked = f"r.Request('http://127.0.0.1:4432/{path}', {data!r}, {{'Content-Type': 'application/json'}})"
        script = f"import urllib.request as r; print(r.urlopen({asked}).read().decode())"
        return json.loads(await self.compose("exec", "-T", "telegram", "python", "-c", script))

    async def memory(self) -> dict[str, float]:
        """Service → MiB it holds now, its page cache left out."""
        names = {state["Name"].removeprefix("/"): service for service, state in (await self.states()).items()}
        lines = (await docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}")).splitlines()
        found = {}
        for name, _, usage in (line.partition(" ") for line in lines):
            if (service := names.get(name)) and (amount := re.match(r"([\d.]+)(KiB|MiB|GiB)", usage)):
                found[service] = float(amount[1]) * UNITS[amount[2]]
        return found

    async def edge_trust(self) -> ssl.SSLContext:
        """Trusts the edge's own authority and nobody else."""
        root = await self.compose("exec", "-T", "edge", "cat", "/data/caddy/pki/authorities/local/root.crt")
        return ssl.create_default_context(cadata=root)


async def docker(*words: str, env: Mapping[str, str] | None = None) -> str:
    """What `docker …` prints. Raises Refused."""
    process = await asyncio.create_subprocess_exec(
        "docker",
        *words,
        cwd=ROOT,
        env={**os.environ, **(env or {})},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, complained = await process.communicate()
    if process.returncode:
        raise Refused(f"docker {' '.join(words)}\n{complained.decode()[-4000:]}")
    return said.decode()
