"""Counters across streams: each event moves one ticket or member from one cell of the cube to another."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple, TypeVar

from tikethet_events.word import CategoryId, MemberId, Role, Status

from tikethet_tickets.views.rows import MemberRow, TicketRow


class TicketCell(NamedTuple):
    """Where a ticket counts."""

    status: Status
    priority: int
    category_id: CategoryId
    assignee_id: MemberId | None


class MemberCell(NamedTuple):
    """Where a member counts."""

    role: Role
    blocked: bool


Cell = TypeVar("Cell", TicketCell, MemberCell)


def ticket_cell(row: TicketRow | None) -> TicketCell | None:
    """The cell of a ticket; ``None`` before it is opened."""
    return None if row is None else TicketCell(row.status, row.priority, row.category_id, row.assignee_id)


def member_cell(row: MemberRow | None) -> MemberCell | None:
    """The cell of a member; ``None`` before they joined and after they were erased."""
    return None if row is None or row.erased else MemberCell(row.role, row.blocked)


def deltas(moves: Iterable[tuple[Cell | None, Cell | None]]) -> Mapping[Cell, int]:
    """What (from, to) moves add up to, without the zeros."""
    sums: Counter[Cell] = Counter()
    for before, after in moves:
        if before is not None:
            sums[before] -= 1
        if after is not None:
            sums[after] += 1
    return {cell: n for cell, n in sums.items() if n}
