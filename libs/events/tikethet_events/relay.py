"""From the log to the stream: the same events, each at the sequence of its position, once, whatever dies on the way.

The relay keeps no cursor. It reads how far the stream goes, then what the log has behind that, and publishes the
difference; the server refuses whatever does not fit right behind. Any failure only means: look again. Every process
with a log runs one; a lease lets one of them work at a time, which saves effort but is not what keeps it right.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Final, Literal

from msgspec import Struct
from nats.aio.client import Client
from nats.aio.msg import Msg

from tikethet_events.batch import MAX_MESSAGES, Batches, NotStored, Outgoing
from tikethet_events.bus import DEFAULT_PREFIX, MAX_AGE_S, heed_cancellation, renewing, unavailable
from tikethet_events.envelope import Recorded
from tikethet_events.errors import ForeignStream, LogError
from tikethet_events.keeper import Keeper, Mark, Source
from tikethet_events.lease import DATABASE_TROUBLE, Lease
from tikethet_events.stream import body_of, headers_of, subject_of

POKE: Final = "tikethet.relay.poke"
"""Core NATS, inside the tickets account: another replica's log went on."""

_POLL_S: Final = 0.25
_LOOK_EVERY_S: Final = 2.0
_PATIENCE_S: Final = (0.1, 0.3, 1.0, 2.0)
_BATCH_BYTES: Final = 1024 * 1024

_log = logging.getLogger(__name__)


class Status(Struct, frozen=True):
    """How the relay does, for health and metrics.

    ``standby``: another process relays. ``foreign``: the stream is another installation's, nothing is published and
    nothing deleted. ``failing``: ``detail`` says why; it keeps trying. ``published`` and ``head`` are positions.
    """

    state: Literal["starting", "standby", "publishing", "foreign", "failing"] = "starting"
    published: int = 0
    head: int = 0
    epoch: str = ""
    detail: str | None = None

    @property
    def lag(self) -> int:
        """Events that the log has and the stream has not, as far as this process knows."""
        return max(0, self.head - self.published) if self.state != "standby" else 0

    @property
    def well(self) -> bool:
        """Whether events go out: by this process, or by the one that holds the lease."""
        return self.state in {"publishing", "standby"}


class _LookAgain(Exception):
    """Stream and log do not fit together as they were thought to."""


class Relay:
    """One per process that appends. Give `poke` to the log as ``on_append`` and run `run` in the background.

    ``open_nats`` opens a connection in the stream's own account; the relay closes it, and opens another when that one
    is stuck. It may wait for NATS as long as it likes: the log goes on meanwhile.
    """

    def __init__(
        self,
        log: Source,
        open_nats: Callable[[], Awaitable[Client]],
        lease: Lease,
        *,
        prefix: str = DEFAULT_PREFIX,
        replicas: int = 1,
        max_age_s: float = MAX_AGE_S,
    ) -> None:
        self._log = log
        self._open = open_nats
        self._lease = lease
        self._prefix = prefix
        self._replicas = replicas
        self._max_age_s = max_age_s
        self._poked = asyncio.Event()
        self._failures = 0
        self.status = Status()

    def poke(self, position: int = 0) -> None:
        """The log has gone on, to ``position`` as far as known. Never blocks."""
        if position > self.status.head:
            self._tell(head=position)
        self._poked.set()

    async def run(self) -> None:
        """Relay until cancelled."""
        try:
            await renewing(self._open, self._work, self._stuck)
        finally:
            await self._lease.release()

    def _stuck(self, reason: str) -> None:
        self._tell(state="failing", detail=reason)
        _log.warning("relay: %s; opening another connection", reason)

    async def _work(self, connection: Client) -> None:
        while True:
            heed_cancellation()
            try:
                await self._stand_by(connection)
                await self._lead(connection)
            except _LookAgain as reason:
                _log.info("relay looks again: %s", reason)
            except (ForeignStream, NotStored, LogError, *DATABASE_TROUBLE) as error:
                self._complain(error)
            except Exception as error:
                if not unavailable(error):
                    raise
                self._complain(error)
            await asyncio.sleep(_PATIENCE_S[min(self._failures, len(_PATIENCE_S) - 1)])
            self._failures += 1

    def _complain(self, error: Exception) -> None:
        detail = f"{type(error).__name__}: {error}"
        if detail != self.status.detail:
            _log.warning("relay: %s", detail)
        self._tell(state="foreign" if isinstance(error, ForeignStream) else "failing", detail=detail)

    async def _stand_by(self, connection: Client) -> None:
        """Wait for the lease; until then tell its holder when this process's log goes on."""
        while not await self._lease.take():
            self._tell(state="standby", detail=None)
            until = time.monotonic() + 1.0
            while (left := until - time.monotonic()) > 0:
                if await self._was_poked(left) and connection.is_connected:
                    await connection.publish(POKE)

    async def _lead(self, connection: Client) -> None:
        """Publish for as long as nothing is doubtful."""
        keeper = Keeper(
            self._log,
            connection.jetstream(prefix=self._prefix),
            replicas=self._replicas,
            max_age_s=self._max_age_s,
        )
        async with _subscribed(connection, POKE, self._heard_poke), Batches(connection) as batches:
            mark = await self._survey(keeper, connection)
            await keeper.forget_all(mark.position)
            look_at = time.monotonic() + _LOOK_EVERY_S
            reconnects = connection.stats["reconnects"]
            while self._lease.held:
                self._poked.clear()
                mark = await self._publish(mark, batches, keeper)
                if not self._poked.is_set():
                    self._tell(head=mark.position)
                self._failures = 0
                if time.monotonic() > look_at or connection.stats["reconnects"] != reconnects:
                    mark = await self._survey(keeper, connection)
                    reconnects = connection.stats["reconnects"]
                    look_at = time.monotonic() + _LOOK_EVERY_S
                await self._was_poked(_POLL_S)
        raise _LookAgain("the lease is gone")

    async def _survey(self, keeper: Keeper, connection: Client) -> Mark:
        if not await self._lease.confirm():
            raise _LookAgain("the lease is gone")
        if not connection.is_connected:
            raise _LookAgain("NATS is away")
        mark = await keeper.survey()
        head = (await self._log.head()).position
        self._tell(state="publishing", detail=None, published=mark.position, head=head, epoch=mark.lineage.epoch)
        return mark

    async def _publish(self, mark: Mark, batches: Batches, keeper: Keeper) -> Mark:
        """Publish what the log has behind ``mark``, at most one batch of it; how far the stream goes then.

        The event at the mark is read along with it: a log that was restored meanwhile has another one there. What is
        left for another batch is a poke.
        """
        known = 1 if mark.event_id is not None else 0
        events = await self._log.read(mark.position - known, MAX_MESSAGES)
        if known and (not events or events[0].event_id != mark.event_id):
            raise _LookAgain(f"the log no longer has at {mark.position} what the stream has")
        batch = _batch(events[known:], mark)
        if not batch:
            return mark
        if len(events) == MAX_MESSAGES or len(events) > known + len(batch):
            self._poked.set()
        events = events[known : known + len(batch)]
        self._tell(head=max(self.status.head, events[-1].position))
        await batches.publish(batch, after=mark.position)
        for event in events:
            await keeper.forget(event)
        self._tell(published=events[-1].position)
        return Mark(events[-1].position, events[-1].event_id, mark.lineage)

    async def _was_poked(self, within_s: float) -> bool:
        heed_cancellation()
        try:
            async with asyncio.timeout(within_s):
                await self._poked.wait()
        except TimeoutError:
            return False
        self._poked.clear()
        return True

    async def _heard_poke(self, _message: Msg) -> None:
        self._poked.set()

    def _tell(self, **changes: object) -> None:
        known = {name: getattr(self.status, name) for name in Status.__struct_fields__}
        self.status = Status(**{**known, **changes})


def _batch(events: Sequence[Recorded], mark: Mark) -> list[Outgoing]:
    """The front of ``events`` as it goes out at once: right behind the mark, without a hole, not too big."""
    batch: list[Outgoing] = []
    size = 0
    for event in events:
        if event.position != mark.position + 1 + len(batch):
            raise _LookAgain(f"the log goes on at {event.position} behind {mark.position + len(batch)}")
        body = body_of(event)
        size += len(body)
        if batch and size > _BATCH_BYTES:
            break
        batch.append((subject_of(event), headers_of(event, mark.lineage.epoch, mark.lineage.installation), body))
    return batch


@contextlib.asynccontextmanager
async def _subscribed(
    connection: Client, subject: str, callback: Callable[[Msg], Awaitable[None]]
) -> AsyncIterator[None]:
    subscription = await connection.subscribe(subject, cb=callback)
    try:
        yield
    finally:
        if connection.is_connected:
            await subscription.unsubscribe()
