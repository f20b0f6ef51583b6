"""How many tickets stand where: for staff from the counters and what they snoozed, for a customer from their own."""

from collections.abc import Sequence
from typing import Any

from tikethet_events.word import Priority, Status

from tikethet_tickets.queries.snoozes import LASTS
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Counts
from tikethet_tickets.views.rows import PRIORITIES

STAFF = """
    SELECT status, priority, coalesce(sum(n) FILTER (WHERE assignee_id = $1::uuid), 0)::bigint,
        coalesce(sum(n) FILTER (WHERE assignee_id IS NULL), 0)::bigint, sum(n)::bigint
    FROM tickets.ticket_counters GROUP BY 1, 2
"""
CUSTOMER = """
    SELECT status, priority, count(*), count(*) FILTER (WHERE assignee_id IS NULL), count(*) FROM tickets.tickets
    WHERE requester_id = $1::uuid GROUP BY 1, 2
"""
ASLEEP = f"""
    SELECT t.status, t.priority, count(*) FILTER (WHERE t.assignee_id = $1::uuid),
        count(*) FILTER (WHERE t.assignee_id IS NULL), count(*), min(z.until)
    FROM tickets.snoozes z JOIN tickets.tickets t ON t.id = z.ticket_id
    WHERE z.member_id = $1::uuid AND {LASTS}
    GROUP BY 1, 2
"""  # noqa: S608 - the house's own words
"""As `snoozes.asleep` has it, from the few that somebody snoozed."""


async def counts(reader: Reader, viewer: Viewer, *, snoozed: bool | None = None) -> Counts:
    """The totals of the lists ``viewer`` would get; ``mine`` is what is assigned to staff, or asked by a customer.

    ``snoozed`` means what it means for the lists: false leaves out what the viewer snoozed, true leaves nothing else.
    """
    cells = await reader.fetch(STAFF if viewer.staff else CUSTOMER, viewer.member_id)
    asleep = await reader.fetch(ASLEEP, viewer.member_id) if viewer.staff else []
    match snoozed:
        case True:
            cells = asleep
        case False:
            cells = [*cells, *((*cell[:2], -cell[2], -cell[3], -cell[4]) for cell in asleep)]
        case None:
            pass
    return Counts(
        total=sum(cell[4] for cell in cells),
        by_status={status.value: _sum(cells, 0, status.value) for status in Status},
        by_priority={priority.value: _sum(cells, 1, PRIORITIES.index(priority)) for priority in Priority},
        mine=sum(cell[2] for cell in cells),
        unassigned=sum(cell[3] for cell in cells),
        snoozed=sum(cell[4] for cell in asleep),
        next_wake=min((cell[5] for cell in asleep), default=None),
    )


def _sum(cells: Sequence[Any], column: int, value: object) -> int:
    return sum(cell[4] for cell in cells if cell[column] == value)
