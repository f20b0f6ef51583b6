"""uvicorn's protocols with bounds they lack: how long and how large the head of a request may be, and how much a
WebSocket's peer may leave unread.

What cannot be understood as HTTP is answered with a problem like everything else.
"""

import asyncio
import socket
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tikethet_service.problems import MEDIA_TYPE, Problem, problem_json
from tikethet_service.texts import language_of

HEAD_MAX_BYTES = 65_536
HEAD_S = 20.0
"""A connection that has not sent a whole head by then is closed; between requests keep-alive's time counts."""

UNREAD_BYTES = 65_536
"""What the kernel keeps for a WebSocket's peer that does not read; left to itself, it comes to take megabytes."""


class BoundedSocket(WebSocketsSansIOProtocol):
    """Notices soon that its peer does not read."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Bound what waits in the kernel."""
        super().connection_made(transport)
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, UNREAD_BYTES)


class BoundedHttp(HttpToolsProtocol):
    """Refuses endless heads and drops connections that say nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._in_head = False
        self._waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head, one piece late: the piece a head begins in is small anyway."""
        if self._in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_MAX_BYTES:
                self._refuse(Problem("headers_too_large"))
                return
        if not self.transport.is_closing():
            super().data_received(data)

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        if self._waiting is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """A head is complete."""
        self._in_head = False
        self._stop_waiting()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        del msg
        self._refuse(Problem("bad_request"))

    def _refuse(self, problem: Problem) -> None:
        if self.transport.is_closing():
            return
        body = problem_json(problem, language_of(None))
        status = f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}"
        head = f"{status}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\nconnection: close\r\n\r\n"
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()

    def _wait(self) -> None:
        self._waiting = self.loop.call_later(HEAD_S, self._give_up)

    def _stop_waiting(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        self.transport.close()
