"""Events of a ticket → when its milestones were: what statistics are made of. Pure; a function of one stream."""

from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace
from tikethet_events.envelope import Recorded
from tikethet_events.ticket import MessagePosted, TicketMerged, TicketRated, TicketUnmerged
from tikethet_events.word import CategoryId, MemberId, Status, TicketId

from tikethet_tickets.views.rows import TicketRow
from tikethet_tickets.views.ticket import DONE


class TimesRow(Struct, frozen=True, kw_only=True):
    """One ticket's milestones; ``…_s`` are whole seconds since it was opened.

    The first response is staff's first public word. Resolved is whatever ended the work last, a closing without a
    resolution too; a reopened ticket is not resolved until it is again. The score is the last one given.
    """

    ticket_id: TicketId
    opened_at: datetime
    category_id: CategoryId
    priority: int
    status: Status
    assignee_id: MemberId | None
    responder_id: MemberId | None
    responded_at: datetime | None
    response_s: int | None
    resolver_id: MemberId | None
    resolved_at: datetime | None
    resolution_s: int | None
    resolutions: int
    reopenings: int
    score: int | None
    rated_at: datetime | None


def fold_times(row: TimesRow | None, recorded: Recorded, ticket: TicketRow) -> TimesRow:
    """The milestones after one more event; ``ticket`` is the ticket after it."""
    if row is None:
        row = _opened(ticket)
    event, at = recorded.data, recorded.recorded_at
    if isinstance(event, TicketMerged | TicketUnmerged):  # nobody resolved or reopened anything
        return replace(row, status=ticket.status)
    row = _moved(row, ticket, at)
    match event:
        case MessagePosted(author_id=author) if author != ticket.requester_id and row.responded_at is None:
            return replace(row, responder_id=author, responded_at=at, response_s=_since(row, at))
        case TicketRated():
            return replace(row, score=event.score, rated_at=at)
        case _:
            return row


def _opened(ticket: TicketRow) -> TimesRow:
    return TimesRow(
        ticket_id=ticket.id,
        opened_at=ticket.created_at,
        category_id=ticket.category_id,
        priority=ticket.priority,
        status=Status.OPEN,
        assignee_id=None,
        responder_id=None,
        responded_at=None,
        response_s=None,
        resolver_id=None,
        resolved_at=None,
        resolution_s=None,
        resolutions=0,
        reopenings=0,
        score=None,
        rated_at=None,
    )


def _moved(row: TimesRow, ticket: TicketRow, at: datetime) -> TimesRow:
    """What the ticket's present place says, and whether that ended the work or began it anew."""
    was_done, done = row.status in DONE, ticket.status in DONE
    row = replace(
        row,
        status=ticket.status,
        category_id=ticket.category_id,
        priority=ticket.priority,
        assignee_id=ticket.assignee_id,
    )
    if done and not was_done:
        resolver = ticket.assignee_id or row.responder_id
        seconds = _since(row, at)
        return replace(row, resolver_id=resolver, resolved_at=at, resolution_s=seconds, resolutions=row.resolutions + 1)
    if was_done and not done:
        return replace(row, resolver_id=None, resolved_at=None, resolution_s=None, reopenings=row.reopenings + 1)
    return row


def _since(row: TimesRow, at: datetime) -> int:
    return max(0, round((at - row.opened_at).total_seconds()))
