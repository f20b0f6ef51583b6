"""Who hears what, as a table."""

from typing import Any

import pytest
from tikethet_events.member import MemberBlocked, MemberUnblocked, RoleChanged
from tikethet_events.ticket import (
    MessageDeleted,
    MessagePosted,
    NoteAdded,
    PriorityChanged,
    ReplyAwaited,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketUnassigned,
    WorkStarted,
)
from tikethet_events.word import CategoryId, Event, MemberId, MessageId, Priority, Role, Status, TicketId
from tikethet_service.texts import messages
from tikethet_tickets.rules.member import PREFERENCES
from tikethet_tickets.rules.notices import PREFERENCE, Facts, Kind, notices

CUSTOMER, HELPER, OTHER, MESSAGE = MemberId("customer"), MemberId("helper"), MemberId("other"), MessageId("m")
OPENED = TicketOpened(
    ticket_id=TicketId("t"),
    number=1,
    requester_id=CUSTOMER,
    title="",
    description="",
    category_id=CategoryId("c"),
    priority=Priority.LOW,
)
SAID = {who: MessagePosted(message_id=MESSAGE, author_id=who, content="") for who in (CUSTOMER, HELPER, OTHER)}
STATUS, CLOSED, NEW = Kind.TICKET_STATUS_CHANGED, Kind.TICKET_CLOSED, Kind.NEW_MESSAGE

# event, who did it, spoken in the same command? → who hears it as what
TABLE: list[tuple[Event, str, bool, dict[MemberId | None, Kind]]] = [
    (OPENED, CUSTOMER, False, {None: Kind.NEW_TICKET}),
    (TicketAssigned(assignee_id=HELPER), HELPER, False, {}),
    (TicketAssigned(assignee_id=HELPER), OTHER, False, {HELPER: Kind.TICKET_ASSIGNED}),
    (TicketAssigned(assignee_id=HELPER), "timer", False, {HELPER: Kind.TICKET_ASSIGNED}),
    (TicketUnassigned(previous_id=HELPER), OTHER, False, {}),
    (SAID[CUSTOMER], CUSTOMER, True, {HELPER: NEW}),
    (SAID[HELPER], HELPER, True, {CUSTOMER: NEW}),
    (SAID[OTHER], OTHER, True, {CUSTOMER: NEW, HELPER: NEW}),
    (NoteAdded(message_id=MESSAGE, author_id=OTHER, content=""), OTHER, False, {HELPER: NEW}),
    (NoteAdded(message_id=MESSAGE, author_id=HELPER, content=""), HELPER, False, {}),
    (MessageDeleted(message_id=MESSAGE, is_internal=False), HELPER, False, {}),
    (WorkStarted(), HELPER, False, {CUSTOMER: STATUS}),
    (WorkStarted(), HELPER, True, {}),
    (WorkStarted(), CUSTOMER, True, {}),
    (ReplyAwaited(), HELPER, True, {}),
    (TicketResolved(), HELPER, False, {CUSTOMER: STATUS}),
    (TicketResolved(), CUSTOMER, False, {HELPER: STATUS}),
    (TicketResolved(), OTHER, False, {CUSTOMER: STATUS, HELPER: STATUS}),
    (TicketReopened(status=Status.IN_PROGRESS), CUSTOMER, True, {}),
    (TicketReopened(status=Status.IN_PROGRESS), CUSTOMER, False, {HELPER: STATUS}),
    (TicketClosed(), "timer", False, {CUSTOMER: CLOSED, HELPER: CLOSED}),
    (TicketClosed(), CUSTOMER, False, {HELPER: CLOSED}),
    (PriorityChanged(priority=Priority.HIGH, previous=Priority.LOW), HELPER, False, {}),
]


@pytest.mark.parametrize(("event", "actor", "spoken", "expected"), TABLE)
def test_who_hears(event: Event, actor: str, spoken: bool, expected: dict[Any, Kind]) -> None:  # noqa: FBT001
    found = notices(event, Facts(actor=actor, requester=CUSTOMER, assignee=HELPER, spoken=spoken))
    assert {notice.to: notice.kind for notice in found} == expected
    assert all(notice.what in messages("ru", "notifications") for notice in found)


def test_nobody_is_responsible() -> None:
    assert notices(SAID[CUSTOMER], Facts(actor=CUSTOMER, requester=CUSTOMER)) == []


def test_staff_who_ask_hear_once() -> None:
    facts = Facts(actor=OTHER, requester=HELPER, assignee=HELPER)
    assert len(notices(TicketClosed(), facts)) == 1


@pytest.mark.parametrize("role", Role)
def test_what_is_about_oneself(role: Role) -> None:
    (notice,) = notices(RoleChanged(role=role, previous=Role.USER), Facts(actor=OTHER), CUSTOMER)
    assert (notice.to, notice.kind, notice.what in messages("en", "notifications")) == (CUSTOMER, Kind.SYSTEM, True)
    assert notices(MemberUnblocked(), Facts(actor=OTHER), CUSTOMER)[0].to == CUSTOMER
    assert notices(MemberBlocked(), Facts(actor=OTHER), CUSTOMER) == []
    assert notices(RoleChanged(role=role, previous=Role.USER), Facts(actor=CUSTOMER), CUSTOMER) == []


def test_every_kind_has_its_preference() -> None:
    assert set(PREFERENCE) == set(Kind)
    assert {name for name in PREFERENCE.values() if name} == PREFERENCES
