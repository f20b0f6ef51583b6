"""The real application on a fresh database, called over HTTP as gateway and bot call it."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from tikethet_devstack.provision import Databases
from tikethet_service.callers import CallerSigner, public_key_of
from tikethet_service.health import Health
from tikethet_service.settings import Mode, encode_key
from tikethet_tickets.routes.app import build
from tikethet_tickets.settings import Settings
from tikethet_tickets.wiring import open_house, prepare

SEEDS = {name: secrets.token_bytes(32) for name in ("gateway", "tickets", "notify", "bot")}
ADMIN, HELPER, MODERATOR, CUSTOMER, OTHER = 700_000_003, 700_000_002, 700_000_004, 700_000_001, 700_000_005
TECHNICAL = "01980000-0000-7000-8000-000000000005"


class Clock:
    """A clock that a test can put forward."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass
class Person:
    """Somebody at the desk, speaking through a door of the house."""

    client: httpx.AsyncClient
    signer: CallerSigner
    member: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.member["id"])

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {"authorization": f"Bearer {self.signer.token(self.id, 'tickets')}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.request(method, f"/api/v1/{path}", json=body, headers=sent)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.call("GET", path, **headers)

    async def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        return await self.call("POST", path, body, **headers)

    async def patch(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.call("PATCH", path, body, **headers)

    async def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return await self.call("PUT", path, body, **headers)

    async def delete(self, path: str, **headers: str) -> httpx.Response:
        return await self.call("DELETE", path, **headers)

    async def sends(self, content: bytes, filename: str = "снимок.png", **headers: str) -> httpx.Response:
        """Send a file."""
        sent = {"authorization": f"Bearer {self.signer.token(self.id, 'tickets')}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.client.post("/api/v1/files", files={"file": (filename, content)}, headers=sent)

    async def opens(self, title: str = "Сервер молчит", **facts: Any) -> dict[str, Any]:
        """Open a ticket; its JSON."""
        body = {"title": title, "description": "Совсем", "category_id": TECHNICAL} | facts
        answer = await self.post("tickets", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def says(self, ticket: dict[str, Any], content: str, **facts: Any) -> dict[str, Any]:
        """Say something on a ticket; the message's JSON."""
        answer = await self.post(f"tickets/{ticket['id']}/messages", {"content": content} | facts)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def sees(self, ticket: dict[str, Any]) -> dict[str, Any]:
        """The ticket as it is now for this person."""
        answer = await self.get(f"tickets/{ticket['id']}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@dataclass
class TheDesk:
    """An application, its clock, and the people who have come."""

    app: FastAPI
    client: httpx.AsyncClient
    clock: Clock
    people: dict[int, Person] = field(default_factory=dict)

    def signer(self, service: str = "gateway") -> CallerSigner:
        return CallerSigner(service, SEEDS[service])

    async def service(self, name: str, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        sent = {"authorization": f"Bearer {self.signer(name).own('tickets')}"} | headers
        return await self.client.request(method, f"/api/v1/{path}", json=body, headers=sent)

    async def joins(self, telegram_id: int, first_name: str = "Кто-то", language: str = "ru", **facts: Any) -> Person:
        body = {"telegram_id": telegram_id, "first_name": first_name, "language": language} | facts
        answer = await self.service("gateway", "POST", "internal/members/join", body)
        assert answer.status_code in {200, 201}, answer.text
        person = Person(self.client, self.signer(), answer.json())
        self.people[telegram_id] = person
        return person

    async def staff(self, telegram_id: int, role: str, first_name: str = "Мария", **facts: Any) -> Person:
        person = await self.joins(telegram_id, first_name, **facts)
        answer = await self.people[ADMIN].put(f"members/{person.id}/role", {"role": role})
        assert answer.status_code == 200, answer.text
        return person


def settings_of(url: str, folder: Path) -> Settings:
    """Settings for a database, with files in ``folder``."""
    return Settings(
        tikethet_mode=Mode.TEST,
        port=0,
        service_key=encode_key(SEEDS["tickets"]),
        service_public_keys={name: public_key_of(seed) for name, seed in SEEDS.items()},
        database_url=url,
        nats_url="nats://127.0.0.1:1",
        secret_key=encode_key(secrets.token_bytes(32)),
        admin_telegram_ids=frozenset({ADMIN}),
        files_url=f"file://{folder}/files",
    )


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[[str], Settings]:
    return lambda url: settings_of(url, tmp_path)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[TheDesk]:
    """The application on a prepared database, with an admin and the default categories."""
    clock = Clock()
    async with open_house(settings, clock) as house:

        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
            yield

        app = build(lifespan, Health("tickets", {}))
        app.state.house = house
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://tickets") as client:
            yield TheDesk(app, client, clock)


@pytest.fixture
async def desk(postgres: Databases, settings_for: Callable[[str], Settings]) -> AsyncIterator[TheDesk]:
    settings = settings_for(await postgres.database())
    await prepare(settings)
    async with opened(settings) as desk:
        admin = await desk.joins(ADMIN, "Игорь")
        assert (await admin.post("categories/init-defaults")).status_code == 200
        yield desk


@pytest.fixture
def admin(desk: TheDesk) -> Person:
    return desk.people[ADMIN]


@pytest.fixture
async def helper(desk: TheDesk) -> Person:
    return await desk.staff(HELPER, "HELPER")


@pytest.fixture
async def moderator(desk: TheDesk) -> Person:
    return await desk.staff(MODERATOR, "MODERATOR", "Олег")


@pytest.fixture
async def customer(desk: TheDesk) -> Person:
    return await desk.joins(CUSTOMER, "Алексей", username="alexey_m")


@pytest.fixture
async def other(desk: TheDesk) -> Person:
    return await desk.joins(OTHER, "Чужой", language="en")
