"""Effects of events, each exactly once and in order: a durable pull consumer whose cursor commits with the effect.

An event that fails is tried again, then put aside together with what follows it for the same ticket or chat, and the
rest goes on; nothing is dropped. `Consumer.replay` and `Consumer.skip` are the operator's way to go on there.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import asyncpg
from nats.aio.client import Client

from tikethet_events.bus import DEFAULT_PREFIX, Lineage
from tikethet_events.cursor import Connection, Ledger, OtherInstallation, Parked
from tikethet_events.feed import Epoch, Feed, Fill
from tikethet_events.pull import Interrupted
from tikethet_events.stream import Message

Handle = Callable[[Message, Connection], Awaitable[None]]
"""The effect of one event: rows written through the connection commit together with the cursor, or not at all. What it
does elsewhere may be done twice after a crash. May raise `NotNow`; any other exception is the event's own failure."""

_DELAYS_S: Final = (0.2, 1.0, 3.0, 10.0)
_PATIENCE_S: Final = (0.1, 0.3, 1.0, 3.0, 5.0)
_AWAY: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
)
_CLIENT_TROUBLE: Final = (OSError, asyncpg.InterfaceError, asyncpg.InternalClientError)

_log = logging.getLogger(__name__)


class NotNow(Exception):
    """Raised by a handler: what it needs is away, whatever the event; wait and try again for as long as it takes."""


def _is_gone(connection: Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # it died, and the pool took it back
        return True


class NotParked(Exception):
    """No event is parked where an operator wants one replayed or skipped."""


class _Failed(Exception):
    """The handler failed with its cause, for reasons of the event's own."""


class _Astray(Exception):
    """The cursor is elsewhere than this process thought: start again from what it says."""


def about(message: Message) -> str:
    """The usual key: the ticket (or member) that an event is about."""
    return message.headers["ce-subject"]


class Consumer:
    """One consumer: its rows in ``ledger`` (made by `consumer_tables`), its durable of the same name on the server.

    A new one starts with the first event of the log.

    ``key`` says which events must stay behind one that failed; ``delays_s`` how long to wait before each new try.
    """

    def __init__(
        self,
        ledger: Ledger,
        connection: Client,
        pool: "asyncpg.Pool[asyncpg.Record]",
        fill: Fill,
        handle: Handle,
        *,
        prefix: str = DEFAULT_PREFIX,
        key: Callable[[Message], str] = about,
        delays_s: Sequence[float] = _DELAYS_S,
    ) -> None:
        self._name = ledger.name
        self._connection = connection
        self._prefix = prefix
        self._pool = pool
        self._fill = fill
        self._handle = handle
        self._key = key
        self._delays_s = tuple(delays_s)
        self._ledger = ledger
        self._feed = self._from_the_cursor()
        self.trouble: str | None = None
        """What it waits for, when it does not get on; ``None`` when all is well."""

    @property
    def standing(self) -> Epoch | None:
        """The epoch and position it has come to, for health and metrics."""
        return self._feed.standing

    async def run(self) -> None:
        """Consume until cancelled. Raises `tikethet_events.bus.Stuck` when the connection is closed."""
        while True:
            try:
                async with contextlib.aclosing(self._feed.items()) as items:
                    async for item in items:
                        if isinstance(item, Message):
                            await self._settle(item)
            except _Astray as astray:
                self._say(str(astray))
            await asyncio.sleep(_PATIENCE_S[1])
            self._feed = self._from_the_cursor()

    def _from_the_cursor(self) -> Feed:
        return Feed(self._connection, self._fill, prefix=self._prefix, begin=self._enter, durable=self._name)

    async def parked(self) -> list[Parked]:
        """What was put aside, oldest first."""
        async with self._pool.acquire() as connection:
            return await self._ledger.parked(connection)

    async def replay(self, key: str) -> int:
        """Try what is parked under ``key`` again, oldest first, until nothing is left or one fails; how many succeeded.

        Raises NotParked when there is none, and what the handler raised.
        """
        count = 0
        while True:
            async with self._pool.acquire() as connection:
                first = await self._ledger.first_parked(connection, key)
            if first is None:
                break
            message = await self._parked_message(first)
            async with self._pool.acquire() as connection, connection.transaction():
                await self._ledger.lock(connection)
                if await self._ledger.unpark(connection, first.position):
                    known = await self._ledger.known(connection, message.event_id, key)
                    if not known.done:
                        await self._handle(message, connection)
                        await self._ledger.done(connection, message.event_id)
                    count += 1
        if not count:
            raise NotParked(key)
        return count

    async def skip(self, position: int) -> None:
        """Give up the event parked at a position; what follows it stays parked until replayed. Raises NotParked."""
        async with self._pool.acquire() as connection, connection.transaction():
            await self._ledger.lock(connection)
            if not await self._ledger.unpark(connection, position):
                raise NotParked(str(position))

    async def _parked_message(self, parked: Parked) -> Message:
        for message in await self._fill(parked.position - 1, parked.position):
            if message.event_id == parked.event_id:
                return message
        raise NotParked(f"the log has another event at {parked.position} now")

    async def _enter(self, lineage: Lineage) -> int:
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                position = await self._ledger.enter(connection, lineage)
        except (OtherInstallation, *_CLIENT_TROUBLE, *_AWAY) as error:
            self._say(f"{type(error).__name__}: {error}")
            raise Interrupted(str(error)) from error
        self.trouble = None
        return position

    async def _settle(self, message: Message) -> None:
        """Do or park one event, however long it takes."""
        reason: str | None = None
        tries = waits = 0
        while True:
            try:
                await self._step(message, reason)
            except _Failed as failed:
                cause = type(failed.__cause__).__name__
                if tries == len(self._delays_s):
                    reason = f"{cause} after {tries + 1} tries"
                    _log.error("%s: event %d parked: %s", self._name, message.position, reason)
                    continue
                self._say(f"event {message.position}: {cause}; trying again")
                await asyncio.sleep(self._delays_s[tries])
                tries += 1
            except (NotNow, *_CLIENT_TROUBLE, *_AWAY) as error:
                self._say(f"event {message.position}: {type(error).__name__}; waiting")
                await asyncio.sleep(_PATIENCE_S[min(waits, len(_PATIENCE_S) - 1)])
                waits += 1
            else:
                self.trouble = None
                return

    async def _step(self, message: Message, reason: str | None) -> None:
        """One transaction that moves the cursor over ``message``: with its effect, or parked for ``reason``."""
        async with self._pool.acquire() as connection, connection.transaction():
            epoch, position = await self._ledger.lock(connection)
            if epoch != message.epoch or position + 1 < message.position:
                raise _Astray(f"the cursor is at {position} of epoch {epoch}, the feed at {message.position}")
            if position >= message.position:
                return  # another process was here before
            key = self._key(message)
            known = await self._ledger.known(connection, message.event_id, key)
            if reason is not None or known.follows is not None:
                await self._ledger.park(connection, message, key, reason or f"follows {known.follows}")
                await self._ledger.advance(connection, message.position)
                return
            if not known.done:
                await self._try(message, connection)
            await self._ledger.settle(connection, message)

    async def _try(self, message: Message, connection: Connection) -> None:
        try:
            await self._handle(message, connection)
        except (NotNow, asyncpg.InternalClientError, *_AWAY):
            raise
        except Exception as error:
            if _is_gone(connection):
                raise NotNow from error
            raise _Failed from error

    def _say(self, trouble: str) -> None:
        if trouble != self.trouble:
            _log.warning("%s: %s", self._name, trouble)
        self.trouble = trouble
