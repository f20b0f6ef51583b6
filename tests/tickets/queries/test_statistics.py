"""Figures by hand against figures by query; and how much a query looks at, however many tickets there are."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import asyncpg
import msgspec
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.errors import Refused
from tikethet_events.ticket import TicketAssigned, TicketRated, TicketReopened, TicketResolved
from tikethet_events.word import MemberId, Priority, Role, Status
from tikethet_tickets.queries import dashboard as at_a_glance
from tikethet_tickets.queries.dashboard import dashboard
from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.order import order
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.queries.statistics import COUNTS, HELPERS, Group, figures_sql, ticket_statistics
from tikethet_tickets.queries.tickets import Listing
from tikethet_tickets.queries.tickets_csv import PART, part
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.rules.period import Period, period
from tikethet_tickets.shapes import Spread

from tests.tickets.conftest import BEGINNING, Story, open_views

NOW = BEGINNING + timedelta(hours=2)
DAY = period("2026-01-05", "2026-01-05", "Europe/Moscow", NOW)


async def told(views: asyncpg.Connection, story: Story) -> tuple[MemberId, MemberId]:
    """Three tickets: one answered and resolved, one resolved twice and rated, one nobody looked at."""
    customer, category, other = story.joins(), story.category(), story.category("Донат", "Donations")
    helper, second = story.joins("Мария", Role.HELPER), story.joins("Олег", Role.HELPER)
    one = story.opens(customer, category, priority=Priority.HIGH)
    story.says(helper, one)  # after 1 s
    story.on(one, TicketAssigned(assignee_id=helper))
    story.on(one, TicketResolved(), actor=helper)  # after 3 s
    two = story.opens(customer, category)
    story.on(two, TicketAssigned(assignee_id=second))
    story.on(two, TicketResolved(), actor=second)
    story.on(two, TicketReopened(status=Status.IN_PROGRESS), actor=customer)
    story.says(second, two)  # after 4 s
    story.on(two, TicketResolved(), actor=second)  # after 5 s
    story.on(two, TicketRated(score=4), actor=customer)
    story.opens(customer, other)
    await story.tell(views)
    return helper, second


async def test_a_report(views: asyncpg.Connection, story: Story) -> None:
    helper, second = await told(views, story)
    found = await ticket_statistics(views, Viewer(helper, Role.ADMIN), DAY, "priority", NOW)
    total = found.total
    assert (total.tickets, total.resolved, total.open, total.reopened, total.reopen_rate) == (3, 2, 1, 1, 0.5)
    assert total.first_response == Spread(count=2, median_s=2, p90_s=4)  # 1 and 4: 2.5 and 3.7
    assert total.resolution == Spread(count=2, median_s=4, p90_s=5)
    assert total.backlog_age.count == 1
    assert (total.satisfaction.average, total.satisfaction.by_score["4"]) == (4.0, 1)
    assert found.by_status == dict.fromkeys(Status, 0) | {"OPEN": 1, "RESOLVED": 2}
    assert found.by_priority == dict.fromkeys(Priority, 0) | {"HIGH": 1, "NORMAL": 2}
    assert [(each.category and each.category.name, each.tickets) for each in found.by_category] == [
        ("Общие вопросы", 2),
        ("Донат", 1),
    ]
    assert found.by_day == {"2026-01-05": 3}
    assert {hour: n for hour, n in found.by_hour.items() if n} == {"12": 3}  # nine o'clock in London
    assert [(each.key, each.figures.tickets) for each in found.groups] == [("HIGH", 1), ("NORMAL", 2)]
    of = {each.member.id: each for each in found.helpers if each.member}
    assert of[helper].first_response == Spread(count=1, median_s=1, p90_s=1)
    assert (of[second].assigned, of[second].open, of[second].satisfaction.average) == (1, 0, 4.0)
    assert of[second].resolution == Spread(count=1, median_s=5, p90_s=5)


KEYS: dict[Group, set[str | None]] = {
    "day": {"2026-01-05"},
    "week": {"2026-W02"},
    "month": {"2026-01"},
    "weekday": {"1"},
    "hour": {"12"},
    "status": {"OPEN", "RESOLVED"},
    "priority": {"HIGH", "NORMAL"},
}


@pytest.mark.parametrize("group", get_args(Group))
async def test_groups_add_up(views: asyncpg.Connection, story: Story, group: Group) -> None:
    helper, second = await told(views, story)
    found = await ticket_statistics(views, Viewer(helper, Role.ADMIN), DAY, group, NOW)
    assert sum(each.figures.tickets for each in found.groups) == found.total.tickets == 3
    keys = {each.key for each in found.groups}
    if group == "helper":
        assert keys == {helper, second, None}
    elif group in KEYS:
        assert keys == KEYS[group]


async def test_days_are_those_of_the_zone(views: asyncpg.Connection, story: Story) -> None:
    helper, _ = await told(views, story)
    viewer = Viewer(helper, Role.ADMIN)
    east = await ticket_statistics(
        views, viewer, period("2026-01-04", "2026-01-06", "Pacific/Kiritimati", NOW), "hour", NOW
    )
    assert (east.by_day, [each.key for each in east.groups]) == ({"2026-01-05": 3}, ["23"])
    west = await ticket_statistics(
        views, viewer, period("2026-01-04", "2026-01-06", "Asia/Kathmandu", NOW), "hour", NOW
    )
    assert [each.key for each in west.groups] == ["14"]
    empty = await ticket_statistics(views, viewer, period("2025-01-01", "2025-02-01", "UTC", NOW), "day", NOW)
    assert (empty.total.tickets, empty.total.reopen_rate, empty.total.first_response.median_s) == (0, None, None)
    assert (empty.groups, empty.helpers) == ([], [])


async def test_a_zone_the_database_does_not_know(views: asyncpg.Connection, story: Story) -> None:
    helper, _ = await told(views, story)
    with pytest.raises(Refused) as refused:
        await ticket_statistics(
            views, Viewer(helper, Role.ADMIN), Period(DAY.since, DAY.until, "Mars/Olympus"), None, NOW
        )
    assert refused.value.facts["field"] == "tz"


async def test_the_dashboard(views: asyncpg.Connection, story: Story) -> None:
    helper, second = await told(views, story)
    found = await dashboard(views, Viewer(helper, Role.HELPER), "UTC", NOW)
    assert found.today == found.week
    assert (found.today.opened, found.today.answered, found.today.resolved) == (3, 2, 2)
    assert found.today.satisfaction.average == 4.0
    assert (found.backlog.total, found.backlog.unassigned, found.backlog.older_than_day) == (1, 1, 0)
    assert found.backlog.oldest_at == found.backlog.longest_waiting_since
    assert {load.member.id: (load.open, load.resolved_this_week) for load in found.helpers} == {
        helper: (0, 1),
        second: (0, 1),
    }
    later = await dashboard(views, Viewer(helper, Role.HELPER), "UTC", NOW + timedelta(days=8))
    assert (later.week.opened, later.backlog.total, later.backlog.older_than_week) == (0, 1, 1)


# ------------------------------------------------------------------------------------------------ how much is read

TICKETS = 20_000
UNTIL = datetime(2026, 6, 1, tzinfo=UTC)
FILL = f"""
    INSERT INTO tickets.ticket_times
        SELECT gen_random_uuid(), at, gen_random_uuid(), n % 4, CASE WHEN done THEN 'CLOSED' ELSE 'OPEN' END,
            who, who, at + '1 minute', 60, CASE WHEN done THEN who END, CASE WHEN done THEN at + '1 hour' END,
            CASE WHEN done THEN 3600 END, done::int, 0, CASE WHEN done THEN 1 + n % 5 END,
            CASE WHEN done THEN at + '2 hours' END
        FROM (SELECT n, n % 5 > 0 AS done, ('00000000-0000-7000-8000-00000000000' || n % 9)::uuid AS who,
                '2026-06-01 00:00+00'::timestamptz - n * interval '10 minutes' AS at
            FROM generate_series(1, {TICKETS}) n) _;
    INSERT INTO tickets.tickets
        SELECT ticket_id, row_number() OVER (), who, who, status, priority, assignee_id, '{{}}', NULL, NULL, 0, NULL,
            CASE WHEN status = 'OPEN' THEN opened_at END, opened_at, opened_at, opened_at, NULL, NULL, 1, false
        FROM (SELECT *, assignee_id AS who FROM tickets.ticket_times) _;
    ANALYZE tickets.ticket_times, tickets.tickets;
"""  # noqa: S608 - our own numbers
A_DAY = 144


@pytest.fixture(scope="module")
async def years(postgres: Databases) -> AsyncIterator[asyncpg.Connection]:
    async with open_views(postgres) as connection:
        await connection.execute(FILL)
        yield connection


async def read_rows(connection: asyncpg.Connection, sql: str, *values: object) -> tuple[float, set[str]]:
    """How many rows of any table a query reads at most from one place, and how."""
    text = await connection.fetchval(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, FORMAT JSON) {sql}", *values)
    found: list[dict[str, Any]] = []
    left = [msgspec.json.decode(text)[0]["Plan"]]
    while left:
        node = left.pop()
        left += node.get("Plans", ())
        if "Relation Name" in node:
            found.append(node)
    rows = ((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"] for node in found)
    return max(rows), {node["Node Type"] for node in found}


async def test_a_period_reads_its_own_tickets(years: asyncpg.Connection) -> None:
    since = UNTIL - timedelta(days=1)
    for group in (None, *get_args(Group)):
        rows, how = await read_rows(years, figures_sql(group), since, UNTIL, "Europe/Moscow", UNTIL)
        assert (rows, "Seq Scan" in how) == (A_DAY, False), group
    assert (await read_rows(years, COUNTS, since, UNTIL, "Asia/Kolkata"))[0] == A_DAY
    assert (await read_rows(years, HELPERS, since, UNTIL))[0] == A_DAY


async def test_the_dashboard_reads_a_week_at_most(years: asyncpg.Connection) -> None:
    week = UNTIL - timedelta(days=7)
    for sql in (at_a_glance.ACTIVITY, at_a_glance.LOADS):
        rows, how = await read_rows(years, sql, week, UNTIL)
        assert rows <= 7 * A_DAY
        assert "Seq Scan" not in how
    rows, how = await read_rows(years, at_a_glance.AGES, at_a_glance.OPEN, UNTIL - timedelta(days=1), week)
    assert rows <= 7 * A_DAY
    assert "Seq Scan" not in how


async def test_a_part_of_the_table_reads_no_more_than_it_shows(years: asyncpg.Connection) -> None:
    viewer = Viewer(MemberId("00000000-0000-7000-8000-000000000000"), Role.ADMIN)
    listing = Listing(viewer, TicketFilter(), PageRequest(), order("created_at", staff=True))
    rows, how = await read_rows(years, *part(listing, TICKETS // 2))
    assert rows <= PART
    assert "Seq Scan" not in how
