"""Every event, once and in order, through one pull consumer: for a process that keeps no cursor (notify), and inside
`tikethet_events.consume` for those that do.

What the stream no longer has, or lost on the way, comes from ``GET events``; the feed never skips a position.
"""

import asyncio
import contextlib
import logging
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Sequence
from typing import Final

from msgspec import Struct
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from tikethet_events.bus import DEFAULT_PREFIX, Lineage, StreamState, Stuck, heed_cancellation, state_of, unavailable
from tikethet_events.pull import Interrupted, Pull
from tikethet_events.stream import STREAM, Message

Fill = Callable[[int, int], Awaitable[Sequence[Message]]]
"""``fill(after, upto)``: the log's messages with ``after < position <= upto`` in order, from the front, maybe only the
first of them (one page of ``GET events``). May raise; it is asked again."""

Begin = Callable[[Lineage], Awaitable[int]]
"""Where to start (behind which position) in an epoch just met; for whoever keeps a cursor."""

_INACTIVE_S: Final = 60.0
_ACK_WAIT_S: Final = 60.0
_LOOK_EVERY_S: Final = 2.0
_PATIENCE_S: Final = (0.1, 0.3, 1.0, 2.0)

_log = logging.getLogger(__name__)


class Epoch(Struct, frozen=True):
    """Where the feed stands from now on: the first thing it says, and again whenever a new epoch begins.

    Messages after ``position`` follow; after a change, positions of the old epoch mean nothing any more.
    """

    lineage: Lineage
    position: int


class Feed:
    """Iterate over `items`. One per process; it holds no more than ``batch`` messages at a time.

    ``durable`` names a consumer that the server keeps, and that hears of a message as done when the next is asked for.
    """

    def __init__(
        self,
        connection: Client,
        fill: Fill,
        *,
        prefix: str = DEFAULT_PREFIX,
        batch: int = 256,
        begin: Begin | None = None,
        durable: str | None = None,
    ) -> None:
        self._connection = connection
        self._manager = connection.jetstream(prefix=prefix)
        self._prefix = prefix
        self._fill = fill
        self._batch = batch
        self._begin = begin
        self._durable = durable
        self._epoch: Epoch | None = None
        self._failures = 0

    @property
    def standing(self) -> Epoch | None:
        """The epoch and the last position handed out; ``None`` until the stream was found."""
        return self._epoch

    async def items(self, *, after: int | None = None) -> AsyncGenerator[Epoch | Message]:
        """First an `Epoch`, then messages, without a hole or a repeat, until cancelled.

        ``after``: start behind this position of the current epoch; ``None``: with what comes from now on (unless
        ``begin`` says it). Raises `Stuck` when the connection is closed.
        """
        while True:
            heed_cancellation()
            try:
                async with contextlib.aclosing(self._session(after)) as session:
                    async for item in session:
                        self._failures = 0
                        yield item
            except Interrupted as interruption:
                _log.info("feed interrupted: %s", interruption)
            except Exception as error:
                if not unavailable(error):
                    raise
                _log.warning("feed: %s: %s", type(error).__name__, error)
            if self._connection.is_closed:
                raise Stuck("the connection is closed")
            await asyncio.sleep(_PATIENCE_S[min(self._failures, len(_PATIENCE_S) - 1)])
            self._failures += 1

    async def _session(self, after: int | None) -> AsyncGenerator[Epoch | Message]:
        """One life of a consumer; ends or raises when the stream must be looked at again."""
        state = await state_of(self._manager)
        if state is None or state.lineage is None:
            raise Interrupted("there is no stream yet")
        if self._epoch is None or self._epoch.lineage != state.lineage:
            self._epoch = await self._started(state, state.lineage, after)
            yield self._epoch
        async for message in self._gap(state.first - 1):
            yield message
        name = await self._consumer()
        try:
            async with (
                Pull(self._connection, self._prefix, STREAM, name, batch=self._batch) as pull,
                contextlib.aclosing(self._pulled(pull, state.lineage)) as messages,
            ):
                async for message in messages:
                    yield message
        finally:
            await self._leave(name)

    async def _pulled(self, pull: Pull, lineage: Lineage) -> AsyncGenerator[Message]:
        """What comes, for as long as it is the same stream."""
        idle_at: int | None = None
        while True:
            arrived = await pull.next(_LOOK_EVERY_S)
            for raw in arrived:
                async for message in self._deliver(raw):
                    yield message
            if arrived:
                idle_at = None
                continue
            if idle_at is not None:  # quiet twice although the stream had gone further: forgotten at its end
                async for message in self._gap(idle_at):
                    yield message
            idle_at = await self._look(lineage)

    async def _leave(self, name: str) -> None:
        """Spare the server the time until it finds a consumer unused; one that is kept, is kept."""
        if self._durable is None and self._connection.is_connected:
            with contextlib.suppress(NatsError, OSError):
                async with asyncio.timeout(1):
                    await self._manager.delete_consumer(STREAM, name)

    async def _started(self, state: StreamState, lineage: Lineage, after: int | None) -> Epoch:
        if self._epoch is not None and self._epoch.lineage.installation != lineage.installation:
            raise Interrupted("the stream belongs to another installation")
        if self._begin is not None:
            return Epoch(lineage, await self._begin(lineage))
        first_time = self._epoch is None
        return Epoch(lineage, after if first_time and after is not None else state.last)

    async def _consumer(self) -> str:
        """The name of a consumer that delivers from the position on."""
        if self._durable is None:
            config = ConsumerConfig(
                name=f"feed-{secrets.token_hex(6)}",
                ack_policy=AckPolicy.NONE,
                inactive_threshold=_INACTIVE_S,
                mem_storage=True,
                num_replicas=1,
            )
        else:
            if await self._still_good(self._durable):
                return self._durable
            config = ConsumerConfig(
                name=self._durable,
                durable_name=self._durable,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=_ACK_WAIT_S,
                max_ack_pending=self._batch,
            )
        start = config.evolve(deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=self._position + 1)
        info = await self._manager.add_consumer(STREAM, start)
        return info.name

    async def _still_good(self, durable: str) -> bool:
        """Whether the server's consumer delivers what comes next; one that is ahead, or waits for answers to what it
        sent before, is taken away.
        """
        try:
            info = await self._manager.consumer_info(STREAM, durable)
        except NotFoundError:
            return False
        if not info.num_ack_pending and info.delivered and info.delivered.stream_seq <= self._position:
            return True
        await self._manager.delete_consumer(STREAM, durable)
        return False

    async def _look(self, lineage: Lineage) -> int:
        """The stream's last position. Raises `Interrupted` when it is another stream now."""
        state = await state_of(self._manager)
        if state is None or state.lineage != lineage:
            raise Interrupted("the stream was deleted or made anew")
        self._failures = 0
        return state.last

    async def _deliver(self, raw: Msg) -> AsyncIterator[Message]:
        message = received(raw)
        if message.epoch != self._lineage.epoch:
            raise Interrupted("the stream was made anew")
        async for missed in self._gap(message.position - 1):
            yield missed
        if message.position > self._position:
            self._move(message.position)
            yield message
        if self._durable is not None:
            await raw.ack()

    async def _gap(self, upto: int) -> AsyncIterator[Message]:
        """What lies between here and ``upto``, from the log."""
        while self._position < upto:
            try:
                page = await self._fill(self._position, upto)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # whatever the caller's HTTP client raises
                raise Interrupted(f"GET events failed: {type(error).__name__}") from error
            if not page:
                raise Interrupted(f"GET events has nothing after {self._position}")
            for message in page:
                if message.epoch != self._lineage.epoch or message.position != self._position + 1:
                    raise Interrupted(f"GET events answered {message.position} after {self._position}")
                self._move(message.position)
                yield message

    @property
    def _lineage(self) -> Lineage:
        if self._epoch is None:
            raise Interrupted("there is no stream yet")
        return self._epoch.lineage

    @property
    def _position(self) -> int:
        return self._epoch.position if self._epoch is not None else 0

    def _move(self, position: int) -> None:
        self._epoch = Epoch(self._lineage, position)


def received(raw: Msg) -> Message:
    """A message as NATS delivered it. Raises `Interrupted` for one that the relay did not write."""
    headers = {name: value for name, value in (raw.headers or {}).items() if name.startswith("ce-")}
    sequence = raw.metadata.sequence.stream
    if headers.get("ce-position") != str(sequence):
        raise Interrupted(f"message {sequence} says it is {headers.get('ce-position')}")
    return Message(sequence, raw.subject, headers, raw.data)
