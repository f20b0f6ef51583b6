"""No body larger than any honest one: refused before it is read, or as soon as it grows too large."""

from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from tikethet_service.problems import Problem, problem_asgi

MAX_BODY: Final = 128 * 1024
"""Bytes: the longest title and text, every character written as ``\\uXXXX`` twice over, and room to spare."""


FILES: Final = "/api/v1/files"


class _TooLarge(Exception):
    """The body went over the limit while it was read."""


class Bounded:
    """ASGI middleware around the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, unless its body is too large."""
        # A file is counted by its own route, as it comes.
        if scope["type"] != "http" or (scope["method"] == "POST" and scope["path"] == FILES):
            await self._app(scope, receive, send)
            return
        if _declared(scope) > MAX_BODY:
            await problem_asgi(Problem("too_large", limit=MAX_BODY), scope, send)
            return
        size, answered = 0, False

        async def counted() -> Message:
            nonlocal size
            message = await receive()
            size += len(message.get("body", b""))
            if size > MAX_BODY:
                raise _TooLarge
            return message

        async def watched(message: Message) -> None:
            nonlocal answered
            if size <= MAX_BODY or answered:
                answered = True
                await send(message)

        try:
            # FastAPI turns what goes wrong while it reads a body into an answer of its own, which is not sent.
            await self._app(scope, counted, watched)
        except _TooLarge:
            if answered:
                raise
        if size > MAX_BODY and not answered:
            await problem_asgi(Problem("too_large", limit=MAX_BODY), scope, send)


def _declared(scope: Scope) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0
