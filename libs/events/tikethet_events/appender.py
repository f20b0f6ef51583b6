"""Group commit: appends wait in a bounded queue; while one flush commits, the next batch gathers. There is no timer."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, cast

import asyncpg
from msgspec import Struct

from tikethet_events.append import Appended
from tikethet_events.errors import LogError, Overloaded, Unreachable
from tikethet_events.flush import Flushed, Outcome, Project, flush
from tikethet_events.prepare import Prepared

_logger = logging.getLogger(__name__)

_FIRST_PAUSE_S: Final = 0.05
_LONGEST_PAUSE_S: Final = 1.0

# The whole server is slow or in the way, not one append of the batch: to look for a culprit would make it worse.
_BUSY: Final = (asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError)
# Losing such a race says nothing about the append either; it is run again.
_RACES: Final = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)


class Limits(Struct, frozen=True, kw_only=True):
    """How much the log takes on: commands waiting, commands and bytes per transaction; seconds."""

    waiting: int = 4096
    batch: int = 256
    batch_bytes: int = 1024 * 1024
    statement_s: float = 5.0
    lock_s: float = 5.0
    patience_s: float = 15.0


class _Waiting:
    __slots__ = ("future", "prepared")

    def __init__(self, prepared: Prepared, future: asyncio.Future[Outcome]) -> None:
        self.prepared = prepared
        self.future = future


class Appender:
    """The only writer of a process. Holds one connection of the pool for as long as it lives."""

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        project: Project | None,
        limits: Limits,
        committed: Callable[[int], None],
    ) -> None:
        self._pool = pool
        self._project = project
        self._limits = limits
        self._committed = committed
        self._queue: deque[_Waiting] = deque()
        self._wake = asyncio.Event()
        self._closing = False
        self._connection: asyncpg.pool.PoolConnectionProxy[asyncpg.Record] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="log appender")

    async def close(self) -> None:
        """Write what waits, then let go of the connection."""
        self._closing = True
        self._wake.set()
        if self._task:
            await asyncio.wait([self._task])
        await self._disconnect()
        if self._task and not self._task.cancelled():
            self._task.result()

    @property
    def alive(self) -> bool:
        """Whether it writes; False before `start`, after `close`, and should it ever fail itself."""
        return self._task is not None and not self._task.done()

    async def lasting(self) -> None:
        """Return once it no longer writes, for whatever reason."""
        if self._task:
            await asyncio.wait([self._task])

    async def put(self, prepared: Prepared) -> Outcome:
        """What became of it, after COMMIT. Raises Overloaded, Unreachable, or what went wrong with this one alone."""
        if self._closing or len(self._queue) >= self._limits.waiting:
            raise Overloaded(len(self._queue))
        waiting = _Waiting(prepared, asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._wake.set()
        return await waiting.future

    # ------------------------------------------------------------ batches

    async def _run(self) -> None:
        batch: list[_Waiting] = []
        try:
            while True:
                batch = self._take()
                if batch:
                    await self._settle(batch)
                elif self._closing:
                    return
                else:
                    self._wake.clear()
                    await self._wake.wait()
        finally:
            # Whatever ends the appender early, nobody may wait for it for ever.
            self._closing = True
            self._fail([*batch, *self._queue], Unreachable(len(self._queue)))

    def _take(self) -> list[_Waiting]:
        """The next batch, first come first served; who shares a claim with somebody before them waits for the next."""
        batch: list[_Waiting] = []
        later: deque[_Waiting] = deque()
        claimed: set[str] = set()
        size = 0
        while self._queue and len(batch) < self._limits.batch:
            waiting = self._queue.popleft()
            if waiting.future.done():  # its caller has gone
                continue
            one = waiting.prepared
            if not claimed.isdisjoint(one.claims):
                claimed.update(one.claims)
                later.append(waiting)
                continue
            # An erasure goes alone, so that nothing is sealed beside it under the key that it destroys.
            full = size + one.size > self._limits.batch_bytes or one.append.forget is not None
            if batch and full:
                later.append(waiting)
                break
            batch.append(waiting)
            claimed.update(one.claims)
            size += one.size
            if full:
                break
        later.extend(self._queue)
        self._queue = later
        return batch

    async def _settle(self, batch: Sequence[_Waiting]) -> None:
        """Tell every caller of the batch what became of theirs; halve it until only a culprit fails."""
        try:
            flushed = await self._flush([waiting.prepared for waiting in batch])
        except LogError as error:
            self._fail(batch, error)
        except Exception as error:  # noqa: BLE001 whatever it is belongs to the one caller whose append causes it
            if len(batch) == 1:
                self._fail(batch, error)
                return
            _logger.warning("a flush of %d failed (%s); looking for the culprit", len(batch), type(error).__name__)
            middle = len(batch) // 2
            await self._settle(batch[:middle])
            await self._settle(batch[middle:])
        else:
            for waiting, outcome in zip(batch, flushed.outcomes, strict=True):
                if not waiting.future.done():
                    waiting.future.set_result(outcome)
            if any(isinstance(outcome, Appended) for outcome in flushed.outcomes):
                asyncio.get_running_loop().call_soon(self._committed, flushed.position)

    @staticmethod
    def _fail(batch: Sequence[_Waiting], error: Exception) -> None:
        for waiting in batch:
            if not waiting.future.done():
                waiting.future.set_exception(error)

    # ------------------------------------------------------------ the connection

    async def _flush(self, batch: Sequence[Prepared]) -> Flushed:
        """Flush, again when the connection broke: `commands` knows what was committed and answers it as replayed."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._limits.patience_s
        pause = _FIRST_PAUSE_S
        while True:
            try:
                connection = self._connection or await self._connect()
                return await flush(
                    cast("asyncpg.Connection[asyncpg.Record]", connection), batch, self._project, self._answer_s
                )
            except _BUSY as error:
                raise Overloaded(len(self._queue)) from error
            except Exception as error:
                broken = self._is_broken()
                if not broken and not isinstance(error, _RACES):
                    raise
                if broken:
                    _logger.warning("the log's connection is lost (%s); trying again", type(error).__name__)
                    await self._disconnect()
                if loop.time() + pause > deadline:
                    raise Unreachable(len(self._queue)) from error
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _is_broken(self) -> bool:
        try:
            return self._connection is None or self._connection.is_closed()
        except asyncpg.InterfaceError:  # it died while nobody used it, and the pool took it back
            return True

    @property
    def _answer_s(self) -> float:
        return self._limits.statement_s + self._limits.lock_s

    async def _connect(self) -> "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]":
        connection = await self._pool.acquire(timeout=self._answer_s)
        statement, lock = int(self._limits.statement_s * 1000), int(self._limits.lock_s * 1000)
        await connection.execute(
            f"SET statement_timeout = {statement}; SET lock_timeout = {lock};"
            f"SET idle_in_transaction_session_timeout = {statement + lock};"
            "SET default_transaction_isolation = 'read committed'"
        )
        self._connection = connection
        return connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await self._pool.release(connection)
