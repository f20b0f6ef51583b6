# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""How the desk did: over the tickets of a period, and at a glance.

A report is about the tickets *opened* in its period, as they are now; the dashboard about what *happened* today and in
the last seven days. Both read the period's part of an index of `ticket_times`, whatever else there is.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import asyncpg
from tikethet_events.errors import Refused
from tikethet_events.word import CategoryId, MemberId, Priority, Status

from tikethet_tickets.queries.categories import list_categories
from tikethet_tickets.queries.members import member_rows
from tikethet_tickets.queries.shaped import member_shape
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules.period import Period
from tikethet_tickets.shapes import (
    CategoryBrief,
    CategoryCount,
    Figures,
    FiguresOf,
    HelperFigures,
    Satisfaction,
    Spread,
    TicketStatistics,
)
from tikethet_tickets.views.rows import PRIORITIES

Group = Literal["day", "week", "month", "weekday", "hour", "status", "priority", "category", "helper"]

_LOCAL: Final = "(f.opened_at AT TIME ZONE $3::text)"
KEYS: Final[Mapping[Group, str]] = {
    "day": f"to_char({_LOCAL}, 'YYYY-MM-DD')",
    "week": f"to_char({_LOCAL}, 'IYYY-\"W\"IW')",
    "month": f"to_char({_LOCAL}, 'YYYY-MM')",
    "weekday": f"to_char({_LOCAL}, 'ID')",
    "hour": f"to_char({_LOCAL}, 'HH24')",
    "status": "f.status",
    "priority": "f.priority::text",
    "category": "f.category_id::text",
    "helper": "f.assignee_id::text",
}
"""What tickets can be grouped by; the key of each."""

_DONE: Final = "f.status IN ('RESOLVED', 'CLOSED')"
_AGE: Final = "extract(epoch FROM $4::timestamptz - f.opened_at)"
SCORES: Final = (1, 2, 3, 4, 5)


def _spread(value: str, condition: str = "true") -> str:
    """Count, median and ninetieth percentile of ``value``."""
    return f"""
        count({value}) FILTER (WHERE {condition}),
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY {value}) FILTER (WHERE {condition})"""


_SATISFACTION: Final = "avg(f.score)::float8, " + ", ".join(
    f"count(*) FILTER (WHERE f.score = {score})" for score in SCORES
)
_FIGURES: Final = f"""
    count(*), count(*) FILTER (WHERE {_DONE}), count(*) FILTER (WHERE f.resolutions > 0),
    count(*) FILTER (WHERE f.reopenings > 0), {_spread("f.response_s")}, {_spread("f.resolution_s")},
    {_spread(_AGE, f"NOT {_DONE}")}, {_SATISFACTION}
"""
_OF_PERIOD: Final = "FROM tickets.ticket_times f WHERE f.opened_at >= $1::timestamptz AND f.opened_at < $2::timestamptz"


def figures_sql(group: Group | None) -> str:
    """The figures of a period, whole and by ``group``."""
    key = KEYS[group] if group else "NULL::text"
    sets = "GROUPING SETS ((), (key))" if group else "GROUPING SETS (())"
    return f"""
        SELECT {"grouping(key)" if group else "1"}, {"key" if group else "NULL"}, {_FIGURES} FROM (
            SELECT f.*, {key} AS key {_OF_PERIOD} AND $3::text <> '' AND $4::timestamptz IS NOT NULL
        ) f GROUP BY {sets}
    """


COUNTS: Final = f"""
    SELECT CASE grouping(status, priority, category_id, day, hour)
            WHEN 15 THEN 'status' WHEN 23 THEN 'priority' WHEN 27 THEN 'category' WHEN 29 THEN 'day' ELSE 'hour' END,
        coalesce(status, priority::text, category_id::text, day, hour), count(*)
    FROM (
        SELECT f.status, f.priority, f.category_id, {KEYS["day"]} AS day, {KEYS["hour"]} AS hour {_OF_PERIOD}
    ) f GROUP BY GROUPING SETS ((status), (priority), (category_id), (day), (hour))
"""
"""How many tickets of a period by each of these, in one pass."""

HELPERS: Final = f"""
    SELECT grouping(assignee_id, responder_id, resolver),
        coalesce(assignee_id, responder_id, resolver)::text,
        count(*), count(*) FILTER (WHERE NOT {_DONE}),
        {_spread("f.response_s")}, {_spread("f.resolution_s")}, {_SATISFACTION}
    FROM (SELECT f.*, coalesce(f.resolver_id, f.assignee_id) AS resolver {_OF_PERIOD}) f
    GROUP BY GROUPING SETS ((assignee_id), (responder_id), (resolver))
"""
"""Who is responsible, who answered first, who had it when the work ended: each counts for what they did."""
_ASSIGNED, _ANSWERED, _RESOLVED = 3, 5, 6


async def ticket_statistics(
    reader: Reader, viewer: Viewer, period: Period, group: Group | None, now: object
) -> TicketStatistics:
    """The tickets opened in ``period``, as they are ``now``. Raises `Refused` for a zone the database does not know."""
    span = (period.since, period.until)
    try:
        figures = await reader.fetch(figures_sql(group), *span, period.zone, now)
        counted = await reader.fetch(COUNTS, *span, period.zone)
    except asyncpg.InvalidParameterValueError as wrong:
        raise Refused("invalid", field="tz", reason="not_found") from wrong
    by: dict[str, dict[str, int]] = defaultdict(dict)
    for what, key, n in counted:
        by[what][key] = n
    categories = await _categories(reader, viewer)
    groups = [_group(row, group) for row in figures if not row[0]]
    return TicketStatistics(
        since=period.since,
        until=period.until,
        tz=period.zone,
        group=group,
        total=_figures(next(row for row in figures if row[0])),
        by_status={status.value: by["status"].get(status.value, 0) for status in Status},
        by_priority={each.value: by["priority"].get(str(PRIORITIES.index(each)), 0) for each in Priority},
        by_category=[
            CategoryCount(category=categories.get(CategoryId(key)), tickets=n)
            for key, n in sorted(by["category"].items(), key=lambda entry: -entry[1])
        ],
        by_day=dict(sorted(by["day"].items())),
        by_hour={f"{hour:02}": by["hour"].get(f"{hour:02}", 0) for hour in range(24)},
        groups=sorted(groups, key=lambda found: (found.key is None, found.key or "")),
        helpers=await _helpers(reader, viewer, span),
    )


def _group(row: Sequence[Any], group: Group | None) -> FiguresOf:
    key = PRIORITIES[int(row[1])].value if group == "priority" else row[1]
    return FiguresOf(key=key, figures=_figures(row))


def _figures(row: Sequence[Any]) -> Figures:
    _, _, tickets, done, resolved_once, reopened, *rest = row
    return Figures(
        tickets=tickets,
        resolved=done,
        open=tickets - done,
        reopened=reopened,
        reopen_rate=round(reopened / resolved_once, 4) if resolved_once else None,
        first_response=spread(rest[0:2]),
        resolution=spread(rest[2:4]),
        backlog_age=spread(rest[4:6]),
        satisfaction=satisfaction(rest[6:]),
    )


def spread(cells: Sequence[Any]) -> Spread:
    """Count, then the two percentiles or nothing."""
    count, at = cells
    median, p90 = (round(value) for value in at) if count else (None, None)
    return Spread(count=count, median_s=median, p90_s=p90)


def satisfaction(cells: Sequence[Any]) -> Satisfaction:
    """The average or nothing, then how many gave each score."""
    average, *counts = cells
    return Satisfaction(
        count=sum(counts),
        average=round(average, 2) if average is not None else None,
        by_score={str(score): n for score, n in zip(SCORES, counts, strict=True)},
    )


async def _helpers(reader: Reader, viewer: Viewer, span: tuple[object, object]) -> list[HelperFigures]:
    parts: dict[str, dict[int, Sequence[Any]]] = defaultdict(dict)
    for role, member_id, *cells in await reader.fetch(HELPERS, *span):
        if member_id is not None:
            parts[member_id][role] = cells
    people = await member_rows(reader, parts)
    nothing = (0, 0, 0, None, 0, None, None, 0, 0, 0, 0, 0)
    found = []
    for member_id, of in parts.items():
        assigned, answered, resolved = (of.get(role, nothing) for role in (_ASSIGNED, _ANSWERED, _RESOLVED))
        row = people.get(MemberId(member_id))
        found.append(
            HelperFigures(
                member=member_shape(row, viewer) if row else None,
                assigned=assigned[0],
                open=assigned[1],
                first_response=spread(answered[2:4]),
                resolution=spread(resolved[4:6]),
                satisfaction=satisfaction(resolved[6:]),
            )
        )
    return sorted(found, key=lambda helper: (-helper.assigned, helper.member.id if helper.member else ""))


async def _categories(reader: Reader, viewer: Viewer) -> dict[CategoryId, CategoryBrief]:
    return {
        category.id: CategoryBrief(
            id=category.id, name=category.name, names=category.names, icon=category.icon, color=category.color
        )
        for category in await list_categories(reader, viewer, include_archived=True)
    }
