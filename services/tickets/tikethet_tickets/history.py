"""What happened to a ticket, for people: each event a line in their language and the fields it changed."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from tikethet_events.desk import Texts
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Refused
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
    ticket_stream,
)
from tikethet_events.word import CategoryId, Language, MemberId, Role
from tikethet_service.texts import text

from tikethet_tickets.queries.categories import names_of
from tikethet_tickets.queries.members import member_rows
from tikethet_tickets.queries.pages import Cursor, PageRequest, page_of, seal, unseal
from tikethet_tickets.queries.shaped import in_language, member_shape
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Change, HistoryItem, Page
from tikethet_tickets.views.rows import MemberRow, TicketRow
from tikethet_tickets.views.ticket import fold_ticket

ORDER = "history"


class Names(Struct, frozen=True):
    """Who and what the ids in a history stand for today."""

    people: Mapping[MemberId, MemberRow]
    categories: Mapping[CategoryId, Texts]
    language: Language

    def person(self, member_id: str | None) -> str:
        """First and last name; those of actors that are no members (timers, services) are the system's."""
        row = self.people.get(MemberId(member_id or ""))
        if row is None:
            return text(self.language, "history.system")
        name = " ".join(filter(None, (row.first_name, row.last_name)))
        return name or text(self.language, "history.erased_member")

    def category(self, category_id: CategoryId) -> str:
        """The name of a category."""
        texts = self.categories.get(category_id, {})
        return in_language(texts, self.language) or text(self.language, "history.unknown")


async def history(
    reader: Reader, viewer: Viewer, recorded: Sequence[Recorded], request: PageRequest
) -> Page[HistoryItem]:
    """One page of what ``viewer`` may hear of a ticket's whole stream, oldest first. Raises `Refused`."""
    heard = [(event, before) for event, before in _with_state(recorded) if _hears(viewer, event)]
    start = _start(heard, request)
    shown = heard[start : start + request.size]
    names = await _names(reader, viewer, [event for event, _ in shown])
    more = start + request.size < len(heard)
    return page_of(
        [_item(event, before, names, viewer) for event, before in shown],
        request,
        total=len(heard),
        next_cursor=seal(Cursor(ORDER, shown[-1][0].version, "")) if more else None,
    )


def _hears(viewer: Viewer, event: Recorded) -> bool:
    match event.audience:
        case "public":
            return True
        case "staff":
            return viewer.staff
        case "admin":
            return viewer.role.at_least(Role.ADMIN)


def _with_state(recorded: Sequence[Recorded]) -> list[tuple[Recorded, TicketRow | None]]:
    """Each event with the ticket as it was before."""
    pairs: list[tuple[Recorded, TicketRow | None]] = []
    row: TicketRow | None = None
    for event in recorded:
        pairs.append((event, row))
        row = fold_ticket(row, event)
    return pairs


def _start(heard: Sequence[tuple[Recorded, object]], request: PageRequest) -> int:
    skipped = request.offset  # asked for also with a cursor: it refuses a bad size
    if request.cursor is None:
        return skipped
    version = unseal(request.cursor, ORDER).key
    if not isinstance(version, int):
        raise Refused("invalid", field="cursor")
    return sum(event.version <= version for event, _ in heard)


async def _names(reader: Reader, viewer: Viewer, recorded: Sequence[Recorded]) -> Names:
    people, categories = set[str](), set[CategoryId]()
    for event in recorded:
        people.add(event.metadata.actor)
        match event.data:
            case TicketAssigned():
                people |= {event.data.assignee_id, event.data.previous_id or event.data.assignee_id}
            case CategoryChanged():
                categories |= {event.data.category_id, event.data.previous_id}
            case _:
                pass
    return Names(await member_rows(reader, people), await names_of(reader, categories), viewer.language)


def _item(event: Recorded, before: TicketRow | None, names: Names, viewer: Viewer) -> HistoryItem:
    actor = names.people.get(MemberId(event.metadata.actor))
    return HistoryItem(
        version=event.version,
        position=event.position,
        type=event.type,
        at=event.recorded_at,
        actor=member_shape(actor, viewer) if actor else None,
        channel=event.metadata.channel,
        changes=changes_of(event, before),
        text=line(event, names),
    )


def changes_of(recorded: Recorded, before: TicketRow | None) -> dict[str, Change]:
    """The fields an event changed, from what to what; ``before`` is the ticket before it. Pure."""
    event = recorded.data
    match event:
        case TicketOpened():
            fields: dict[str, Any] = {"status": "OPEN", "priority": event.priority, "category_id": event.category_id}
            return {name: Change(before=None, after=value) for name, value in fields.items()}
        case MessagePosted() | NoteAdded() | MessageEdited() | MessageDeleted():
            return {"message_id": Change(before=None, after=event.message_id)}
        case MessageMoved():
            return {"ticket_id": Change(before=event.from_id, after=event.to_id)}
        case TicketAssigned():
            return {"assigned_to": Change(before=event.previous_id, after=event.assignee_id)}
        case TicketUnassigned():
            return {"assigned_to": Change(before=event.previous_id, after=None)}
        case PriorityChanged():
            return {"priority": Change(before=event.previous, after=event.priority)}
        case CategoryChanged():
            return {"category_id": Change(before=event.previous_id, after=event.category_id)}
        case TitleChanged():
            return {"title": Change(before=event.previous, after=event.title)}
        case TagsChanged():
            return {"tags": Change(before=event.previous, after=event.tags)}
        case TicketLinked():
            return {"linked_to": Change(before=None, after=event.linked_to)}
        case TicketMerged() | TicketUnmerged() if before is not None and before.id == event.from_id:
            then = fold_ticket(before, recorded)
            return {
                "status": Change(before=before.status, after=then.status),
                "merged_into": Change(before=before.merged_into, after=then.merged_into),
            }
        case TicketRated():
            return {"rating": Change(before=before.rating if before else None, after=event.score)}
        case _ if before is not None:
            after = fold_ticket(before, recorded).status
            return {"status": Change(before=before.status, after=after)} if after != before.status else {}
        case _:
            return {}


def line(recorded: Recorded, names: Names) -> str:
    """One readable line. Pure."""
    key, facts = _words(recorded, names)
    said = text(names.language, f"history.{key}", actor=names.person(recorded.metadata.actor), **facts)
    reason = getattr(recorded.data, "reason", None)
    if reason:
        return text(names.language, "history.with_reason", line=said, reason=reason)
    comment = getattr(recorded.data, "comment", None)
    return text(names.language, "history.with_comment", line=said, comment=comment) if comment else said


def _words(recorded: Recorded, names: Names) -> tuple[str, dict[str, object]]:
    event = recorded.data
    unknown = text(names.language, "history.unknown")
    match event:
        case TicketOpened():
            return "TicketOpened", {"number": event.number}
        case MessagePosted() if event.attachments:
            return "MessagePostedWithFiles", {"count": len(event.attachments)}
        case MessageEdited() if event.is_internal:
            return "NoteEdited", {}
        case MessageDeleted() if event.is_internal:
            return "NoteDeleted", {}
        case TicketAssigned():
            return _assigned(recorded.metadata.actor, event, names)
        case PriorityChanged():
            return recorded.type, {
                "before": text(names.language, f"history.priority_{event.previous}"),
                "after": text(names.language, f"history.priority_{event.priority}"),
            }
        case CategoryChanged():
            before, after = names.category(event.previous_id), names.category(event.category_id)
            return recorded.type, {"before": before, "after": after}
        case TitleChanged():
            return recorded.type, {"before": event.previous or unknown, "after": event.title or unknown}
        case TagsChanged() if event.tags:
            return recorded.type, {"tags": ", ".join(event.tags)}
        case TagsChanged():
            return "TagsRemoved", {}
        case TicketRated():
            return recorded.type, {"score": event.score}
        case TicketMerged() | TicketUnmerged() if recorded.stream_id == ticket_stream(event.from_id):
            return recorded.type, {"number": event.into_number}
        case TicketMerged():
            return "TicketTakenIn", {"number": event.from_number}
        case TicketUnmerged():
            return "TicketLetGo", {"number": event.from_number}
        case (
            MessagePosted() | NoteAdded() | MessageEdited() | MessageDeleted() | TicketUnassigned() | TicketLinked()
            | WorkStarted() | ReplyAwaited() | TicketResolved() | TicketClosed() | TicketReopened() | ResponseOverdue()
            | TicketErased() | MessageMoved()
        ):  # fmt: skip
            return recorded.type, {}
        case _:
            return "Other", {"type": recorded.type}


def _assigned(actor: str, event: TicketAssigned, names: Names) -> tuple[str, dict[str, object]]:
    if event.assignee_id == actor:
        return "TicketTaken", {}
    if event.previous_id is None:
        return "TicketAssigned", {"assignee": names.person(event.assignee_id)}
    return "TicketTransferred", {
        "previous": names.person(event.previous_id),
        "assignee": names.person(event.assignee_id),
    }
