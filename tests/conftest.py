"""Real engines for every test: PostgreSQL, NATS with JetStream and Valkey from wheels, gone when the run is."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp
import asyncpg
import pytest
import redis.asyncio as redis
from tikethet_devstack.choices import Choices
from tikethet_devstack.engines import Nats, Postgres, Valkey
from tikethet_devstack.leash import Leash
from tikethet_devstack.process import free_port
from tikethet_devstack.provision import Databases
from tikethet_devstack.stack import Stack

from tests.system.people import sign_in

MEMORY_BYTES = 6 * 1024**3
ARTEFACTS = Path(__file__).parent / "artefacts"
# All people of a run come from one address; the limit itself is shown in tests/gateway.
UNHURRIED = {"SIGN_IN_PER_MINUTE": "6000", "SIGN_IN_BURST": "3000"}

if os.environ.get("TEST_ENGINES") == "images":
    from tests.images import NatsImage, PostgresImage

    POSTGRES: type[Postgres] = PostgresImage
    NATS: type[Nats] = NatsImage
else:
    POSTGRES, NATS = Postgres, Nats


@pytest.fixture(scope="session")
def leash() -> Iterator[Leash]:
    """Ends every process of the run, also when the run is killed with -9."""
    leash = Leash()
    yield leash
    leash.close()


@pytest.fixture(scope="session")
def unused_tcp_port_factory() -> Callable[[], int]:
    """Ports that nobody takes before their server does; the plugin's own are those of outgoing connections."""
    return free_port


@pytest.fixture
def unused_tcp_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def engines_dir() -> Iterator[Path]:
    """A short path (sockets!) that goes with the run; in memory where there is plenty, for tests lose no power."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of our own in it
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > MEMORY_BYTES
    directory = Path(tempfile.mkdtemp(prefix="tikethet-", dir=memory if roomy else None))
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
async def postgres(engines_dir: Path, leash: Leash) -> AsyncIterator[Databases]:
    """One server for the run, without fsync; every test takes its own database from it."""
    log = engines_dir / "postgres.log"
    engine = POSTGRES(engines_dir / "pg", log=log, leash=leash, password=secrets.token_urlsafe(), durable=False)
    await engine.start()
    yield Databases(engine)
    await engine.abandon()


@pytest.fixture
async def postgres_server(engines_dir: Path, leash: Leash) -> AsyncIterator[Callable[[], Awaitable[Databases]]]:
    """Starts durable servers of the test's own, to be killed and restarted through `.engine`."""
    started: list[Postgres] = []

    async def start() -> Databases:
        directory = Path(tempfile.mkdtemp(prefix="pg-", dir=engines_dir))
        engine = POSTGRES(directory, log=directory / "log", leash=leash, password=secrets.token_urlsafe())
        started.append(engine)
        await engine.start()
        return Databases(engine)

    yield start
    for engine in started:
        await engine.abandon()


@pytest.fixture
async def nats_server(engines_dir: Path, leash: Leash) -> AsyncIterator[Callable[..., Awaitable[Nats]]]:
    """Starts fresh servers: `server = await nats_server()`, then `.url`, `await .kill()`, `.restart()`, `.stop()`.

    `config=` adds configuration text, e.g. the accounts of `tikethet_devstack.nats_conf`.
    """
    started: list[Nats] = []

    async def start(*, config: str = "") -> Nats:
        directory = Path(tempfile.mkdtemp(prefix="nats-", dir=engines_dir))
        engine = NATS(directory, log=directory / "log", leash=leash, config=config)
        started.append(engine)
        await engine.start()
        return engine

    yield start
    for engine in started:
        await engine.abandon()


@pytest.fixture(scope="session")
async def valkey_server(engines_dir: Path, leash: Leash) -> AsyncIterator[Valkey]:
    """The run's one Valkey."""
    log = engines_dir / "valkey.log"
    engine = Valkey(engines_dir / "valkey", log=log, leash=leash, password=secrets.token_urlsafe())
    await engine.start()
    yield engine
    await engine.stop()


@pytest.fixture
async def valkey(valkey_server: Valkey) -> str:
    """The URL of an empty Valkey."""
    async with redis.from_url(valkey_server.url) as client:
        await client.flushall()
    return valkey_server.url


@pytest.fixture
async def connection(postgres: Databases) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a fresh database as `tikethet_tickets`."""
    connection = await asyncpg.connect(await postgres.database())
    yield connection
    await connection.close()


async def _without_limits(address: str) -> None:
    """All tests share one customer, who asks more than one person would."""
    async with aiohttp.ClientSession(address) as http:
        admin = await sign_in(http, "admin")
        status, answer = await admin.call("PATCH", "desk", {"tickets_per_hour": 0, "messages_per_minute": 0})
        assert status == 200, answer


@pytest.fixture(scope="session")
async def stack(engines_dir: Path, leash: Leash) -> AsyncIterator[Stack]:
    """The whole house in demo mode, without its tickets: engines and the four services as processes of their own.

    `.address` is the gateway; `await .kill(name)`, then `await .restart(name)`, for each of `.parts`. Its logs are kept
    in tests/artefacts.
    """
    home = engines_dir / "stack"
    home.mkdir()
    stack = Stack(Choices(directory=home, port=free_port(), mode="demo", reset=False, settings=UNHURRIED), leash)
    try:
        await stack.start()
        await _without_limits(stack.address)
        yield stack
    finally:
        await stack.stop()
        shutil.copytree(home / "logs", ARTEFACTS / "logs", dirs_exist_ok=True)
