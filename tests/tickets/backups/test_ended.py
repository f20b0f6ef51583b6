"""What a restore undid is done again, and nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from msgspec import Struct
from tikethet_events.integration import AccountId, WebhookId
from tikethet_events.word import InviteId, MemberId, Role
from tikethet_tickets.backups.ended import BlockSaid, Ended, RoleSaid, Sealed, Standing, There, undone

AT = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)
CRM, BI, HOOK = AccountId("crm"), AccountId("bi"), WebhookId("hook")
M, N = MemberId("m"), MemberId("n")
FORGOTTEN = Ended(member_id=M, erased_at=AT)
REVOKED = Ended(account_id=CRM, at=AT)
SECOND, THIRD = Ended(account_id=CRM, key="key-2"), Ended(account_id=CRM, key="key-3")
REMOVED = Ended(webhook_id=HOOK, at=AT)
OTHER_SECRET = Ended(webhook_id=HOOK, key="key-2")
USED = Ended(invite_id=InviteId("link"), at=AT)
ALL = [FORGOTTEN, SECOND, THIRD, SECOND, REVOKED, OTHER_SECRET, REMOVED, USED, USED]


def again(lines: list[Ended], **there: Any) -> list[Ended]:
    return list(undone(lines, There(**there), AT + 9 * DAY))


def test_who_came_back_goes_again() -> None:
    invites = (InviteId("link"), InviteId("other"))
    found = again(ALL, members=[M, N], accounts={CRM: None, BI: None}, webhooks={HOOK: None}, invites=invites)
    assert found == [FORGOTTEN, REVOKED, REMOVED, USED]


def test_who_is_gone_stays_so_without_a_word() -> None:
    assert again(ALL, accounts={BI: "key-9"}, invites=[InviteId("other")]) == []


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (None, [THIRD]),
        ("key-2", [THIRD]),
        ("key-3", []),
        ("key-4", []),  # replaced once more, and the machine died before the ledger heard of it
    ],
)
def test_a_token_that_was_replaced_is_the_newest_again(now: str | None, expected: list[Ended]) -> None:
    assert again([SECOND, THIRD, SECOND], accounts={CRM: now}) == expected


def test_a_secret_that_was_replaced_is_so_again() -> None:
    assert again([OTHER_SECRET], webhooks={HOOK: None}) == [OTHER_SECRET]


# ---------------------------------------------------------------- rights: the latest word counts


def role(day: int, to: Role) -> Ended:
    return Ended(role=RoleSaid(member_id=M, role=to, at=AT + day * DAY))


def block(day: int, until: int | None = None, *, blocked: bool = True) -> Ended:
    term = AT + until * DAY if until is not None else None
    return Ended(block=BlockSaid(member_id=M, blocked=blocked, at=AT + day * DAY, until=term))


@pytest.mark.parametrize(
    ("lines", "has", "since", "expected"),
    [
        ([role(2, Role.HELPER)], Role.ADMIN, 1, [role(2, Role.HELPER)]),
        ([role(3, Role.HELPER), role(2, Role.USER)], Role.ADMIN, 1, [role(3, Role.HELPER)]),
        ([role(2, Role.USER), role(3, Role.ADMIN)], Role.ADMIN, 1, []),  # given back
        ([role(2, Role.USER)], Role.ADMIN, 2, []),  # the log knows this very word
        ([role(2, Role.USER)], Role.ADMIN, 3, []),  # and a later one, which the ledger had no time to hear
        ([role(2, Role.ADMIN)], Role.USER, 1, []),  # a ledger gives nothing
    ],
)
def test_a_demotion_holds(lines: list[Ended], has: Role, since: int, expected: list[Ended]) -> None:
    standing = Standing(role=has, role_at=AT + since * DAY)
    for order in (lines, lines[::-1]):
        assert again(order, standings={M: standing}) == expected
        assert again(order, standings={N: standing}) == []


@pytest.mark.parametrize(
    ("lines", "since", "expected"),
    [
        ([block(2)], None, [block(2)]),
        ([block(2)], 1, [block(2)]),
        ([block(2), block(3, 20)], 1, [block(3, 20)]),
        ([block(2, 9)], None, []),  # over
        ([block(2), block(3, blocked=False)], None, []),
        ([block(2)], 2, []),
        ([block(2)], 3, []),
    ],
)
def test_a_block_holds(lines: list[Ended], since: int | None, expected: list[Ended]) -> None:
    said_at = AT + since * DAY if since is not None else None
    for order in (lines, lines[::-1]):
        assert again(order, standings={M: Standing(role=Role.USER, role_at=AT, block_at=said_at)}) == expected


class OfTheFirstRelease(Struct):
    """A line as releases before rights read it: they would erase whom it names."""

    member_id: str | None = None
    account_id: str | None = None
    webhook_id: str | None = None


def test_an_older_release_erases_nobody_for_having_been_demoted() -> None:
    reason = Sealed(event_id="e", schema=2, text="…")
    blocked = Ended(block=BlockSaid(member_id=M, blocked=True, at=AT, reason=reason))
    for line in (role(2, Role.USER), blocked, USED):
        encoded = msgspec.json.encode(line)
        assert msgspec.json.decode(encoded, type=OfTheFirstRelease) == OfTheFirstRelease()
        assert msgspec.json.decode(encoded, type=Ended) == line
