"""What a ticket is to its rules, and what each event makes of it."""

from datetime import datetime
from typing import Final, assert_never

from msgspec import Struct
from msgspec.structs import replace
from tikethet_events.ticket import (
    CategoryChanged,
    MessageDeleted,
    MessageEdited,
    MessageMoved,
    MessagePosted,
    NoteAdded,
    PriorityChanged,
    ReplyAwaited,
    ResponseOverdue,
    TagsChanged,
    TicketAssigned,
    TicketClosed,
    TicketErased,
    TicketEvent,
    TicketLinked,
    TicketMerged,
    TicketOpened,
    TicketRated,
    TicketReopened,
    TicketResolved,
    TicketUnassigned,
    TicketUnmerged,
    TitleChanged,
    WorkStarted,
)
from tikethet_events.word import CategoryId, MemberId, MessageId, Priority, Status, TicketId


class Said(Struct, frozen=True):
    """What must be known of a message to edit, delete or answer it; ``digest`` tells an edit that changes nothing."""

    author_id: MemberId
    is_internal: bool
    digest: int
    deleted: bool = False


class Ticket(Struct, frozen=True, kw_only=True):
    """One ticket, as far as rules need it. ``title`` is ``None`` once its requester is forgotten.

    ``resolved`` from its resolution until it is reopened; ``rated`` with so many stars, 0 while this
    resolution was not; ``commented`` when words came with them.
    ``merged`` when it goes on in another one; ``stood`` is its status before that.
    ``waiting_since`` is the first word of its requester that staff have not answered; ``overdue`` when that was told.
    """

    id: TicketId
    number: int
    requester_id: MemberId
    title: str | None
    category_id: CategoryId
    priority: Priority
    status: Status = Status.OPEN
    closed_at: datetime | None = None
    resolved: bool = False
    rated: int = 0
    commented: bool = False
    waiting_since: datetime | None = None
    overdue: bool = False
    assignee_id: MemberId | None = None
    tags: tuple[str, ...] = ()
    linked_to: TicketId | None = None
    merged: TicketMerged | None = None
    stood: Status = Status.OPEN
    messages: dict[MessageId, Said] = {}
    erased: bool = False


DONE: Final = frozenset({Status.RESOLVED, Status.CLOSED})
"""Nobody waits for an answer in these."""


def evolve(state: Ticket | None, event: TicketEvent, at: datetime) -> Ticket:
    """The ticket after an event that happened at ``at``. Raises `ValueError` for a stream that begins otherwise."""
    if isinstance(event, TicketOpened):
        return Ticket(
            id=event.ticket_id,
            number=event.number,
            requester_id=event.requester_id,
            title=event.title,
            category_id=event.category_id,
            priority=event.priority,
            waiting_since=at,
        )
    if state is None:
        raise ValueError(f"a ticket cannot begin with {type(event).__name__}")
    return _waiting(state, _moved(state, event, at), event, at)


def _waiting(before: Ticket, after: Ticket, event: TicketEvent, at: datetime) -> Ticket:
    """The same rule as the read model's: done or answered ends the waiting, a customer's word starts it."""
    since = before.waiting_since
    match event:
        case _ if after.status in DONE:
            since = None
        case _ if before.status in DONE:
            since = at
        case MessageMoved() if event.from_id == before.id:
            since = None if since == event.posted_at else since
        case ReplyAwaited():
            since = None
        case MessagePosted():
            since = (since or at) if event.author_id == before.requester_id else None
        case _:
            pass
    return after if since == before.waiting_since else replace(after, waiting_since=since, overdue=False)


def _moved(state: Ticket, event: TicketEvent, at: datetime) -> Ticket:
    match event:
        case TicketOpened():
            raise ValueError("a ticket begins once")
        case MessagePosted() | NoteAdded():
            said = Said(event.author_id, isinstance(event, NoteAdded), hash(event.content))
            return replace(state, messages={**state.messages, event.message_id: said})
        case MessageEdited():
            said = replace(state.messages[event.message_id], digest=hash(event.content))
            return replace(state, messages={**state.messages, event.message_id: said})
        case MessageDeleted():
            said = replace(state.messages[event.message_id], deleted=True)
            return replace(state, messages={**state.messages, event.message_id: said})
        case MessageMoved():
            return state
        case TicketAssigned():
            return replace(state, assignee_id=event.assignee_id)
        case TicketUnassigned():
            return replace(state, assignee_id=None)
        case WorkStarted():
            return replace(state, status=Status.IN_PROGRESS)
        case ReplyAwaited():
            return replace(state, status=Status.WAITING_RESPONSE)
        case TicketResolved():
            return replace(state, status=Status.RESOLVED, resolved=True, rated=0, commented=False)
        case TicketClosed():
            return replace(state, status=Status.CLOSED, closed_at=at)
        case TicketReopened():
            return replace(state, status=event.status, closed_at=None, resolved=False, rated=0, commented=False)
        case PriorityChanged():
            return replace(state, priority=event.priority)
        case CategoryChanged():
            return replace(state, category_id=event.category_id)
        case TitleChanged():
            return replace(state, title=event.title)
        case TagsChanged():
            return replace(state, tags=event.tags)
        case TicketLinked():
            return replace(state, linked_to=event.linked_to)
        case TicketMerged() if event.from_id == state.id:
            return replace(state, status=Status.CLOSED, closed_at=at, merged=event, stood=state.status)
        case TicketUnmerged() if event.from_id == state.id:
            closed_at = at if event.status is Status.CLOSED else None
            return replace(state, status=event.status, closed_at=closed_at, merged=None)
        case TicketMerged() | TicketUnmerged():
            return state
        case TicketRated():
            return replace(state, rated=event.score, commented=event.comment is not None)
        case ResponseOverdue():
            return replace(state, overdue=True)
        case TicketErased():
            return replace(state, erased=True, title=None, messages={})
        case _:
            assert_never(event)
