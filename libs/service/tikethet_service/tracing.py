"""Where a request came from: W3C ``traceparent`` and ``X-Request-Id`` carried through a context variable."""

import random
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_TRACEPARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})")
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{8,64}")


@dataclass(frozen=True, slots=True)
class Trace:
    """One step of a trace. ``trace_id`` is 32 hex digits and stays, ``span_id`` is 16 and is this step's own."""

    trace_id: str
    span_id: str
    flags: str
    request_id: str

    @property
    def traceparent(self) -> str:
        """What to hand on to the next process or into an event's metadata."""
        return f"00-{self.trace_id}-{self.span_id}-{self.flags}"


_trace: ContextVar[Trace | None] = ContextVar("tikethet_trace", default=None)


def current() -> Trace | None:
    """The trace this task works for, if any."""
    return _trace.get()


def traceparent() -> str:
    """The current trace's header value; a new trace's outside of any."""
    return (current() or continue_from(None)).traceparent


def continue_from(header: str | None, request_id: str | None = None) -> Trace:
    """A new step of the trace in ``header``, or of a new trace when it is absent or malformed."""
    match = _TRACEPARENT.fullmatch(header or "")
    trace_id, flags = (match[1], match[3]) if match else (_random_hex(32), "00")
    known = request_id is not None and _REQUEST_ID.fullmatch(request_id) is not None
    return Trace(trace_id, _random_hex(16), flags, request_id if known and request_id else trace_id)


def _random_hex(digits: int) -> str:
    # Unique, not secret: two system calls a request are saved.
    return f"{random.getrandbits(digits * 4) | 1:0{digits}x}"


def enter(trace: Trace) -> Token[Trace | None]:
    """Make ``trace`` the current one of this task; hand the token to `leave`."""
    return _trace.set(trace)


def leave(token: Token[Trace | None]) -> None:
    """Restore what was current before `enter`."""
    _trace.reset(token)


@contextmanager
def within(header: str | None) -> Iterator[Trace]:
    """Work inside a step of the trace in ``header``, or of a new one; for whoever is asked by no request."""
    trace = continue_from(header)
    token = enter(trace)
    try:
        yield trace
    finally:
        leave(token)


def headers() -> dict[str, str]:
    """What tells another process which trace this is; nothing outside of any."""
    trace = current()
    return {"traceparent": trace.traceparent, "x-request-id": trace.request_id} if trace else {}


class Tracing:
    """ASGI middleware: continues or begins a trace and answers ``X-Request-Id``."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection inside its trace."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        header, request_id = _headers_of(scope)
        trace = continue_from(header, request_id)
        answer_id = (b"x-request-id", trace.request_id.encode("ascii"))

        async def tagged(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), answer_id]
            await send(message)

        token = enter(trace)
        try:
            await self._app(scope, receive, tagged)
        finally:
            leave(token)


def _headers_of(scope: Scope) -> tuple[str | None, str | None]:
    header = request_id = None
    for name, value in scope["headers"]:
        if name == b"traceparent":
            header = value.decode("latin-1")
        elif name == b"x-request-id":
            request_id = value.decode("latin-1")
    return header, request_id
