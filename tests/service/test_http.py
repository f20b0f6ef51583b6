"""Heads of requests, sent by hand."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Generator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send
from tikethet_service import http
from tikethet_service.http import BoundedHttp

DEADLINE_S = 20


async def hello(scope: Scope, receive: Receive, send: Send) -> None:
    del receive
    body = scope["method"].encode()
    length = str(len(body)).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
    await send({"type": "http.response.body", "body": body})


class Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


@pytest.fixture
async def port() -> AsyncIterator[int]:
    server = Server(uvicorn.Config(hello, port=0, http=BoundedHttp, lifespan="off", log_config=None, access_log=False))
    ready = asyncio.Event()
    started = server.startup

    async def startup(*args: object, **kwargs: object) -> None:
        await started(*args, **kwargs)  # type: ignore[arg-type]
        ready.set()

    server.startup = startup  # type: ignore[method-assign]
    async with asyncio.TaskGroup() as group:
        group.create_task(server.serve())
        await ready.wait()
        yield server.servers[0].sockets[0].getsockname()[1]
        server.should_exit = True


async def talk(port: int, *pieces: bytes) -> bytes:
    """Everything the server says until it closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(DEADLINE_S):
            with contextlib.suppress(ConnectionError):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0.01)
            return await reader.read()
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


async def test_ordinary_requests_are_served_in_a_row(port: int) -> None:
    request = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    said = await talk(port, request, request[:5], request[5:], last)
    assert said.count(b"HTTP/1.1 200 OK") == 3
    assert said.endswith(b"POST")


@pytest.mark.parametrize("filler", [b"x" * 40_000, b"a: b\r\n" * 7_000])
async def test_an_endless_head_is_431(port: int, filler: bytes) -> None:
    said = await talk(port, b"GET / HTTP/1.1\r\nHost: x\r\nX: ", filler, filler)
    assert said.startswith(b"HTTP/1.1 431 Request Header Fields Too Large")
    assert b'"code": "headers_too_large"' in said


async def test_no_http_is_a_problem(port: int) -> None:
    said = await talk(port, b"\x16\x03\x01 this is TLS\r\n\r\n")
    assert said.startswith(b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/problem+json")
    assert b'"code": "bad_request"' in said


@pytest.mark.parametrize("beginning", [[], [b"GET / HT"], [b"GET / HTTP/1.1\r\nHost: x\r\n", b"X-Slow: 1"]])
async def test_a_head_that_never_ends_is_dropped(
    port: int, beginning: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "HEAD_S", 0.3)
    assert await talk(port, *beginning) == b""
