"""One flush: a batch of appends, one call of ``tickets.flush``, the read models, COMMIT."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec
from msgspec import Struct

from tikethet_events.append import Appended
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Conflict, KeyReused, LogError
from tikethet_events.keys import destroy
from tikethet_events.prepare import Prepared

Project = Callable[["asyncpg.Connection[asyncpg.Record]", Sequence[Recorded]], Awaitable[None]]
"""Read models: runs inside the transaction of the append, with its events in order of position."""

_TYPES: Final = (
    "uuid[] text[] bytea[] text[] int[] text[] bigint[] text[] text[]"
    " int[] text[] bigint[] bigint[] text[] text[]"
    " int[] text[] bigint[] uuid[] text[] smallint[] text[] text[]"
    " int[] text[] bigint[] int[] text[] bytea[] int[] text[] bytea[]"
)
_PLACES: Final = ", ".join(f"${number}::{type_}" for number, type_ in enumerate(_TYPES.split(), 1))
_CALL: Final = f"SELECT * FROM tickets.flush({_PLACES})"  # noqa: S608 made of the line above


class StaleKey(LogError):
    """Sealed under a key that is gone, or with a new one where another was first; sealed again, never told."""


Outcome = Appended | Conflict | KeyReused | StaleKey


class Flushed(Struct, frozen=True):
    """What became of each append of a batch, in its order, and the last position written."""

    outcomes: list[Outcome]
    position: int


async def flush(
    connection: "asyncpg.Connection[asyncpg.Record]",
    batch: Sequence[Prepared],
    project: Project | None,
    patience_s: float,
) -> Flushed:
    """Write the batch in one transaction.

    When this raises and the connection is still open, nothing was written. When the connection is closed afterwards
    (the server went away, or did not answer within ``patience_s``), it may have been.
    """
    arguments = _columns(batch)
    forgetting = any(event.word.forgets_stream for one in batch for event in one.events)
    if (
        project is None and not forgetting
    ):  # a single statement is a transaction; BEGIN and COMMIT would be two more round trips
        async with _answering(connection, patience_s):
            return _flushed(batch, await connection.fetch(_CALL, *arguments))
    async with _answering(connection, patience_s):
        await connection.execute("BEGIN")
    try:
        async with _answering(connection, patience_s):
            flushed = _flushed(batch, await connection.fetch(_CALL, *arguments))
        recorded = [event for done in flushed.outcomes if isinstance(done, Appended) for event in done.recorded]
        gone = [event.stream_id for event in recorded if event.data.forgets_stream]
        if gone:
            await destroy(connection, gone)
        if recorded and project is not None:
            await project(connection, recorded)
    except BaseException:
        async with _answering(connection, patience_s):
            await connection.execute("ROLLBACK")
        raise
    async with _answering(connection, patience_s):
        await connection.execute("COMMIT")
    return flushed


@asynccontextmanager
async def _answering(connection: "asyncpg.Connection[asyncpg.Record]", patience_s: float) -> AsyncIterator[None]:
    """Close the connection when the server does not answer: what it is doing is unknown from then on."""
    try:
        async with asyncio.timeout(patience_s):
            yield
    except TimeoutError:
        connection.terminate()
        raise


def _columns(batch: Sequence[Prepared]) -> list[list[Any] | None]:
    many = list(enumerate(batch, 1))
    writes = [(a, write) for a, one in many for write in one.writes]
    events = [(a, event) for a, one in many for event in one.events]
    guards = [(a, guard) for a, one in many for guard in one.append.guards]
    keys = [(a, write) for a, write in writes if write.sealer.wrapped is not None]
    members = [(a, write) for a, write in keys if write.sealer.member_wrapped is not None]
    forgets = [one.append.forget for one in batch]
    several = [msgspec.json.encode(one.versions).decode() if len(one.writes) > 1 else None for one in batch]
    return [
        [one.command for one in batch],
        [one.append.caller for one in batch],
        [one.fingerprint for one in batch],
        [one.metadata for one in batch],
        [len(one.events) for one in batch],
        [one.writes[0].stream_id if one.writes else None for one in batch],
        [one.writes[0].version if one.writes else 0 for one in batch],
        several if any(several) else None,
        forgets if any(forgets) else None,
        [a for a, _ in writes],
        [write.stream_id for _, write in writes],
        [write.expected for _, write in writes],
        [write.version for _, write in writes],
        [write.sealer.owner for _, write in writes],
        [write.sealed_for for _, write in writes],
        [a for a, _ in events],
        [event.stream_id for _, event in events],
        [event.version for _, event in events],
        [event.event_id for _, event in events],
        [event.type for _, event in events],
        [event.schema for _, event in events],
        [event.audience for _, event in events],
        [event.data for _, event in events],
        [a for a, _ in guards],
        [guard.name for _, guard in guards],
        [guard.version for _, guard in guards],
        [a for a, _ in keys],
        [write.stream_id for _, write in keys],
        [write.sealer.wrapped for _, write in keys],
        [a for a, _ in members],
        [write.sealer.owner for _, write in members],
        [write.sealer.member_wrapped for _, write in members],
    ]


def _flushed(batch: Sequence[Prepared], rows: Sequence["asyncpg.Record"]) -> Flushed:
    done = rows[-1]
    others = {row["ordinal"]: row for row in rows[:-1]}
    position = int(done["position"])
    outcomes: list[Outcome] = []
    for ordinal, one in enumerate(batch, 1):
        if row := others.get(ordinal):
            outcomes.append(_not_written(one, row))
        else:
            outcomes.append(_written(one, position, done["recorded_at"]))
            position += len(one.events)
    return Flushed(outcomes, position)


def _not_written(one: Prepared, row: "asyncpg.Record") -> Outcome:
    match row["what"]:
        case "replayed":
            return remembered(row)
        case "key_reused":
            return KeyReused(one.append.command_id)
        case "conflict":
            return Conflict(row["stream_id"], row["expected"], row["version"])
        case _:
            return StaleKey()


def remembered(row: "asyncpg.Record") -> Appended:
    """A row of ``commands`` as the answer to a repeated command."""
    stream_id, version, versions = row["stream_id"], row["version"], row["versions"]
    if versions is not None:
        where = msgspec.json.decode(versions, type=dict[str, int])
    else:
        where = {} if stream_id is None else {stream_id: version}
    return Appended(position=row["position"], stream_id=stream_id, version=version, versions=where, replayed=True)


def _written(one: Prepared, before: int, recorded_at: datetime) -> Appended:
    owners = {write.stream_id: write.sealer for write in one.writes}
    recorded = tuple(
        Recorded(
            position=position,
            stream_id=event.stream_id,
            version=event.version,
            event_id=str(event.event_id),
            command_id=str(one.command),
            type=event.type,
            schema_version=event.schema,
            audience=event.audience,
            data=event.word,
            metadata=one.append.metadata,
            recorded_at=recorded_at,
            owner=owners[event.stream_id].owner,
            erased=event.erased,
        )
        for position, event in enumerate(one.events, before + 1)
    )
    return Appended(
        position=before + len(recorded),
        stream_id=one.writes[0].stream_id if one.writes else None,
        version=one.writes[0].version if one.writes else 0,
        versions=one.versions,
        recorded=recorded,
    )
