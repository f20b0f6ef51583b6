"""What only the bot may call: what is due in Telegram; which broadcasts are under way, and what became of them."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from msgspec import Struct
from tikethet_events.broadcast import BroadcastStatus, Outcome
from tikethet_events.errors import Refused
from tikethet_events.word import BroadcastId, Language, MemberId
from tikethet_service.callers import Caller

from tikethet_tickets.queries.asking import ask
from tikethet_tickets.queries.broadcasts import broadcast_row, next_recipients, running
from tikethet_tickets.queries.desk import desk_settings
from tikethet_tickets.queries.notices import DueNotice, due_notices, noted_as_told
from tikethet_tickets.routes import answers
from tikethet_tickets.routes.asking import Service, TheHouse
from tikethet_tickets.routes.bodies import OutcomesBody, ToldBody
from tikethet_tickets.routes.lookup import some_id

router = APIRouter(prefix="/api/v1/internal", include_in_schema=False)

RECIPIENTS_MAX: Final = 500
NOTICES_MAX: Final = 500


class Running(Struct, frozen=True, kw_only=True):
    """A broadcast under way, as the bot needs to know it."""

    id: BroadcastId
    total: int
    texts: dict[Language, str]


class RunningList(Struct, frozen=True, kw_only=True):
    """All that are under way, oldest first."""

    items: list[Running]


async def _bot(caller: Service) -> Caller:
    if caller.service != "bot":
        raise Refused("forbidden")
    return caller


Bot = Annotated[Caller, Depends(_bot)]


class DueList(Struct, frozen=True, kw_only=True):
    """What is due in Telegram now."""

    items: list[DueNotice]


@router.get("/notices")
async def due(_caller: Bot, house: TheHouse, limit: Annotated[int, Query(ge=1, le=NOTICES_MAX)] = 100) -> Response:
    """What members should hear in Telegram now; it stays due until the bot says that it told it."""
    head = await ask(house.reader, None)
    found = DueList(items=await due_notices(house.reader, house.now(), limit))
    return answers.sent(found, 200, answers.headers(head.epoch, head.position))


@router.post("/notices/told", status_code=204)
async def told(_caller: Bot, house: TheHouse, body: ToldBody) -> Response:
    """These are in the bot's own hands now."""
    head = await ask(house.reader, None)
    await noted_as_told(house.reader, body.ids)
    return Response(status_code=204, headers=answers.headers(head.epoch, head.position))


@router.get("/broadcasts/running")
async def under_way(_caller: Bot, house: TheHouse) -> Response:
    """What there is to send."""
    head = await ask(house.reader, None)
    items = [Running(id=row.id, total=row.total, texts=row.texts) for row in await running(house.reader)]
    return answers.sent(RunningList(items=items), 200, answers.headers(head.epoch, head.position))


@router.get("/broadcasts/{broadcast}/recipients")
async def recipients(
    _caller: Bot,
    house: TheHouse,
    broadcast: str,
    after: Annotated[str | None, Query(max_length=36)] = None,
    limit: Annotated[int, Query(ge=1, le=RECIPIENTS_MAX)] = 100,
) -> Response:
    """Who has not got it yet; 409 ``broadcast_ended`` when it was cancelled or is finished."""
    head = await ask(house.reader, None)
    found = await broadcast_row(house.reader, some_id(broadcast))
    if found is None:
        raise Refused("not_found")
    if found.status is not BroadcastStatus.RUNNING:
        raise Refused("broadcast_ended")
    default = (await desk_settings(house.reader)).default_language
    page = await next_recipients(house.reader, found, default, after=after, limit=limit)
    return answers.sent(page, 200, answers.headers(head.epoch, head.position))


@router.post("/broadcasts/{broadcast}/outcomes", status_code=204)
async def outcomes(_caller: Bot, house: TheHouse, broadcast: str, body: OutcomesBody) -> Response:
    """What became of it for some recipients; the first that is told of each counts, so any may be told again."""
    head = await ask(house.reader, None)
    told = {MemberId(each.member_id): Outcome(each.outcome) for each in reversed(body.outcomes)}
    await house.broadcasts.report(BroadcastId(some_id(broadcast)), told)
    return Response(status_code=204, headers=answers.headers(head.epoch, head.position))
