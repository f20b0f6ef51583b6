"""``/ws`` on its way to notify: frames both ways as they come, close codes as they are, nothing kept.

A side that does not read stops the other one: the client's server pauses its socket while a frame waits for notify, and
a frame that waits for the client stops the reading from notify, which then closes (4008) or is closed here.
"""

import asyncio
import socket

import aiohttp
import structlog
from prometheus_client import Gauge
from redis.exceptions import RedisError
from starlette.types import Receive, Scope, Send
from tikethet_service.http import UNREAD_BYTES
from tikethet_service.metrics import REGISTRY
from tikethet_service.problems import Problem, language_of_scope, problem_json

from tikethet_gateway import headers
from tikethet_gateway.limits import Limits, Rate
from tikethet_gateway.rules import Network, client_address
from tikethet_gateway.upstream import RETRY_AFTER, Upstream, problem_of

FRAME_MAX_BYTES = 2 * 1024 * 1024
"""The largest frame notify may send; what a client may send is bounded by the server (`run.serve`) and by notify."""
STALL_S = 20.0
"""A frame that the client does not take for so long ends the socket."""
CLOSE_S = 5.0
GOING_AWAY, ABNORMAL, RESTARTING, BROKEN = 1001, 1006, 1012, 1011

_open = Gauge("tikethet_gateway_sockets", "Open sockets passing through.", registry=REGISTRY)
_log = structlog.get_logger("tikethet.sockets")


class SocketProxy:
    """Passes sockets on to notify at ``url``; at most ``most`` at a time, and ``rate`` new ones per address."""

    def __init__(
        self, upstream: Upstream, url: str, *, limits: Limits, rate: Rate, trusted: tuple[Network, ...], most: int
    ) -> None:
        self._upstream = upstream
        self._url = url
        self._limits = limits
        self._rate = rate
        self._trusted = trusted
        self._most = most
        self._count = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry one socket from its opening to its close."""
        await receive()  # websocket.connect
        try:
            far = await self._open(scope)
        except Problem as problem:
            await refuse(problem, scope, send)
            return
        except RedisError:
            await refuse(Problem("unavailable", headers=RETRY_AFTER), scope, send)
            return
        self._count += 1
        _open.inc()
        try:
            await send({"type": "websocket.accept"})
            await _carry(far, receive, send)
        finally:
            self._count -= 1
            _open.dec()
            await _close(far, GOING_AWAY)

    async def _open(self, scope: Scope) -> "aiohttp.ClientWebSocketResponse[bool]":
        if self._count >= self._most:
            raise Problem("overloaded", headers=RETRY_AFTER)
        peer = scope["client"][0] if scope.get("client") else None
        forwarded = headers.of(scope["headers"], b"x-forwarded-for")
        await self._limits.take(self._rate, client_address(peer, forwarded, self._trusted))
        onwards = self._upstream.trace_headers()
        language = headers.of(scope["headers"], b"accept-language")
        if language:
            onwards["Accept-Language"] = language
        try:
            async with asyncio.timeout(self._upstream.answer_s):
                far = await self._upstream.client.ws_connect(
                    self._url,
                    headers=onwards,
                    max_msg_size=FRAME_MAX_BYTES,
                    compress=0,
                    timeout=aiohttp.ClientWSTimeout(ws_close=CLOSE_S),
                )
                # What the kernel takes on for a client that does not read is what notify does not hear of.
                if (under := far.get_extra_info("socket")) is not None:  # else it is gone already
                    under.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, UNREAD_BYTES)
                return far
        except (aiohttp.ClientError, OSError) as failure:
            raise problem_of(failure) from None


async def refuse(problem: Problem, scope: Scope, send: Send) -> None:
    """Answer the opening handshake with a problem instead of a socket."""
    language = language_of_scope(scope)
    raw = {"content-type": "application/problem+json", "content-language": language, **problem.headers}
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in raw.items()]
    await send({"type": "websocket.http.response.start", "status": problem.status, "headers": pairs})
    await send({"type": "websocket.http.response.body", "body": problem_json(problem, language)})


async def _carry(far: "aiohttp.ClientWebSocketResponse[bool]", receive: Receive, send: Send) -> None:
    async with asyncio.TaskGroup() as group:
        inwards = group.create_task(_inwards(far, receive))
        outwards = group.create_task(_outwards(far, send))
        # Either side's end is the end of both.
        inwards.add_done_callback(lambda _: outwards.cancel())
        outwards.add_done_callback(lambda _: inwards.cancel())


async def _inwards(far: "aiohttp.ClientWebSocketResponse[bool]", receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "websocket.disconnect":
            await _close(far, message.get("code") or GOING_AWAY, message.get("reason") or "")
            return
        try:
            if (text := message.get("text")) is not None:
                await far.send_str(text)
            else:
                await far.send_bytes(message.get("bytes") or b"")
        except (aiohttp.ClientError, OSError):
            # Notify is going; its close frame, if any, is on its way through the other direction.
            await asyncio.sleep(CLOSE_S)
            return


async def _outwards(far: "aiohttp.ClientWebSocketResponse[bool]", send: Send) -> None:
    while True:
        message = await far.receive()
        try:
            async with asyncio.timeout(STALL_S):
                match message.type:
                    case aiohttp.WSMsgType.TEXT:
                        await send({"type": "websocket.send", "text": message.data})
                    case aiohttp.WSMsgType.BINARY:
                        await send({"type": "websocket.send", "bytes": message.data})
                    case aiohttp.WSMsgType.CLOSE:
                        await send(_closing(message.data, message.extra))
                        return
                    case _:
                        await send(_closing(RESTARTING, ""))
                        return
        except TimeoutError:
            _log.info("a client does not read; its socket is cut")
            return
        except OSError:  # the client has gone
            return


def _closing(code: int | None, reason: str | None) -> dict[str, object]:
    return {"type": "websocket.close", "code": _sendable(code, RESTARTING), "reason": (reason or "")[:120]}


async def _close(far: "aiohttp.ClientWebSocketResponse[bool]", code: int, reason: str = "") -> None:
    if not far.closed:
        await far.close(code=_sendable(code, GOING_AWAY), message=reason.encode()[:120])


def _sendable(code: int | None, instead: int) -> int:
    # 1005, 1006 and 1015 describe what was not said and must not be said.
    if code is None or code in {1004, 1005, ABNORMAL, 1015} or not 1000 <= code < 5000:  # noqa: PLR2004 - RFC 6455's
        return instead
    return code
