"""Opens what the gateway needs and joins it together."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from aiohttp import ClientSession
from fastapi import FastAPI
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from tikethet_service import health, metrics, problems, run
from tikethet_service.callers import AccessTokens, CallerSigner, public_key_of
from tikethet_service.tracing import Tracing

from tikethet_gateway.admission import Admission
from tikethet_gateway.demo import Chats, add_demo
from tikethet_gateway.edge import Edge, unavailable
from tikethet_gateway.forward import Bounds, Forward
from tikethet_gateway.limits import Limits, Rate
from tikethet_gateway.openapi import OpenApi
from tikethet_gateway.pages import Pages
from tikethet_gateway.parts import parts
from tikethet_gateway.routes import Desk, add_routes
from tikethet_gateway.sessions import Sessions
from tikethet_gateway.settings import GatewaySettings
from tikethet_gateway.signin import InitDataPolicy, SignIn
from tikethet_gateway.sockets import SocketProxy
from tikethet_gateway.tickets import Tickets
from tikethet_gateway.upstream import CONNECTIONS_MAX, Upstream, open_client

SERVICE = "gateway"
REDIS_CONNECTIONS_MAX = 64
REDIS_S = 2.0


def build(settings: GatewaySettings) -> ASGIApp:
    """The whole gateway as one ASGI application; connections are opened by its lifespan."""
    door = _Door(settings)
    return Tracing(metrics.HttpMetrics(door))


def application(lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None) -> FastAPI:
    """The gateway's own application, still without routes."""
    return FastAPI(
        title="TiketHet",
        version="1",
        description="A support desk that lives in Telegram. Errors: RFC 9457, codes at /docs/problems.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )


class _Door:
    """What the server calls. The `Edge` behind it exists from start-up to shut-down."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._app = application(self._lifespan)
        self._inner: ASGIApp = self._app
        problems.install(self._app)
        self._app.add_exception_handler(RedisError, _without_redis)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a connection on."""
        await self._inner(scope, receive, send)

    @asynccontextmanager
    async def _lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        settings = self._settings
        async with (
            _client(settings, most=CONNECTIONS_MAX) as client,
            _client(settings, most=0) as sockets_client,
            open_redis(settings.redis_url) as redis,
        ):
            upstream = Upstream(client, answer_s=settings.upstream_answer_s)
            to_notify = Upstream(sockets_client, answer_s=settings.upstream_answer_s)
            desk, forward = _join(settings, redis, upstream)
            app.state.desk = desk
            self._inner = Edge(
                app,
                forward=forward,
                sockets=_sockets(settings, to_notify, desk.limits),
                https=(settings.public_url or "").startswith("https://"),
                sandbox=settings.demo and settings.sandbox_url is not None,
            )
            _add_everything(app, settings, redis, upstream)
            listening = run.background(desk.admission.listen(), "hear ended sessions")
            yield
            await run.finish(listening)


def _client(settings: GatewaySettings, *, most: int) -> ClientSession:
    return open_client(connect_s=settings.upstream_connect_s, idle_s=settings.upstream_idle_s, most=most)


@asynccontextmanager
async def open_redis(url: str) -> AsyncIterator[Redis]:
    """A bounded pool of connections that fails within seconds and tries once more on a stale one."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=REDIS_CONNECTIONS_MAX,
        timeout=REDIS_S,
        socket_timeout=REDIS_S,
        socket_connect_timeout=REDIS_S,
        health_check_interval=15,
        retry=Retry(NoBackoff(), 1),
    )
    async with Redis(connection_pool=pool) as redis:
        yield redis
    await pool.disconnect()


def _join(settings: GatewaySettings, redis: Redis, upstream: Upstream) -> tuple[Desk, Forward]:
    seed = settings.service_seed
    signer = CallerSigner(SERVICE, seed)
    tokens = AccessTokens(public_key_of(seed), seed)
    sessions = Sessions(redis, seed, days=settings.session_days)
    limits = Limits(redis)
    admission = Admission(redis, Rate("api", settings.requests_per_second, settings.requests_burst))
    policy = InitDataPolicy(settings.proof, settings.init_data_max_age_s, settings.init_data_max_exchanges)
    tickets = Tickets(upstream, settings.tickets_url, signer)
    sign_in = SignIn(policy, tickets=tickets, sessions=sessions, tokens=tokens, limits=limits)
    sign_in_rate = Rate("sign-in", settings.sign_in_per_minute / 60, settings.sign_in_burst)
    desk = Desk(sign_in, sessions, tokens, admission, limits, sign_in_rate, tuple(settings.trusted_proxies))
    bounds = Bounds(settings.body_max_bytes, settings.upstream_answer_s, settings.upstream_idle_s)
    forward = Forward(
        upstream,
        settings.tickets_url,
        tokens=tokens,
        signer=signer,
        admission=admission,
        limits=limits,
        rate=Rate("accounts", settings.requests_per_second, settings.requests_burst),
        bounds=bounds,
    )
    return desk, forward


def _sockets(settings: GatewaySettings, upstream: Upstream, limits: Limits) -> SocketProxy:
    return SocketProxy(
        upstream,
        settings.notify_ws_url,
        limits=limits,
        rate=Rate("sockets", settings.sockets_per_second, settings.sockets_burst),
        trusted=tuple(settings.trusted_proxies),
        most=settings.sockets_max,
    )


def _add_everything(app: FastAPI, settings: GatewaySettings, redis: Redis, upstream: Upstream) -> None:
    add_routes(app)
    if settings.demo:
        add_demo(app, Chats(upstream, settings.sandbox_url) if settings.sandbox_url else None)
    openapi = OpenApi(upstream, settings.tickets_url, app.openapi)
    pages = Pages(settings.static_dir, openapi, demo=settings.demo)
    checks = health.Health(SERVICE, parts(settings, redis, upstream), ready=frozenset({"redis"}))
    app.router.routes.extend([*pages.routes(), *checks.routes(), *metrics.routes()])


async def _without_redis(request: Request, _failure: Exception) -> Response:
    problem = unavailable()
    language = problems.language_of_scope(request.scope)
    body = problems.problem_json(problem, language)
    return Response(body, status_code=problem.status, headers=problem.headers, media_type=problems.MEDIA_TYPE)
