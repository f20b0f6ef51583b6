"""A house with a bot in it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from tikethet_devstack.engines import Nats
from tikethet_devstack.leash import Leash
from tikethet_devstack.nats_conf import USERS, accounts
from tikethet_devstack.provision import Databases
from tikethet_devstack.telegram.local import LocalTelegram

from tests.bot.house import ADMIN, ANNA, BORIS, HELPER, House


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(tmp_path) as telegram:
        for user_id, name in ((ANNA, "Анна"), (BORIS, "Борис"), (HELPER, "Мария"), (ADMIN, "Игорь")):
            telegram.world.person(user_id, name, username=f"user_{user_id}")
        yield telegram


@pytest.fixture
async def house(
    tmp_path: Path,
    telegram: LocalTelegram,
    postgres: Databases,
    nats_server: Callable[..., Awaitable[Nats]],
    leash: Leash,
) -> AsyncIterator[House]:
    """Tickets and bot at work, categories and a helper there; nobody has written yet."""
    nats = await nats_server(config=accounts({user: user for user in USERS}))
    tickets = await postgres.database()
    house = House(tmp_path, telegram, leash)
    try:
        await house.open(
            tickets, tickets.replace("tikethet_tickets:tikethet_tickets", "tikethet_bot:tikethet_bot"), nats
        )
        yield house
    finally:
        await house.close()
