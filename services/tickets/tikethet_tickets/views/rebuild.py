# ruff: noqa: S608 - names of this package only
"""A second set of read models, filled from the log alone beside the live one: to compare with, or to switch to."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, cast

import asyncpg
from msgspec import Struct
from tikethet_events.log import Log

from tikethet_tickets.views.project import LIVE, project_into
from tikethet_tickets.views.tables import COUNTERS, TABLES, Connection, Tables

FRESH: Final = Tables("_fresh")
NAMES: Final = (*TABLES, *COUNTERS)
BATCH: Final = 500
NEAR: Final = BATCH
"""This close to the head, the rest is done under its lock."""
LOCK: Final = 0x71CEF
START_LOCK: Final = 0x71CF0
SWITCH_TRIES: Final = 5
SWITCH_LOCK = "5s"
"""How long a try waits for readers."""

Progress = Callable[[int, int], None]


class Busy(Exception):
    """Somebody else rebuilds or verifies right now, or readers did not let the switch happen."""


class Difference(Struct, frozen=True, kw_only=True):
    """What a table of the live set has and the log does not say (``extra``), or the other way round (``missing``)."""

    table: str
    rows: int
    extra: int
    missing: int


@asynccontextmanager
async def alone(pool: "asyncpg.Pool[asyncpg.Record]") -> AsyncIterator[Connection]:
    """A connection with fresh, empty tables, gone again afterwards. Raises Busy."""
    async with pool.acquire() as proxy:
        connection = cast("Connection", proxy)
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            raise Busy("another rebuild or verify is running")
        try:
            await _create(connection)
            yield connection
        finally:
            if not connection.is_closed():
                await _drop(connection)
                await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)


async def _create(connection: Connection) -> None:
    await _drop(connection)
    for name in NAMES:
        live, fresh = LIVE.name(name), FRESH.name(name)
        await connection.execute(f"CREATE TABLE {fresh} (LIKE {live} INCLUDING ALL)")
        options = await connection.fetchval(
            "SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = $1::text::regclass", live
        )
        if options:  # the one thing that LIKE leaves behind
            await connection.execute(f"ALTER TABLE {fresh} SET ({options})")


async def _drop(connection: Connection) -> None:
    await connection.execute("; ".join(f"DROP TABLE IF EXISTS {FRESH.name(name)}" for name in NAMES))


async def complete(pool: "asyncpg.Pool[asyncpg.Record]", log: Log) -> bool:
    """Rebuild when a release brought a table that a log from before it has to fill, or when a restore brought the log
    alone; whether that was so.

    Of several processes that start at once one does it, the others wait. ``pool`` needs room for three connections.
    Raises Busy when readers did not let it.
    """
    if not await _lacks_something(pool):
        return False
    async with pool.acquire() as waiting:
        await waiting.execute("SELECT pg_advisory_lock($1)", START_LOCK)
        try:
            if await _lacks_something(pool):
                async with alone(pool) as connection:
                    await switch(connection, log, await fill(connection, log, lambda _position, _head: None))
        finally:
            await waiting.execute("SELECT pg_advisory_unlock($1)", START_LOCK)
    return True


async def _lacks_something(pool: "asyncpg.Pool[asyncpg.Record]") -> bool:
    return bool(
        await pool.fetchval(
            """
            SELECT EXISTS (SELECT FROM tickets.tickets) AND NOT EXISTS (SELECT FROM tickets.ticket_times)
                OR EXISTS (SELECT FROM tickets.events) AND NOT EXISTS (SELECT FROM tickets.members)
                    AND NOT EXISTS (SELECT FROM tickets.categories)
            """
        )
    )


async def fill(connection: Connection, log: Log, progress: Progress) -> int:
    """Replay the log until its head is `NEAR`; how far it came. The live tables are not touched."""
    position = 0
    while True:
        head = (await log.head()).position
        progress(position, head)
        if head - position <= NEAR:
            return position
        async with connection.transaction():
            position = await _replay(connection, log, position, head)


async def _replay(connection: Connection, log: Log, after: int, until: int) -> int:
    """One batch; the position of its last event."""
    recorded = [event for event in await log.read(after, BATCH) if event.position <= until]
    if not recorded:
        return until
    await project_into(FRESH, connection, recorded)
    return recorded[-1].position


async def _catch_up(connection: Connection, log: Log, position: int, until: int) -> None:
    while position < until:
        position = await _replay(connection, log, position, until)


async def compare(connection: Connection, log: Log, position: int) -> tuple[int, list[Difference]]:
    """Live against log, row for row, in one snapshot without any lock; at which position, and every table's verdict."""
    async with connection.transaction(isolation="repeatable_read"):
        until = int(await connection.fetchval("SELECT position FROM tickets.log_head"))
        await _catch_up(connection, log, position, until)
        found = [await _difference(connection, name) for name in NAMES]
    return until, found


async def _difference(connection: Connection, name: str) -> Difference:
    live, fresh = LIVE.name(name), FRESH.name(name)
    (row,) = await connection.fetch(
        f"""
        SELECT (SELECT count(*) FROM {live}),
            (SELECT count(*) FROM (TABLE {live} EXCEPT ALL TABLE {fresh}) _),
            (SELECT count(*) FROM (TABLE {fresh} EXCEPT ALL TABLE {live}) _)
        """
    )
    return Difference(table=name, rows=row[0], extra=row[1], missing=row[2])


async def switch(connection: Connection, log: Log, position: int) -> int:
    """Put the fresh tables in the place of the live ones; at which position. Raises Busy.

    Appends wait while it happens, readers for an instant: the rest of the log is replayed under the head lock. The
    tables come with their statistics: plans go by these from the first moment on, and so does a search.
    """
    for name in NAMES:
        await connection.execute(f"ANALYZE {FRESH.name(name)}")
    for _ in range(SWITCH_TRIES):
        try:
            async with connection.transaction():
                await connection.execute(f"SET LOCAL lock_timeout = '{SWITCH_LOCK}'")
                until = int(await connection.fetchval("SELECT position FROM tickets.log_head FOR UPDATE"))
                await _catch_up(connection, log, position, until)
                for name in NAMES:
                    await _exchange(connection, name)
                return until
        except (asyncpg.DeadlockDetectedError, asyncpg.LockNotAvailableError):
            continue
    raise Busy("readers held the tables for too long; try again")


async def _exchange(connection: Connection, name: str) -> None:
    """Drop the live table, give its name and the names of its indexes to the fresh one."""
    wanted = {rule: index for index, rule in await _indexes(connection, LIVE.name(name))}
    await connection.execute(f"DROP TABLE {LIVE.name(name)}")
    await connection.execute(f"ALTER TABLE {FRESH.name(name)} RENAME TO {name}")
    for index, rule in await _indexes(connection, LIVE.name(name)):
        await connection.execute(f"ALTER INDEX tickets.{index} RENAME TO {wanted[rule]}")


async def _indexes(connection: Connection, table: str) -> list[tuple[str, str]]:
    """Name and definition of each index, the definition without any name."""
    rows = await connection.fetch(
        """
        SELECT c.relname, i.indisunique || ' ' || i.indisprimary || substring(pg_get_indexdef(c.oid) FROM ' USING .*')
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = $1::text::regclass
        """,
        table,
    )
    return [(row[0], row[1]) for row in rows]
