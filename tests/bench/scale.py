"""What a desk of years costs its readers: p95 of the questions people ask, at 10 thousand tickets and at 200 thousand.

    python tests/bench/scale.py [tickets, 200000] [messages per ticket, 5] [requests per question, 200]

Both desks are open at once, each a tickets process on a database of its own, filled through the log (`_loader.py`) at
the same number of tickets per day; rounds of questions take turns between them, so that what else the machine does
hits both. Afterwards every question is asked once more with ``auto_explain``: a sequential scan of a table that grows,
or a sort of more rows than the small desk has tickets and of more than a tenth of the big one's, is told and fails the
bench.
"""

import asyncio
import json
import os
import re
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import asyncpg
from _loader import CLOCK, Loader
from rich.console import Console
from rich.table import Table
from tikethet_devstack.engines import Postgres
from tikethet_devstack.leash import Leash
from tikethet_devstack.process import free_port
from tikethet_devstack.provision import Databases
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.word import MemberId
from tikethet_service.callers import CallerSigner, public_key_of
from tikethet_service.settings import encode_key
from tikethet_tickets.wiring import VIEWS_SCHEMA

SMALL, PER_DAY, GOAL = 10_000, 250, 1.5
GROWING = {"events", "tickets", "ticket_texts", "ticket_times", "messages", "members", "commands", "notifications"}
SEED, SECRET = secrets.token_bytes(32), secrets.token_bytes(32)


class Desk:
    """A database with so many tickets, and the process that answers for it."""

    def __init__(self, databases: Databases, url: str, loader: Loader, session: aiohttp.ClientSession) -> None:
        self.loader = loader
        self.session = session
        self.database = urlsplit(url).path[1:]
        self.admin_url = databases.url(self.database, "postgres")
        self._signer = CallerSigner("gateway", SEED)
        self._cursor: str | None = None

    async def ask(self, who: MemberId, path: str) -> tuple[float, Any]:
        """Seconds and the answer; anything but 200 is an error."""
        headers = {"Authorization": f"Bearer {self._signer.token(who, 'tickets')}"}
        began = time.perf_counter()
        async with self.session.get(f"/api/v1/{path}", headers=headers) as answer:
            body = await answer.read()
            took = time.perf_counter() - began
            if answer.status != 200:
                raise RuntimeError(body.decode())
        return took, json.loads(body)

    async def deep(self) -> str:
        """The list, twenty pages on."""
        if self._cursor is None:
            _, page = await self.ask(self.loader.staff[0], "tickets?size=50")
            for _ in range(20):
                _, page = await self.ask(self.loader.staff[0], f"tickets?size=50&cursor={page['next_cursor']}")
            self._cursor = page["next_cursor"]
        return f"tickets?size=50&cursor={self._cursor}"

    async def questions(self) -> dict[str, tuple[MemberId, list[str]]]:
        """Who asks what: each question in several forms, none of which a cache could answer."""
        boss, helper, customer = self.loader.staff[0], self.loader.staff[1], self.loader.customers[3]
        some = [self.loader.tickets[n] for n in range(7, len(self.loader.tickets), len(self.loader.tickets) // 40)]
        cases = [f"случай{n * len(self.loader.tickets) // 40 // 40}" for n in range(20)]
        orders = ("-updated_at", "created_at", "-priority", "waiting")
        categories = [f"01980000-0000-7000-8000-00000000000{n}" for n in range(1, 7)]
        month = datetime.now(UTC) - timedelta(days=28)
        period = f"from={month:%Y-%m-%d}&to={datetime.now(UTC):%Y-%m-%d}"
        return {
            "list": (helper, [f"tickets?sort={order}" for order in orders]),
            "list, twenty pages on": (boss, [await self.deep()]),
            "list, open": (helper, [f"tickets?status=OPEN&sort={order}" for order in orders]),
            "list, mine": (helper, ["tickets?assigned_to=me"]),
            "list, by category": (helper, [f"tickets?category_id={each}" for each in categories]),
            "list, a customer's": (customer, ["tickets", "tickets?status=CLOSED"]),
            "counts": (helper, ["tickets/counts"]),
            "search, a rare word": (helper, [f"tickets?q={case}" for case in cases]),
            "search, a common word": (helper, ["tickets?q=серверы", "tickets?q=оплата", "tickets?q=пароли"]),
            "search, two words": (helper, ["tickets?q=серверы подписки", "tickets?q=бана карты"]),
            "search, a person": (helper, ["tickets?q=player77"]),
            "detail": (helper, [f"tickets/{each}" for each in some]),
            "conversation": (helper, [f"tickets/{each}/messages" for each in some]),
            "history": (helper, [f"tickets/{each}/history" for each in some]),
            "dashboard": (boss, ["statistics/dashboard"]),
            "statistics of 28 days": (boss, [f"statistics/tickets?{period}"]),
            "members": (boss, ["members", "members?q=player12"]),
        }


@asynccontextmanager
async def opened(databases: Databases, tickets: int, messages: int) -> AsyncIterator[Desk]:
    """One desk, filled and asked for its health."""
    url = await databases.database()
    name = urlsplit(url).path[1:]
    admin = await asyncpg.connect(databases.url(name, "postgres"))
    await admin.execute(CLOCK)
    await admin.execute(f'ALTER DATABASE "{name}" SET search_path = bench, pg_catalog, public')
    connection = await asyncpg.connect(url)
    await migrate(connection, {"log": LOG_SCHEMA, "tickets": VIEWS_SCHEMA})
    await connection.close()
    loader, now, began = Loader(url, SECRET), datetime.now(UTC), time.monotonic()
    await loader.load(tickets, messages, now - timedelta(days=tickets / PER_DAY), now)
    events, took = await admin.fetchval("SELECT position FROM tickets.log_head"), time.monotonic() - began
    print(f"{tickets:,} tickets: {events:,} events through the log in {took:.0f} s, {events / took:,.0f} a second")
    await admin.execute(f'ALTER DATABASE "{name}" RESET search_path')
    await admin.close()
    async with serving(url) as session:
        yield Desk(databases, url, loader, session)


@asynccontextmanager
async def serving(url: str) -> AsyncIterator[aiohttp.ClientSession]:
    """The tickets process, without a stream: nobody listens here."""
    port = free_port()
    environment = {
        "PATH": os.environ["PATH"],
        "TIKETHET_MODE": "test",
        "PORT": str(port),
        "LOG_LEVEL": "error",
        "SERVICE_KEY": encode_key(SEED),
        "SERVICE_PUBLIC_KEYS": f"gateway={encode_key(public_key_of(SEED))}",
        "SECRET_KEY": encode_key(SECRET),
        "DATABASE_URL": url,
        "NATS_URL": f"nats://127.0.0.1:{free_port()}",
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tikethet_tickets", env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
            await _ready(session)
            yield session
    finally:
        process.terminate()
        await process.wait()


async def _ready(session: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(120):
        while True:
            try:
                async with session.get("/health/ready") as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.1)


async def measured(small: Desk, big: Desk, requests: int) -> dict[str, tuple[float, float]]:
    """p95 in seconds of every question, at both, after a round to warm up."""
    found: dict[str, tuple[float, float]] = {}
    asked = [(desk, await desk.questions()) for desk in (small, big)]
    for name in asked[0][1]:
        times: list[list[float]] = [[], []]
        for number in range(-10, requests):
            for index, (desk, questions) in enumerate(asked):
                who, paths = questions[name]
                took, _ = await desk.ask(who, paths[number % len(paths)])
                if number >= 0:
                    times[index].append(took)
        found[name] = (_p95(times[0]), _p95(times[1]))
    return found


def _p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


async def plans(desk: Desk, databases: Databases, log: Path) -> list[str]:
    """What is wrong with the plans of the questions, one line each; none: nothing grows with the desk."""
    admin = await asyncpg.connect(desk.admin_url)
    for setting in (
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_analyze = on",
        "auto_explain.log_timing = off",
        "auto_explain.log_format = 'json'",
    ):
        await admin.execute(f'ALTER DATABASE "{desk.database}" SET {setting}')
    sizes = await admin.fetch("SELECT relname, n_live_tup FROM pg_stat_user_tables WHERE schemaname = 'tickets'")
    rows: dict[str, int] = {row["relname"]: row["n_live_tup"] for row in sizes}
    await admin.close()
    wrong: list[str] = []
    async with serving(databases.url(desk.database)) as session:
        desk.session = session
        for name, (who, paths) in (await desk.questions()).items():
            already = len(await asyncio.to_thread(log.read_bytes))
            await desk.ask(who, paths[0])
            said = (await asyncio.to_thread(log.read_bytes))[already:]
            for plan in _plans(said.decode(errors="replace")):
                wrong += [f"{name}: {what}" for what in _faults(plan, rows)]
    return list(dict.fromkeys(wrong))


def _plans(said: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    for found in re.finditer(r"plan:\s*(?=\{)", said):
        plan = decoder.raw_decode(said, found.end())[0]["Plan"]
        if "Actual Rows" in plan:  # else a bare EXPLAIN, which a search estimates with: nothing was run
            yield plan


def _faults(node: dict[str, Any], rows: dict[str, int]) -> Iterator[str]:
    table = node.get("Relation Name")
    if node["Node Type"] == "Seq Scan" and table in GROWING and rows.get(table, 0) > SMALL:
        yield f"sequential scan of {table}"
    if "Sort" in node["Node Type"]:
        given = node["Plans"][0]
        many = given["Actual Rows"] * given["Actual Loops"]
        if many > max(SMALL, rows["tickets"] / 10):
            yield f"sort of {many:,.0f} rows"
    for child in node.get("Plans", ()):
        yield from _faults(child, rows)


def show(found: dict[str, tuple[float, float]], tickets: int) -> None:
    """One row per question."""
    table = Table(title="p95 of an answer over HTTP, without the gateway (ms)")
    for column in ("question", f"{SMALL:,} tickets", f"{tickets:,} tickets", "ratio", "goal"):
        table.add_column(column, justify="left" if column == "question" else "right")
    for name, (small, big) in found.items():
        table.add_row(name, f"{small * 1000:.1f}", f"{big * 1000:.1f}", f"{big / small:.2f} ×", f"≤ {GOAL} ×")
    Console().print(table)


async def main(tickets: int, messages: int, requests: int) -> int:
    """Print the table; 1 when a plan grows with the desk."""
    with tempfile.TemporaryDirectory(prefix="tikethet-bench-") as place:
        directory = Path(place)
        await asyncio.to_thread(directory.chmod, 0o755)  # the server may run as another user
        leash = Leash()
        settings = ("max_wal_size=4GB", "shared_buffers=1GB")
        log = directory / "log"
        engine = Postgres(
            directory / "pg", log=log, leash=leash, password=secrets.token_urlsafe(), durable=False, settings=settings
        )
        await engine.start()
        try:
            databases = Databases(engine)
            async with AsyncExitStack() as stack:
                small = await stack.enter_async_context(opened(databases, min(SMALL, tickets), messages))
                big = await stack.enter_async_context(opened(databases, tickets, messages))
                show(await measured(small, big, requests), tickets)
                wrong = await plans(big, databases, log)
        finally:
            await engine.stop()
            leash.close()
    print("\n".join(wrong) if wrong else "plans: no sequential scan of a table that grows, no sort of the whole")
    return 1 if wrong else 0


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    sys.exit(asyncio.run(main(*(given + [200_000, 5, 200][len(given) :]))))
