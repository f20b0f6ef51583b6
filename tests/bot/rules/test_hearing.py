"""What the requester is told, and what they switched off."""

from typing import Any

import pytest
from tikethet_bot.rules.hearing import Hearer, Ticket, outs_of

TICKET = Ticket(id="t", number=1042, requester_id="anna", assignee_id=None)
SAID = {"author_id": "maria", "content": "Готово", "message_id": "m", "attachments": []}

MERGED = {"from_id": "one", "from_number": 1, "into_id": "two", "into_number": 2}


def hearer(*muted: str) -> Hearer:
    return Hearer(chat_id=5, member_id="anna", language="ru", muted=frozenset(muted), reply_to=7)


@pytest.mark.parametrize(
    ("kind", "data", "actor", "muted", "purposes"),
    [
        ("MessagePosted", SAID, "maria", (), ["answer"]),
        ("MessagePosted", SAID, "maria", ("answers",), []),
        ("MessagePosted", SAID, "maria", ("answers.telegram",), []),
        ("MessagePosted", SAID, "maria", ("answers.app", "status"), ["answer"]),
        ("MessagePosted", SAID | {"author_id": "anna"}, "anna", (), []),
        ("MessagePosted", SAID | {"content": None}, "maria", (), []),
        ("NoteAdded", SAID, "maria", (), []),
        ("TicketAssigned", {"assignee_id": "maria", "previous_id": None}, "maria", (), ["taken"]),
        ("TicketAssigned", {"assignee_id": "maria", "previous_id": "igor"}, "maria", (), []),
        ("TicketAssigned", {"assignee_id": "maria", "previous_id": None}, "maria", ("status",), []),
        ("TicketResolved", {}, "maria", (), ["resolved"]),
        ("TicketResolved", {}, "anna", (), []),
        ("TicketResolved", {}, "maria", ("status.telegram",), []),
        ("TicketClosed", {}, "maria", ("status",), ["closed"]),
        ("TicketClosed", {}, "maria", ("closed",), []),
        ("TicketReopened", {}, "maria", (), ["reopened"]),
        ("TicketMerged", MERGED | {"from_id": "t"}, "maria", (), ["merged"]),
        ("TicketMerged", MERGED | {"from_id": "t"}, "maria", ("closed",), []),
        ("TicketMerged", MERGED | {"into_id": "t"}, "maria", (), []),
        ("TicketUnmerged", MERGED | {"from_id": "t", "status": "OPEN"}, "maria", (), ["reopened"]),
        ("TicketUnmerged", MERGED | {"from_id": "t", "status": "CLOSED"}, "maria", (), []),
        ("TicketUnmerged", MERGED | {"into_id": "t", "status": "OPEN"}, "maria", (), []),
        ("PriorityChanged", {}, "maria", (), []),
    ],
)
def test_told(kind: str, data: Any, actor: str, muted: tuple[str, ...], purposes: list[str]) -> None:
    assert [out.purpose for out in outs_of(kind, data, actor, TICKET, hearer(*muted))] == purposes
