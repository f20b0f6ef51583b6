"""Events → what time will do: which command is due for a ticket or a member, and since (or from) when. Pure.

A row says when its command is due, or, where the desk's settings say how long to wait (`SINCE`), from when that time
runs; so changed settings hold at once, and the rows are a function of the log alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, Literal

from msgspec import Struct
from tikethet_events.envelope import Recorded
from tikethet_events.member import MemberBlocked, MemberErased, MemberUnblocked
from tikethet_events.ticket import ResponseOverdue, TicketErased
from tikethet_events.word import Status

from tikethet_tickets.views.rows import TicketRow
from tikethet_tickets.views.ticket import DONE

DueCommand = Literal["assign", "close", "forget", "overdue", "unblock"]
SINCE: Final[frozenset[DueCommand]] = frozenset({"close", "forget", "overdue"})
"""Those whose ``at`` is when the waiting began."""


class DueRow(Struct, frozen=True, kw_only=True):
    """``command`` on what ``key`` names (``close:<ticket id>``), due ``at``."""

    key: str
    command: DueCommand
    at: datetime


Changes = Mapping[str, DueRow | None]
"""By key: what is due from now on; ``None``: nothing any more."""


def due_on_ticket(before: TicketRow | None, after: TicketRow, recorded: Recorded) -> Changes:
    """What an event of a ticket changes; ``before`` and ``after`` are the ticket around it."""
    changes: dict[str, DueRow | None] = {}
    resolved = after.resolved_at if after.status is Status.RESOLVED else None
    was_resolved = before.resolved_at if before is not None and before.status is Status.RESOLVED else None
    if resolved != was_resolved:
        changes |= _row("close", after.id, resolved)
    closed = None if isinstance(recorded.data, TicketErased) else after.closed_at
    if closed != (before.closed_at if before is not None else None):
        changes |= _row("forget", after.id, closed)
    if before is None:
        changes |= _row("assign", after.id, after.created_at)
    elif after.assignee_id is not None or after.status in DONE:
        changes |= _row("assign", after.id, None)
    was_waiting = before.waiting_since if before is not None else None
    if isinstance(recorded.data, ResponseOverdue):
        changes |= _row("overdue", after.id, None)
    elif after.waiting_since != was_waiting:
        changes |= _row("overdue", after.id, after.waiting_since)
    return changes


def due_on_member(member_id: str, recorded: Recorded) -> Changes:
    """What an event of a member changes."""
    match recorded.data:
        case MemberBlocked(until=until):
            return _row("unblock", member_id, until)
        case MemberUnblocked() | MemberErased():
            return _row("unblock", member_id, None)
        case _:
            return {}


def _row(command: DueCommand, about: str, at: datetime | None) -> dict[str, DueRow | None]:
    key = f"{command}:{about}"
    return {key: DueRow(key=key, command=command, at=at) if at is not None else None}
