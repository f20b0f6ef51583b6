"""One holder at a time; whoever loses the connection has lost the lease."""

from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.lease import Lease


@pytest.fixture
async def url(postgres: Databases) -> str:
    return await postgres.database()


@pytest.fixture
async def leases(url: str) -> AsyncIterator[list[Lease]]:
    leases = [Lease(name, lambda: asyncpg.connect(url)) for name in ("relay", "relay", "another")]
    yield leases
    for lease in leases:
        await lease.release()


async def test_one_holder_at_a_time(leases: list[Lease]) -> None:
    first, second, another = leases
    assert not first.held
    assert not await first.confirm()
    assert await first.take()
    assert await first.take()
    assert not await second.take()
    assert await another.take()
    assert (first.held, second.held, await first.confirm()) == (True, False, True)
    await first.release()
    assert not first.held
    assert await second.take()
    assert not await first.take()


async def test_a_lost_connection_is_a_lost_lease(leases: list[Lease], postgres: Databases, url: str) -> None:
    first, second, _ = leases
    assert await first.take()
    admin = await asyncpg.connect(postgres.url("postgres", "postgres"))
    await admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1 AND pid IN"
        " (SELECT pid FROM pg_locks WHERE locktype = 'advisory')",
        urlsplit(url).path.removeprefix("/"),
    )
    await admin.close()
    assert not await first.confirm()
    assert not first.held
    assert await second.take()
    assert not await first.take()
