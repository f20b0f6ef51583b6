"""What happened to a ticket, step by step."""

from fastapi import APIRouter, Response
from tikethet_events.ticket import ticket_stream

from tikethet_tickets.history import history
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.lookup import visible_ticket
from tikethet_tickets.routes.paging import Paging

router = APIRouter(prefix="/api/v1/tickets", tags=["tickets"])


@router.get(
    "/{ticket}/history",
    summary="What happened to a ticket",
    responses=shown("HistoryItemPage", examples.page(examples.HISTORY_ITEM)) | refusals("not_found"),
)
async def past(who: AnyMember, paging: Paging, ticket: str) -> Response:
    """Every step, each with one readable line in the caller's language; a customer does not see staff's own."""
    key = await visible_ticket(who.house.reader, who, ticket)
    recorded = await who.house.log.read_stream(ticket_stream(key.id))
    return answers.found(who, await history(who.house.reader, who.viewer, recorded, paging), version=key.version)
