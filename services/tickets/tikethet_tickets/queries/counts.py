"""How many tickets stand where: for staff from the counters, for a customer from their own few."""

from collections.abc import Sequence
from typing import Any

from tikethet_events.word import Priority, Status

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


async def counts(reader: Reader, viewer: Viewer) -> Counts:
    """The totals of the lists ``viewer`` would get; ``mine`` is what is assigned to staff, or asked by a customer."""
    cells = await reader.fetch(STAFF if viewer.staff else CUSTOMER, viewer.member_id)
    return Counts(
        total=sum(n for *_, n in cells),
        by_status={status.value: _sum(cells, 0, status.value) for status in Status},
        by_priority={priority.value: _sum(cells, 1, PRIORITIES.index(priority)) for priority in Priority},
        mine=sum(mine for _, _, mine, _, _ in cells),
        unassigned=sum(unassigned for _, _, _, unassigned, _ in cells),
    )


def _sum(cells: Sequence[Any], column: int, value: object) -> int:
    return sum(cell[4] for cell in cells if cell[column] == value)
