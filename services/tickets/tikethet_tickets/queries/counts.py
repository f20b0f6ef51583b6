"""How many tickets stand where: for staff from the counters, for a customer from their own few."""

from collections.abc import Sequence
from typing import Any

from tikethet_events.word import Priority, Status

from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Counts
from tikethet_tickets.views.rows import PRIORITIES

STAFF = "SELECT status, priority, assignee_id = $1::uuid, assignee_id IS NULL, n FROM tickets.ticket_counters"
CUSTOMER = """
    SELECT status, priority, false, assignee_id IS NULL, count(*) FROM tickets.tickets
    WHERE requester_id = $1::uuid GROUP BY 1, 2, 4
"""


async def counts(reader: Reader, viewer: Viewer) -> Counts:
    """The totals of the lists ``viewer`` would get; ``mine`` is what is assigned to staff, or asked by a customer."""
    cells = await reader.fetch(STAFF if viewer.staff else CUSTOMER, viewer.member_id)
    total = sum(n for *_, n in cells)
    return Counts(
        total=total,
        by_status={status.value: _sum(cells, 0, status.value) for status in Status},
        by_priority={priority.value: _sum(cells, 1, PRIORITIES.index(priority)) for priority in Priority},
        mine=_sum(cells, 2, value=True) if viewer.staff else total,
        unassigned=_sum(cells, 3, value=True),
    )


def _sum(cells: Sequence[Any], column: int, value: object) -> int:
    return sum(cell[4] for cell in cells if cell[column] == value)
