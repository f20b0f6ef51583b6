"""What a restore undid is done again, and nothing else."""

from datetime import UTC, datetime

import pytest
from tikethet_events.integration import AccountId, WebhookId
from tikethet_events.word import MemberId
from tikethet_tickets.backups.ledger import Ended, undone

AT = datetime(2026, 3, 1, tzinfo=UTC)
CRM, BI, HOOK = AccountId("crm"), AccountId("bi"), WebhookId("hook")
FORGOTTEN = Ended(member_id=MemberId("m"), erased_at=AT)
REVOKED = Ended(account_id=CRM, at=AT)
SECOND, THIRD = Ended(account_id=CRM, key="key-2"), Ended(account_id=CRM, key="key-3")
REMOVED = Ended(webhook_id=HOOK, at=AT)
OTHER_SECRET = Ended(webhook_id=HOOK, key="key-2")
ALL = [FORGOTTEN, SECOND, THIRD, SECOND, REVOKED, OTHER_SECRET, REMOVED]


def test_who_came_back_goes_again() -> None:
    assert list(undone(ALL, [MemberId("m"), MemberId("n")], {CRM: None, BI: None}, {HOOK: None})) == [
        FORGOTTEN,
        REVOKED,
        REMOVED,
    ]


def test_who_is_gone_stays_so_without_a_word() -> None:
    assert list(undone(ALL, [], {BI: "key-9"}, {})) == []


@pytest.mark.parametrize(
    ("now", "again"),
    [
        (None, [THIRD]),
        ("key-2", [THIRD]),
        ("key-3", []),
        ("key-4", []),  # replaced once more, and the machine died before the ledger heard of it
    ],
)
def test_a_token_that_was_replaced_is_the_newest_again(now: str | None, again: list[Ended]) -> None:
    assert list(undone([SECOND, THIRD, SECOND], [], {CRM: now}, {})) == again


def test_a_secret_that_was_replaced_is_so_again() -> None:
    assert list(undone([OTHER_SECRET], [], {}, {HOOK: None})) == [OTHER_SECRET]
