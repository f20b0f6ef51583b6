"""The ledger of what must not come back: kept outside of every back-up, so that no restore undoes it.

Who was forgotten, demoted or blocked, which links were used up, which programs are let in or sent to no longer, whose
token or secret was replaced: one line of JSON for each, ids, roles and times only, and why somebody was blocked as it
is sealed in the log. It is written soon after the fact, by every tickets process (a line twice does no harm), and
replayed whenever one starts: what it names and the log does not know (any more) is done once more.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Hashable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
import structlog
from cryptography.exceptions import InvalidTag
from msgspec import Struct
from tikethet_events.errors import Refused
from tikethet_events.integration import AccountId, WebhookId
from tikethet_events.keys import Keys
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_events.member import BlockAgain, DemoteAgain, EraseAgain, MemberBlocked, member_stream
from tikethet_events.word import InviteId, MemberId, Role

from tikethet_tickets.backups.ended import BlockSaid, Ended, Standing, There, undone, what
from tikethet_tickets.handle.core import of_the_house
from tikethet_tickets.handle.members import Members
from tikethet_tickets.handle.programs import Programs
from tikethet_tickets.queries.viewer import Reader

PAUSE_S: Final = 1.0
"""Between two looks; what dies with the machine within this time is in no ledger."""
_ENDED: Final = """
    SELECT json_build_object('member_id', member_id, 'erased_at', erased_at)::text
    FROM tickets.member_keys WHERE wrapped IS NULL
    UNION ALL SELECT json_build_object('account_id', id, 'at', revoked_at)::text
    FROM tickets.accounts WHERE revoked_at IS NOT NULL
    UNION ALL SELECT json_build_object('account_id', id, 'key', key, 'old_until', old_until)::text
    FROM tickets.accounts WHERE key IS NOT NULL
    UNION ALL SELECT json_build_object('webhook_id', id, 'at', updated_at)::text FROM tickets.webhooks WHERE removed
    UNION ALL SELECT json_build_object('webhook_id', id, 'key', key, 'old_until', old_until)::text
    FROM tickets.webhooks WHERE key IS NOT NULL
    UNION ALL SELECT json_build_object('invite_id', id, 'at', ended_at)::text
    FROM tickets.invites WHERE ended_at IS NOT NULL
"""
_SAID: Final = """
    SELECT DISTINCT ON (stream_id, type = 'RoleChanged') position, CASE type
        WHEN 'RoleChanged' THEN json_build_object('role', json_build_object(
            'member_id', substr(stream_id, 8), 'role', data->'role', 'at', recorded_at))
        ELSE json_build_object('block', json_build_object(
            'member_id', substr(stream_id, 8), 'blocked', type = 'MemberBlocked', 'at', recorded_at,
            'until', data->'until', 'reason', CASE WHEN data->>'sealed' IS NOT NULL THEN json_build_object(
                'event_id', event_id, 'schema', schema_version, 'text', data->'sealed') END))
        END::text AS line
    FROM tickets.events
    WHERE type IN ('RoleChanged', 'MemberBlocked', 'MemberUnblocked') AND position > $1
    ORDER BY stream_id, type = 'RoleChanged', position DESC
"""
_MEMBERS: Final = "SELECT member_id FROM tickets.member_keys WHERE wrapped IS NOT NULL AND member_id = ANY($1)"
_ACCOUNTS: Final = "SELECT id::text, key FROM tickets.accounts WHERE revoked_at IS NULL"
_WEBHOOKS: Final = "SELECT id::text, key FROM tickets.webhooks WHERE NOT removed"
_INVITES: Final = "SELECT id::text FROM tickets.invites WHERE ended_at IS NULL AND id = ANY($1::uuid[])"
_STANDINGS: Final = """
    SELECT m.id::text, m.role, coalesce(said.role_at, m.joined_at), said.block_at
    FROM tickets.members m, LATERAL (
        SELECT max(recorded_at) FILTER (WHERE type = 'RoleChanged') AS role_at,
            max(recorded_at) FILTER (WHERE type IN ('MemberBlocked', 'MemberUnblocked')) AS block_at
        FROM tickets.events WHERE stream_id = 'member-' || m.id) said
    WHERE m.id = ANY($1::uuid[]) AND NOT m.erased
"""

_log = structlog.get_logger("tikethet.tickets.ledger")


class _Reason(Struct):
    reason: str | None = None


def doing_again(
    members: Members, programs: Programs, keys: Keys, epoch: str, now: Callable[[], datetime]
) -> Callable[[Ended], Awaitable[None]]:
    """The command for a line; in one ``epoch`` of the log it is carried out once, however many processes start."""

    async def again(line: Ended) -> None:
        request = of_the_house("end_again", "ledger", f"{epoch}:{_named(line)}", actor="timer")
        at_once = line.old_until is None or line.old_until <= now()
        match line:
            case Ended(member_id=str() as member):
                await members.again(request, member, EraseAgain())
            case Ended(account_id=str() as account, key=str() as key):
                await programs.rotate_account(request, Role.DEVELOPER, account, at_once=at_once, key=key)
            case Ended(account_id=str() as account):
                await programs.revoke_account(request, Role.DEVELOPER, account)
            case Ended(webhook_id=str() as webhook, key=str() as key):
                await programs.rotate_webhook(request, Role.DEVELOPER, webhook, at_once=at_once, key=key)
            case Ended(webhook_id=str() as webhook):
                await programs.remove_webhook(request, Role.DEVELOPER, webhook)
            case Ended(invite_id=str() as invite):
                await members.end_invite_again(request, invite)
            case Ended(role=role) if role is not None:
                await members.again(request, role.member_id, DemoteAgain(role=role.role))
            case Ended(block=block) if block is not None:
                reason = await _reason(block, keys)
                await members.again(request, block.member_id, BlockAgain(reason=reason, until=block.until))
            case _:
                pass  # a later release's line

    return again


def _named(line: Ended) -> str:
    """What a line is about, as one word."""
    if line.role is not None:
        return f"role:{line.role.member_id}:{line.role.at.timestamp()}"
    if line.block is not None:
        return f"block:{line.block.member_id}:{line.block.at.timestamp()}"
    return f"{line.member_id or line.account_id or line.webhook_id or line.invite_id}:{line.key or ''}"


async def _reason(said: BlockSaid, keys: Keys) -> str | None:
    """Why somebody was blocked; nothing where it cannot be opened, which must not let them in."""
    stream_id = member_stream(said.member_id)
    key = (await keys.load([stream_id])).get(stream_id)
    if said.reason is None or key is None:
        return None
    try:
        plain = key.open(said.reason.event_id, MemberBlocked.__name__, said.reason.schema, said.reason.text)
    except (InvalidTag, ValueError):
        _log.warning("why somebody was blocked cannot be read", member_id=said.member_id)
        return None
    return msgspec.json.decode(plain, type=_Reason).reason


class Ledger:
    """The ledger at ``path``."""

    def __init__(self, path: Path, reader: Reader) -> None:
        self._path = path
        self._reader = reader
        self._heard = 0
        """How far in the log every word about rights was noted."""

    def lines(self) -> list[Ended]:
        """All of it. A line that a crash cut short is left out: what it was about is written again."""
        found = []
        for line in self._path.read_bytes().split() if self._path.exists() else []:
            try:
                found.append(msgspec.json.decode(line, type=Ended))
            except msgspec.DecodeError:
                _log.warning("a line of the ledger cannot be read")
        return found

    async def replay(self, again: Callable[[Ended], Awaitable[object]], now: datetime) -> int:
        """Do ``again`` whatever a restore undid; how much that was."""
        lines = self.lines()
        found = list(undone(lines, await self._there(lines), now))
        for line in found:
            with contextlib.suppress(Refused):  # another process was first
                await again(line)
        if found:
            _log.warning("what a restore had undone was done again", count=len(found))
        return len(found)

    async def _there(self, lines: Iterable[Ended]) -> There:
        """What is there of that which the lines name."""
        forgotten = {line.member_id for line in lines if line.member_id}
        spoken_of = {said.member_id for line in lines for said in (line.role, line.block) if said}
        invites = {line.invite_id for line in lines if line.invite_id}
        return There(
            members={MemberId(row[0]) for row in await self._reader.fetch(_MEMBERS, sorted(forgotten))},
            accounts={AccountId(row[0]): row[1] for row in await self._reader.fetch(_ACCOUNTS)},
            webhooks={WebhookId(row[0]): row[1] for row in await self._reader.fetch(_WEBHOOKS)},
            invites={InviteId(row[0]) for row in await self._reader.fetch(_INVITES, sorted(invites))},
            standings={
                MemberId(row[0]): Standing(role=Role(row[1]), role_at=row[2], block_at=row[3])
                for row in await self._reader.fetch(_STANDINGS, sorted(spoken_of))
            },
        )

    async def run(self) -> None:
        """Write down every end, again and again looking; a database that is away is waited for."""
        written = {what(line) for line in self.lines()}
        while True:
            try:
                ended, heard = await self.ended()
                written |= self.note(ended, written)
                self._heard = heard
            except (*DATABASE_TROUBLE, OSError) as failure:
                _log.warning("the ledger could not be written", error=type(failure).__name__)
            await asyncio.sleep(PAUSE_S)

    async def ended(self) -> tuple[list[Ended], int]:
        """Everything that the log says ended, the words about rights since the last time; how far the log went."""
        said = await self._reader.fetch(_SAID, self._heard)
        lines = [*(row[0] for row in await self._reader.fetch(_ENDED)), *(row["line"] for row in said)]
        heard = max((row["position"] for row in said), default=self._heard)
        return [msgspec.json.decode(line, type=Ended) for line in lines], heard

    def note(self, ended: Iterable[Ended], written: set[Hashable]) -> set[Hashable]:
        """Write those down that are not yet; which that was. They are on the disk when this returns."""
        fresh = [line for line in ended if what(line) not in written]
        if not fresh:
            return set()
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A newline in front, too: what a crash cut short must not swallow the next line.
            os.write(handle, b"\n" + b"\n".join(map(msgspec.json.encode, fresh)) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
        return {what(line) for line in fresh}
