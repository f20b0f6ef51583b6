"""A desk that may send to this machine, and a program that receives."""

import asyncio
import ipaddress
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks import Webhook
from tikethet_devstack.provision import Databases
from tikethet_tickets.settings import Settings
from tikethet_tickets.wiring import prepare

from tests.tickets.routes.conftest import ADMIN, Person, TheDesk, opened, settings_for

__all__ = ["settings_for"]


@dataclass
class Receiver:
    """Takes what it is sent as its secret says; answers `status`, or whatever `answers` holds first."""

    url: str = ""
    secret: str = ""
    status: int = 204
    answers: list[int] = field(default_factory=list)
    refusing: dict[str, int] = field(default_factory=dict)
    """Answers this once to an event about that."""
    last: tuple[dict[str, str], bytes] | None = None
    held: asyncio.Event | None = None
    """An answer waits for it."""
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.Response:
        body = await request.read()
        self.last = (dict(request.headers), body)
        message = request.headers["webhook-id"]
        # As `verify` does it, which would not believe a desk whose clock a test has put forward.
        at = datetime.fromtimestamp(int(request.headers["webhook-timestamp"]), UTC)
        expected = Webhook(self.secret).sign(message, at, body.decode())
        assert expected in request.headers["webhook-signature"].split()
        event = json.loads(body)
        assert request.headers["content-type"] == "application/cloudevents+json"
        self.asked.set()
        if self.held is not None:
            await self.held.wait()
        status = self.answers.pop(0) if self.answers else self.status
        status = self.refusing.pop(event["subject"], status)
        if 200 <= status < 300:
            self.taken.append((message, event))
        else:
            self.refused.append(message)
        return web.Response(status=status, headers={"location": f"{self.url}/elsewhere"})

    def types(self) -> list[str]:
        return [event["type"].removeprefix("tikethet.") for _, event in self.taken]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    receiver.url = f"http://{host}:{port}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture
def allowing(settings_for: Callable[[str], Settings]) -> Callable[[str], Settings]:
    loopback = (ipaddress.ip_network("127.0.0.1/32"),)
    return lambda url: settings_for(url).model_copy(update={"webhook_networks": loopback})


@pytest.fixture
async def desk(postgres: Databases, allowing: Callable[[str], Settings]) -> AsyncIterator[TheDesk]:
    settings = allowing(await postgres.database())
    await prepare(settings)
    async with opened(settings) as desk:
        admin = await desk.joins(ADMIN, "Игорь")
        assert (await admin.post("categories/init-defaults")).status_code == 200
        yield desk


@pytest.fixture
def admin(desk: TheDesk) -> Person:
    return desk.people[ADMIN]


@pytest.fixture
async def customer(desk: TheDesk) -> Person:
    return await desk.joins(700_000_001, "Алексей", username="alexey_m")


@pytest.fixture
def hook(admin: Person, receiver: Receiver) -> Callable[..., Any]:
    """Adds a webhook that sends to the receiver."""

    async def hook(**facts: Any) -> dict[str, Any]:
        body = {"name": "CRM", "url": receiver.url, "audience": "staff", "personal": True} | facts
        answer = await admin.post("webhooks", body)
        assert answer.status_code == 201, answer.text
        receiver.secret = answer.json()["secret"]
        return dict(answer.json())

    return hook
