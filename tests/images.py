"""The engines of the tests from their official images instead of the wheels: `TEST_ENGINES=images`, with DOCKER_HOST.

They keep their ports over `kill` and `restart`, and what they wrote until they are removed at the end.
"""

import asyncio
from pathlib import Path
from typing import Any, Final

from testcontainers.core.container import DockerContainer
from tikethet_devstack.engines import START_S, Nats, Postgres
from tikethet_devstack.process import DidNotStart

POSTGRES: Final = "postgres:17"
NATS: Final = "nats:2.15-alpine"


class Image:
    """One container behind an engine's face."""

    container: DockerContainer

    async def start(self) -> None:
        """Start and wait until it answers. Raises DidNotStart."""
        if self.container._container is None:
            await asyncio.to_thread(self.container.start)
        else:
            await asyncio.to_thread(self._wrapped.start)
        async with asyncio.timeout(2 * START_S):
            while not await self.ready():
                await asyncio.sleep(0.1)
                if not await asyncio.to_thread(self._runs):
                    raise DidNotStart(self._wrapped.logs(tail=5).decode())

    async def ready(self) -> bool:
        """Whether it answers as it should."""
        raise NotImplementedError

    @property
    def alive(self) -> bool:
        """Whether it runs now."""
        return self._runs()

    async def stop(self) -> None:
        """An orderly end."""
        if self.container._container is not None:
            await asyncio.to_thread(self._wrapped.stop)

    async def kill(self) -> None:
        """End it with SIGKILL."""
        if self._runs():
            await asyncio.to_thread(self._wrapped.kill)

    async def abandon(self) -> None:
        """Remove it with everything it wrote."""
        await asyncio.to_thread(self.container.stop)

    def _runs(self) -> bool:
        self._wrapped.reload()
        return bool(self._wrapped.status == "running")

    @property
    def _wrapped(self) -> Any:
        return self.container.get_wrapped_container()


class PostgresImage(Image, Postgres):
    """PostgreSQL's image."""

    def __init__(self, *arguments: Any, **given: Any) -> None:
        Postgres.__init__(self, *arguments, **given)
        options = ["max_connections=200", "jit=off"]
        options += [] if given.get("durable", True) else ["fsync=off", "full_page_writes=off"]
        self.container = (
            DockerContainer(POSTGRES)
            .with_env("POSTGRES_PASSWORD", self._password)
            .with_env(
                "POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C"
            )
            .with_bind_ports(5432, self.port)
            .with_command(["postgres", *(word for option in options for word in ("-c", option))])
        )

    async def ready(self) -> bool:
        """Whether it takes connections."""
        return await Postgres.ready(self)


class NatsImage(Image, Nats):
    """NATS's image, with the same configuration as the wheel's server."""

    def __init__(self, directory: Path, *, config: str = "", **given: Any) -> None:
        Nats.__init__(self, directory, config=config, **given)
        file = directory / "nats.conf"
        file.write_text(f'listen: "0.0.0.0:4222"\njetstream {{ store_dir: "/data", sync_interval: always }}\n{config}')
        file.chmod(0o644)
        self.container = (
            DockerContainer(NATS)
            .with_volume_mapping(str(file), "/etc/tikethet.conf", "ro")
            .with_bind_ports(4222, self.port)
            .with_command(["nats-server", "-c", "/etc/tikethet.conf"])
        )

    async def ready(self) -> bool:
        """Whether it greets with JetStream on."""
        return await Nats.ready(self)
