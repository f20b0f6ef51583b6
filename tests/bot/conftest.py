"""A house with a bot in it: one for all tests that break nothing, and one of its own for each that does."""

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from tikethet_devstack.engines import Nats
from tikethet_devstack.leash import Leash
from tikethet_devstack.nats_conf import USERS, accounts
from tikethet_devstack.provision import Databases
from tikethet_devstack.telegram.local import LocalTelegram

from tests.bot.house import ADMIN, ANNA, BORIS, HELPER, House

PEOPLE = ((ANNA, "Анна"), (BORIS, "Борис"), (HELPER, "Мария"), (ADMIN, "Игорь"))
_strangers: Iterator[int] = itertools.count(1000)


@asynccontextmanager
async def house_in(
    directory: Path, postgres: Databases, nats: Nats, leash: Leash, *, furnished: bool = True
) -> AsyncIterator[House]:
    """Tickets and bot at work; in a furnished house categories and a helper are there. Nobody has written yet."""
    async with LocalTelegram(directory) as telegram:
        for user_id, name in PEOPLE:
            telegram.world.person(user_id, name, username=f"user_{user_id}")
        tickets = await postgres.database()
        bot = tickets.replace("tikethet_tickets:tikethet_tickets", "tikethet_bot:tikethet_bot")
        house = House(directory, telegram, leash)
        try:
            await house.open(tickets, bot, nats, furnished=furnished)
            yield house
        finally:
            await house.close()


@pytest.fixture
async def house(
    tmp_path: Path, postgres: Databases, nats_server: Callable[..., Awaitable[Nats]], leash: Leash
) -> AsyncIterator[House]:
    """A house of the test's own, to break things in."""
    nats = await nats_server(config=accounts({user: user for user in USERS}))
    async with house_in(tmp_path, postgres, nats, leash) as house:
        yield house


@pytest.fixture
async def bare_house(
    tmp_path: Path, postgres: Databases, nats_server: Callable[..., Awaitable[Nats]], leash: Leash
) -> AsyncIterator[House]:
    """A house just built: no admin, no categories."""
    nats = await nats_server(config=accounts({user: user for user in USERS}))
    async with house_in(tmp_path, postgres, nats, leash, furnished=False) as house:
        yield house


@pytest.fixture(scope="session")
async def _town(
    tmp_path_factory: pytest.TempPathFactory, postgres: Databases, engines_dir: Path, leash: Leash
) -> AsyncIterator[House]:
    """The house behind `town`."""
    directory = tmp_path_factory.mktemp("town")
    nats = Nats(
        engines_dir / "nats-town",
        log=directory / "nats.log",
        leash=leash,
        config=accounts({user: user for user in USERS}),
    )
    await nats.start()
    try:
        async with house_in(directory, postgres, nats, leash) as town:
            town.say(HELPER, "/start")
            await town.hears(HELPER, "новые обращения")
            yield town
    finally:
        await nats.kill()


@pytest.fixture
def town(_town: House) -> House:
    """A house that all tests share; Maria, the helper, has said hello. What was said in other tests is not heard."""
    _town.begin()
    return _town


@pytest.fixture
def anna(town: House) -> int:
    """Somebody nobody has met yet."""
    telegram_id = next(_strangers)
    town.telegram.world.person(telegram_id, "Анна", username=f"user_{telegram_id}")
    return telegram_id
