"""How long the bot takes from somebody's word to its answer in the chat, against the local Telegram.

    python tests/bench/bot.py [words]

* help: a command that asks nobody: Telegram → journal → outbox → Telegram;
* ticket: a question: the same with tickets asked once between, which finds where it goes and stores a ticket; somebody
  new joins first;
* sends: so many people ask at once, and are answered as fast as Telegram, which enforces its limits then, lets;
* start: from the process to its line to Telegram, with a session that is kept.

Tickets, bot, PostgreSQL and NATS are processes; every word comes from somebody else, so that no limit of a chat waits.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
CROWD = 300
BURST = 25
"""So many go out before the limit of all chats is felt."""
TICKET_MS, SENDS, START_S = 15, 25, 3
"""The goals: of the median, a second, and at most."""
QUESTION = "Пропал меч. Вчера ещё был!"
PAUSE_S = 0.05
"""Between two words: slower than the 25 a second that the bot allows itself."""


class Ear:
    """Knows at once when somebody is written to."""

    def __init__(self, house: "House") -> None:
        self._house = house
        self._waiting: dict[int, asyncio.Future[float]] = {}
        house.telegram.world.onlookers.append(self._seen)

    def _seen(self, kind: str, facts: dict[str, Any]) -> None:
        message: Any = facts.get("message")
        if kind == "message" and message.out:
            told = self._waiting.pop(getattr(message.peer_id, "user_id", 0), None)
            if told is not None:
                told.set_result(time.perf_counter())

    def ask(self, who: int, word: str) -> "asyncio.Future[float]":
        """Say something; when (on `time.perf_counter`) the first answer to it came."""
        told = self._waiting[who] = asyncio.get_running_loop().create_future()
        self._house.say(who, word)
        return told


async def answers(ear: Ear, people: Sequence[int], word: str) -> list[float]:
    """Milliseconds until each of these people is answered, one after the other."""
    taken = []
    for who in people:
        began = time.perf_counter()
        taken.append((await ear.ask(who, word) - began) * 1000)
        await asyncio.sleep(PAUSE_S)
    return sorted(taken)


async def rush(ear: Ear, people: Sequence[int]) -> float:
    """Messages a second that reach so many people who ask all at once."""
    told = await asyncio.gather(*(ear.ask(who, "/help") for who in people))
    return (len(told) - BURST) / (max(told) - min(told))


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
        ear = Ear(house)
        groups = {name: range(first, first + words) for name, first in (("known", 20_000), ("new", 40_000))}
        crowd = range(60_000, 60_000 + CROWD)
        for who in (*groups["known"], *groups["new"], *crowd):
            telegram.world.person(who, "Анна")
        await answers(ear, groups["known"], "/start")
        table = Table("what", "median", "95 % within", "goal", title=f"The bot, {words} words each, {CROWD} at once")
        for name, people, word, goal in (
            ("help: update → answer", groups["known"], "/help", ""),
            ("ticket: update → stored → answer", groups["known"], QUESTION, f"< {TICKET_MS} ms"),
            ("ticket of somebody new", groups["new"], QUESTION, ""),
        ):
            taken = await answers(ear, people, word)
            p95 = taken[int(len(taken) * 0.95)]
            table.add_row(name, f"{statistics.median(taken):.1f} ms", f"{p95:.1f} ms", goal)
        telegram.limits.enforced = True
        pace = await rush(ear, crowd)
        table.add_row("sends, sustained", f"{pace:.1f} /s", "", f"{SENDS} /s")
        table.add_row("times told to wait (FloodWait)", str(telegram.limits.refused), "", "0")
        memory = psutil.Process(house.bot.pid).memory_info().rss / 1024 / 1024
        await house.bot.stop()
        began = time.perf_counter()
        await house.bot.start()
        await house.telegram_is("up", "@")
        table.add_row("process start → signed in", f"{time.perf_counter() - began:.1f} s", "", f"< {START_S} s")
        table.add_row("memory after all this", f"{memory:.0f} MiB", "", "the library alone: 68")
        Console().print(table)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else WORDS))
