# ruff: noqa: FBT001 - Russian letters that look Latin; parametrised flags
"""Single rules of a ticket, beside the table of statuses."""

from datetime import timedelta
from typing import Any

import pytest
from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    AssignTicket,
    ChangeCategory,
    ChangeStatus,
    ChangeTags,
    DeleteMessage,
    EditMessage,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    OpenTicket,
    PostMessage,
    TagsChanged,
    TicketAssigned,
    TicketClosed,
    TicketLinked,
    TicketOpened,
    TicketReopened,
    TicketUnassigned,
    UnassignTicket,
)
from tikethet_events.word import MemberId, MessageId, Priority, Role, Status, TicketId
from tikethet_tickets.rules import ticket as rules

from tests.tickets.rules.given import (
    ADMIN,
    CATEGORY,
    COLLEAGUE,
    CUSTOMER,
    HELPER,
    MODERATOR,
    NOTE,
    NOW,
    OPENED,
    OTHER_CATEGORY,
    STRANGER,
    TAKEN,
    TALK,
    THEIRS,
    TICKET,
    given,
    standing,
)

NEW = MessageId("new")


def opening(**facts: Any) -> OpenTicket:
    details = {"title": "Сервер молчит", "description": "", "requester_id": CUSTOMER} | facts
    return OpenTicket(ticket_id=TICKET, number=1042, category_id=CATEGORY, **details)


def test_a_ticket_is_opened_with_trimmed_words() -> None:
    events = given().when(opening(title="  Сервер \n молчит ", description=" Давно\r\nуже "), CUSTOMER)
    assert events == [
        TicketOpened(
            ticket_id=TICKET,
            number=1042,
            requester_id=CUSTOMER,
            title="Сервер молчит",
            description="Давно\nуже",
            category_id=CATEGORY,
            priority=Priority.NORMAL,
        )
    ]


@pytest.mark.parametrize("title", ["👨\u200d👩\u200d👧", "❤\ufe0f", "\u200fשלום"])
def test_what_joins_and_turns_visible_signs_stays(title: str) -> None:
    (opened,) = given().when(opening(title=title), CUSTOMER)
    assert isinstance(opened, TicketOpened)
    assert opened.title == title


@pytest.mark.parametrize(
    ("command", "actor", "facts", "code"),
    [
        (opening(), CUSTOMER, {"category_active": None}, "invalid"),
        (opening(), CUSTOMER, {"category_active": False}, "category_archived"),
        (opening(), HELPER, {}, "forbidden"),
        (opening(priority=Priority.CRITICAL), CUSTOMER, {}, "forbidden"),
        (opening(title="  "), CUSTOMER, {}, "invalid"),
        (opening(title="\u200b\u2060\u202e"), CUSTOMER, {}, "invalid"),
        (opening(title="x" * 201), CUSTOMER, {}, "invalid"),
        (opening(title="a\x00b"), CUSTOMER, {}, "invalid"),
        (opening(description="x" * 4097), CUSTOMER, {}, "invalid"),
    ],
)
def test_openings_that_are_refused(command: OpenTicket, actor: MemberId, facts: dict[str, Any], code: str) -> None:
    assert given().refusal(command, actor, **facts) == code


def test_the_longest_words_still_fit() -> None:
    given().when(opening(title="x" * 200, description="y" * 4096, priority=Priority.HIGH), CUSTOMER)
    assert len(given(OPENED).when(PostMessage(message_id=NEW, author_id=CUSTOMER, content="z" * 4096), CUSTOMER)) == 1


def test_staff_may_open_a_critical_ticket_of_their_own() -> None:
    command = opening(priority=Priority.CRITICAL, requester_id=HELPER)
    assert given().when(command, HELPER)[0].priority is Priority.CRITICAL


def test_what_goes_on_from_an_older_ticket_keeps_its_archived_category() -> None:
    events = given().when(opening(linked_to=TicketId("old")), CUSTOMER, category_active=False)
    assert [type(event) for event in events] == [TicketOpened, TicketLinked]
    assert events[1].linked_to == "old"


def test_nothing_happens_to_a_ticket_that_is_not_there() -> None:
    assert given().refusal(UnassignTicket(), ADMIN) == "not_found"


# ---------------------------------------------------------------- seven days

SAY = PostMessage(message_id=NEW, author_id=CUSTOMER, content="И снова здравствуйте")


@pytest.mark.parametrize(
    ("age", "elsewhere"),
    [(timedelta(days=7) - timedelta(microseconds=1), False), (timedelta(days=7), True), (timedelta(days=300), True)],
)
def test_a_late_message_goes_on_elsewhere(age: timedelta, elsewhere: bool) -> None:
    state = given(OPENED, TicketClosed(), age=age).state
    facts = rules.Facts(actor_id=CUSTOMER, actor_role=Role.USER)
    assert rules.goes_on_elsewhere(SAY, state, NOW, facts) is elsewhere


def test_only_a_customers_public_word_on_a_closed_ticket_goes_on_elsewhere() -> None:
    late = given(OPENED, TicketClosed(), age=timedelta(days=8)).state
    mine = rules.Facts(actor_id=CUSTOMER, actor_role=Role.USER)
    staff = rules.Facts(actor_id=HELPER, actor_role=Role.HELPER)
    answer = PostMessage(message_id=NEW, author_id=HELPER, content="Слово")
    note = PostMessage(message_id=NEW, author_id=HELPER, content="Слово", is_internal=True)
    assert not rules.goes_on_elsewhere(answer, late, NOW, staff)
    assert not rules.goes_on_elsewhere(note, late, NOW, staff)
    assert not rules.goes_on_elsewhere(ChangeStatus(status=Status.OPEN), late, NOW, mine)
    assert not rules.goes_on_elsewhere(SAY, None, NOW, mine)


def test_reopening_starts_the_seven_days_afresh() -> None:
    state = given(OPENED, TicketClosed(), TicketReopened(status=Status.OPEN)).state
    assert state is not None
    assert state.closed_at is None


# ---------------------------------------------------------------- who takes a ticket from whom

GIVE = AssignTicket(assignee_id=COLLEAGUE)


@pytest.mark.parametrize(
    ("actor", "outcome"),
    [
        (HELPER, "TicketAssigned"),
        (COLLEAGUE, "already_assigned"),
        (MODERATOR, "TicketAssigned"),
        (ADMIN, "TicketAssigned"),
        (CUSTOMER, "forbidden"),
    ],
)
def test_a_taken_ticket_is_handed_on_but_not_taken_away(actor: MemberId, outcome: str) -> None:
    assert given(OPENED, TAKEN).outcome(GIVE, actor) == outcome


@pytest.mark.parametrize(
    ("actor", "outcome"),
    [(HELPER, "TicketUnassigned"), (COLLEAGUE, "forbidden"), (MODERATOR, "TicketUnassigned")],
)
def test_a_taken_ticket_goes_back_into_the_queue(actor: MemberId, outcome: str) -> None:
    assert given(OPENED, TAKEN).outcome(UnassignTicket(), actor) == outcome


def test_the_event_says_from_whom() -> None:
    assert given(OPENED, TAKEN).when(GIVE, HELPER) == [TicketAssigned(assignee_id=COLLEAGUE, previous_id=HELPER)]
    assert given(OPENED, TAKEN).when(UnassignTicket(), HELPER) == [TicketUnassigned(previous_id=HELPER)]


def test_taking_it_twice_changes_nothing() -> None:
    assert given(OPENED, TAKEN).when(AssignTicket(assignee_id=HELPER), HELPER) == []


@pytest.mark.parametrize("role", [None, Role.USER])
def test_only_staff_can_be_responsible(role: Role | None) -> None:
    with pytest.raises(Refused) as refused:
        given(OPENED).when(AssignTicket(assignee_id=STRANGER), HELPER, assignee_role=role)
    assert refused.value.facts["reason"] == "not_staff"


def test_assigning_alone_leaves_the_status() -> None:
    state = given(OPENED, TAKEN).state
    assert state is not None
    assert state.status is Status.OPEN


# ---------------------------------------------------------------- the conversation


def test_staff_who_ask_are_the_customer_of_their_own_question() -> None:
    own = TicketOpened(
        ticket_id=TICKET,
        number=1,
        requester_id=HELPER,
        title="t",
        description="",
        category_id=CATEGORY,
        priority=Priority.LOW,
    )
    say = PostMessage(message_id=NEW, author_id=HELPER, content="Слово")
    assert given(own).outcome(say, HELPER) == "MessagePosted"
    assert given(own).outcome(ChangeStatus(status=Status.IN_PROGRESS), HELPER) == "WorkStarted"


@pytest.mark.parametrize("content", ["", "   ", "\n\t", "\u200b \u3164\u2800\ufe0f", "x" * 4097, "a\x07b", "a\ud800b"])
def test_words_that_are_refused(content: str) -> None:
    say = PostMessage(message_id=NEW, author_id=CUSTOMER, content=content)
    assert given(OPENED).refusal(say, CUSTOMER) == "invalid"
    edit = EditMessage(message_id=THEIRS, content=content)
    assert given(OPENED, *TALK).refusal(edit, CUSTOMER) == "invalid"


def test_a_message_id_is_used_once() -> None:
    again = PostMessage(message_id=THEIRS, author_id=CUSTOMER, content="Слово")
    assert given(OPENED, *TALK).refusal(again, CUSTOMER) == "conflict"


@pytest.mark.parametrize(
    ("author", "to", "is_internal", "outcome"),
    [
        (CUSTOMER, THEIRS, False, "MessagePosted"),
        (CUSTOMER, NOTE, False, "not_found"),
        (CUSTOMER, MessageId("nowhere"), False, "not_found"),
        (MODERATOR, NOTE, False, "invalid"),
        (MODERATOR, NOTE, True, "NoteAdded"),
        (MODERATOR, THEIRS, True, "NoteAdded"),
    ],
)
def test_what_can_be_replied_to(author: MemberId, to: MessageId, is_internal: bool, outcome: str) -> None:
    say = PostMessage(message_id=NEW, author_id=author, content="Слово", reply_to=to, is_internal=is_internal)
    assert standing("RESOLVED").outcome(say, author).split()[0] == outcome


def test_a_note_does_not_exist_for_the_customer() -> None:
    assert given(OPENED, *TALK).refusal(EditMessage(message_id=NOTE, content="x"), CUSTOMER) == "not_found"
    assert given(OPENED, *TALK).refusal(DeleteMessage(message_id=NOTE), CUSTOMER) == "not_found"


def test_an_edited_note_stays_private() -> None:
    events = given(OPENED, *TALK).when(EditMessage(message_id=NOTE, content="Снова он"), HELPER)
    assert events == [MessageEdited(message_id=NOTE, content="Снова он", is_internal=True)]
    assert events[0].audience == "staff"


def test_a_deleted_message_is_gone() -> None:
    gone = given(OPENED, *TALK, MessageDeleted(message_id=THEIRS, is_internal=False))
    assert gone.when(DeleteMessage(message_id=THEIRS), CUSTOMER) == []
    assert gone.refusal(EditMessage(message_id=THEIRS, content="x"), CUSTOMER) == "not_found"
    assert gone.refusal(DeleteMessage(message_id=THEIRS), COLLEAGUE) == "forbidden"


def test_an_edit_counts_against_the_last_text() -> None:
    edited = given(OPENED, *TALK, MessageEdited(message_id=THEIRS, content="Ау", is_internal=False))
    assert edited.when(EditMessage(message_id=THEIRS, content="Ау"), CUSTOMER) == []
    assert edited.outcome(EditMessage(message_id=THEIRS, content="Есть кто?"), CUSTOMER) == "MessageEdited"


# ---------------------------------------------------------------- details


def test_tags_are_sorted_without_repeats() -> None:
    events = given(OPENED).when(ChangeTags(tags=(" б ", "а", "б", "в  г")), HELPER)
    assert events == [TagsChanged(tags=("а", "б", "в г"), previous=())]


@pytest.mark.parametrize("tags", [tuple(str(n) for n in range(11)), ("x" * 33,), ("",), ("a\x00",)])
def test_tags_that_are_refused(tags: tuple[str, ...]) -> None:
    assert given(OPENED).refusal(ChangeTags(tags=tags), HELPER) == "invalid"


@pytest.mark.parametrize(("active", "code"), [(None, "invalid"), (False, "category_archived")])
def test_categories_that_take_no_tickets(active: bool | None, code: str) -> None:
    command = ChangeCategory(category_id=OTHER_CATEGORY)
    assert given(OPENED).refusal(command, HELPER, category_active=active) == code


def test_a_reason_is_kept_trimmed_and_a_blank_one_is_none() -> None:
    assert given(OPENED).when(ChangeStatus(status=Status.RESOLVED, reason=" Готово "), HELPER)[0].reason == "Готово"
    assert given(OPENED).when(ChangeStatus(status=Status.RESOLVED, reason="  "), HELPER)[0].reason is None
    assert given(OPENED).refusal(ChangeStatus(status=Status.RESOLVED, reason="x" * 501), HELPER) == "invalid"


def test_a_stream_begins_with_an_opening() -> None:
    with pytest.raises(ValueError, match="cannot begin with MessagePosted"):
        rules.evolve(None, MessagePosted(message_id=NEW, author_id=CUSTOMER, content="x"), NOW)
