"""The log: append, read, find, head. It lives in the PostgreSQL schema ``tickets`` (``schema/0001_log.sql``).

How an append goes: `keys` finds what seals it → `prepare` seals and encodes it → `appender` gathers it with others →
`flush` writes them in one transaction with the read models → its caller hears what became of it.
"""

from collections.abc import Callable, Collection
from types import TracebackType
from typing import Final, Self

import asyncpg
from msgspec import Struct

from tikethet_events.append import Append, Appended, Guard, Write
from tikethet_events.appender import Appender, Limits
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Broken, KeyReused, Overloaded, WrongSecret
from tikethet_events.flush import Project, StaleKey, remembered
from tikethet_events.keys import Keys
from tikethet_events.prepare import Prepared, prepare
from tikethet_events.reach import reaching
from tikethet_events.reading import SELECT, opened
from tikethet_events.sealing import Keyring

__all__ = ["Append", "Appended", "Guard", "Head", "Limits", "Log", "Project", "Write"]

_TRIES: Final = 5
"""How often an append is sealed again because its keys changed meanwhile; each time somebody else was first."""

_FIRST_START: Final = "UPDATE tickets.log_head SET key_check = $1 WHERE key_check IS NULL"
_KEY_CHECK: Final = "SELECT key_check FROM tickets.log_head"
_HEAD: Final = "SELECT position, epoch::text, installation::text, base FROM tickets.log_head"
_START_EPOCH: Final = """
    UPDATE tickets.log_head SET epoch = gen_random_uuid(), base = $1
    RETURNING position, epoch::text, installation::text, base
"""
_RESTORED: Final = """
    UPDATE tickets.log_head SET epoch = gen_random_uuid(),
        base = CASE WHEN base > 0 THEN least(base, position) ELSE position END
"""
_COMMAND: Final = """
    SELECT fingerprint, stream_id, version, versions::text, position FROM tickets.commands WHERE command_id = $1
"""
_STREAM: Final = SELECT + " WHERE e.stream_id = $1 AND e.version > $2 AND e.version <= $3 ORDER BY e.version"
_ALL: Final = SELECT + " WHERE e.position > $1 ORDER BY e.position LIMIT $2"
_SOME: Final = SELECT + " WHERE e.position > $1 AND e.type = ANY($3) ORDER BY e.position LIMIT $2"
_GUARD: Final = "SELECT version FROM tickets.guards WHERE name = $1"
_LAST_VERSION: Final = 2**63 - 1


class Head(Struct, frozen=True, kw_only=True):
    """Where the log ends: ``position`` of the last event (0: none).

    ``epoch`` changes when a restored log starts anew behind its stream; ``base`` is the position from which the epoch
    speaks for itself (0 for the first); ``installation`` never changes.
    """

    position: int
    epoch: str
    installation: str
    base: int = 0


async def restored(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Begin a new epoch: the log was put back to an earlier end, and goes on otherwise than readers may have heard."""
    await connection.execute(_RESTORED)


class Log:
    """One per process. ``async with Log(pool, keyring, project=…) as log``; the schema must be migrated before.

    ``project`` maintains the read models inside the transaction of the append. Entering raises WrongSecret. Everything
    raises Unreachable when PostgreSQL does not answer.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        keyring: Keyring,
        *,
        project: Project | None = None,
        limits: Limits | None = None,
    ) -> None:
        self.on_append: Callable[[int], None] | None = None
        """Called after each commit with the position of its last event (the relay is poked so); must not block."""
        self._pool = pool
        self._keyring = keyring
        self._keys = Keys(pool, keyring)
        self._appender = Appender(pool, project, limits or Limits(), self._committed)

    async def __aenter__(self) -> Self:
        check = self._keyring.check()
        await self._pool.execute(_FIRST_START, check)
        if await self._pool.fetchval(_KEY_CHECK) != check:
            raise WrongSecret
        self._appender.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._appender.close()

    @property
    def alive(self) -> bool:
        """Whether appends are written; when it turns False without an end of ``async with``, restart the process."""
        return self._appender.alive

    async def lasting(self) -> None:
        """Return once appends are no longer written: whoever runs the process watches this, and ends it then."""
        await self._appender.lasting()

    # ------------------------------------------------------------ append

    async def append(self, append: Append) -> Appended:
        """Keep it; returns only after COMMIT.

        Raises Conflict (also for a guard, by its name), KeyReused, Overloaded (Unreachable), what `project` raised for
        it, TypeError or ValueError for what no stream can hold. Cancelling the caller does not undo the append.
        """
        for _ in range(_TRIES):
            prepared = prepare(append, self._keyring, await self._keys.for_append(append.writes))
            outcome = await self._appender.put(prepared)
            if isinstance(outcome, Appended):
                self._remember(prepared, outcome)
                return outcome
            if not isinstance(outcome, StaleKey):
                raise outcome
            for write in append.writes:
                self._keys.drop(write.stream_id)
        raise Overloaded(0)

    def _remember(self, prepared: Prepared, appended: Appended) -> None:
        if prepared.append.forget is not None:
            self._keys.forgotten(prepared.append.forget)
        if not appended.replayed:
            for event in prepared.events:
                if event.word.forgets_stream:
                    self._keys.drop(event.stream_id)
            for write in prepared.writes:
                if write.expected == 0 or write.sealer.wrapped is not None:
                    self._keys.remember(write.stream_id, write.sealer)

    def _committed(self, position: int) -> None:
        if self.on_append:
            self.on_append(position)

    async def find(self, caller: str, command_id: str, fingerprint: bytes) -> Appended | None:
        """What this command did when it came before, or None. Raises KeyReused."""
        command = self._keyring.command_uuid(caller, command_id)
        with reaching():
            row = await self._pool.fetchrow(_COMMAND, command)
        if row is None:
            return None
        if row["fingerprint"] != self._keyring.fingerprint(command, fingerprint):
            raise KeyReused(command_id)
        return remembered(row)

    # ------------------------------------------------------------ read

    async def read_stream(self, stream_id: str, *, after: int = 0, until: int | None = None) -> list[Recorded]:
        """One stream, by version: those after ``after`` up to and with ``until``. Raises UnknownEvent."""
        last = _LAST_VERSION if until is None else until
        return await self._read(_STREAM, stream_id, after, last)

    async def read(self, after: int, limit: int, *, types: Collection[str] | None = None) -> list[Recorded]:
        """The whole log, by position: at most ``limit`` after ``after``. Raises UnknownEvent."""
        if types is None:
            return await self._read(_ALL, after, limit)
        return await self._read(_SOME, after, limit, list(types))

    async def _read(self, query: str, *arguments: object) -> list[Recorded]:
        with reaching():
            return await opened(await self._pool.fetch(query, *arguments), self._keys)

    async def head(self) -> Head:
        """Where the log ends now."""
        return await self._head(_HEAD)

    async def guard(self, name: str) -> int:
        """The version of a named row (0: never used)."""
        with reaching():
            return await self._pool.fetchval(_GUARD, name) or 0

    async def start_epoch(self, base: int) -> Head:
        """A new epoch from ``base`` on (the relay found the log behind, or beside, its stream)."""
        return await self._head(_START_EPOCH, base)

    async def _head(self, query: str, *arguments: object) -> Head:
        with reaching():
            row = await self._pool.fetchrow(query, *arguments)
        if row is None:
            raise Broken(0, "the head row is gone")
        return Head(position=row["position"], epoch=row["epoch"], installation=row["installation"], base=row["base"])
