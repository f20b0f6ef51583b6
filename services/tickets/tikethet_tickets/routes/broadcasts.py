"""Broadcasts: one message to many, with its progress."""

from fastapi import APIRouter, Response
from tikethet_events.errors import Refused
from tikethet_events.word import BroadcastId

from tikethet_tickets.handle.core import Done
from tikethet_tickets.queries.as_of import broadcast_from_log
from tikethet_tickets.queries.broadcasts import as_it_was, count_audience, get_broadcast, list_broadcasts
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Wants
from tikethet_tickets.routes.bodies import BroadcastBody
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.lookup import some_id
from tikethet_tickets.routes.paging import Paging
from tikethet_tickets.rules.policy import Action
from tikethet_tickets.shapes import Broadcast

router = APIRouter(prefix="/api/v1/broadcasts", tags=["broadcasts"])

_ONE = shown("Broadcast", examples.BROADCAST, says="The broadcast.") | refusals("not_found", "forbidden")


@router.get(
    "",
    summary="List broadcasts",
    responses=shown("BroadcastPage", examples.page(examples.BROADCAST)) | refusals("forbidden"),
)
async def list_(who: AnyMember, paging: Paging) -> Response:
    """Newest first, each as far as it is. For admins."""
    who.need(Action.BROADCAST)
    return answers.found(who, await list_broadcasts(who.house.reader, who.viewer, paging))


@router.post(
    "/preview",
    summary="How many would a broadcast reach?",
    responses=shown("AudienceCount", examples.AUDIENCE_COUNT) | refusals("forbidden"),
)
async def preview(who: AnyMember, body: BroadcastBody) -> Response:
    """`count` are meant, `reachable` of them can be reached in Telegram; nothing is sent. For admins."""
    who.need(Action.BROADCAST)
    return answers.found(who, await count_audience(who.house.reader, body.recipients(), who.house.now()))


@router.post(
    "",
    status_code=201,
    summary="Send a broadcast",
    responses=shown("Broadcast", examples.BROADCAST_STARTED, status=201, versioned=True, says="The new broadcast.")
    | refusals("forbidden"),
)
async def start(who: Wants, body: BroadcastBody) -> Response:
    """To everybody meant who can be reached now; whoever joins later is not among them. For admins.

    Who does not read any language of it gets the text in the desk's default language, or else in the other.
    """
    who.need(Action.BROADCAST)
    request = who.command("StartBroadcast", body.model_dump(mode="json"))
    done = await who.house.broadcasts.start(request, who.viewer, body.texts, body.recipients())
    shape = await _after(who, done)
    return answers.done(who, done, shape, status=201, location=f"/api/v1/broadcasts/{shape.id}")


@router.get("/{broadcast}", summary="One broadcast", responses=_ONE)
async def get(who: AnyMember, broadcast: str) -> Response:
    """With its progress. For admins."""
    who.need(Action.BROADCAST)
    found = await get_broadcast(who.house.reader, who.viewer, some_id(broadcast))
    if found is None:
        raise Refused("not_found")
    return answers.found(who, found)


@router.post("/{broadcast}/cancel", summary="Stop a broadcast", responses=_ONE | refusals("broadcast_ended"))
async def cancel(who: Wants, broadcast: str) -> Response:
    """Nobody else gets it; what is under way may still arrive. For admins."""
    who.need(Action.BROADCAST)
    key = BroadcastId(some_id(broadcast))
    done = await who.house.broadcasts.cancel(who.command("CancelBroadcast", key), who.viewer, key)
    return answers.done(who, done, await _after(who, done))


async def _after(who: Wants, done: Done) -> Broadcast:
    """The broadcast as the command left it, also when it is asked for again later."""
    row = broadcast_from_log(await who.house.log.read_stream(done.stream_id, until=done.version))
    if row is None:
        raise Refused("not_found")
    return await as_it_was(who.house.reader, who.viewer, row)
