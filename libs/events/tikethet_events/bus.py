"""The way to NATS: a connection that always comes back, and the one stream of events with what it says of itself."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Final

import nats
from msgspec import Struct
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from nats.js.manager import JetStreamManager

from tikethet_events.stream import STREAM, SUBJECTS

DEFAULT_PREFIX: Final = "$JS.API"
MAX_AGE_S: Final = 30 * 24 * 3600
_INSTALLATION, _EPOCH, _BASE = "tikethet-installation", "tikethet-epoch", "tikethet-base"

_log = logging.getLogger(__name__)


class Stuck(Exception):
    """NATS can be reached, but this client does not come back to it, or closed for good: start anew."""


class Lineage(Struct, frozen=True):
    """Whose copy a stream is, kept in its metadata.

    Positions mean something within an ``epoch`` only. ``base`` is the last position that is sure to be the same in
    the epochs before this one; 0 in the first.
    """

    installation: str
    epoch: str
    base: int = 0


class StreamState(Struct, frozen=True):
    """The stream as it is now. ``lineage`` is ``None`` when it says nothing of itself, so it is not ours."""

    lineage: Lineage | None
    first: int
    last: int
    messages: int
    config: StreamConfig


async def connect(url: str, *, name: str, pending_bytes: int = 16 * 1024 * 1024) -> Client:
    """A connection that reconnects for ever; waits until there is one. Of several servers commas part the addresses.

    Pings every 10 s, so a dead peer is noticed within half a minute. Run `watch` beside it.
    """
    client: Client = await nats.connect(
        url.split(","),
        name=name,
        max_reconnect_attempts=-1,
        reconnect_time_wait=0.25,  # seconds
        ping_interval=10,
        max_outstanding_pings=2,
        pending_size=pending_bytes,
        error_cb=_Complaints().say,
    )
    return client


def heed_cancellation() -> None:
    """For loops that ask NATS: end here when the task was cancelled and the cancellation was lost on the way.

    nats-py waits for answers with ``asyncio.wait_for``, which before Python 3.12 returns the answer and forgets the
    cancellation when both come at once; the task still counts it.
    """
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError


async def close(connection: Client) -> None:
    """Close it, also when the server has just gone away."""
    # uvloop's sockets raise RuntimeError for what is still to be written when they are gone.
    with contextlib.suppress(OSError, NatsError, RuntimeError):
        async with asyncio.timeout(5):
            await connection.close()


class _Complaints:
    """Says what is wrong with a connection once, not at every attempt."""

    def __init__(self) -> None:
        self._last = ""

    async def say(self, error: Exception) -> None:
        words = f"{type(error).__name__}: {error}"
        if words != self._last:
            _log.warning("nats: %s", words)
        self._last = words


async def watch(connection: Client, *, patience_s: float = 30.0) -> None:
    """Run beside a connection for its whole life. Raises `Stuck` when only a new one helps.

    nats-py may hang for minutes while it reconnects, or close for good; a server that is away is no reason to raise.
    """
    away_since: float | None = None
    while True:
        if connection.is_closed:
            raise Stuck("the connection is closed")
        if connection.is_connected:
            away_since = None
        elif away_since is None:
            away_since = time.monotonic()
        elif time.monotonic() - away_since > patience_s:
            if await _answers(connection):
                raise Stuck(f"no connection for {patience_s:.0f} s although NATS answers")
            away_since = None
        await asyncio.sleep(min(1.0, patience_s / 4))


async def _answers(connection: Client) -> bool:
    for server in connection.servers:
        try:
            async with asyncio.timeout(2):
                reader, writer = await asyncio.open_connection(server.hostname, server.port or 4222)
                greeting = await reader.readline()
                writer.close()
        except (OSError, TimeoutError):
            continue
        if greeting.startswith(b"INFO"):
            return True
    return False


async def renewing(
    open_nats: Callable[[], Awaitable[Client]],
    work: Callable[[Client], Coroutine[Any, Any, None]],
    stuck: Callable[[str], None],
) -> None:
    """Work on a connection until cancelled; on another one whenever only that helps, and ``stuck`` hears why."""
    while True:
        connection = await open_nats()
        try:
            heed_cancellation()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(watch(connection))
                tasks.create_task(work(connection))
        except* Stuck as failure:
            stuck(str(failure.exceptions[0]))
        finally:
            await close(connection)


async def state_of(manager: JetStreamManager) -> StreamState | None:
    """The stream as it is, ``None`` when there is none. Raises nats errors when it cannot be asked."""
    try:
        info = await manager.stream_info(STREAM)
    except NotFoundError:
        return None
    state = info.state
    return StreamState(
        _lineage(info.config.metadata or {}), state.first_seq, state.last_seq, state.messages, info.config
    )


def configuration(lineage: Lineage, *, first: int = 1, replicas: int = 1, max_age_s: float = MAX_AGE_S) -> StreamConfig:
    """The stream's configuration: facts are only added, forgotten by age or for a person, never edited."""
    return StreamConfig(
        name=STREAM,
        description="TiketHet: every event, sequence = log position; a rebuildable copy of the log",
        subjects=[SUBJECTS],
        storage=StorageType.FILE,
        retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.OLD,
        max_age=max_age_s,
        num_replicas=replicas,
        first_seq=first if first > 1 else None,
        deny_delete=True,
        allow_direct=True,
        allow_atomic=True,
        metadata={_INSTALLATION: lineage.installation, _EPOCH: lineage.epoch, _BASE: str(lineage.base)},
    )


def _lineage(metadata: dict[str, str]) -> Lineage | None:
    installation, epoch, base = (metadata.get(key) for key in (_INSTALLATION, _EPOCH, _BASE))
    if installation is None or epoch is None or base is None:
        return None
    return Lineage(installation, epoch, int(base))


def unavailable(error: BaseException) -> bool:
    """Whether an error only says that NATS cannot be asked now, so that trying again makes sense."""
    return isinstance(error, NatsError | OSError | TimeoutError)
