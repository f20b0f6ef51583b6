"""Searches page by page on desks of any kind, against what a reader of every row would find."""

import random
import re
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.word import MemberId, Priority, Role, Status
from tikethet_tickets.queries import search, tickets
from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.order import NEVER
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.queries.tickets import list_tickets
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.views.rows import PRIORITIES

from tests.tickets.conftest import open_views

PEOPLE, TICKETS, SIZE = 60, 400, 13
FIRST, USERNAMES = ("Кирилл", "Кира", "Олег"), ("kir", "kira", "oleg")
WORDS = ("kira1", "oleg", "alpha1", "alpha2", "beta7", "gamma")
NOW = datetime(2026, 1, 1, tzinfo=UTC)

Row = dict[str, Any]


class Desk:
    """A desk at random: names that many begin with, words that are names elsewhere, times that many tickets have."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.people = [self._person(n) for n in range(PEOPLE)]
        self.helpers: list[UUID] = [row["id"] for row in self.people[:2]]
        self.me = Viewer(MemberId(str(self.helpers[0])), Role.HELPER)
        self.categories = [self._id() for _ in range(3)]
        few = self.people[: PEOPLE // 3]
        self.tickets = [self._ticket(n, self.random.choice(few if n % 2 else self.people)) for n in range(TICKETS)]

    def _id(self) -> UUID:
        return UUID(int=self.random.getrandbits(128))

    def _hour(self) -> datetime:
        return NOW - timedelta(hours=self.random.randrange(40))

    def _person(self, n: int) -> Row:
        kind = self.random.randrange(3)
        username = f"{USERNAMES[kind]}{n}" if n % 4 else None
        return {"id": self._id(), "telegram_id": n, "first_name": f"{FIRST[kind]}{n}", "username": username}

    def _ticket(self, n: int, requester: Row) -> Row:
        return {
            "id": self._id(),
            "number": 1000 + n,
            "requester_id": requester["id"],
            "category_id": self.random.choice(self.categories),
            "status": self.random.choice(list(Status)).value,
            "priority": self.random.randrange(len(PRIORITIES)),
            "assignee_id": self.random.choice([None, *self.helpers]),
            "tags": self.random.choice([["vip"], [], []]),
            "waiting_since": self.random.choice([None, self._hour()]),
            "created_at": self._hour(),
            "updated_at": self._hour(),
            "names": [requester["first_name"].lower(), requester["username"] or ""],
            "texts": [" ".join(self.random.choices(WORDS, k=2)) for _ in range(3)],
            "snoozed": n % 20 == 0,
        }

    async def fill(self, views: asyncpg.Connection) -> None:
        """All of it, as rows of the read models."""
        await views.executemany(
            """
            INSERT INTO tickets.members (id, telegram_id, first_name, username, role, language, blocked, reachable,
                preferences, joined_at, updated_at, version, erased)
            VALUES ($1, $2, $3, $4, 'USER', 'ru', false, true, '{}', now(), now(), 1, false)
            """,
            [tuple(row.values()) for row in self.people],
        )
        await views.executemany(
            """
            INSERT INTO tickets.tickets (id, number, requester_id, category_id, status, priority, assignee_id, tags,
                waiting_since, created_at, updated_at, messages_count, public_updated_at, version, erased)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1, now(), 1, false)
            """,
            [tuple(row.values())[:11] for row in self.tickets],
        )
        await views.executemany(
            "INSERT INTO tickets.ticket_texts (ticket_id, title) VALUES ($1, $2)",
            [(row["id"], row["texts"][0]) for row in self.tickets],
        )
        await views.executemany(
            """
            INSERT INTO tickets.messages (ticket_id, id, version, author_id, content, is_internal, created_at)
            VALUES ($1, gen_random_uuid(), $2, $3, $4, true, now())
            """,
            [(row["id"], n, self.helpers[1], row["texts"][n]) for row in self.tickets for n in (1, 2)],
        )
        await views.executemany(
            "INSERT INTO tickets.snoozes VALUES ($1, $2, now() + interval '1 day', NULL)",
            [(self.helpers[0], row["id"]) for row in self.tickets if row["snoozed"]],
        )
        await views.execute("ANALYZE")

    def found(self, wanted: TicketFilter, sort: str) -> list[str]:
        """The ids of all hits in order, by the definition."""
        hits = [row for row in self.tickets if self._is_hit(row, wanted)]
        by = sort.removeprefix("-")
        hits.sort(key=lambda row: (_key(row, by), row["id"]), reverse=sort.startswith("-"))
        return [str(row["id"]) for row in hits]

    def _is_hit(self, row: Row, wanted: TicketFilter) -> bool:
        assignee = {None: row["assignee_id"], "none": None, "me": self.helpers[0]}[wanted.assigned_to]
        return (
            row["status"] in wanted.statuses
            and (not wanted.priority or PRIORITIES[row["priority"]] in wanted.priority)
            and wanted.category_id in {None, str(row["category_id"])}
            and row["assignee_id"] == assignee
            and (wanted.tag is None or wanted.tag in row["tags"])
            and wanted.snoozed in {None, row["snoozed"]}
            and _has(row, (wanted.words or "").lower())
        )


def _key(row: Row, by: str) -> Any:
    return (row["waiting_since"] or NEVER) if by == "waiting" else row[by]


def _has(row: Row, words: str) -> bool:
    if words == str(row["number"]):
        return True
    *whole, last = words.split()
    texts = (text.split() for text in row["texts"])
    if any(set(whole) <= set(text) and any(each.startswith(last) for each in text) for text in texts):
        return True
    return all(any(name.startswith(word) for name in row["names"]) for word in re.findall(r"\w+", words))


@pytest.fixture(scope="module", params=[1, 2])
async def desk(request: pytest.FixtureRequest, postgres: Databases) -> AsyncIterator[tuple[asyncpg.Connection, Desk]]:
    async with open_views(postgres) as views:
        desk = Desk(request.param)
        await desk.fill(views)
        yield views, desk


QUESTIONS = ("кир", "kira1", "kira", "кирилл k", "олег1", "alpha", "oleg", "beta7 al", "1007", "никого")
SORTS = [sign + by for sign, by in product(("", "-"), ("created_at", "updated_at", "priority", "waiting"))]
WAYS = {
    "from the hits": {},
    "along the list": {"FEW": 0, "SHARE": 10**6, "STRIDE": 10**4},
    "given up": {"FEW": 0, "SHARE": 10**6, "STRIDE": 1},
    "people along the list": {"FEW": 60, "STRIDE": 3},
}


def filters(desk: Desk, some: random.Random) -> Iterator[dict[str, Any]]:
    """None, one of each kind, and some together."""
    each: dict[str, list[Any]] = {
        "status": [(Status.OPEN,), (Status.CLOSED, Status.RESOLVED)],
        "priority": [(Priority.HIGH,), (Priority.LOW, Priority.NORMAL)],
        "category_id": [str(category) for category in desk.categories],
        "assigned_to": ["me", "none"],
        "tag": ["vip"],
        "snoozed": [True, False],
    }
    yield {}
    yield from ({kind: some.choice(values)} for kind, values in each.items())
    yield from ({kind: some.choice(each[kind]) for kind in some.sample(sorted(each), 2)} for _ in range(3))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("sort", SORTS)
async def test_every_page_is_what_a_reader_of_all_would_find(
    desk: tuple[asyncpg.Connection, Desk], monkeypatch: pytest.MonkeyPatch, sort: str, way: str
) -> None:
    views, shown = desk
    for name, value in WAYS[way].items():
        monkeypatch.setattr(tickets if name == "STRIDE" else search, name, value)
    for number, filtered in enumerate(filters(shown, random.Random(sort))):
        for q in QUESTIONS[number % 3 :: 3]:
            wanted = TicketFilter(q=q, **filtered)
            expected, met, cursor = shown.found(wanted, sort), list[str](), None
            while True:
                page = await list_tickets(views, shown.me, wanted, PageRequest(size=SIZE, cursor=cursor), sort=sort)
                met += [ticket.id for ticket in page.items]
                cursor = page.next_cursor
                assert met == expected[: len(met)], (q, filtered)
                assert page.total == len(expected) or (not page.total_is_exact and page.total <= len(expected))
                if cursor is None:
                    break
                assert len(page.items) == SIZE
            assert (met, page.total_is_exact) == (expected, True), (q, filtered)
            second = await list_tickets(views, shown.me, wanted, PageRequest(2, SIZE), sort=sort)
            assert [ticket.id for ticket in second.items] == expected[SIZE : 2 * SIZE]
