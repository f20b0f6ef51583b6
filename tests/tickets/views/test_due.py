"""What time will do after each event."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from tikethet_events.member import MemberBlocked, MemberErased, MemberUnblocked, member_stream
from tikethet_events.ticket import (
    ReplyAwaited,
    ResponseOverdue,
    TicketAssigned,
    TicketClosed,
    TicketErased,
    TicketReopened,
    TicketResolved,
    TicketUnassigned,
    WorkStarted,
)
from tikethet_events.word import MemberId, Status
from tikethet_tickets.views.project import fold
from tikethet_tickets.views.tables import Rows

from tests.tickets.conftest import BEGINNING, Story

RESOLVED, CLOSED, REOPENED = TicketResolved(), TicketClosed(), TicketReopened(status=Status.OPEN)
HELPER = MemberId("0197f000-0000-7000-8000-0000000000aa")
TAKEN = TicketAssigned(assignee_id=HELPER)
OVERDUE = ResponseOverdue(since=BEGINNING)


def at(position: int) -> datetime:
    return BEGINNING + timedelta(seconds=position)


def due(story: Story) -> dict[str, datetime]:
    """By command; the events come one by one, as from a quiet desk."""
    rows = Rows(tickets={}, texts={}, messages={}, members={}, categories={})
    kept: dict[str, Any] = {}
    for event in story.recorded:
        rows = fold(rows, [event])
        kept |= rows.due
    return {key.partition(":")[0]: row.at for key, row in kept.items() if row is not None}


# The category is the first event, the member the second, the ticket the third.
CASES: list[tuple[Sequence[Any], dict[str, datetime]]] = [
    ((), {"overdue": at(3), "assign": at(3)}),
    ((WorkStarted(),), {"overdue": at(3), "assign": at(3)}),
    ((ReplyAwaited(),), {"assign": at(3)}),
    ((TAKEN,), {"overdue": at(3)}),
    ((TAKEN, TicketUnassigned(previous_id=HELPER)), {"overdue": at(3)}),
    ((OVERDUE,), {"assign": at(3)}),
    ((OVERDUE, WorkStarted()), {"assign": at(3)}),
    ((RESOLVED,), {"close": at(4)}),
    ((RESOLVED, CLOSED), {"forget": at(5)}),
    ((CLOSED,), {"forget": at(4)}),
    ((CLOSED, REOPENED), {"overdue": at(5)}),
    ((CLOSED, TicketErased()), {}),
    ((RESOLVED, REOPENED), {"overdue": at(5)}),
    ((RESOLVED, REOPENED, RESOLVED), {"close": at(6)}),
]


@pytest.mark.parametrize(("events", "expected"), CASES)
def test_on_a_ticket(story: Story, events: Sequence[Any], expected: dict[str, datetime]) -> None:
    category = story.category()
    ticket = story.opens(story.joins(), category)
    for event in events:
        story.on(ticket, event)
    assert due(story) == expected


BLOCKED = MemberBlocked(until=at(100))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((BLOCKED,), {"unblock": at(100)}),
        ((BLOCKED, MemberBlocked()), {}),
        ((BLOCKED, MemberUnblocked()), {}),
        ((BLOCKED, MemberErased()), {}),
        ((MemberBlocked(),), {}),
    ],
)
def test_on_a_member(story: Story, events: Sequence[Any], expected: dict[str, datetime]) -> None:
    member = story.joins()
    for event in events:
        story.happens(member_stream(member), event)
    assert due(story) == expected
