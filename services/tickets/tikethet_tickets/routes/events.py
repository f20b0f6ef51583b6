"""The log as CloudEvents: for those who fell behind the stream, or never had one."""

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from tikethet_events.catalogue import EVENTS
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Refused
from tikethet_events.stream import as_json
from tikethet_events.word import Role
from tikethet_service.problems import Problem

from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import TheHouse, asker, verified
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals

router = APIRouter(prefix="/api/v1", tags=["events"])

MAX_LIMIT: Final = 1000
_LOOK_AT: Final = 5000
"""Events read for one answer at most, so that a filter that lets little through stays cheap."""
_CHUNK: Final = 500
_KNOWN: Final = frozenset(name for events in EVENTS.values() for name in events)

Hears = Callable[[Recorded], bool]


async def listener(request: Request) -> Hears:
    """What the caller may hear: the services that deliver events all, a member by audience and ownership."""
    caller = verified(request)
    if caller.subject in {"service:notify", "service:bot"}:
        return lambda _: True
    who = await asker(request)
    role, me = who.viewer.role, who.viewer.member_id
    least = {"public": Role.HELPER, "staff": Role.HELPER, "admin": Role.ADMIN}

    def hears(event: Recorded) -> bool:
        own = event.audience == "public" and event.owner == me
        return own or role.at_least(least[event.audience])

    return hears


@router.get(
    "/events",
    summary="Events, from a position on",
    responses=shown("EventPage", examples.EVENTS) | refusals("epoch_changed"),
)
async def events(
    hears: Annotated[Hears, Depends(listener)],
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
    wanted = _types(types)
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
            if hears(event):
                items.append(as_json(event, head.epoch, head.installation))
        if len(found) < take and len(items) < limit:
            position = max(position, head.position)
    body = b'{"epoch":"%s","head":%d,"position":%d,"items":[%s]}' % (
        head.epoch.encode(),
        max(head.position, position),
        position,
        b",".join(items),
    )
    return Response(body, 200, answers.headers(head.epoch, head.position), "application/json")


def _types(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    wanted = frozenset(part.strip().removeprefix("tikethet.") for part in text.split(",") if part.strip())
    if not wanted or not wanted <= _KNOWN:
        raise Refused("invalid", field="types", reason="not_allowed")
    return wanted
