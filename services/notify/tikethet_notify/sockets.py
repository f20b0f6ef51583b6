"""``/ws`` itself: picows calls, frames in and out, and how a socket ends."""

import asyncio
import socket as sockets
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from typing import Any, cast

import structlog
from picows import (
    WSCloseCode,
    WSFrame,
    WSListener,
    WSMsgType,
    WSTransport,
    WSUpgradeRequest,
    WSUpgradeResponse,
    WSUpgradeResponseWithListener,
)
from tikethet_service.problems import Problem, detail_of
from tikethet_service.texts import language_of

from tikethet_notify import frames, measures
from tikethet_notify.admission import Admission, NotAdmitted
from tikethet_notify.feeds import CloseCode, Feed, Peer, Wire
from tikethet_notify.hub import Hub
from tikethet_notify.live import Live, NoSuchTicket
from tikethet_notify.rules import Limits

PATH = b"/ws"
CLOSE_SECONDS = 1.0
"""A peer that does not answer a close frame by then is cut off; a slow one sees 1006."""

_log = structlog.get_logger("tikethet.notify.sockets")


@dataclass(frozen=True, slots=True)
class House:
    """Whom a socket turns to. ``spawn`` runs something beside it; ``open`` are all sockets there are."""

    admission: Admission
    hub: Hub
    live: Live
    limits: Limits
    spawn: Callable[[Coroutine[Any, Any, None]], object]
    open: "set[Socket]" = field(default_factory=set)


class Allowance:
    """How many frames a client may still send now."""

    __slots__ = ("_at", "_left", "_limits", "refused")

    def __init__(self, limits: Limits, now: float) -> None:
        self._limits = limits
        self._left = float(limits.frames_burst)
        self._at = now
        self.refused = 0

    def take(self, now: float) -> bool:
        """Use one; ``False`` when there is none left."""
        limits = self._limits
        self._left = min(limits.frames_burst, self._left + (now - self._at) * limits.frames_rate)
        self._at = now
        if self._left < 1:
            self.refused += 1
            return False
        self._left -= 1
        return True


class Socket(WSListener):
    """One client: nobody yet, then a member with a `Feed`, until it is closed."""

    def __init__(self, house: House, language: str) -> None:
        super().__init__()
        self._house = house
        self._language = language
        self._loop = asyncio.get_running_loop()
        self._transport: WSTransport | None = None
        self._feed: Feed | None = None
        self._paused = False
        self._closing = False
        self._admitting = False
        self._parts = bytearray()
        self._allowance = Allowance(house.limits, self._loop.time())
        self._typed = ("", float("-inf"))
        self._deadline: asyncio.TimerHandle | None = None

    def on_ws_connected(self, transport: WSTransport) -> None:
        """Bound what is kept for a peer that does not read, here and in the kernel."""
        self._transport = transport
        self._house.open.add(self)
        self._deadline = self._loop.call_later(self._house.limits.authenticate_within, self._late)
        size = self._house.limits.write_buffer
        under = transport.underlying_transport
        under.set_write_buffer_limits(high=size)
        under.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, size)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Take one frame of the client."""
        kind = frame.msg_type
        if kind == WSMsgType.CLOSE:
            if not self._closing:
                transport.send_close(WSCloseCode.OK)
            transport.disconnect()
        elif self._closing:
            return
        elif not self._allowance.take(self._loop.time()):
            self._refuse()
        elif kind == WSMsgType.PING:
            if not self._paused:
                transport.send_pong(frame.get_payload_as_bytes())
        elif kind == WSMsgType.TEXT or (kind == WSMsgType.CONTINUATION and self._parts):
            self._collect(frame)
        elif kind != WSMsgType.PONG:
            self.close(CloseCode.POLICY, "text frames only")

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002 - picows calls it so
        """Leave nothing behind."""
        self._closing = True
        self._in_time()
        self._house.open.discard(self)
        if self._feed is not None:
            self._house.hub.leave(self._feed)

    def pause_writing(self) -> None:
        """The peer does not keep up."""
        self._paused = True
        if self._feed is not None:
            self._feed.pause()

    def resume_writing(self) -> None:
        """The peer caught up."""
        self._paused = False
        if self._feed is not None:
            self._feed.resume()

    def close(self, code: CloseCode, reason: str) -> None:
        """Say why and hang up, soon even if the peer does not listen."""
        if self._closing or self._transport is None:
            return
        self._closing = True
        self._in_time()
        measures.CLOSES.labels(str(int(code))).inc()
        self._transport.send_close(cast("WSCloseCode", int(code)), reason.encode())
        self._loop.call_later(CLOSE_SECONDS, self._transport.underlying_transport.abort)

    async def gone(self) -> None:
        """Wait until the connection is no more."""
        if self._transport is not None:
            await self._transport.wait_disconnected()

    def _collect(self, frame: WSFrame) -> None:
        if len(self._parts) + frame.payload_size > self._house.limits.frame_bytes:
            self.close(CloseCode.TOO_BIG, "too big")
            return
        self._parts += frame.get_payload_as_memoryview()
        if frame.fin:
            text = bytes(self._parts)
            self._parts = bytearray()
            self._hear(text)

    def _hear(self, text: bytes) -> None:
        try:
            said = frames.read(text)
        except frames.Unreadable as fault:
            self._error(fault.code)
            return
        match said:
            case frames.Authenticate():
                self._authenticate(said)
            case frames.Ping():
                self._send_if_room(frames.PONG)
            case frames.Typing(ticket_id):
                self._type(ticket_id)
            case frames.Looking(ticket_id, gone):
                self._in_passing(lambda live, peer: live.looking(ticket_id, peer.member_id, peer.role, gone=gone))
            case frames.Read(ticket_id, version):
                self._in_passing(lambda live, peer: live.read(ticket_id, peer.member_id, peer.role, version))

    def _authenticate(self, said: frames.Authenticate) -> None:
        self._in_time()
        if self._admitting:
            self._error("conflict")
            return
        self._admitting = True
        self._house.spawn(self._let_in(said))

    async def _let_in(self, said: frames.Authenticate) -> None:
        admission, transport = self._house.admission, self._transport
        if transport is None:
            return
        send = partial(transport.send, WSMsgType.TEXT)
        wire = Wire(send=send, close=self.close, later=self._loop.call_soon, clock=self._loop.time)
        try:
            if self._feed is None:
                await admission.admit(said.token, said.resume, wire, self._attach)
            else:
                await admission.renew(said.token, self._feed)
                send(frames.ready(self._house.hub.epoch, self._feed.cursor, resumed=True))
        except NotAdmitted as refusal:
            self._language = refusal.language or self._language
            self._error(refusal.code)
            self.close(refusal.close, refusal.code)
        except Exception:  # noqa: BLE001 - the edge of one socket: logged, told, and the others go on
            _log.exception("a socket could not be let in")
            self.close(CloseCode.INTERNAL, "internal")
        finally:
            self._admitting = False

    def _attach(self, feed: Feed) -> bool:
        if self._closing:
            return False
        self._feed = feed
        if self._paused:
            feed.pause()
        return True

    def _type(self, ticket_id: str) -> None:
        if self._feed is None:
            self._error("unauthorized")
            return
        now = self._loop.time()
        if self._typed[0] == ticket_id and now - self._typed[1] < self._house.limits.typing_every:
            return
        self._typed = (ticket_id, now)
        self._in_passing(lambda live, peer: live.typing(ticket_id, peer.member_id, peer.role))

    def _in_passing(self, say: Callable[[Live, Peer], Coroutine[Any, Any, None]]) -> None:
        if self._feed is None:
            self._error("unauthorized")
            return
        self._house.spawn(self._told(say(self._house.live, self._feed.peer)))

    async def _told(self, saying: Coroutine[Any, Any, None]) -> None:
        try:
            await saying
        except NoSuchTicket:
            self._error("not_found")

    def _refuse(self) -> None:
        if self._allowance.refused == 1:
            self._error("rate_limited")
        elif self._allowance.refused > self._house.limits.frames_refused:
            self.close(CloseCode.POLICY, "too many frames")

    def _error(self, code: str) -> None:
        language = language_of(self._feed.peer.language if self._feed is not None else self._language)
        self._send_if_room(frames.error(code, detail_of(Problem(code), language)))

    def _in_time(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()

    def _late(self) -> None:
        self.close(CloseCode.LATE, "not authenticated in time")

    def _send_if_room(self, frame: bytes) -> None:
        if self._transport is not None and not self._paused and not self._closing:
            self._transport.send(WSMsgType.TEXT, frame)


class Door:
    """What picows asks at every connection. ``shut`` it before the process stops."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._shut = False

    def __call__(self, request: WSUpgradeRequest) -> Socket | WSUpgradeResponseWithListener | None:
        """A socket; 404 beside the path, 503 where there is no more room."""
        if request.path.partition(b"?")[0] != PATH:
            return None
        if self._shut or len(self._house.open) >= self._house.limits.sockets:
            refusal = WSUpgradeResponse.create_error_response(
                HTTPStatus.SERVICE_UNAVAILABLE, None, {"Retry-After": "5"}
            )
            return WSUpgradeResponseWithListener(refusal, None)
        # Firefox says "keep-alive, Upgrade", which is right but more than picows understands.
        tokens = {token.strip().lower() for token in request.headers.get("connection", "").split(",")}
        if "upgrade" in tokens:
            request.headers["connection"] = "upgrade"
        return Socket(self._house, language_of(request.headers.get("accept-language")))

    async def shut(self) -> None:
        """Let nobody in any more, send everybody home (they come back and resume) and wait until they went."""
        self._shut = True
        for socket in list(self._house.open):
            socket.close(CloseCode.RESTART, "restarting; resume")
        await asyncio.gather(*(socket.gone() for socket in list(self._house.open)))
