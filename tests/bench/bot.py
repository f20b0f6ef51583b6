"""How long the bot takes from somebody's word to its answer in the chat, against the local Telegram.

    python tests/bench/bot.py [words]

* help: a command that asks nobody: Telegram → journal → outbox → Telegram;
* ticket: a first question: the same with tickets asked twice and a ticket stored between.

Tickets, bot, PostgreSQL and NATS are processes; every word comes from somebody new, so that no limit of a chat waits.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from rich.console import Console
from rich.table import Table
from tikethet_devstack.engines import Nats, Postgres
from tikethet_devstack.leash import Leash
from tikethet_devstack.nats_conf import USERS, accounts
from tikethet_devstack.provision import Databases
from tikethet_devstack.telegram.local import LocalTelegram

if TYPE_CHECKING:
    from tests.bot.house import ADMIN, HELPER, House
else:  # a script's neighbours are no package, and a `tests` among the installed ones hides ours
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bot"))
    from house import ADMIN, HELPER, House

WORDS = 200
PAUSE_S = 0.05
"""Between two words: slower than the 25 a second that the bot allows itself."""


async def answers(house: "House", first: int, count: int, word: str) -> list[float]:
    """Milliseconds until each of so many new people is answered."""
    taken = []
    for who in range(first, first + count):
        house.telegram.world.person(who, "Анна")
        began = time.perf_counter()
        house.say(who, word)
        while not house.heard_by(who):  # noqa: ASYNC110  polled, as a person looks
            await asyncio.sleep(0.0005)
        taken.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(PAUSE_S)
    return taken


async def main(words: int) -> None:
    """Measure and print."""
    async with AsyncExitStack() as stack:
        directory = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="tikethet-", ignore_cleanup_errors=True))
        )
        leash = Leash()
        stack.callback(leash.close)
        postgres = Postgres(directory / "pg", log=directory / "pg.log", leash=leash, password="bench")
        nats = Nats(directory / "nats", log=directory / "nats.log", leash=leash, config=accounts({u: u for u in USERS}))
        await asyncio.gather(postgres.start(), nats.start())
        telegram = await stack.enter_async_context(LocalTelegram(directory))
        for who in (HELPER, ADMIN):
            telegram.world.person(who, "Мария")
        databases = Databases(postgres)
        tickets = await databases.database()
        house = House(directory, telegram, leash)
        await house.open(
            tickets, tickets.replace("tikethet_tickets:tikethet_tickets", "tikethet_bot:tikethet_bot"), nats
        )
        stack.push_async_callback(house.close)
        await answers(house, 10_000, 20, "/help")  # warm
        table = Table("word", "median ms", "p95 ms", "answers")
        for name, first, word in (("help", 20_000, "/help"), ("ticket", 30_000, "Пропал меч. Вчера ещё был!")):
            taken = sorted(await answers(house, first, words, word))
            table.add_row(
                name, f"{statistics.median(taken):.1f}", f"{taken[int(len(taken) * 0.95)]:.1f}", str(len(taken))
            )
        began = time.perf_counter()
        await house.bot.stop()
        await house.bot.start()
        await house.telegram_is("up", "@")
        memory = psutil.Process(house.bot.pid).memory_info().rss / 1024 / 1024
        Console().print(table, f"start to signed in {time.perf_counter() - began:.1f} s; memory {memory:.0f} MiB")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else WORDS))
