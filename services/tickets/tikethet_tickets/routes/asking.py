"""Who asks: a verified caller, with role and block looked up on every request."""

import re
from typing import Annotated, Final

import msgspec
from fastapi import Depends, Request
from msgspec import Struct, structs
from tikethet_events.envelope import Channel, Metadata
from tikethet_events.errors import Refused
from tikethet_events.integration import AccountId, Call
from tikethet_events.word import MemberId, Role
from tikethet_service.callers import Caller
from tikethet_service.problems import FieldError, Problem
from tikethet_service.tracing import traceparent

from tikethet_tickets.handle import core
from tikethet_tickets.handle.ids import is_id, new_id
from tikethet_tickets.queries.accounts import enter
from tikethet_tickets.queries.asking import ask
from tikethet_tickets.queries.members import by_telegram_id, member_row
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.routes.house import House, house_of, the_house
from tikethet_tickets.rules.policy import Action, Relation, may
from tikethet_tickets.views.rows import AccountRow, MemberRow

ACCOUNT: Final = "account:"
"""How the subject of a service account's caller token begins; what follows is the hash of its own token."""
CHANNELS: Final[dict[str, Channel]] = {"gateway": "app", "bot": "bot"}
_KEY: Final = re.compile(r"[\x21-\x7e]{1,200}")
_BOTS_KEYS: Final = ("tg:", "due:")
"""Beginnings of command ids that only the bot may use, so that nobody can answer in its place beforehand."""
_IF_MATCH: Final = re.compile(r'(?:W/)?"?(\d{1,18})"?')

canonical = msgspec.json.Encoder(order="deterministic").encode


class Asker(Struct, frozen=True, kw_only=True):
    """A member who asks ``house``, at ``seen`` of ``epoch``: the log's position read before anything else."""

    house: House
    caller: Caller
    member: MemberRow
    viewer: Viewer
    seen: int
    epoch: str

    def need(self, action: Action, relation: Relation = Relation.OTHER) -> None:
        """Raise `Refused` ``forbidden`` unless the policy lets them."""
        if not may(self.viewer.role, action, relation):
            raise Refused("forbidden")


class Commander(Asker, frozen=True, kw_only=True):
    """A member who wants something done, perhaps under a key of their own, perhaps at a certain version only."""

    key: str | None
    expected: int | None
    account: AccountId | None = None
    """The program that asks on their behalf."""

    def command(self, name: str, *body: object) -> core.Request:
        """The request to carry out; ``body`` is everything that makes it this command and no other."""
        actor = f"account:{self.account}" if self.account is not None else self.viewer.member_id
        scope = "service:bot" if self.key is not None and self.key.startswith(_BOTS_KEYS) else actor
        metadata = Metadata(
            actor=actor,
            channel="api" if self.account is not None else CHANNELS.get(self.caller.service, "api"),
            traceparent=traceparent(),
        )
        return core.Request(
            name=name,
            caller=scope,
            command_id=self.key or new_id(),
            fingerprint=canonical((name, body)) if self.key else b"",
            keyed=self.key is not None,
            metadata=metadata,
            seen=self.seen,
            expected=self.expected,
        )

    def own_command(self, name: str) -> core.Request:
        """One more command that follows from the one asked for; it has no key and names no version."""
        return structs.replace(self.command(name), command_id=new_id(), fingerprint=b"", keyed=False, expected=None)


class Program(Struct, frozen=True, kw_only=True):
    """A service account that asks ``house`` for itself, at ``seen`` of ``epoch``."""

    house: House
    caller: Caller
    account: AccountRow
    seen: int
    epoch: str

    def need(self, call: Call) -> None:
        """Raise `Problem` ``out_of_scope`` unless it may."""
        if call not in self.account.calls:
            raise Problem("out_of_scope", scope=call)

    async def on_behalf(self, request: Request, telegram_id: int) -> "Commander":
        """The same as the member behind a Telegram account, as far as any customer may.

        Raises `Refused` ``invalid`` for somebody the desk does not know, `Problem` ``blocked``.
        """
        member_id = await by_telegram_id(self.house.reader, telegram_id)
        member = await member_row(self.house.reader, member_id) if member_id is not None else None
        if member is None:
            raise Refused("invalid", field="telegram_id", reason="not_found")
        if member.blocked:
            raise Problem("blocked")
        return Commander(
            house=self.house,
            caller=self.caller,
            member=member,
            viewer=Viewer(member.id, Role.USER, member.language),
            seen=self.seen,
            epoch=self.epoch,
            key=checked_key(request.headers.get("idempotency-key"), self.caller),
            expected=None,
            account=self.account.id,
        )


def verified(request: Request) -> Caller:
    """The signed caller of a request. Raises `Problem` ``unauthorized``."""
    return house_of(request).verifier.verify_header(request.headers.get("authorization"))


async def asker(request: Request) -> Asker:
    """The member on whose behalf a request comes. Raises `Problem` ``unauthorized``, ``blocked``, ``forbidden``."""
    caller = verified(request)
    if caller.member_id is None:
        raise Problem("forbidden")  # a service speaking for itself has no desk to look at
    if not is_id(caller.member_id):
        raise Problem("unauthorized")
    house = house_of(request)
    asking = await ask(house.reader, MemberId(caller.member_id))
    member = asking.member
    if member is None:
        raise Problem("unauthorized")
    request.state.language = member.language
    if member.blocked:
        raise Problem("blocked")
    viewer = Viewer(member.id, member.role, member.language)
    return Asker(house=house, caller=caller, member=member, viewer=viewer, seen=asking.position, epoch=asking.epoch)


async def commander(request: Request) -> Commander:
    """The same, with what the headers say about the command.

    They are read here and described in `docs`: as parameters of their own each would cost as much as the whole rest.
    """
    who = await asker(request)
    return Commander(
        house=who.house,
        caller=who.caller,
        member=who.member,
        viewer=who.viewer,
        seen=who.seen,
        epoch=who.epoch,
        key=checked_key(request.headers.get("idempotency-key"), who.caller),
        expected=_expected(request.headers.get("if-match")),
    )


async def program(request: Request) -> Program:
    """The service account that a request comes from.

    Raises `Problem` ``forbidden`` for anybody else; `Refused` ``unauthorized``, ``account_revoked``, ``rate_limited``.
    """
    caller = verified(request)
    if not caller.subject.startswith(ACCOUNT):
        raise Problem("forbidden")
    house = house_of(request)
    entered = await enter(house.reader, caller.subject.removeprefix(ACCOUNT))
    return Program(house=house, caller=caller, account=entered.account, seen=entered.position, epoch=entered.epoch)


async def opener(request: Request) -> Commander | Program:
    """Who opens a ticket: a member for themself, or a program for one."""
    return await (program if verified(request).subject.startswith(ACCOUNT) else commander)(request)


async def service(request: Request) -> Caller:
    """A service of the house that speaks for itself. Raises `Problem` ``forbidden`` for anybody else."""
    caller = verified(request)
    if caller.subject != f"service:{caller.service}":
        raise Problem("forbidden")
    return caller


def checked_key(key: str | None, caller: Caller) -> str | None:
    """The caller's own command id. Raises `Problem` ``invalid`` when it is malformed or not theirs to use."""
    if key is None:
        return None
    if not _KEY.fullmatch(key):
        raise Problem("invalid", errors=[FieldError("Idempotency-Key", "pattern")])
    if key.startswith(_BOTS_KEYS) and caller.service != "bot":
        raise Problem("invalid", errors=[FieldError("Idempotency-Key", "not_allowed")])
    return key


def _expected(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    found = _IF_MATCH.fullmatch(if_match.strip())
    if found is None:
        raise Problem("invalid", errors=[FieldError("If-Match", "pattern")])
    return int(found[1])


AnyMember = Annotated[Asker, Depends(asker)]
Wants = Annotated[Commander, Depends(commander)]
AnyProgram = Annotated[Program, Depends(program)]
Opens = Annotated[Commander | Program, Depends(opener)]
Service = Annotated[Caller, Depends(service)]
TheHouse = Annotated[House, Depends(the_house)]
