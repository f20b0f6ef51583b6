"""Who hears what, as a table."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tikethet_events.member import MemberBlocked, MemberUnblocked, RoleChanged
from tikethet_events.ticket import (
    MessageDeleted,
    MessagePosted,
    NoteAdded,
    PriorityChanged,
    ReplyAwaited,
    ResponseOverdue,
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
from tikethet_tickets.rules.notices import AT_ONCE, JOINED, NOBODY, PREFERENCE, PREFERENCES, Facts, Kind, notices

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
    names = {name for name in PREFERENCE.values() if name}
    assert {f"{name}{channel}" for name in names for channel in ("", ".app", ".telegram")} == PREFERENCES


# event → who hears it in Telegram, and after how long; those left out see it in their chat anyhow, or not at all
IN_TELEGRAM: list[tuple[Event, str, dict[Any, Any]]] = [
    (OPENED, CUSTOMER, {None: AT_ONCE}),
    (TicketAssigned(assignee_id=HELPER), OTHER, {HELPER: AT_ONCE}),
    (SAID[CUSTOMER], CUSTOMER, {HELPER: JOINED}),
    (SAID[HELPER], HELPER, {}),
    (SAID[OTHER], OTHER, {HELPER: JOINED}),
    (NoteAdded(message_id=MESSAGE, author_id=OTHER, content=""), OTHER, {HELPER: JOINED}),
    (WorkStarted(), HELPER, {}),
    (TicketResolved(), OTHER, {HELPER: AT_ONCE}),
    (TicketClosed(), "timer", {HELPER: AT_ONCE}),
    (
        ResponseOverdue(since=datetime(2026, 1, 5, tzinfo=UTC)),
        "timer",
        {CUSTOMER: AT_ONCE, HELPER: AT_ONCE, None: AT_ONCE},
    ),
    (RoleChanged(role=Role.HELPER, previous=Role.USER), OTHER, {CUSTOMER: AT_ONCE}),
]


@pytest.mark.parametrize(("event", "actor", "expected"), IN_TELEGRAM)
def test_who_hears_it_in_telegram(event: Event, actor: str, expected: dict[Any, Any]) -> None:
    found = notices(event, Facts(actor=actor, requester=CUSTOMER, assignee=HELPER), CUSTOMER)
    assert {notice.to: notice.telegram for notice in found if notice.telegram is not None} == expected


@pytest.mark.parametrize("language", ["ru", "en"])
def test_everything_that_is_told_has_a_text(language: Any) -> None:
    known = messages(language, "notifications")
    assert {*NOBODY, *NOBODY.values(), "WAITS_LONG", "OVERDUE", "WAITING"} <= known.keys()
