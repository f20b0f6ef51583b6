"""The lines of the ledger, and which of them a restore undid. Pure."""

from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TypeVar

from msgspec import Struct
from tikethet_events.integration import AccountId, WebhookId
from tikethet_events.word import InviteId, MemberId, Role


class Sealed(Struct, frozen=True, kw_only=True):
    """Personal text of an event, as it is sealed in the log: who is forgotten takes the key along."""

    event_id: str
    schema: int
    text: str


class RoleSaid(Struct, frozen=True, kw_only=True):
    """The last word about what a member may do."""

    member_id: MemberId
    role: Role
    at: datetime


class BlockSaid(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The last word about whether a member is shut out: until then, or for good."""

    member_id: MemberId
    blocked: bool
    at: datetime
    until: datetime | None = None
    reason: Sealed | None = None


class Ended(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line: a member who was forgotten, a program that was shut out, a link that was used up or taken back; or the
    last word about a member's rights.

    With ``key`` the program is still there, and what ended is the token or secret before the one made from ``key``;
    that one works until ``old_until``. What an older release does not know must say nothing to it: there a line with
    a ``member_id`` of its own is an erasure, whatever else stands in it.
    """

    member_id: MemberId | None = None
    account_id: AccountId | None = None
    webhook_id: WebhookId | None = None
    invite_id: InviteId | None = None
    role: RoleSaid | None = None
    block: BlockSaid | None = None
    key: str | None = None
    old_until: datetime | None = None
    erased_at: datetime | None = None
    at: datetime | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """What a member may do now; when that was said last, and when anything was about a block."""

    role: Role
    role_at: datetime
    block_at: datetime | None = None


class There(Struct, frozen=True, kw_only=True):
    """Who and what is there now: members, programs with what their secret is made from, links that work."""

    members: Collection[MemberId] = ()
    accounts: Mapping[AccountId, str | None] = {}
    webhooks: Mapping[WebhookId, str | None] = {}
    invites: Collection[InviteId] = ()
    standings: Mapping[MemberId, Standing] = {}


Said = TypeVar("Said", RoleSaid, BlockSaid)


def what(line: Ended) -> Hashable:
    """What a line is about; the same is written once."""
    return line.member_id, line.account_id, line.webhook_id, line.invite_id, line.role, line.block, line.key


def undone(lines: Iterable[Ended], there: There, now: datetime) -> Iterator[Ended]:
    """What a restore undid. Nothing of it gives anybody more than they have."""
    known = {what(line): line for line in lines}.values()
    yield from (line for line in known if line.member_id in there.members)
    for account, key in there.accounts.items():
        yield from _of_a_program((line for line in known if line.account_id == account), key)
    for webhook, key in there.webhooks.items():
        yield from _of_a_program((line for line in known if line.webhook_id == webhook), key)
    yield from (line for line in known if line.invite_id in there.invites)
    for role in _last(line.role for line in known):
        standing = there.standings.get(role.member_id)
        if standing is not None and standing.role_at < role.at and not role.role.at_least(standing.role):
            yield Ended(role=role)
    for block in _last(line.block for line in known):
        standing = there.standings.get(block.member_id)
        later = standing is not None and (standing.block_at is None or standing.block_at < block.at)
        if later and block.blocked and (block.until is None or block.until > now):
            yield Ended(block=block)


def _of_a_program(lines: Iterable[Ended], key: str | None) -> Iterator[Ended]:
    """Its end, or its newest secret if it has an older one now. Keys are UUIDv7: later ones are greater."""
    last = max(lines, key=lambda line: (line.key is None, line.key or ""), default=None)
    if last is not None and (last.key is None or last.key > (key or "")):
        yield last


def _last(said: Iterable[Said | None]) -> Iterable[Said]:
    """Of each member the latest word: whoever was given a right again keeps it."""
    last: dict[MemberId, Said] = {}
    for word in said:
        if word is not None and (word.member_id not in last or last[word.member_id].at < word.at):
            last[word.member_id] = word
    return last.values()
