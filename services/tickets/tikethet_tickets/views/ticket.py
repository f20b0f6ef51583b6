"""Events of a ticket → its rows. Pure and total: a row is a function of its ticket's stream alone."""

from datetime import datetime
from typing import Any, Final

from msgspec.structs import replace
from tikethet_events.envelope import Recorded
from tikethet_events.errors import UnknownEvent
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
from tikethet_events.word import Status

from tikethet_tickets.views.rows import PRIORITIES, MessageRow, TextRow, TicketRow

DONE: Final = frozenset({Status.RESOLVED, Status.CLOSED})
"""Nobody waits for an answer in these."""


def fold_ticket(row: TicketRow | None, recorded: Recorded) -> TicketRow:
    """The ticket after one more event; ``None`` before the first. Raises UnknownEvent for a word this release lacks."""
    event = recorded.data
    if row is None:
        if not isinstance(event, TicketOpened):
            raise UnknownEvent(recorded.stream_id, recorded.type, recorded.schema_version)
        return _opened(event, recorded)
    facts: dict[str, Any] = {"version": recorded.version, "updated_at": recorded.recorded_at}
    if recorded.audience == "public":
        facts["public_updated_at"] = recorded.recorded_at
    return replace(row, **facts, **_changes(row, recorded))


def _opened(event: TicketOpened, recorded: Recorded) -> TicketRow:
    at = recorded.recorded_at
    return TicketRow(
        id=event.ticket_id,
        number=event.number,
        requester_id=event.requester_id,
        category_id=event.category_id,
        status=Status.OPEN,
        priority=PRIORITIES.index(event.priority),
        assignee_id=None,
        tags=(),
        rating=None,
        linked_to=None,
        merged_into=None,
        messages_count=0,
        last_message_at=None,
        waiting_since=at,
        created_at=at,
        updated_at=at,
        public_updated_at=at,
        resolved_at=None,
        closed_at=None,
        version=recorded.version,
        erased=recorded.erased,
    )


def _changes(row: TicketRow, recorded: Recorded) -> dict[str, Any]:
    event, at = recorded.data, recorded.recorded_at
    match event:
        case MessagePosted():
            return {
                "messages_count": row.messages_count + 1,
                "last_message_at": at,
                "waiting_since": _waiting_after_message(row, event, at),
            }
        case MessageDeleted():
            return {} if event.is_internal else {"messages_count": row.messages_count - 1}
        case NoteAdded() | MessageEdited() | TitleChanged() | ResponseOverdue():
            return {}
        case MessageMoved():
            left = event.from_id == row.id and event.posted_at == row.waiting_since
            return {"waiting_since": None} if left else {}
        case TicketAssigned():
            return {"assignee_id": event.assignee_id}
        case TicketUnassigned():
            return {"assignee_id": None}
        case WorkStarted():
            return _status(row, Status.IN_PROGRESS, at)
        case ReplyAwaited():
            return _status(row, Status.WAITING_RESPONSE, at) | {"waiting_since": None}
        case TicketResolved():
            return _status(row, Status.RESOLVED, at)
        case TicketClosed():
            return _status(row, Status.CLOSED, at)
        case TicketReopened():
            return _status(row, event.status, at)
        case PriorityChanged():
            return {"priority": PRIORITIES.index(event.priority)}
        case CategoryChanged():
            return {"category_id": event.category_id}
        case TagsChanged():
            return {"tags": event.tags}
        case TicketLinked():
            return {"linked_to": event.linked_to}
        case TicketMerged():
            closed = _status(row, Status.CLOSED, at) | {"merged_into": event.into_id}
            return closed if event.from_id == row.id else {}
        case TicketUnmerged():
            stands = _status(row, event.status, at) | {"merged_into": None}
            return stands if event.from_id == row.id else {}
        case TicketRated():
            return {"rating": event.score}
        case TicketErased():
            return {"erased": True}
        case _:
            raise UnknownEvent(recorded.stream_id, recorded.type, recorded.schema_version)


def _waiting_after_message(row: TicketRow, event: MessagePosted, at: datetime) -> datetime | None:
    if event.author_id != row.requester_id or row.status in DONE:
        return None
    return row.waiting_since or at


def _status(row: TicketRow, status: Status, at: datetime) -> dict[str, Any]:
    """What a move to ``status`` means for the clocks: done stops the waiting, coming back starts it again."""
    if status in DONE:
        resolved = at if status is Status.RESOLVED else row.resolved_at
        closed = at if status is Status.CLOSED else None
        return {"status": status, "waiting_since": None, "resolved_at": resolved, "closed_at": closed}
    waiting = at if row.status in DONE else row.waiting_since
    return {"status": status, "waiting_since": waiting, "resolved_at": None, "closed_at": None}


def fold_text(row: TextRow | None, recorded: Recorded, *, erased: bool) -> TextRow | None:
    """The long texts after one more event; ``erased`` when the requester was forgotten before it."""
    event = recorded.data
    match event:
        case TicketOpened():
            text = TextRow(
                ticket_id=event.ticket_id,
                title=event.title,
                description=event.description,
                attachments=event.attachments,
            )
            return erase_text(text) if erased else text
        case TitleChanged() if row is not None:
            return row if erased else replace(row, title=event.title)
        case _:
            return row


def erase_text(row: TextRow) -> TextRow:
    """What stays of the texts once the requester was forgotten."""
    return replace(row, title=None, description=None, attachments=None)


def fold_message(row: MessageRow | None, recorded: Recorded, ticket: TicketRow) -> MessageRow | None:
    """One message after an event that speaks of it; ``ticket`` is its ticket at that time."""
    event, at = recorded.data, recorded.recorded_at
    match event:
        case MessagePosted() | NoteAdded():
            return MessageRow(
                ticket_id=ticket.id,
                id=event.message_id,
                version=recorded.version,
                author_id=event.author_id,
                content=None if ticket.erased else event.content,
                is_internal=isinstance(event, NoteAdded),
                attachments=None if ticket.erased else event.attachments,
                reply_to=event.reply_to,
                created_at=at,
                edited_at=None,
                deleted_at=None,
            )
        case MessageEdited() if row is not None:
            return replace(row, content=None if ticket.erased else event.content, edited_at=at)
        case MessageDeleted() if row is not None:
            return replace(row, content=None, attachments=None, deleted_at=at)
        case _:
            return row
