"""What a consumer knows of its own way, in its service's schema: how far it is, what it did, what it put aside.

`Ledger` takes each step inside a transaction of the caller's, together with the effect it speaks of. No text of an
event is kept, only its id and position: who needs it again reads the log, where it may be erased by then.
"""

import re
from datetime import datetime
from functools import cache
from typing import TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from msgspec import Struct

from tikethet_events.bus import Lineage
from tikethet_events.stream import Message

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

_TABLES = """
CREATE TABLE IF NOT EXISTS consumer_cursors (
    name text PRIMARY KEY,
    installation text NOT NULL,
    epoch text NOT NULL,
    position bigint NOT NULL
) WITH (fillfactor = 10);
CREATE TABLE IF NOT EXISTS consumer_done (
    name text NOT NULL,
    event_id uuid NOT NULL,
    PRIMARY KEY (name, event_id)
);
CREATE TABLE IF NOT EXISTS consumer_parked (
    name text NOT NULL,
    position bigint NOT NULL,
    event_id uuid NOT NULL,
    key text NOT NULL,
    reason text NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (name, position)
);
CREATE INDEX IF NOT EXISTS consumer_parked_key ON consumer_parked (name, key, position);
"""

_DONE = "INSERT INTO consumer_done VALUES ($1, $2) ON CONFLICT DO NOTHING"
_ADVANCE = "UPDATE consumer_cursors SET position ="


class OtherInstallation(Exception):
    """The stream is of another installation than the one this consumer has followed so far."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"the stream belongs to installation {found}, this consumer followed {expected}")
        self.found = found
        self.expected = expected


class Known(Struct, frozen=True):
    """What is known of an event: whether it was ``done`` before, and the position of the parked one it ``follows``."""

    done: bool
    follows: int | None


class Parked(Struct, frozen=True):
    """An event put aside: itself failed (``reason`` says how), or it follows one with the same ``key`` that did."""

    position: int
    event_id: str
    key: str
    reason: str
    parked_at: datetime


def consumer_tables(schema: str) -> str:
    """The tables of `Ledger` as SQL; run it at every start, it changes nothing when they are there."""
    return _in_schema(_TABLES, schema)


@cache
def _in_schema(sql: str, schema: str) -> str:
    return re.sub(r"\b(consumer_(?:cursors|done|parked))(?=[ (])", rf"{schema}.\1", sql)


class Ledger:
    """The rows of the consumer called ``name``; ``schema`` is the service's own."""

    def __init__(self, schema: str, name: str) -> None:
        self._schema = schema
        self._name = name

    @property
    def name(self) -> str:
        """The consumer's name."""
        return self._name

    async def enter(self, connection: Connection, lineage: Lineage) -> int:
        """Come to a stream; the position behind which to go on. Raises OtherInstallation.

        In a new epoch positions behind its base may name other events, so the way back is to the base; what was done
        is known by event id, and what was parked back there comes again.
        """
        row = await self._row(connection, "SELECT * FROM consumer_cursors WHERE name = $1 FOR UPDATE")
        if row is None:
            sql = "INSERT INTO consumer_cursors VALUES ($1, $2, $3, 0) ON CONFLICT DO NOTHING"
            await self._do(connection, sql, lineage.installation, lineage.epoch)
            return 0
        if row["installation"] != lineage.installation:
            raise OtherInstallation(lineage.installation, row["installation"])
        position: int = row["position"]
        if row["epoch"] == lineage.epoch:
            return position
        position = min(position, lineage.base)
        sql = "UPDATE consumer_cursors SET epoch = $2, position = $3 WHERE name = $1"
        await self._do(connection, sql, lineage.epoch, position)
        await self._do(connection, "DELETE FROM consumer_parked WHERE name = $1 AND position > $2", position)
        return position

    async def lock(self, connection: Connection) -> tuple[str, int]:
        """Epoch and position, held until the transaction ends: one event at a time, however many processes."""
        row = await self._row(connection, "SELECT epoch, position FROM consumer_cursors WHERE name = $1 FOR UPDATE")
        return (row["epoch"], row["position"]) if row is not None else ("", 0)

    async def advance(self, connection: Connection, position: int) -> None:
        """Everything up to ``position`` is done or parked."""
        await self._do(connection, f"{_ADVANCE} $2 WHERE name = $1", position)

    async def known(self, connection: Connection, event_id: str, key: str) -> Known:
        """Whether this event had its effect before, in whatever epoch, and what it must wait for."""
        sql = (
            "SELECT EXISTS (SELECT FROM consumer_done WHERE name = $1 AND event_id = $2) AS done,"
            " (SELECT min(position) FROM consumer_parked WHERE name = $1 AND key = $3) AS follows"
        )
        row = await self._row(connection, sql, event_id, key)
        return Known(row["done"], row["follows"]) if row is not None else Known(done=False, follows=None)

    async def done(self, connection: Connection, event_id: str) -> None:
        """The event has its effect with this transaction."""
        await self._do(connection, _DONE, event_id)

    async def settle(self, connection: Connection, message: Message) -> None:
        """The same, and everything up to it is done or parked."""
        sql = f"WITH noted AS ({_DONE}) {_ADVANCE} $3 WHERE name = $1"
        await self._do(connection, sql, message.event_id, message.position)

    async def park(self, connection: Connection, message: Message, key: str, reason: str) -> None:
        """Put it aside."""
        sql = "INSERT INTO consumer_parked VALUES ($1, $2, $3, $4, $5)"
        await self._do(connection, sql, message.position, message.event_id, key, reason)

    async def unpark(self, connection: Connection, position: int) -> bool:
        """Take it off the shelf; whether it was there."""
        sql = "DELETE FROM consumer_parked WHERE name = $1 AND position = $2 RETURNING true"
        return await self._row(connection, sql, position) is not None

    async def first_parked(self, connection: Connection, key: str) -> Parked | None:
        """The event that the others with this key wait for."""
        sql = "SELECT * FROM consumer_parked WHERE name = $1 AND key = $2 ORDER BY position LIMIT 1"
        row = await self._row(connection, sql, key)
        return _parked(row) if row is not None else None

    async def parked(self, connection: Connection) -> list[Parked]:
        """All that was put aside, oldest first."""
        sql = _in_schema("SELECT * FROM consumer_parked WHERE name = $1 ORDER BY position", self._schema)
        return [_parked(row) for row in await connection.fetch(sql, self._name)]

    async def _row(self, connection: Connection, sql: str, *values: object) -> "asyncpg.Record | None":
        return await connection.fetchrow(_in_schema(sql, self._schema), self._name, *values)

    async def _do(self, connection: Connection, sql: str, *values: object) -> None:
        await connection.execute(_in_schema(sql, self._schema), self._name, *values)


def _parked(row: "asyncpg.Record") -> Parked:
    return Parked(row["position"], str(row["event_id"]), row["key"], row["reason"], row["parked_at"])
