"""One at a time among many processes: an advisory lock on a connection of its own.

The database lets go of it the moment the connection ends, however the process did.
"""

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable
from typing import Final

import asyncpg

DATABASE_TROUBLE: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What asyncpg raises when a connection cannot be had, or dies in use (the last two, at an unlucky moment)."""

OpenConnection = Callable[[], Awaitable["asyncpg.Connection[asyncpg.Record]"]]

_log = logging.getLogger(__name__)


class Lease:
    """The right to do something alone, under a name; every process that wants it names it the same.

    Whoever must not act without it (sending, deleting) looks at `held` right before, and calls `confirm` when a
    connection that died unnoticed would do harm.
    """

    def __init__(self, name: str, open_connection: OpenConnection) -> None:
        self._key = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)
        self._open = open_connection
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._mine = False

    @property
    def held(self) -> bool:
        """Whether it is ours, as far as this end of the connection knows."""
        return self._mine and self._connection is not None and not self._connection.is_closed()

    async def take(self) -> bool:
        """Try to get it, without waiting; whether it is ours now. Raises `DATABASE_TROUBLE`: try again."""
        if self.held:
            return True
        self._mine = False
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._open()
        self._mine = bool(await self._connection.fetchval("SELECT pg_try_advisory_lock($1)", self._key, timeout=5))
        return self.held

    async def confirm(self) -> bool:
        """Ask the database whether the connection, and so the lease, still lives."""
        if not self.held or self._connection is None:
            return False
        try:
            await self._connection.execute("SELECT 1", timeout=5)
        except DATABASE_TROUBLE as error:
            _log.warning("lease lost: %s", type(error).__name__)
            self._connection.terminate()
            self._mine = False
        return self.held

    async def release(self) -> None:
        """Let go of it, and of the connection."""
        connection, self._connection, self._mine = self._connection, None, False
        if connection is None or connection.is_closed():
            return
        try:
            async with asyncio.timeout(2):
                await connection.close()
        except DATABASE_TROUBLE:
            connection.terminate()
