"""The log: append, read, find, head. PostgreSQL schema ``tickets``."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

import asyncpg
from msgspec import Struct

from tikethet_events.append import Append, Appended, Guard, Write
from tikethet_events.envelope import Recorded
from tikethet_events.sealing import Keyring

__all__ = ["Append", "Appended", "Guard", "Head", "Limits", "Log", "Project", "Write"]

Project = Callable[["asyncpg.Connection[asyncpg.Record]", Sequence[Recorded]], Awaitable[None]]
"""Read models: runs inside the transaction of the append, with its events in order of position."""


class Head(Struct, frozen=True, kw_only=True):
    """Where the log ends: ``position`` of the last event (0: none).

    ``epoch`` changes when a restored log starts anew behind its stream; ``base`` is the position from which the epoch
    speaks for itself (0 for the first); ``installation`` never changes.
    """

    position: int
    epoch: str
    installation: str
    base: int = 0


class Limits(Struct, frozen=True, kw_only=True):
    """How much the log takes on: commands waiting, commands and bytes per transaction, seconds."""

    waiting: int = 4096
    batch: int = 256
    batch_bytes: int = 1024 * 1024
    statement_s: float = 5.0
    lock_s: float = 5.0
    patience_s: float = 15.0


class Log:
    """One per process. ``async with Log(pool, keyring, project=…) as log``; the schema must be migrated before."""

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

    async def __aenter__(self) -> "Log": ...
    async def __aexit__(self, *_: object) -> None: ...

    async def append(self, append: Append) -> Appended:
        """Keep it; returns only after COMMIT. Raises Conflict, KeyReused, Overloaded (also when out of reach)."""

    async def find(self, caller: str, command_id: str, fingerprint: bytes) -> Appended | None:
        """What this command did when it came before, or None. Raises KeyReused."""

    async def read_stream(self, stream_id: str, *, after: int = 0, until: int | None = None) -> list[Recorded]:
        """One stream, by version: those after ``after`` up to and with ``until``. Raises UnknownEvent."""

    async def read(self, after: int, limit: int, *, types: Collection[str] | None = None) -> list[Recorded]:
        """The whole log, by position: at most ``limit`` after ``after``. Raises UnknownEvent."""

    async def head(self) -> Head:
        """Where the log ends now."""

    async def guard(self, name: str) -> int:
        """The version of a named row (0: never used)."""

    async def start_epoch(self, base: int) -> Head:
        """A new epoch from ``base`` on (the relay found the log behind, or beside, its stream)."""
