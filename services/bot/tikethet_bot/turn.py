"""One bot at a time: the lease, and how long its last holder may still believe to have it."""

import asyncio
import contextlib
import os
import socket
import time
from pathlib import Path
from typing import Final

import structlog
from tikethet_events.lease import DATABASE_TROUBLE, Lease, OpenConnection

from tikethet_bot.store import Pool

LOOK_S: Final = 1.0
FRESH_S: Final = 6.5
"""So long after it was confirmed (every `LOOK_S`; the question may take 5 s) a holder may count on the lease."""
STALE_S: Final = 8.0
"""So long a successor leaves the last holder to notice, which may have slept meanwhile."""

_log = structlog.get_logger("tikethet.bot.turn")


class Lost(Exception):
    """The lease is gone: the process must end before it sends another word."""


class Turn:
    """`wait` until it is ours; `keep` fails the moment it is not."""

    def __init__(self, pool: Pool, bot_id: int, open_connection: OpenConnection) -> None:
        self._pool = pool
        self._bot_id = bot_id
        self._lease = Lease(f"tikethet bot {bot_id}", open_connection)
        self._confirmed = 0.0
        self.at_work = False
        """Whether the wait is over."""

    @property
    def ours(self) -> bool:
        """Whether it is ours beyond doubt: a process that was frozen does not take the lease of before for granted."""
        return self._lease.held and _clock() - self._confirmed < FRESH_S

    async def wait(self) -> None:
        """Until no other process can be using the session."""
        told = False
        while not await self._take():
            if not told:
                _log.info("another bot process is at work; waiting for its turn to end")
            told = True
            await asyncio.sleep(LOOK_S)
        if await self._may_still_run():
            await asyncio.sleep(STALE_S)
        await self._pool.execute(
            """INSERT INTO bot.holder VALUES ($1, $2, $3, false) ON CONFLICT (bot_id)
            DO UPDATE SET machine = excluded.machine, pid = excluded.pid, released = false""",
            self._bot_id,
            machine(),
            os.getpid(),
        )
        await self._confirm()
        self.at_work = True

    async def keep(self) -> None:
        """Look after it for ever. Raises `Lost`."""
        while await self._confirm():  # noqa: ASYNC110  only asking tells
            await asyncio.sleep(LOOK_S)
        raise Lost

    async def _confirm(self) -> bool:
        asked = _clock()
        held = await self._lease.confirm()
        if held:
            self._confirmed = asked
        return held

    async def end(self) -> None:
        """Let the next one go at once."""
        with contextlib.suppress(*DATABASE_TROUBLE):
            if self.ours:
                await self._pool.execute("UPDATE bot.holder SET released = true WHERE bot_id = $1", self._bot_id)
        await self._lease.release()

    async def _take(self) -> bool:
        try:
            return await self._lease.take()
        except DATABASE_TROUBLE as failure:
            _log.warning("the lease cannot be asked for", why=type(failure).__name__)
            return False

    async def _may_still_run(self) -> bool:
        """Whether the last holder neither let go nor is known to be dead."""
        row = await self._pool.fetchrow("SELECT * FROM bot.holder WHERE bot_id = $1", self._bot_id)
        if row is None or row["released"]:
            return False
        return not (row["machine"] == machine() and _is_dead(row["pid"]))


def _clock() -> float:
    """Seconds that also pass while the machine sleeps, where it tells them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def machine() -> str:
    """The machine (or container), as long as it runs."""
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{socket.gethostname()} {boot.read_text().strip() if boot.exists() else ''}"


def _is_dead(pid: int) -> bool:
    if pid == os.getpid():
        return True  # a restarted container: its number is ours now
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
