"""The gateway on a real socket before real Valkey, with small real servers where tickets and notify would be."""

import asyncio
import contextlib
import hashlib
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from tikethet_gateway.demo import PEOPLE, DemoPerson, init_data_of
from tikethet_gateway.settings import DEMO_BOT_TOKEN, GatewaySettings
from tikethet_gateway.wiring import build
from tikethet_service.callers import CallerVerifier, public_key_of
from tikethet_service.http import BoundedHttp, BoundedSocket
from tikethet_service.settings import encode_key

SEED = b"g" * 32
KEYS = {"gateway": public_key_of(SEED)}
DEADLINE_S = 20.0


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


RUNNING: list[_Server] = []


@asynccontextmanager
async def served(app: ASGIApp, **options: Any) -> AsyncIterator[str]:
    """Serve an application on a free port of loopback; gives `127.0.0.1:<port>`."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_config=None,
        access_log=False,
        http=BoundedHttp,
        ws=BoundedSocket,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=1,
        **options,
    )
    server = _Server(config)
    RUNNING.append(server)
    async with asyncio.TaskGroup() as group:
        serving = group.create_task(server.serve())
        await until(lambda: server.started or serving.done())
        port = server.servers[0].sockets[0].getsockname()[1]
        try:
            yield f"127.0.0.1:{port}"
        finally:
            RUNNING.remove(server)
            server.should_exit = True


def stop_all() -> None:
    """Let every server stop at the same time: each takes its time about it."""
    for server in RUNNING:
        server.should_exit = True


async def until(condition: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        found = condition()
        if found if isinstance(found, bool) else await found:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came true")


@dataclass
class Seen:
    """A request as tickets saw it."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    length: int = 0
    pieces: int = 0
    digest: str = ""
    finished: bool = False


@dataclass
class FakeTickets:
    """Speaks the few words of tickets that the gateway needs, and shows what it was asked."""

    verifier: CallerVerifier = field(default_factory=lambda: CallerVerifier("tickets", KEYS))
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    desk_codes: dict[str, str] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    healthy: bool = True
    ready: bool = True
    sent: int = 0
    cut: int = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        seen = Seen(scope["method"], scope["raw_path"].decode(), scope["query_string"].decode(), headers)
        self.seen.append(seen)
        path = scope["path"]
        if path == "/health":
            status = "up" if self.healthy else "down"
            body = {"status": status, "parts": {"log": {"status": status}}}
            await answer(send, 200 if self.healthy else 503, body)
        elif path == "/openapi.json":
            await answer(send, 200 if self.ready else 503, OPENAPI)
        elif not self.ready:
            await answer(send, 503, {"code": "unavailable"})
        elif path.startswith("/api/v1/internal/"):
            await self._internal(seen, await whole(receive), send)
        else:
            await self._api(path.rpartition("/")[2], seen, receive, send)

    async def _internal(self, seen: Seen, body: bytes, send: Send) -> None:
        caller = self.verifier.verify_header(seen.headers.get("authorization"))
        assert caller.subject == "service:gateway"
        if seen.path.endswith("/join"):
            asked = json.loads(body)
            member_id = str(uuid.uuid5(uuid.NAMESPACE_OID, str(asked["telegram_id"])))
            member = {"role": "USER", "blocked": False, "reachable": True} | asked | {"id": member_id}
            member["blocked"] = self.members.get(member_id, {}).get("blocked", False)
            self.members[member_id] = member
            await answer(send, 200, member)
            return
        if seen.path.endswith("/desk-codes/redeem"):
            member_id = self.desk_codes.pop(json.loads(body)["code"], "")
            member = {"id": member_id, "role": "HELPER", "blocked": False, "first_name": "Мария"}
            await answer(send, 200 if member_id else 401, member if member_id else {"code": "desk_code_invalid"})
            return
        member = self.members.get(seen.path.split("/")[5], {})
        shown = {name: member.get(name) for name in ("role", "blocked", "language")}
        await answer(send, 200 if member else 404, shown if member else {"code": "not_found"})

    async def _api(self, what: str, seen: Seen, receive: Receive, send: Send) -> None:
        match what:
            case "early":
                await answer(send, 422, {"code": "invalid"})
            case "never":
                await receive()
                await asyncio.sleep(DEADLINE_S)
            case "broken":
                await start(send, 200, [(b"content-length", b"1000")])
                await send({"type": "http.response.body", "body": b"half", "more_body": True})
            case "long-broken":
                await start(send, 200, [(b"content-length", b"1000000")])
                await send({"type": "http.response.body", "body": b"half", "more_body": True})
            case "stream":
                await self._stream(int(seen.query), receive, send)
            case "headers":
                odd = [(b"connection", b"x-private"), (b"x-private", b"1"), (b"keep-alive", b"5"), (b"server", b"x")]
                named = [(b"etag", b'"7"'), (b"tikethet-epoch", b"e1"), (b"tikethet-position", b"42")]
                await start(send, 200, [*odd, *named, (b"content-length", b"0"), (b"x-request-id", b"theirs")])
                await send({"type": "http.response.body", "body": b""})
            case _:
                await self._echo(seen, receive, send)

    async def _stream(self, count: int, receive: Receive, send: Send) -> None:
        # uvicorn takes what is sent to somebody who is gone and says nothing, so it has to be watched for.
        await start(send, 200, [])
        await receive()
        async with asyncio.TaskGroup() as group:
            gone = group.create_task(gone_away(receive))
            for _ in range(count):
                await asyncio.sleep(0)  # nor does it wait then, and the watcher needs a turn
                if gone.done():
                    self.cut += 1
                    return
                await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
                self.sent += 1
            await send({"type": "http.response.body", "body": b""})

    async def _echo(self, seen: Seen, receive: Receive, send: Send) -> None:
        digest, more = hashlib.sha256(), True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            piece, more = message.get("body", b""), message.get("more_body", False)
            digest.update(piece)
            seen.length += len(piece)
            seen.pieces += bool(piece)
        seen.digest, seen.finished = digest.hexdigest(), True
        await answer(send, 200, {"method": seen.method, "path": seen.path, "query": seen.query, "length": seen.length})


OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "tickets", "version": "1"},
    "paths": {
        "/api/v1/tickets": {"get": {"summary": "Tickets", "security": [{"caller": []}], "responses": {}}},
        "/api/v1/internal/members/join": {"post": {"responses": {}}},
    },
    "components": {
        "schemas": {"Ticket": {"type": "object"}, "Tokens": {"type": "string"}},
        "securitySchemes": {"caller": {"type": "http", "scheme": "bearer"}},
    },
}


async def start(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def answer(send: Send, status: int, body: object) -> None:
    raw = json.dumps(body).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(raw)).encode())]
    await start(send, status, headers)
    await send({"type": "http.response.body", "body": raw})


async def gone_away(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def whole(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message.get("body", b""), message.get("more_body", False)
    return body


@dataclass
class FakeNotify:
    """An echo that closes when told to and floods when told to."""

    closed_with: list[int] = field(default_factory=list)
    flooded: int = 0
    open: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await answer(send, 200, {"status": "up"})
            return
        self.headers = {name.decode(): value.decode("latin-1") for name, value in scope["headers"]}
        await receive()
        await send({"type": "websocket.accept"})
        self.open += 1
        try:
            await self._talk(receive, send)
        finally:
            self.open -= 1

    async def _talk(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "websocket.disconnect":
                self.closed_with.append(message["code"])
                return
            text = message.get("text")
            if text is None:
                await send({"type": "websocket.send", "bytes": message["bytes"]})
            elif text.startswith("close "):
                await send({"type": "websocket.close", "code": int(text.split()[1]), "reason": "as you wish"})
                return
            elif text == "flood":
                while True:
                    await send({"type": "websocket.send", "text": "x" * 10_000})
                    self.flooded += 1
            else:
                await send({"type": "websocket.send", "text": text})


@dataclass
class House:
    """A gateway and what is around it."""

    url: str
    ws: str
    http: httpx.AsyncClient
    tickets: FakeTickets
    notify: FakeNotify
    settings: GatewaySettings

    async def sign_in(self, person: DemoPerson = DemoPerson.CUSTOMER) -> dict[str, Any]:
        """The tokens and the user of a fresh sign-in."""
        found = await self.http.post("/api/v1/auth/telegram", json={"init_data": init_data_of(person)})
        assert found.status_code == 200, found.text
        tokens: dict[str, Any] = found.json()
        return tokens

    async def bearer(self, person: DemoPerson = DemoPerson.CUSTOMER) -> dict[str, str]:
        """The header of a fresh sign-in."""
        return {"Authorization": f"Bearer {(await self.sign_in(person))['access_token']}"}


def member_id_of(person: DemoPerson) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, str(PEOPLE[person][0])))


Build = Callable[..., Awaitable[House]]


@pytest.fixture
async def houses(valkey: str, tmp_path: Path) -> AsyncIterator[Build]:
    """Builds gateways: `await houses(requests_burst=1)`."""
    app = tmp_path / "static" / "app"
    (app / "assets").mkdir(parents=True)
    (app / "index.html").write_text("<!doctype html><title>app</title>", encoding="utf-8")
    (app / "assets" / "main-abc123.js").write_text("export {}", encoding="utf-8")
    async with AsyncExitStack() as stack:

        async def build_one(**changes: Any) -> House:
            tickets, notify = FakeTickets(), FakeNotify()
            tickets_at = await stack.enter_async_context(served(tickets, lifespan="off"))
            notify_at = await stack.enter_async_context(served(notify, lifespan="off"))
            given: dict[str, Any] = {
                "tikethet_mode": "test",
                "port": 0,
                "service_key": encode_key(SEED),
                "service_public_keys": {},
                "redis_url": valkey,
                "tickets_url": f"http://{tickets_at}",
                "notify_url": f"http://{notify_at}",
                "notify_ws_url": f"ws://{notify_at}/ws",
                "static_dir": tmp_path / "static",
                "telegram_bot_token": DEMO_BOT_TOKEN,
            }
            settings = GatewaySettings(**(given | changes))
            at = await stack.enter_async_context(served(build(settings), lifespan="on", ws_max_size=65_536))
            http = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://{at}", timeout=DEADLINE_S))
            return House(f"http://{at}", f"ws://{at}/ws", http, tickets, notify, settings)

        yield build_one
        stop_all()


@pytest.fixture
async def house(houses: Build) -> House:
    """A gateway with the usual settings."""
    return await houses()


def problem(found: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The body of a problem, after a look at what every problem has."""
    assert found.status_code == status, found.text
    assert found.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = found.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]
    assert found.headers["x-request-id"]
    assert found.headers["x-content-type-options"] == "nosniff"
    return body
