# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""The desk at a glance: what happened today and this week, what is left to do and on whose table."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from tikethet_events.word import MemberId, Priority, Status

from tikethet_tickets.queries.members import member_rows
from tikethet_tickets.queries.shaped import member_shape
from tikethet_tickets.queries.statistics import SCORES, satisfaction, spread
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules.period import last_days
from tikethet_tickets.shapes import Activity, Backlog, Dashboard, HelperLoad
from tikethet_tickets.views.rows import PRIORITIES

OPEN: Final = ("OPEN", "IN_PROGRESS", "WAITING_RESPONSE")
_BETWEEN: Final = ">= $1::timestamptz AND {0} < $2::timestamptz"
_SPREAD: Final = "count({0}), percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {0})"


def _part(moment: str, cells: str) -> str:
    return f"(SELECT {cells} FROM tickets.ticket_times WHERE {moment} {_BETWEEN.format(moment)})"


ACTIVITY: Final = f"""
    SELECT * FROM
        {_part("opened_at", "count(*)")} opened,
        {_part("responded_at", _SPREAD.format("response_s"))} answered,
        {_part("resolved_at", _SPREAD.format("resolution_s"))} resolved,
        {_part("rated_at", "avg(score)::float8, " + ", ".join(f"count(*) FILTER (WHERE score = {n})" for n in SCORES))}
            rated
"""
"""What happened in a stretch of time, each from the index of its moment."""

CUBE: Final = """
    SELECT status, priority, assignee_id::text, sum(n)::bigint FROM tickets.ticket_counters
    WHERE status = ANY($1::text[]) GROUP BY 1, 2, 3
"""

AGES: Final = """
    SELECT min(oldest), coalesce(sum(day), 0)::bigint, coalesce(sum(week), 0)::bigint, min(waiting)
    FROM unnest($1::text[]) s (status) CROSS JOIN LATERAL (
        SELECT (SELECT t.created_at FROM tickets.tickets t WHERE t.status = s.status ORDER BY t.created_at LIMIT 1),
            (SELECT count(*) FROM tickets.tickets t WHERE t.status = s.status AND t.created_at >= $2::timestamptz),
            (SELECT count(*) FROM tickets.tickets t WHERE t.status = s.status AND t.created_at >= $3::timestamptz),
            (SELECT nullif(coalesce(t.waiting_since, 'infinity'::timestamptz), 'infinity')
                FROM tickets.tickets t WHERE t.status = s.status
                ORDER BY coalesce(t.waiting_since, 'infinity'::timestamptz) LIMIT 1)
    ) aged (oldest, day, week, waiting)
"""
"""How old the backlog is: the oldest from the front of the indexes, and only what is young is counted."""

LOADS: Final = f"""
    SELECT resolver_id::text, {_SPREAD.format("resolution_s")} FROM tickets.ticket_times
    WHERE resolved_at {_BETWEEN.format("resolved_at")} AND resolver_id IS NOT NULL GROUP BY 1
"""


async def dashboard(reader: Reader, viewer: Viewer, zone: str, now: datetime) -> Dashboard:
    """The desk at ``now``, days as they are in ``zone``. Raises `Refused` for a zone that is none."""
    today, week = last_days(1, zone, now), last_days(7, zone, now)
    cube = await reader.fetch(CUBE, OPEN)
    return Dashboard(
        at=now,
        tz=zone,
        today=_activity(await reader.fetchrow(ACTIVITY, today.since, today.until)),
        week=_activity(await reader.fetchrow(ACTIVITY, week.since, week.until)),
        backlog=_backlog(cube, await reader.fetchrow(AGES, OPEN, now - timedelta(days=1), now - timedelta(days=7))),
        helpers=_by_load(await _loads(reader, viewer, cube, await reader.fetch(LOADS, week.since, week.until))),
    )


def _activity(row: Sequence[Any]) -> Activity:
    return Activity(
        opened=row[0],
        answered=row[1],
        first_response=spread(row[1:3]),
        resolved=row[3],
        resolution=spread(row[3:5]),
        satisfaction=satisfaction(row[5:]),
    )


def _backlog(cube: Sequence[Any], ages: Sequence[Any]) -> Backlog:
    oldest, younger_day, younger_week, waiting = ages
    total = sum(n for *_, n in cube)
    return Backlog(
        total=total,
        by_status={status: sum(n for at, _, _, n in cube if at == status) for status in OPEN},
        by_priority={each.value: sum(n for _, at, _, n in cube if PRIORITIES[at] is each) for each in Priority},
        unassigned=sum(n for _, _, who, n in cube if who is None),
        oldest_at=oldest,
        longest_waiting_since=waiting,
        # The counters and the indexes are asked one after the other: something may have moved between.
        older_than_day=max(0, total - younger_day),
        older_than_week=max(0, total - younger_week),
    )


async def _loads(reader: Reader, viewer: Viewer, cube: Sequence[Any], done: Sequence[Any]) -> list[HelperLoad]:
    tables: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(OPEN, 0))
    for status, _, who, n in cube:
        if who is not None:
            tables[who][status] += n
    resolved = {who: spread(cells) for who, *cells in done}
    people = await member_rows(reader, tables.keys() | resolved.keys())
    return [
        HelperLoad(
            member=member_shape(people[who], viewer),
            open=sum(tables[who].values()),
            waiting_for_us=tables[who][Status.OPEN.value] + tables[who][Status.IN_PROGRESS.value],
            resolved_this_week=resolved.get(who, spread((0, None))).count,
            resolution=resolved.get(who, spread((0, None))),
        )
        for who in map(MemberId, sorted(tables.keys() | resolved.keys()))
        if who in people
    ]


def _by_load(loads: list[HelperLoad]) -> list[HelperLoad]:
    return sorted(loads, key=lambda load: (-load.open, -load.resolved_this_week, load.member.id))
