"""Lists look at a few rows however many there are: counted in plans, not in milliseconds."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import msgspec
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.word import MemberId, Priority, Role, Status
from tikethet_tickets.queries import search, tickets
from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.order import order
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.queries.tickets import Listing, list_tickets
from tikethet_tickets.queries.viewer import Viewer

from tests.tickets.conftest import open_views

TICKETS = 6_000
SIZE = 10
RUNS = 5 * (SIZE + 1)
"""One short run per status."""


def an_id(kind: str, n: int) -> str:
    return f"{n:08x}-{kind}-7000-8000-{n:012x}"


def ids(kind: str, n: str) -> str:
    return f"(lpad(to_hex({n}), 8, '0') || '-{kind}-7000-8000-' || lpad(to_hex({n}), 12, '0'))::uuid"


FILL = f"""
    SELECT setseed(0.5);
    INSERT INTO tickets.members (id, telegram_id, first_name, role, language, blocked, reachable, preferences,
            joined_at, updated_at, version, erased)
        SELECT {ids("1111", "n")}, n, 'Имя' || n, 'USER', 'ru', false, true, '{{}}', now(), now(), 1, false
        FROM generate_series(1, 600) n;
    INSERT INTO tickets.tickets
        SELECT {ids("3333", "n")}, 1000 + n, {ids("1111", "1 + n % 600")}, {ids("2222", "1 + n % 6")},
            CASE WHEN s < 0.1 THEN 'OPEN' WHEN s < 0.2 THEN 'IN_PROGRESS' WHEN s < 0.3 THEN 'WAITING_RESPONSE'
                WHEN s < 0.4 THEN 'RESOLVED' ELSE 'CLOSED' END,
            n % 4, CASE WHEN n % 3 > 0 THEN {ids("1111", "1 + n % 10")} END,
            CASE WHEN n % 2 = 0 THEN ARRAY['often'] WHEN n % 1000 = 1 THEN ARRAY['rare'] ELSE '{{}}' END,
            NULL, NULL, 3, now(), CASE WHEN s < 0.3 THEN now() - n * interval '1 second' END,
            now() - n * interval '1 minute', now() - n * interval '50 second', now() - n * interval '50 second',
            NULL, NULL, 4, false
        FROM (SELECT n, random() s FROM generate_series(1, {TICKETS}) n) _;
    INSERT INTO tickets.ticket_texts (ticket_id, title, description)
        SELECT id, 'Проблема ' || number, 'слово' || number % 500 FROM tickets.tickets;
    INSERT INTO tickets.messages (ticket_id, id, version, author_id, content, is_internal, created_at)
        SELECT t.id, {ids("4444", "(t.number * 10 + k)::int")}, k + 1, t.requester_id,
            'Донат не пришёл, случай' || (t.number * 3 + k) % 3000, false, now()
        FROM tickets.tickets t, generate_series(1, 3) k;
    INSERT INTO tickets.ticket_counters SELECT status, priority, category_id, assignee_id, count(*)
        FROM tickets.tickets GROUP BY 1, 2, 3, 4;
"""  # noqa: S608 - our own names

STAFF = Viewer(MemberId(an_id("1111", 5)), Role.HELPER)
CUSTOMER = Viewer(MemberId(an_id("1111", 77)))


@pytest.fixture(scope="module")
async def crowd(postgres: Databases) -> AsyncIterator[asyncpg.Connection]:
    async with open_views(postgres) as connection:
        await connection.execute(FILL)
        await connection.execute(
            "VACUUM ANALYZE tickets.tickets, tickets.ticket_texts, tickets.messages, tickets.members"
        )
        yield connection


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for child in plan.get("Plans", ()):
        yield from nodes(child)


async def explain(connection: asyncpg.Connection, sql: str, *values: object) -> list[dict[str, Any]]:
    text = await connection.fetchval(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, FORMAT JSON) {sql}", *values)
    return list(nodes(msgspec.json.decode(text)[0]["Plan"]))


def looked_at(plan: list[dict[str, Any]], table: str) -> float:
    """How many rows of a table were read, kept or not."""
    found = [node for node in plan if node.get("Relation Name") == table]
    return float(
        sum(
            (node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0))
            * node["Actual Loops"]
            for node in found
        )
    )


def sorted_rows(plan: list[dict[str, Any]]) -> int:
    """The most rows that any sort was given."""
    return max(
        (
            round(node["Plans"][0]["Actual Rows"] * node["Plans"][0]["Actual Loops"])
            for node in plan
            if node["Node Type"] == "Sort"
        ),
        default=0,
    )


async def listed(
    connection: asyncpg.Connection, viewer: Viewer, wanted: TicketFilter, sort: str, request: PageRequest
) -> list[dict[str, Any]]:
    listing = Listing(viewer, wanted, request, order(sort, staff=viewer.staff))
    await listing.look_up(connection)
    sql, arguments = listing.page()
    return await explain(connection, sql, *arguments.values)


CATEGORY = an_id("2222", 3)
FLAT: list[tuple[str, TicketFilter, tuple[str, ...]]] = [
    ("all", TicketFilter(), ("-updated_at", "updated_at", "-created_at", "-priority", "waiting", "-waiting")),
    ("status", TicketFilter(status=(Status.OPEN,)), ("-updated_at", "created_at", "priority", "waiting")),
    ("mine", TicketFilter(assigned_to="me"), ("-updated_at",)),
    ("nobody's", TicketFilter(assigned_to="none"), ("-updated_at", "updated_at")),
    ("category", TicketFilter(category_id=CATEGORY), ("-updated_at", "updated_at")),
    ("category, open", TicketFilter(category_id=CATEGORY, status=(Status.OPEN,)), ("-updated_at",)),
]


@pytest.mark.parametrize(
    ("wanted", "sort"),
    [pytest.param(wanted, sort, id=f"{name} {sort}") for name, wanted, sorts in FLAT for sort in sorts],
)
async def test_a_page_reads_a_short_run_per_status(crowd: asyncpg.Connection, wanted: TicketFilter, sort: str) -> None:
    first = await list_tickets(crowd, STAFF, wanted, PageRequest(size=SIZE), sort=sort)
    deep = PageRequest(size=SIZE, cursor=first.next_cursor)
    for request in (PageRequest(size=SIZE), deep):
        plan = await listed(crowd, STAFF, wanted, sort, request)
        assert looked_at(plan, "tickets") <= RUNS
        assert sorted_rows(plan) <= RUNS
        assert scans(plan) == {"Index Scan", "Index Only Scan"} & scans(plan)


def scans(plan: list[dict[str, Any]]) -> set[str]:
    """How tickets and their conversations were read."""
    return {node["Node Type"] for node in plan if node.get("Relation Name") in {"tickets", "ticket_texts", "messages"}}


DENSE: list[TicketFilter] = [
    TicketFilter(priority=(Priority.CRITICAL,)),
    TicketFilter(category_id=CATEGORY, assigned_to="me"),
    TicketFilter(tag="rare"),
    TicketFilter(q="случай77"),
]


@pytest.mark.parametrize("wanted", DENSE)
@pytest.mark.parametrize("sort", ["-updated_at", "created_at", "-priority", "waiting"])
async def test_any_other_list_reads_a_part(crowd: asyncpg.Connection, wanted: TicketFilter, sort: str) -> None:
    plan = await listed(crowd, STAFF, wanted, sort, PageRequest(size=SIZE))
    assert looked_at(plan, "tickets") <= TICKETS / 3
    assert "Seq Scan" not in scans(plan)


@pytest.mark.parametrize("sort", ["-updated_at", "created_at", "-priority", "waiting"])
async def test_a_customer_reads_their_own(crowd: asyncpg.Connection, sort: str) -> None:
    for wanted in (TicketFilter(), TicketFilter(q="донат"), TicketFilter(status=(Status.OPEN, Status.CLOSED))):
        plan = await listed(crowd, CUSTOMER, wanted, sort, PageRequest(size=SIZE))
        assert looked_at(plan, "tickets") <= TICKETS / 600
        assert "Seq Scan" not in scans(plan)


async def test_every_page_of_hits_knows_their_number(crowd: asyncpg.Connection) -> None:
    wanted, cursor, met = TicketFilter(q="слово7", tag="often"), None, 0
    whole = await list_tickets(crowd, STAFF, wanted, PageRequest(size=100))
    while met < len(whole.items):
        page = await list_tickets(crowd, STAFF, wanted, PageRequest(size=SIZE, cursor=cursor))
        cursor, met = page.next_cursor, met + len(page.items)
        assert (page.total, page.total_is_exact) == (len(whole.items), True)
    assert (cursor, met > 2 * SIZE) == (None, True)
    assert (await list_tickets(crowd, STAFF, wanted, PageRequest(90, SIZE))).total == met


async def test_a_common_word_is_found_along_the_list(
    crowd: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FEW", 100)
    plan = await listed(crowd, STAFF, TicketFilter(q="донаты"), "-updated_at", PageRequest(size=SIZE))
    assert looked_at(plan, "tickets") <= RUNS
    assert looked_at(plan, "messages") <= RUNS * 8
    assert sorted_rows(plan) <= RUNS
    page = await list_tickets(crowd, STAFF, TicketFilter(q="донаты"), PageRequest(size=SIZE))
    assert (len(page.items), page.total, page.total_is_exact) == (SIZE, SIZE + 1, False)
    requester = TicketFilter(q="донаты", requester=CUSTOMER.member_id)
    theirs = await list_tickets(crowd, STAFF, requester, PageRequest(size=SIZE))
    assert (theirs.total, theirs.total_is_exact) == (TICKETS / 600, True)


@pytest.mark.parametrize("sort", ["-updated_at", "created_at", "-priority", "waiting"])
async def test_the_tickets_of_many_people_come_from_one_index(crowd: asyncpg.Connection, sort: str) -> None:
    """Eleven of the people are called so; their tickets are filtered and ordered without being looked at."""
    wanted = TicketFilter(q="имя10", category_id=CATEGORY, priority=(Priority.HIGH,), assigned_to="none")
    for asked in (TicketFilter(q="имя10"), wanted):
        plan = await listed(crowd, STAFF, asked, sort, PageRequest(size=SIZE))
        read = [node for node in plan if node.get("Index Name") == "tickets_of_requester"]
        assert [(node["Node Type"], node["Heap Fetches"]) for node in read] == [("Index Only Scan", 0)]
        rest = [node for node in plan if node not in read]
        assert looked_at(rest, "tickets") <= SIZE + 1
    page = await list_tickets(crowd, STAFF, TicketFilter(q="имя10"), PageRequest(size=SIZE), sort=sort)
    assert (page.total, page.total_is_exact) == (110, True)


@pytest.mark.parametrize("sort", ["-updated_at", "created_at", "-priority", "waiting"])
async def test_too_many_people_are_met_along_the_list(crowd: asyncpg.Connection, sort: str) -> None:
    plan = await listed(crowd, STAFF, TicketFilter(q="имя"), sort, PageRequest(size=SIZE))
    assert looked_at(plan, "tickets") <= RUNS
    assert looked_at(plan, "messages") <= RUNS * 8
    assert sorted_rows(plan) <= RUNS
    page = await list_tickets(crowd, STAFF, TicketFilter(q="имя"), PageRequest(size=SIZE), sort=sort)
    assert (len(page.items), page.total, page.total_is_exact) == (SIZE, SIZE + 1, False)


@pytest.mark.parametrize("sort", ["-updated_at", "created_at", "-priority", "waiting"])
async def test_a_walk_finds_what_the_index_finds(
    crowd: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    """Page by page and by number; and what was seen of it adds up to the number there is."""
    wanted = TicketFilter(q="слово7", status=(Status.OPEN, Status.CLOSED))
    by_index = await list_tickets(crowd, STAFF, wanted, PageRequest(size=100), sort=sort)
    assert (by_index.total, by_index.total_is_exact) == (len(by_index.items), True)
    monkeypatch.setattr(search, "FEW", 0)
    monkeypatch.setattr(search, "SHARE", TICKETS * 4)
    monkeypatch.setattr(tickets, "STRIDE", TICKETS)
    met: list[str] = []
    page, number, size = None, 0, 30
    while page is None or page.next_cursor is not None:
        number += 1
        page = await list_tickets(
            crowd, STAFF, wanted, PageRequest(size=size, cursor=page.next_cursor if page else None), sort=sort
        )
        met += [ticket.id for ticket in page.items]
        assert (page.total, page.total_is_exact) == (
            len(met) + (page.next_cursor is not None),
            page.next_cursor is None,
        )
        assert page.items == (await list_tickets(crowd, STAFF, wanted, PageRequest(number, size), sort=sort)).items
    assert met == [ticket.id for ticket in by_index.items]
    assert number > 2


async def test_a_walk_that_leads_nowhere_is_given_up(
    crowd: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words that the statistics took for common ones, but are none among the first of the list: found by the index."""
    wanted = TicketFilter(q="слово7", status=(Status.CLOSED, Status.RESOLVED))
    whole = await list_tickets(crowd, STAFF, wanted, PageRequest(size=100))
    monkeypatch.setattr(search, "FEW", 0)
    monkeypatch.setattr(search, "SHARE", TICKETS * 4)
    monkeypatch.setattr(tickets, "STRIDE", 1)
    plan = await listed(crowd, STAFF, wanted, "-updated_at", PageRequest(size=2))
    assert looked_at(plan, "tickets") <= 2 * 3
    for number in range(1, 4):
        page = await list_tickets(crowd, STAFF, wanted, PageRequest(number, 2))
        assert page.items == whole.items[2 * number - 2 : 2 * number]
        assert (page.total, page.total_is_exact) == (whole.total, True)
    beyond = await list_tickets(crowd, STAFF, wanted, PageRequest(90, 2))
    assert (beyond.items, beyond.total) == ([], whole.total)


async def test_rare_words_are_known_for_rare_where_all_use_the_same_few(
    crowd: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL knows too few words there to say anything about those that begin with one."""
    monkeypatch.setattr(search, "FEW", 100)
    unknown = crowd.transaction()
    await unknown.start()
    await crowd.execute("ALTER TABLE tickets.messages ALTER COLUMN search SET STATISTICS 1")
    await crowd.execute("ANALYZE tickets.messages")
    assert await search.are_few_with_words(crowd, "слон", None)
    assert not await search.are_few_with_words(crowd, "донаты", None)
    await unknown.rollback()


async def test_a_common_tag_is_found_along_the_list(crowd: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    exact = await list_tickets(crowd, STAFF, TicketFilter(tag="often"), PageRequest(size=SIZE))
    assert (exact.total, exact.total_is_exact) == (TICKETS / 2, True)
    monkeypatch.setattr(search, "FEW", 100)
    page = await list_tickets(crowd, STAFF, TicketFilter(tag="often"), PageRequest(size=SIZE))
    assert page.items == exact.items
    assert (page.total, page.total_is_exact) == (SIZE + 1, False)
    both = await list_tickets(crowd, STAFF, TicketFilter(tag="often", q="слово10"), PageRequest(size=SIZE))
    assert both.total_is_exact
    assert {tuple(ticket.tags) for ticket in both.items} == {("often",)}


async def test_totals_come_from_the_counters(crowd: asyncpg.Connection) -> None:
    for wanted in (
        TicketFilter(),
        TicketFilter(status=(Status.OPEN,), priority=(Priority.HIGH, Priority.LOW)),
        TicketFilter(category_id=CATEGORY, assigned_to="none"),
    ):
        page = await list_tickets(crowd, STAFF, wanted, PageRequest(size=1))
        rank = [list(Priority).index(priority) for priority in wanted.priority] or [0, 1, 2, 3]
        counted = await crowd.fetchval(
            """
            SELECT count(*) FROM tickets.tickets WHERE status = ANY($1) AND priority = ANY($2::smallint[])
                AND ($3::text IS NULL OR category_id = $3::text::uuid) AND ($4::text IS NULL OR assignee_id IS NULL)
            """,
            wanted.statuses,
            rank,
            wanted.category_id,
            wanted.assigned_to,
        )
        assert (page.total, page.total_is_exact) == (counted, True)


@pytest.mark.parametrize("sort", ["created_at", "-priority", "updated_at", "-updated_at"])
async def test_a_walk_meets_every_quiet_ticket_once(crowd: asyncpg.Connection, sort: str) -> None:
    """Others change all the time; whoever keeps still is met exactly once."""
    wanted, walk = TicketFilter(status=(Status.OPEN, Status.RESOLVED)), crowd.transaction()
    await walk.start()
    quiet = {
        row[0]
        for row in await crowd.fetch(
            "SELECT id::text FROM tickets.tickets WHERE status IN ('OPEN', 'RESOLVED') AND number % 5 > 0"
        )
    }
    met: list[str] = []
    cursor, step = None, 0
    while True:
        page = await list_tickets(crowd, STAFF, wanted, PageRequest(size=97, cursor=cursor), sort=sort)
        met += [ticket.id for ticket in page.items if ticket.id in quiet]
        cursor = page.next_cursor
        if cursor is None:
            break
        step += 1
        await crowd.execute(
            """
            UPDATE tickets.tickets SET updated_at = now() + $1 * interval '1 second', priority = (priority + $1) % 4,
                status = CASE WHEN $1 % 2 = 0 THEN 'OPEN' ELSE 'CLOSED' END
            WHERE number % 5 = 0 AND number % 7 = $1 % 7
            """,
            step,
        )
    await walk.rollback()
    assert sorted(met) == sorted(quiet)
