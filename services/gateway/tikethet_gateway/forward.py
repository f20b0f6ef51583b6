"""The way of an API call: who is asking → a signed caller token instead of theirs → tickets, bodies streamed both ways.

A plain ASGI callable, because everything a person does goes through here (see notes on performance).
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp
import structlog
from starlette.types import Receive, Scope, Send
from tikethet_service.callers import AccessTokens, CallerSigner, bearer
from tikethet_service.metrics import ROUTE_KEY
from tikethet_service.problems import Problem, problem_asgi
from yarl import URL

from tikethet_gateway import headers
from tikethet_gateway.admission import Admission
from tikethet_gateway.limits import Limits, Rate
from tikethet_gateway.rules import area_of, routable
from tikethet_gateway.tickets import AUDIENCE
from tikethet_gateway.upstream import RETRY_AFTER, Upstream, problem_of

SMALL = 65_536
"""Bodies up to this many bytes are passed on in one piece."""
UNDER_WAY_MAX = 2_000
"""Requests of one process at the same time; who comes on top is refused at once instead of waiting in vain."""

ACCOUNT_TOKEN = "tkh_"  # noqa: S105 - how the tokens of service accounts begin

AREAS = frozenset(
    {
        *("auth", "tickets", "categories", "members", "notifications", "files", "desk", "duty", "invites", "templates"),
        *("broadcasts", "sla", "automations", "events", "accounts", "webhooks", "statistics", "export"),
    }
)
"""First words of the paths tickets knows; what metrics call anything else is bounded."""

_log = structlog.get_logger("tikethet.forward")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one request may cost: bytes of its body, seconds until the answer begins, seconds of standing still."""

    body_max_bytes: int
    answer_s: float
    idle_s: float


class Forward:
    """Forwards ``/api/v1/*`` to the tickets service at ``base``."""

    def __init__(
        self,
        upstream: Upstream,
        base: str,
        *,
        tokens: AccessTokens,
        signer: CallerSigner,
        admission: Admission,
        limits: Limits,
        rate: Rate,
        bounds: Bounds,
    ) -> None:
        self._upstream = upstream
        self._base = base
        self._tokens = tokens
        self._signer = signer
        self._admission = admission
        self._limits = limits
        self._rate = rate
        self._bounds = bounds
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forward one request; what goes wrong before the answer has begun is a problem."""
        scope[ROUTE_KEY] = area_of(scope["path"], AREAS)
        if self._under_way >= UNDER_WAY_MAX:
            await problem_asgi(Problem("overloaded", headers=RETRY_AFTER), scope, send)
            return
        self._under_way += 1
        try:
            await self._exchange(scope, receive, send)
        except Problem as problem:
            await problem_asgi(problem, scope, send)
        finally:
            self._under_way -= 1

    async def _exchange(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchange = await self._begin(scope, receive)
        try:
            await _relay(exchange.answer, exchange.whole, receive, send, idle_s=self._bounds.idle_s)
        except* (aiohttp.ClientError, OSError) as failures:  # TimeoutError is an OSError
            # Too late for a problem: the cut connection tells the client that this is not the whole answer.
            error = type(failures.exceptions[0]).__name__
            _log.warning("an answer broke off", error=error, route=scope[ROUTE_KEY])
        finally:
            exchange.answer.release()

    async def _begin(self, scope: Scope, receive: Receive) -> "_Exchange":
        url = self._url(scope)
        caller = await self._caller(bearer(headers.of(scope["headers"], b"authorization")))
        onwards = headers.inwards(scope["headers"]) | self._upstream.trace_headers()
        onwards["Authorization"] = f"Bearer {caller}"
        body = _Body(scope, receive, self._bounds)
        data = await body.open()
        try:
            async with asyncio.timeout(self._bounds.answer_s) as deadline:
                body.deadline = deadline
                answer = await self._upstream.client.request(
                    scope["method"], url, headers=onwards, data=data, allow_redirects=False
                )
                small = int(answer.headers.get("Content-Length", SMALL + 1)) <= SMALL
                return _Exchange(answer, await answer.read() if small else None)
        except (aiohttp.ClientError, OSError) as failure:
            raise body.failure or problem_of(failure) from None

    async def _caller(self, token: str) -> str:
        """The signed token that stands for the one that came."""
        if token.startswith(ACCOUNT_TOKEN):
            # Tickets knows the accounts and asks for every request; what it gets to see is the hash that it keeps.
            subject = f"account:{hashlib.sha256(token.encode()).hexdigest()}"
            await self._limits.take(self._rate, subject)
            return self._signer.token(subject, AUDIENCE)
        access = self._tokens.verify(token)
        await self._admission.admit(access.session_id, access.member_id)
        return self._signer.token(access.member_id, AUDIENCE, session_id=access.session_id)

    def _url(self, scope: Scope) -> URL:
        raw_path = scope["raw_path"].decode("latin-1")
        if not routable(raw_path):
            raise Problem("not_found")
        query = scope["query_string"].decode("latin-1")
        return URL(f"{self._base}{raw_path}{'?' if query else ''}{query}", encoded=True)


@dataclass(frozen=True, slots=True)
class _Exchange:
    answer: aiohttp.ClientResponse
    whole: bytes | None
    """The answer's body when it is small."""


class _Body:
    """A request's body on its way in: counted, and never waited for longer than the bounds say."""

    def __init__(self, scope: Scope, receive: Receive, bounds: Bounds) -> None:
        self._receive = receive
        self._bounds = bounds
        self._length = headers.of(scope["headers"], b"content-length")
        self._chunked = headers.of(scope["headers"], b"transfer-encoding") is not None
        self.deadline: asyncio.Timeout | None = None
        self.failure: Problem | None = None

    async def open(self) -> bytes | AsyncIterator[bytes] | None:
        """Nothing, the whole of a small body, or the pieces of a large one; raises ``Problem("too_large")``."""
        if self._length is None:
            return self._pieces() if self._chunked else None
        length = int(self._length)
        if length > self._bounds.body_max_bytes:
            raise Problem("too_large", limit=self._bounds.body_max_bytes)
        if length > SMALL:
            return self._pieces()
        pieces = [piece async for piece in self._pieces()]
        return b"".join(pieces)

    async def _pieces(self) -> AsyncIterator[bytes]:
        taken, more = 0, True
        while more:
            piece, more = await self._next()
            taken += len(piece)
            if taken > self._bounds.body_max_bytes:
                raise self._fail(Problem("too_large", limit=self._bounds.body_max_bytes))
            if self.deadline is not None and not self.deadline.expired():
                # The other service's time to answer begins when it has the whole request.
                self.deadline.reschedule(asyncio.get_running_loop().time() + self._bounds.answer_s)
            if piece:
                yield piece

    async def _next(self) -> tuple[bytes, bool]:
        try:
            async with asyncio.timeout(self._bounds.idle_s):
                message = await self._receive()
        except TimeoutError:
            raise self._fail(Problem("bad_request", status=408)) from None
        if message["type"] == "http.disconnect":
            raise self._fail(Problem("bad_request"))
        return message.get("body", b""), message.get("more_body", False)

    def _fail(self, problem: Problem) -> Problem:
        # aiohttp turns what a body raises into its own error; the reason is kept here.
        self.failure = problem
        return problem


async def _relay(
    answer: aiohttp.ClientResponse, whole: bytes | None, receive: Receive, send: Send, *, idle_s: float
) -> None:
    passed = headers.outwards(answer.raw_headers)
    await send({"type": "http.response.start", "status": answer.status, "headers": passed})
    if whole is not None:
        await send({"type": "http.response.body", "body": whole})
        return
    async with asyncio.TaskGroup() as group:
        gone = group.create_task(_until_gone(receive))
        async for piece in answer.content.iter_any():
            if gone.done():
                break
            async with asyncio.timeout(idle_s):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        else:
            await send({"type": "http.response.body", "body": b""})
        gone.cancel()


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
