"""A member's socket, with another WebSocket implementation than the server's."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import aiohttp
import msgspec
from tikethet_notify.wiring import Notify

from tests.notify.desk import until


class Client:
    """A member's socket; reads in the background whatever comes."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self.frames: list[dict[str, Any]] = []
        self.close_code: int | None = None
        self._reader = asyncio.get_running_loop().create_task(self._read())

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == kind]

    @property
    def positions(self) -> list[int]:
        return [frame["position"] for frame in self.of("event")]

    @property
    def cursor(self) -> int:
        moving = [frame for frame in self.frames if frame["type"] in {"ready", "event", "progress"}]
        return int(moving[-1]["position"])

    async def say(self, **frame: object) -> None:
        await self.socket.send_json(frame)

    async def authenticate(self, token: str, epoch: str | None = None, position: int | None = None) -> dict[str, Any]:
        """Returns the ready frame, or waits for the close."""
        resume = {"resume": {"epoch": epoch, "position": position}} if epoch is not None else {}
        before = len(self.of("ready"))
        await self.say(type="authenticate", token=token, **resume)
        await until(lambda: len(self.of("ready")) > before or self.close_code is not None)
        return self.of("ready")[before] if len(self.of("ready")) > before else {}

    async def hears(self, position: int) -> None:
        await until(lambda: position in self.positions)

    async def closed(self) -> int:
        await until(lambda: self.close_code is not None)
        assert self.close_code is not None
        return self.close_code

    async def cut(self) -> None:
        """As if the network went away."""
        self._reader.cancel()
        with suppress(asyncio.CancelledError):
            await self._reader
        connection = self.socket._response.connection
        if connection is not None and connection.transport is not None:
            connection.transport.abort()
        await self.socket.close()

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type == aiohttp.WSMsgType.TEXT:
                self.frames.append(msgspec.json.decode(message.data))
        self.close_code = self.socket.close_code or 1006

    def check_order(self) -> None:
        """Every event frame follows the frame before it; nothing comes twice."""
        cursor: int | None = None
        for frame in self.frames:
            match frame["type"]:
                case "ready":
                    cursor = frame["position"]
                case "event":
                    assert frame["prev"] == cursor
                    assert frame["event"]["position"] == frame["position"] > frame["prev"]
                    cursor = frame["position"]
                case "progress":
                    assert cursor is not None
                    assert frame["position"] > cursor
                    cursor = frame["position"]


Connect = Callable[[Notify], Awaitable[Client]]
"""Opens a socket to a notify process; it is closed when the test is over."""
