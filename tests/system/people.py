"""People of the tests: somebody at the API who retries as a careful client does, and somebody listening on `/ws`."""

import asyncio
import contextlib
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PATIENCE_S = 60.0
PAUSE_S = 0.1
AWAY = {429, 502, 503, 504}
"""Answers that mean: nothing was decided, ask again with the same key."""


@dataclass
class Person:
    """Signed in as one of the demo's people; `call` repeats a request until it is answered."""

    http: aiohttp.ClientSession
    who: str
    token: str
    id: str

    async def get(self, path: str, **params: Any) -> Any:
        """The JSON of a GET that succeeds."""
        status, body = await self.call("GET", path, params=params)
        assert status == 200, body
        return body

    async def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON of a command that succeeds."""
        status, answer = await self.call("POST", path, body)
        assert status in {200, 201}, answer
        return answer

    async def call(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, params: dict[str, Any] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON; a command keeps its Idempotency-Key through every repetition."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method != "GET" else {}
        async with asyncio.timeout(PATIENCE_S):
            while True:
                with contextlib.suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                    status, answer = await self._once(method, path, body, params, headers)
                    if status == 401:
                        await self.sign_in()
                    elif status not in AWAY:
                        return status, answer
                await asyncio.sleep(PAUSE_S)

    async def sign_in(self) -> None:
        """Get a fresh token, as a person whose session was lost does."""
        fresh = await sign_in(self.http, self.who)
        self.token, self.id = fresh.token, fresh.id

    async def _once(
        self, method: str, path: str, body: Any, params: dict[str, Any] | None, headers: dict[str, str]
    ) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        async with self.http.request(method, f"/api/v1/{path}", json=body, params=params, headers=headers) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if text else None


async def sign_in(http: aiohttp.ClientSession, who: str) -> Person:
    """One of the demo's people; asks until the house lets them in."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError, TimeoutError, KeyError, ValueError):
                async with http.get("/api/v1/demo/init-data", params={"as": who}) as answer:
                    init_data = (await answer.json())["init_data"]
                async with http.post("/api/v1/auth/telegram", json={"init_data": init_data}) as answer:
                    signed = await answer.json()
                return Person(http, who, signed["access_token"], signed["user"]["id"])
            await asyncio.sleep(PAUSE_S)


@dataclass
class Listener:
    """A feed that comes back with its cursor whenever it is cut, and checks `prev` on every frame."""

    person: Person
    heard: list[dict[str, Any]] = field(default_factory=list)
    cursor: dict[str, Any] | None = None
    told: list[dict[str, Any]] = field(default_factory=list)
    afresh: int = 0
    started: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                async with self.person.http.ws_connect("/ws") as socket:
                    if not await self._listen(socket):
                        await self.person.sign_in()
            await asyncio.sleep(PAUSE_S)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> bool:
        hello: dict[str, Any] = {"type": "authenticate", "token": self.person.token}
        if self.cursor is not None:
            hello["resume"] = self.cursor
        await socket.send_json(hello)
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self._take(json.loads(message.data))
        return socket.close_code != 4401

    def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "ready":
                if self.cursor is not None and not frame["resumed"]:
                    self.afresh += 1
                self.cursor = {"epoch": frame["epoch"], "position": frame["position"]}
                self.started.set()
            case "event":
                assert self.cursor is not None
                assert frame["prev"] == self.cursor["position"], "something was skipped or doubled"
                self.heard.append(frame["event"])
                self.cursor["position"] = frame["position"]
            case "progress":
                assert self.cursor is not None
                self.cursor["position"] = frame["position"]
            case "notification":
                self.told.append(frame)

    async def until(self, event_id: str) -> None:
        """Wait until this event was heard."""
        async with asyncio.timeout(PATIENCE_S):
            while all(event["id"] != event_id for event in self.heard):  # noqa: ASYNC110 - frames come as they come
                await asyncio.sleep(PAUSE_S)
