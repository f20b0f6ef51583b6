"""The desk itself: its name, hours and settings."""

from fastapi import APIRouter, Response

from tikethet_tickets.queries.desk import desk_shape
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Asker, Wants
from tikethet_tickets.routes.bodies import DeskPatch
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.shapes import Desk

router = APIRouter(prefix="/api/v1/desk", tags=["desk"])

_DESK = shown("Desk", examples.DESK, versioned=True, says="The desk.")


@router.get("", summary="The desk", responses=_DESK)
async def get(who: AnyMember) -> Response:
    """Its name and hours, and whether it is open; how it works inside only for staff."""
    version = await who.house.desk.version()
    return answers.found(who, await _shape(who), version=version)


@router.patch("", summary="Change how the desk works", responses=_DESK | refusals("forbidden", "version_conflict"))
async def patch(who: Wants, body: DeskPatch) -> Response:
    """What is left out stays. For admins."""
    given = {name: value for name in body.model_fields_set if (value := getattr(body, name)) is not None}
    if body.hours is not None:
        given["hours"] = tuple(opening.word() for opening in body.hours)
    if body.holidays is not None:
        given["holidays"] = tuple(body.holidays)
    done = await who.house.desk.configure(who.command("ChangeDeskSettings", given), who.viewer, given)
    return answers.done(who, done, await _shape(who))


async def _shape(who: Asker) -> Desk:
    return await desk_shape(who.house.reader, who.viewer, who.house.now())
