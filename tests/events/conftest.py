"""A migrated log on a database of its own, for every test that asks."""

import secrets
from collections.abc import AsyncIterator

import asyncpg
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.log import Log
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.sealing import Keyring


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
    return Keyring(secrets.token_bytes(32))


@pytest.fixture
async def log(pool: "asyncpg.Pool[asyncpg.Record]", keyring: Keyring) -> AsyncIterator[Log]:
    async with Log(pool, keyring) as log:
        yield log
