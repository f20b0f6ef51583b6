"""Two processes' worth of handlers on one database: each with states of its own in memory."""

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.envelope import Metadata
from tikethet_events.word import CategoryId, MemberId, Role, TicketId
from tikethet_service.callers import public_key_of
from tikethet_service.settings import Mode, encode_key
from tikethet_tickets.handle import core
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.handle.members import Profile
from tikethet_tickets.handle.tickets import NewTicket
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.routes.house import House
from tikethet_tickets.settings import Settings
from tikethet_tickets.wiring import open_house, prepare

ADMIN = 700_000_003


@dataclass
class Pair:
    """Two houses and the people they know."""

    one: House
    two: House
    people: dict[int, Viewer]
    category: CategoryId

    async def joins(self, telegram_id: int, house: House | None = None) -> Viewer:
        profile = Profile(telegram_id=telegram_id, first_name="Кто-то", last_name=None, username=None, language="ru")
        done = await (house or self.one).members.join(request("service:gateway"), profile)
        role = Role.ADMIN if telegram_id == ADMIN else Role.USER
        viewer = Viewer(MemberId(done.stream_id.removeprefix("member-")), role)
        self.people[telegram_id] = viewer
        return viewer

    async def opens(self, who: Viewer) -> TicketId:
        new = NewTicket(title="Сервер молчит", description="", category_id=self.category)
        done = await self.one.tickets.open(request(who.member_id), who, new)
        return TicketId(done.stream_id.removeprefix("ticket-"))


def request(caller: str, *, key: str | None = None, expected: int | None = None) -> core.Request:
    return core.Request(
        name="Test",
        caller=caller,
        command_id=key or new_id(),
        fingerprint=b"the same",
        keyed=key is not None,
        metadata=Metadata(actor=caller),
        seen=0,
        expected=expected,
    )


@pytest.fixture
async def pair(postgres: Databases) -> AsyncIterator[Pair]:
    keys: dict[str, Any] = {"gateway": public_key_of(secrets.token_bytes(32))}
    settings = Settings(
        tikethet_mode=Mode.TEST,
        port=0,
        service_key=encode_key(secrets.token_bytes(32)),
        service_public_keys=keys,
        database_url=await postgres.database(),
        nats_url="nats://127.0.0.1:1",
        secret_key=encode_key(secrets.token_bytes(32)),
        admin_telegram_ids=frozenset({ADMIN}),
    )
    await prepare(settings)
    async with AsyncExitStack() as stack:
        one = await stack.enter_async_context(open_house(settings))
        two = await stack.enter_async_context(open_house(settings))
        pair = Pair(one, two, {}, CategoryId("01980000-0000-7000-8000-000000000005"))
        admin = await pair.joins(ADMIN)
        await one.desk.add_defaults(request(admin.member_id), admin)
        yield pair
