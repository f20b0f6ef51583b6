"""Tickets as a file for spreadsheets."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse

from tikethet_tickets.queries.desk import desk_settings
from tikethet_tickets.queries.tickets_csv import tickets_csv
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember
from tikethet_tickets.routes.docs import Responses, refusals
from tikethet_tickets.routes.filtering import Filter
from tikethet_tickets.rules.period import zone_of
from tikethet_tickets.rules.policy import Action

router = APIRouter(prefix="/api/v1/export", tags=["statistics"])

_CSV: Final[Responses] = {
    200: {
        "description": "UTF-8 with a byte order mark, heads in the caller's language; streamed, whatever its length.",
        "content": {"text/csv": {"schema": {"type": "string"}, "example": examples.TABLE}},
    }
}


@router.get(
    "/tickets.csv", summary="Tickets as a table", response_class=Response, responses=_CSV | refusals("forbidden")
)
async def tickets(
    who: AnyMember,
    wanted: Filter,
    tz: Annotated[str | None, Query(max_length=64, description="of the times; the desk's own when left out")] = None,
) -> Response:
    """The tickets that the list would show under these filters, by number. For admins."""
    who.need(Action.EXPORT_TICKETS)
    zone = zone_of(tz or (await desk_settings(who.house.reader)).time_zone)
    parts = await tickets_csv(who.house.reader, who.viewer, wanted, zone)
    known = answers.headers(who.epoch, who.seen) | {"content-disposition": 'attachment; filename="tickets.csv"'}
    return StreamingResponse(parts, headers=known, media_type="text/csv; charset=utf-8")
