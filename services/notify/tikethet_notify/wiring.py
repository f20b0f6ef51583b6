"""The only place that opens connections: joins the rooms into one running process."""

import asyncio
import contextlib
import logging
import resource
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from picows import ws_create_server
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.applications import Starlette
from tikethet_events import bus
from tikethet_events.feed import Feed as EventFeed
from tikethet_service.callers import AccessTokens, CallerSigner
from tikethet_service.health import Health, PartState
from tikethet_service.run import background, finish

from tikethet_notify import consumers, presence, routes
from tikethet_notify.admission import Admission
from tikethet_notify.history import History
from tikethet_notify.hub import Hub
from tikethet_notify.live import Live, Tickets
from tikethet_notify.members import Members
from tikethet_notify.ring import Ring
from tikethet_notify.rules import Limits
from tikethet_notify.sessions import Sessions
from tikethet_notify.settings import Settings
from tikethet_notify.sockets import Door, House
from tikethet_notify.upstream import TicketsOverHttp

CHECK_SECONDS = 0.5
PING_SECONDS = 25.0
READ_BUFFER = 4096

_UP = PartState("up")
_log = structlog.get_logger("tikethet.notify.wiring")


class _Quiet(logging.LoggerAdapter[logging.Logger]):
    """picows tells of every connection at INFO and of a client's malformed frame as our error; here both are detail."""

    def info(self, msg: object, *args: object, **kwargs: Any) -> None:
        self.debug(msg, *args, **kwargs)

    def error(self, msg: object, *args: object, **kwargs: Any) -> None:
        self.debug(msg, *args, **kwargs)


@dataclass(slots=True)
class Notify:
    """One running process: where its sockets are, and what it consists of."""

    ws_port: int
    hub: Hub
    sessions: Sessions
    connection: Client
    redis: Redis
    tickets: TicketsOverHttp


@asynccontextmanager
async def running(settings: Settings, limits: Limits | None = None) -> AsyncIterator[Notify]:
    """Everything but HTTP, open and at work; closes in the reverse order."""
    limits = limits or Limits()
    _allow_many_files()
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        connection = await bus.connect(settings.nats_url, name="tikethet-notify")
        stack.push_async_callback(bus.close, connection)
        redis = await stack.enter_async_context(
            Redis.from_url(settings.redis_url, socket_connect_timeout=3, socket_timeout=10)
        )
        tickets = TicketsOverHttp(http, settings.tickets_url, CallerSigner("notify", settings.service_seed))
        hub = Hub(Ring(max_events=limits.ring_events, max_bytes=limits.ring_bytes))
        history = History(connection, tickets.fill, limits, prefix=settings.nats_api_prefix)
        members, requesters = Members(tickets.standing), Tickets(history.requester)
        sessions = Sessions(redis, ended=hub.close_session, open_ones=lambda: [feed.peer.session_id for feed in hub])
        live = Live(connection, hub, requesters)
        tokens = AccessTokens(settings.service_public_keys["gateway"])
        admission = Admission(tokens, members, sessions, hub, history, limits, tickets.log_head)
        hearing = consumers.Hearing(hub, members, requesters)
        errands = _Errands()
        stack.push_async_callback(errands.drop)
        house = House(admission, hub, live, limits, errands.run)
        door = Door(house)
        _at_work(stack, bus.watch(connection), "nats")
        _at_work(stack, _hear(connection, tickets, hearing, limits, settings.nats_api_prefix), "events")
        _at_work(stack, live.listen(), "live")
        _at_work(stack, sessions.listen(), "sessions")
        _at_work(stack, presence.beat(redis, hub, limits.presence_every), "presence")
        _at_work(stack, _clockwork(hub, limits), "clockwork")
        server = await ws_create_server(
            door,
            settings.host,
            settings.ws_port,
            max_frame_size=limits.frame_bytes,
            read_buffer_init_size=READ_BUFFER,
            enable_auto_pong=False,  # the socket answers itself, within its allowance
            enable_auto_ping=True,
            auto_ping_idle_timeout=PING_SECONDS,
            auto_ping_reply_timeout=PING_SECONDS,
            logger_name=_Quiet(logging.getLogger("picows.server")),
            backlog=1024,
        )
        stack.callback(server.close)
        stack.push_async_callback(door.shut)
        yield Notify(server.sockets[0].getsockname()[1], hub, sessions, connection, redis, tickets)


def application(settings: Settings) -> Starlette:
    """The process as an ASGI application: sockets and everything else live as long as it does."""
    opened: list[Notify] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with running(settings) as notify:
            opened.append(notify)
            yield
            opened.clear()

    async def feed() -> PartState:
        if not opened or not opened[0].hub.up_to_date:
            return PartState("down", "waiting for the stream of events")
        hub = opened[0].hub
        return PartState("up", f"position {hub.position}, {hub.count()} sockets")

    async def nats() -> PartState:
        return _UP if opened and opened[0].connection.is_connected else PartState("down", "not connected")

    async def redis() -> PartState:
        with contextlib.suppress(RedisError, OSError, TimeoutError):
            if opened and await opened[0].redis.ping():
                return _UP
        return PartState("down", "no answer")

    async def tickets() -> PartState:
        return _UP if opened and await opened[0].tickets.alive() else PartState("down", "no answer")

    parts = {"events": feed, "nats": nats, "redis": redis, "tickets": tickets}
    return routes.application(Health("notify", parts, ready=frozenset({"events", "nats"})), lifespan)


def _at_work(stack: AsyncExitStack, work: Coroutine[Any, Any, None], name: str) -> None:
    stack.push_async_callback(finish, background(work, name))


async def _hear(
    connection: Client, tickets: TicketsOverHttp, hearing: consumers.Hearing, limits: Limits, prefix: str
) -> None:
    """Fill the ring with what happened lately, so that a restart's storm of resumes is served from it; then listen."""
    after = None
    with contextlib.suppress(NatsError, OSError, TimeoutError):  # without it the ring starts empty
        state = await bus.state_of(connection.jetstream(prefix=prefix))
        if state is not None:
            hearing.expect(state.last)
            after = max(0, state.first - 1, state.last - min(limits.resume_events, limits.ring_events))
    await consumers.listen(EventFeed(connection, tickets.fill, prefix=prefix), hearing, after=after)


async def _clockwork(hub: Hub, limits: Limits) -> None:
    loop = asyncio.get_running_loop()
    sweep_at = loop.time() + limits.progress_every
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        now = loop.time()
        hub.check(now, time.time())
        if now >= sweep_at:
            hub.sweep()
            sweep_at = now + limits.progress_every


class _Errands:
    """Short work beside the sockets; what fails is logged, and dropped at the end."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._ended)

    async def drop(self) -> None:
        await finish(*self._running)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (failure := task.exception()) is not None:
            _log.error("an errand of a socket failed", exc_info=failure)


def _allow_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
