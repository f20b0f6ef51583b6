"""The ledger of what must not come back: kept outside of every back-up, so that no restore undoes it.

Who was forgotten, which programs are let in or sent to no longer, whose token or secret was replaced: one line of JSON
for each, ids and times only. It is written soon after the fact, by every tickets process (a line twice does no harm),
and replayed whenever one starts: what it names and the log does not know (any more) is done once more.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias

import msgspec
import structlog
from msgspec import Struct
from tikethet_events.errors import Refused
from tikethet_events.integration import AccountId, WebhookId
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_events.word import MemberId, Role

from tikethet_tickets.handle.core import of_the_house
from tikethet_tickets.handle.members import Members
from tikethet_tickets.handle.programs import Programs
from tikethet_tickets.queries.viewer import Reader

PAUSE_S: Final = 1.0
"""Between two looks; what dies with the machine within this time is in no ledger."""
_ENDED: Final = """
    SELECT member_id, NULL AS account_id, NULL AS webhook_id, NULL AS key, NULL::timestamptz AS old_until,
        erased_at, NULL::timestamptz AS at
    FROM tickets.member_keys WHERE wrapped IS NULL
    UNION ALL SELECT NULL, id::text, NULL, NULL, NULL, NULL, revoked_at
    FROM tickets.accounts WHERE revoked_at IS NOT NULL
    UNION ALL SELECT NULL, id::text, NULL, key, old_until, NULL, NULL FROM tickets.accounts WHERE key IS NOT NULL
    UNION ALL SELECT NULL, NULL, id::text, NULL, NULL, NULL, updated_at FROM tickets.webhooks WHERE removed
    UNION ALL SELECT NULL, NULL, id::text, key, old_until, NULL, NULL FROM tickets.webhooks WHERE key IS NOT NULL
"""
_MEMBERS: Final = "SELECT member_id FROM tickets.member_keys WHERE wrapped IS NOT NULL AND member_id = ANY($1)"
_ACCOUNTS: Final = "SELECT id::text, key FROM tickets.accounts WHERE revoked_at IS NULL"
_WEBHOOKS: Final = "SELECT id::text, key FROM tickets.webhooks WHERE NOT removed"

_log = structlog.get_logger("tikethet.tickets.ledger")


class Ended(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line: a member who was forgotten, or a program that was shut out.

    With ``key`` the program is still there, and what ended is the token or secret before the one made from ``key``;
    that one works until ``old_until``.
    """

    member_id: MemberId | None = None
    account_id: AccountId | None = None
    webhook_id: WebhookId | None = None
    key: str | None = None
    old_until: datetime | None = None
    erased_at: datetime | None = None
    at: datetime | None = None


What: TypeAlias = tuple[MemberId | None, AccountId | None, WebhookId | None, str | None]


def what(line: Ended) -> What:
    """What a line is about; the same is written once."""
    return line.member_id, line.account_id, line.webhook_id, line.key


def undone(
    lines: Iterable[Ended],
    members: Iterable[MemberId],
    accounts: Mapping[AccountId, str | None],
    webhooks: Mapping[WebhookId, str | None],
) -> Iterator[Ended]:
    """What a restore undid, given who is there now: members, and programs with what their secret is made from."""
    known = {what(line): line for line in lines}
    yield from (known[member, None, None, None] for member in members if (member, None, None, None) in known)
    for account, key in accounts.items():
        of_it = (line for line in known.values() if line.account_id == account)
        yield from _of_a_program(of_it, key)
    for webhook, key in webhooks.items():
        of_it = (line for line in known.values() if line.webhook_id == webhook)
        yield from _of_a_program(of_it, key)


def _of_a_program(lines: Iterable[Ended], key: str | None) -> Iterator[Ended]:
    """Its end, or its newest secret if it has an older one now. Keys are UUIDv7: later ones are greater."""
    last = max(lines, key=lambda line: (line.key is None, line.key or ""), default=None)
    if last is not None and (last.key is None or last.key > (key or "")):
        yield last


def doing_again(
    members: Members, programs: Programs, epoch: str, now: Callable[[], datetime]
) -> Callable[[Ended], Awaitable[None]]:
    """The command for a line; in one ``epoch`` of the log it is carried out once, however many processes start."""

    async def again(line: Ended) -> None:
        named = line.member_id or line.account_id or line.webhook_id
        request = of_the_house("end_again", "ledger", f"{epoch}:{named}:{line.key or ''}", actor="timer")
        at_once = line.old_until is None or line.old_until <= now()
        match line:
            case Ended(member_id=str() as member):
                await members.erase_again(request, member)
            case Ended(account_id=str() as account, key=str() as key):
                await programs.rotate_account(request, Role.DEVELOPER, account, at_once=at_once, key=key)
            case Ended(account_id=str() as account):
                await programs.revoke_account(request, Role.DEVELOPER, account)
            case Ended(webhook_id=str() as webhook, key=str() as key):
                await programs.rotate_webhook(request, Role.DEVELOPER, webhook, at_once=at_once, key=key)
            case Ended(webhook_id=str() as webhook):
                await programs.remove_webhook(request, Role.DEVELOPER, webhook)
            case _:
                pass  # a later release's line

    return again


class Ledger:
    """The ledger at ``path``."""

    def __init__(self, path: Path, reader: Reader) -> None:
        self._path = path
        self._reader = reader

    def lines(self) -> list[Ended]:
        """All of it. A line that a crash cut short is left out: what it was about is written again."""
        found = []
        for line in self._path.read_bytes().split() if self._path.exists() else []:
            try:
                found.append(msgspec.json.decode(line, type=Ended))
            except msgspec.DecodeError:
                _log.warning("a line of the ledger cannot be read")
        return found

    async def replay(self, again: Callable[[Ended], Awaitable[object]]) -> int:
        """Do ``again`` whatever a restore undid; how much that was."""
        lines = self.lines()
        named = sorted({line.member_id for line in lines if line.member_id is not None})
        members = [MemberId(row[0]) for row in await self._reader.fetch(_MEMBERS, named)]
        accounts = {AccountId(row[0]): row[1] for row in await self._reader.fetch(_ACCOUNTS)}
        webhooks = {WebhookId(row[0]): row[1] for row in await self._reader.fetch(_WEBHOOKS)}
        found = list(undone(lines, members, accounts, webhooks))
        for line in found:
            with contextlib.suppress(Refused):  # another process was first
                await again(line)
        if found:
            _log.warning("what a restore had undone was done again", count=len(found))
        return len(found)

    async def run(self) -> None:
        """Write down every end, again and again looking; a database that is away is waited for."""
        written = {what(line) for line in self.lines()}
        while True:
            try:
                written |= self.note(await self.ended(), written)
            except (*DATABASE_TROUBLE, OSError) as failure:
                _log.warning("the ledger could not be written", error=type(failure).__name__)
            await asyncio.sleep(PAUSE_S)

    async def ended(self) -> list[Ended]:
        """Everything that the log says ended."""
        return [Ended(**{name: _utc(value) for name, value in row.items()}) for row in await self._reader.fetch(_ENDED)]

    def note(self, ended: Iterable[Ended], written: set[What]) -> set[What]:
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


def _utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value
