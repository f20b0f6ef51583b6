"""The log as CloudEvents: for those who fell behind the stream, or never had one."""

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from msgspec import Struct
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Refused
from tikethet_events.stream import as_json
from tikethet_events.word import Role
from tikethet_service.problems import Problem

from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import ACCOUNT, Program, TheHouse, asker, program, verified
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.rules.integration import KINDS, as_heard, hears

router = APIRouter(prefix="/api/v1", tags=["events"])

MAX_LIMIT: Final = 1000
_LOOK_AT: Final = 5000
"""Events read for one answer at most, so that a filter that lets little through stays cheap."""
_CHUNK: Final = 500


class Listener(Struct, frozen=True, kw_only=True):
    """What the caller may hear of an event (``None``: not this one), and of which kinds at all (``None``: any)."""

    heard: Callable[[Recorded], Recorded | None]
    types: frozenset[str] | None = None
    strict: bool = False
    """Whether a position that this history has not reached is refused."""


async def listener(request: Request) -> Listener:
    """The services that deliver events hear all, a member by audience and ownership, an account by its scopes."""
    caller = verified(request)
    if caller.subject in {"service:notify", "service:bot"}:
        return Listener(heard=lambda event: event)
    if caller.subject.startswith(ACCOUNT):
        return _of_program(await program(request))
    who = await asker(request)
    role, me = who.viewer.role, who.viewer.member_id
    least = {"public": Role.HELPER, "staff": Role.HELPER, "admin": Role.ADMIN}

    def heard(event: Recorded) -> Recorded | None:
        own = event.audience == "public" and event.owner == me
        return event if own or role.at_least(least[event.audience]) else None

    return Listener(heard=heard)


def _of_program(program: Program) -> Listener:
    program.need("events")
    hearing = program.account.hearing
    return Listener(
        heard=lambda event: as_heard(hearing, event) if hears(hearing, event) else None,
        types=frozenset(hearing.types) or None,
        strict=True,
    )


@router.get(
    "/events",
    summary="Events, from a position on",
    responses=shown("EventPage", examples.EVENTS) | refusals("epoch_changed"),
)
async def events(
    request: Request,
    who: Annotated[Listener, Depends(listener)],
    house: TheHouse,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 100,
    types: Annotated[
        str | None, Query(max_length=2000, description="a comma list: `TicketOpened,MessagePosted`")
    ] = None,
    epoch: Annotated[str | None, Query(max_length=64, description="refuse (409) when the history is another")] = None,
) -> Response:
    """The facts the caller may hear, in order; go on with `after=position`. At `head` there is no more for now."""
    head = await house.log.head()
    if epoch is not None and epoch != head.epoch:
        raise Problem("epoch_changed", epoch=head.epoch)
    if who.strict and after > head.position:
        raise Problem("epoch_changed", epoch=head.epoch)
    wanted = _types(types, who.types)
    items: list[bytes] = []
    position, looked = after, 0
    while len(items) < limit and position < head.position and looked < _LOOK_AT:
        take = _CHUNK if looked else min(_CHUNK, limit)  # who hears only some soon reads in large pieces
        found = await house.log.read(position, take, types=wanted)
        looked += len(found)
        for event in found:
            if len(items) == limit:
                break
            position = event.position
            heard = who.heard(event)
            if heard is not None:
                items.append(as_json(heard, head.epoch, head.installation))
        if len(found) < take and len(items) < limit:
            position = max(position, head.position)
    body = b'{"epoch":"%s","head":%d,"position":%d,"items":[%s]}' % (
        head.epoch.encode(),
        max(head.position, position),
        position,
        b",".join(items),
    )
    known = answers.headers(head.epoch, head.position) | {"etag": f'"{sha256(body).hexdigest()[:32]}"'}
    if known["etag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=known)  # who asks again and again hears of nothing new in few bytes
    return Response(body, 200, known, "application/json")


def _types(text: str | None, within: frozenset[str] | None) -> frozenset[str] | None:
    if text is None:
        return within
    wanted = frozenset(part.strip().removeprefix("tikethet.") for part in text.split(",") if part.strip())
    if not wanted or not wanted <= KINDS.keys():
        raise Refused("invalid", field="types", reason="not_allowed")
    if within is not None and not wanted <= within:
        raise Problem("out_of_scope", scope=", ".join(sorted(wanted - within)))
    return wanted
