from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import asdict, replace
from tikethet_events.broadcast import BroadcastFinished
from tikethet_events.desk import DESK_STREAM, Category, CategoryAdded, CategoryArchived, CategoryChanged
from tikethet_events.errors import UnknownEvent
from tikethet_events.member import (
    BotRestarted,
    BotStopped,
    DutyEnded,
    DutyStarted,
    LanguageChosen,
    MemberBlocked,
    MemberErased,
    MemberUnblocked,
    PreferencesChanged,
    ProfileChanged,
    RoleChanged,
    StaffInviteRevoked,
    member_stream,
)
from tikethet_events.ticket import (
    Attachment,
    MessageDeleted,
    MessageEdited,
    PriorityChanged,
    ReplyAwaited,
    ResponseOverdue,
    TagsChanged,
    TicketAssigned,
    TicketClosed,
    TicketEvent,
    TicketLinked,
    TicketMerged,
    TicketRated,
    TicketReopened,
    TicketResolved,
    TicketUnassigned,
    TicketUnmerged,
    TitleChanged,
    WorkStarted,
)
from tikethet_events.ticket import (
    CategoryChanged as TicketCategoryChanged,
)
from tikethet_events.word import CategoryId, InviteId, MemberId, MessageId, Priority, Role, Status, TicketId
from tikethet_tickets.views.project import fold
from tikethet_tickets.views.rows import MemberRow, MessageRow, TextRow, TicketRow
from tikethet_tickets.views.tables import Rows

from tests.tickets.conftest import BEGINNING, Story

HELPER = MemberId("0197f000-0000-7000-8000-0000000000aa")
OTHER = TicketId("0197f000-0000-7000-8000-0000000000bb")
ELSEWHERE = CategoryId("0197f000-0000-7000-8000-0000000000cc")


def rows_of(story: Story) -> Rows:
    return fold(Rows(tickets={}, texts={}, messages={}, members={}, categories={}), story.recorded)


class Ticket:
    """A ticket with one customer message and one note; what happens next is the case."""

    def __init__(self) -> None:
        self.story = Story()
        self.customer = self.story.joins()
        self.id = self.story.opens(self.customer, self.story.category(), "Заголовок")
        self.said = self.story.says(self.customer, self.id, "раз")
        self.note = self.story.notes(HELPER, self.id, "два")

    def after(self, *events: TicketEvent) -> tuple[TicketRow, TextRow, dict[MessageId, MessageRow]]:
        for event in events:
            self.story.on(self.id, event, actor=HELPER)
        rows = rows_of(self.story)
        messages = {message_id: row for (_, message_id), row in rows.messages.items()}
        return rows.tickets[self.id], rows.texts[self.id], messages


def at(position: int) -> datetime:
    return BEGINNING + timedelta(seconds=position)


def test_opened() -> None:
    row, text, messages = Ticket().after()
    assert asdict(row) | {"id": "", "requester_id": "", "category_id": ""} == {
        "id": "",
        "number": row.number,
        "requester_id": "",
        "category_id": "",
        "status": Status.OPEN,
        "priority": 1,
        "assignee_id": None,
        "tags": (),
        "rating": None,
        "linked_to": None,
        "merged_into": None,
        "messages_count": 1,
        "last_message_at": at(4),
        "waiting_since": at(3),
        "created_at": at(3),
        "updated_at": at(5),
        "public_updated_at": at(4),
        "resolved_at": None,
        "closed_at": None,
        "version": 3,
        "erased": False,
    }
    assert (text.title, text.description, text.attachments) == ("Заголовок", "Совсем", ())
    assert [(row.content, row.is_internal, row.version) for row in messages.values()] == [
        ("раз", False, 2),
        ("два", True, 3),
    ]


RESOLVED = TicketResolved(reason="готово")
CLOSED = TicketClosed()
REOPENED = TicketReopened(status=Status.IN_PROGRESS)

CASES: list[tuple[Sequence[TicketEvent], dict[str, Any]]] = [
    ([TicketAssigned(assignee_id=HELPER)], {"assignee_id": HELPER}),
    ([TicketAssigned(assignee_id=HELPER), TicketUnassigned(previous_id=HELPER)], {"assignee_id": None}),
    ([WorkStarted()], {"status": Status.IN_PROGRESS, "waiting_since": at(3)}),
    ([ReplyAwaited()], {"status": Status.WAITING_RESPONSE, "waiting_since": None}),
    ([ReplyAwaited(), WorkStarted()], {"status": Status.IN_PROGRESS, "waiting_since": None}),
    ([RESOLVED], {"status": Status.RESOLVED, "waiting_since": None, "resolved_at": at(6), "closed_at": None}),
    ([CLOSED], {"status": Status.CLOSED, "waiting_since": None, "resolved_at": None, "closed_at": at(6)}),
    ([RESOLVED, CLOSED], {"status": Status.CLOSED, "waiting_since": None, "resolved_at": at(6), "closed_at": at(7)}),
    (
        [RESOLVED, CLOSED, REOPENED],
        {"status": Status.IN_PROGRESS, "waiting_since": at(8), "resolved_at": None, "closed_at": None},
    ),
    ([PriorityChanged(priority=Priority.CRITICAL, previous=Priority.NORMAL)], {"priority": 3}),
    ([TicketCategoryChanged(category_id=ELSEWHERE, previous_id=ELSEWHERE)], {"category_id": ELSEWHERE}),
    (
        [TagsChanged(tags=("a", "b"), previous=())],
        {"tags": ("a", "b"), "updated_at": at(6), "public_updated_at": at(4)},
    ),
    (
        [RESOLVED, TicketRated(score=4)],
        {"status": Status.RESOLVED, "rating": 4, "waiting_since": None, "resolved_at": at(6)},
    ),
    ([ResponseOverdue(since=BEGINNING)], {"waiting_since": at(3)}),
    ([TicketLinked(linked_to=OTHER)], {"linked_to": OTHER, "updated_at": at(6), "public_updated_at": at(6)}),
]


@pytest.mark.parametrize(("events", "expected"), CASES)
def test_what_an_event_does_to_a_ticket(events: Sequence[TicketEvent], expected: dict[str, Any]) -> None:
    before, *_ = Ticket().after()
    after, *_ = Ticket().after(*events)
    assert {name: getattr(after, name) for name in expected} == expected
    moved = {"version", "updated_at", "public_updated_at"}
    untouched = set(TicketRow.__struct_fields__) - set(expected) - moved
    assert {name: getattr(after, name) for name in untouched} == {name: getattr(before, name) for name in untouched}
    assert after.version == before.version + len(events)


def test_what_goes_on_elsewhere_is_closed_and_nobodys_resolution() -> None:
    ticket = Ticket()
    merged = TicketMerged(from_id=ticket.id, from_number=1, into_id=OTHER, into_number=2)
    row, *_ = ticket.after(merged)
    assert (row.status, row.closed_at, row.merged_into, row.waiting_since) == (Status.CLOSED, at(6), OTHER, None)
    parted = TicketUnmerged(from_id=ticket.id, from_number=1, into_id=OTHER, into_number=2, status=Status.OPEN)
    row, *_ = ticket.after(parted)
    assert (row.status, row.closed_at, row.merged_into, row.waiting_since) == (Status.OPEN, None, None, at(7))
    times = rows_of(ticket.story).times[ticket.id]
    assert (times.status, times.resolutions, times.reopenings, times.resolution_s) == (Status.OPEN, 0, 0, None)
    before = row
    row, *_ = ticket.after(TicketMerged(from_id=OTHER, from_number=2, into_id=ticket.id, into_number=1))
    assert (row.status, row.merged_into, row.waiting_since) == (before.status, None, before.waiting_since)


def test_who_waits() -> None:
    ticket = Ticket()
    ticket.story.says(HELPER, ticket.id)
    assert ticket.after()[0].waiting_since is None
    ticket.story.says(ticket.customer, ticket.id)
    asked = ticket.story.recorded[-1].recorded_at
    ticket.story.says(ticket.customer, ticket.id)
    assert ticket.after()[0].waiting_since == asked
    thanks = Ticket()
    thanks.after(RESOLVED)
    thanks.story.says(thanks.customer, thanks.id, "спасибо")
    assert thanks.after()[0].waiting_since is None


def test_texts_change_and_go() -> None:
    ticket = Ticket()
    row, text, messages = ticket.after(
        TitleChanged(title="Новый", previous="Заголовок"),
        MessageEdited(message_id=ticket.note, content="три", is_internal=True),
        MessageDeleted(message_id=ticket.said, is_internal=False),
    )
    assert (text.title, row.messages_count) == ("Новый", 0)
    assert (messages[ticket.note].content, messages[ticket.note].edited_at) == ("три", at(7))
    said = messages[ticket.said]
    assert (said.content, said.attachments, said.deleted_at) == (None, None, at(8))
    again, *_ = ticket.after(MessageDeleted(message_id=ticket.note, is_internal=True))
    assert again.messages_count == 0


def test_an_erased_ticket_keeps_nothing_personal() -> None:
    ticket = Ticket()
    rows = rows_of(ticket.story)
    rows.tickets[ticket.id] = replace(rows.tickets[ticket.id], erased=True)
    file = Attachment(id="f", filename="имя.txt", size=1, content_type="text/plain")
    said = ticket.story.says(HELPER, ticket.id, "после", attachments=(file,))
    ticket.story.on(ticket.id, MessageEdited(message_id=said, content="правка", is_internal=False))
    ticket.story.on(ticket.id, TitleChanged(title="Новый", previous=None))
    after = fold(rows, ticket.story.recorded[-3:])
    message = after.messages[ticket.id, said]
    assert (message.content, message.attachments) == (None, None)
    assert message.edited_at is not None
    assert after.texts[ticket.id] == rows.texts[ticket.id]


MEMBER_CASES: list[tuple[Any, dict[str, Any]]] = [
    (
        ProfileChanged(first_name="Лёша", last_name="М", username="m"),
        {"first_name": "Лёша", "last_name": "М", "username": "m"},
    ),
    (RoleChanged(role=Role.ADMIN, previous=Role.USER), {"role": Role.ADMIN}),
    (MemberBlocked(reason="спам"), {"blocked": True}),
    (MemberUnblocked(), {"blocked": False}),
    (LanguageChosen(language="en"), {"language": "en"}),
    (BotStopped(), {"reachable": False}),
    (BotRestarted(), {"reachable": True}),
    (DutyStarted(categories=()), {"reachable": True}),
    (DutyEnded(), {"reachable": True}),
    (StaffInviteRevoked(invite_id=InviteId("i")), {"reachable": True}),
    (PreferencesChanged(preferences={"sound": False}), {"preferences": {"sound": False}}),
    (
        MemberErased(),
        {"telegram_id": None, "first_name": None, "last_name": None, "username": None, "erased": True},
    ),
]


@pytest.mark.parametrize(("event", "expected"), MEMBER_CASES)
def test_what_an_event_does_to_a_member(event: Any, expected: dict[str, Any]) -> None:
    story = Story()
    member_id = story.joins("Алексей", username="a")
    before = rows_of(story).members[member_id]
    story.happens(member_stream(member_id), event)
    after = rows_of(story).members[member_id]
    assert {name: getattr(after, name) for name in expected} == expected
    untouched = set(MemberRow.__struct_fields__) - set(expected) - {"version", "updated_at"}
    assert {name: getattr(after, name) for name in untouched} == {name: getattr(before, name) for name in untouched}


def test_nothing_comes_back_to_the_erased() -> None:
    story = Story()
    member_id = story.joins()
    for event in (
        MemberErased(),
        ProfileChanged(first_name="А", last_name=None, username=None),
        PreferencesChanged(preferences={"sound": True}),
    ):
        story.happens(member_stream(member_id), event)
    row = rows_of(story).members[member_id]
    assert (row.first_name, row.preferences) == (None, {})


def test_categories() -> None:
    story = Story()
    category_id = story.category("Один", "One")
    changed = Category(id=category_id, names={"ru": "Два"}, descriptions={"ru": ""}, icon="2", color="#222222", order=2)
    story.happens(DESK_STREAM, CategoryChanged(category=changed))
    story.happens(DESK_STREAM, CategoryArchived(category_id=category_id))
    story.happens(DESK_STREAM, CategoryArchived(category_id=ELSEWHERE))
    (row,) = rows_of(story).categories.values()
    assert (row.names, row.order, row.active, row.created_at, row.updated_at) == ({"ru": "Два"}, 2, False, at(1), at(3))


@pytest.mark.parametrize(
    "tell",
    [
        lambda story: story.on(OTHER, WorkStarted()),
        lambda story: story.happens(member_stream(HELPER), MemberUnblocked()),
        lambda story: story.on(story.opens(story.joins(), story.category()), MemberUnblocked()),
        lambda story: story.happens(member_stream(story.joins()), WorkStarted()),
        lambda story: story.happens(DESK_STREAM, WorkStarted()),
        lambda story: story.happens("broadcast-1", BroadcastFinished(delivered=1, failed=0, skipped=0)),
    ],
)
def test_a_word_out_of_place_is_told(tell: Callable[[Story], None]) -> None:
    story = Story()
    tell(story)
    with pytest.raises(UnknownEvent):
        rows_of(story)


def test_other_streams_are_no_read_models_business() -> None:
    story = Story()
    added = CategoryAdded(category=Category(id=ELSEWHERE, names={}, descriptions={}, icon="", color="", order=0))
    story.happens("weather-1", added)
    assert rows_of(story).categories == {}
