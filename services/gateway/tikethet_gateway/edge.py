"""The door: every connection comes in here and goes to tickets, to notify or to the gateway's own routes."""

import asyncio

import structlog
from redis.exceptions import RedisError
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tikethet_service.logs import told
from tikethet_service.problems import Problem, problem_asgi

from tikethet_gateway import headers
from tikethet_gateway.rules import API
from tikethet_gateway.sockets import refuse
from tikethet_gateway.upstream import RETRY_AFTER

OWN = (
    *(f"{API}auth/{call}" for call in ("telegram", "desk", "refresh", "logout", "sessions", "sessions/")),
    f"{API}demo/",
)
"""API calls the gateway answers itself; a name ending in ``/`` stands for everything below."""
OWN_BODY_MAX = 65_536
SANDBOX = "/sandbox/"
SANDBOX_BODY_MAX = 21 * 1024 * 1024
"""Photos and files that people of the demo's chat page send."""
OWN_BODY_S = 10.0


def unavailable() -> Problem:
    """The refusal while Redis cannot be asked: nobody's session can be checked, so nobody gets through."""
    return Problem("unavailable", headers=RETRY_AFTER)


_log = structlog.get_logger("tikethet.edge")


class Edge:
    """Sends ``/api/v1/*`` to ``forward``, ``/ws`` to ``sockets``, the rest to ``app``; secures every answer."""

    def __init__(self, app: ASGIApp, *, forward: ASGIApp, sockets: ASGIApp, https: bool, sandbox: bool = False) -> None:
        self._app = app
        self._forward = forward
        self._sockets = sockets
        self._https = https
        self._sandbox = sandbox

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Route one connection."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._request(scope, receive, send)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/ws":
            await self._sockets(scope, receive, send)
            return
        await receive()  # websocket.connect
        await refuse(Problem("not_found"), scope, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def secured(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message = headers.secured(message, https=self._https)
            await send(message)

        path = scope["path"]
        if path.startswith(API) and not is_own(path):
            try:
                await self._forward(scope, receive, secured)
            except RedisError:  # only before the answer has begun: afterwards nobody asks Redis
                await problem_asgi(unavailable(), scope, secured)
            except Exception as failure:
                _log.exception("forwarding failed")
                told(failure)
                if not begun:
                    await problem_asgi(Problem("internal"), scope, secured)
                raise
            return
        try:
            _refuse_metrics_to_strangers(scope)
            most = SANDBOX_BODY_MAX if self._sandbox and path.startswith(SANDBOX) else OWN_BODY_MAX
            replay = await read_whole(scope, receive, most)
        except Problem as problem:
            await problem_asgi(problem, scope, secured)
            return
        await self._app(scope, replay, secured)


def is_own(path: str) -> bool:
    """Whether the gateway answers this API call itself."""
    return any(path.startswith(own) if own.endswith("/") else path == own for own in OWN)


def _refuse_metrics_to_strangers(scope: Scope) -> None:
    # Metrics are for the operator's own network; what a public edge passes on is somebody else's request.
    if scope["path"] == "/metrics" and headers.of(scope["headers"], b"x-forwarded-for") is not None:
        raise Problem("not_found")


async def read_whole(scope: Scope, receive: Receive, most: int = OWN_BODY_MAX) -> Receive:
    """Read a small body before anything is decided; raises ``Problem`` ``too_large`` or, standing still, 408."""
    length = headers.of(scope["headers"], b"content-length")
    if length is None and headers.of(scope["headers"], b"transfer-encoding") is None:
        return receive
    if int(length or 0) > most:
        raise Problem("too_large", limit=most)
    body, more = bytearray(), True
    try:
        async with asyncio.timeout(OWN_BODY_S):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    break
                body += message.get("body", b"")
                more = message.get("more_body", False)
                if len(body) > most:
                    raise Problem("too_large", limit=most)
    except TimeoutError:
        raise Problem("bad_request", status=408) from None
    whole: list[Message] = [{"type": "http.request", "body": bytes(body), "more_body": False}]

    async def replay() -> Message:
        return whole.pop() if whole else await receive()

    return replay
