"""The ledger of erasures: who was forgotten, kept outside of every back-up, so that no restore brings them back.

One line of JSON for each, ids and times only. It is written soon after the fact, by every tickets process (a line twice
does no harm), and replayed whenever one starts: whoever it names and the log still knows is erased once more.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec
import structlog
from msgspec import Struct
from tikethet_events.errors import Refused
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_events.word import MemberId

from tikethet_tickets.queries.viewer import Reader

PAUSE_S: Final = 1.0
"""Between two looks; an erasure that dies with the machine within this time is in no ledger."""
_ERASED: Final = "SELECT member_id, erased_at FROM tickets.member_keys WHERE wrapped IS NULL"
_ALIVE: Final = "SELECT member_id FROM tickets.member_keys WHERE member_id = ANY($1) AND wrapped IS NOT NULL"


_log = structlog.get_logger("tikethet.tickets.erasures")


class Erasure(Struct, frozen=True, kw_only=True):
    """One line."""

    member_id: MemberId
    erased_at: datetime


class Erasures:
    """The ledger at ``path``."""

    def __init__(self, path: Path, reader: Reader) -> None:
        self._path = path
        self._reader = reader

    def named(self) -> set[MemberId]:
        """Everybody in the ledger. A line that a crash cut short is left out: its erasure is written again."""
        found = set()
        lines = self._path.read_bytes().split() if self._path.exists() else []
        for line in lines:
            try:
                found.add(msgspec.json.decode(line, type=Erasure).member_id)
            except msgspec.DecodeError:
                _log.warning("a line of the ledger of erasures cannot be read")
        return found

    async def replay(self, erase: Callable[[MemberId], Awaitable[object]]) -> int:
        """Erase again whoever a restore brought back; how many that were."""
        rows = await self._reader.fetch(_ALIVE, sorted(self.named()))
        for row in rows:
            with contextlib.suppress(Refused):  # another process was first
                await erase(MemberId(row[0]))
        if rows:
            _log.warning("people a restore had brought back were erased again", count=len(rows))
        return len(rows)

    async def run(self) -> None:
        """Write down every erasure, again and again looking; a database that is away is waited for."""
        written = self.named()
        while True:
            try:
                written |= self.note(await self.erased(), written)
            except (*DATABASE_TROUBLE, OSError) as failure:
                _log.warning("erasures could not be written down", error=type(failure).__name__)
            await asyncio.sleep(PAUSE_S)

    async def erased(self) -> Sequence[Any]:
        """Everybody whose key is gone."""
        return await self._reader.fetch(_ERASED)

    def note(self, rows: Sequence[Any], written: set[MemberId]) -> set[MemberId]:
        """Write those down that are not yet; who that was. They are on the disk when this returns."""
        fresh = [row for row in rows if row["member_id"] not in written]
        if not fresh:
            return set()
        lines = [
            msgspec.json.encode(Erasure(member_id=row["member_id"], erased_at=row["erased_at"].astimezone(UTC)))
            for row in fresh
        ]
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A newline in front, too: what a crash cut short must not swallow the next line.
            os.write(handle, b"\n" + b"\n".join(lines) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        return {row["member_id"] for row in fresh}
