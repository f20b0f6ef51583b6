"""A migrated log on a database of its own, for every test that asks, and appends to fill it with."""

import itertools
from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.envelope import Metadata
from tikethet_events.log import Append, Log, Write
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.sealing import Keyring
from tikethet_events.ticket import MessagePosted
from tikethet_events.word import MemberId, MessageId

OWNER = MemberId("0190a000-0000-7000-8000-000000000001")


@pytest.fixture
async def database(postgres: Databases) -> str:
    url = await postgres.database()
    connection = await asyncpg.connect(url)
    await migrate(connection, {"log": LOG_SCHEMA})
    await connection.close()
    return url


@pytest.fixture
async def pool(database: str) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    async with asyncpg.create_pool(database, min_size=1, max_size=10) as pool:
        yield pool


@pytest.fixture(scope="session")
def keyring() -> Keyring:
    return Keyring(b"a secret of at least thirty-two bytes")


@pytest.fixture
async def log(pool: "asyncpg.Pool[asyncpg.Record]", keyring: Keyring) -> AsyncIterator[Log]:
    async with Log(pool, keyring) as log:
        yield log


@pytest.fixture
def post() -> Callable[..., Append]:
    """`post("ticket-1", 0, "hello", "are you there?")`: one command that says these things, at version 0."""
    fresh = itertools.count(1)

    def post(
        stream_id: str, expected: int, *texts: str, command: str | None = None, owner: MemberId | None = OWNER
    ) -> Append:
        said = tuple(
            MessagePosted(message_id=MessageId(f"m{number}"), author_id=OWNER, content=text)
            for number, text in enumerate(texts)
        )
        return Append(
            caller=OWNER,
            command_id=command or f"command-{next(fresh)}",
            fingerprint="|".join(texts).encode(),
            metadata=Metadata(actor=OWNER),
            writes=(Write(stream_id=stream_id, expected=expected, events=said, owner=owner),),
        )

    return post
