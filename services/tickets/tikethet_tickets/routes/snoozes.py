"""Tickets that one of the staff puts aside for themself."""

from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Response
from tikethet_events.errors import Refused

from tikethet_tickets.queries.snoozes import snooze as put_aside
from tikethet_tickets.queries.snoozes import wake
from tikethet_tickets.queries.tickets import get_ticket
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Asker
from tikethet_tickets.routes.bodies import SnoozeBody
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.lookup import visible_ticket
from tikethet_tickets.rules.policy import Action

router = APIRouter(prefix="/api/v1/tickets/{ticket}/snooze", tags=["tickets"])

LONGEST: Final = timedelta(days=90)

_TICKET = shown("Ticket", examples.TICKET, says="The ticket.") | refusals("not_found", "forbidden")


@router.put("", summary="Snooze a ticket", responses=_TICKET)
async def snooze(who: AnyMember, ticket: str, body: SnoozeBody) -> Response:
    """Out of one's own queue until then, or until something is said on it; nobody else notices. For staff."""
    who.need(Action.SNOOZE)
    now = who.house.now()
    if not now < body.until <= now + LONGEST:
        raise Refused("invalid", field="until", reason="out_of_range", limit=LONGEST.days)
    key = await visible_ticket(who.house.reader, who, ticket)
    await put_aside(who.house.reader, who.viewer.member_id, key.id, body.until)
    return await _as_it_is(who, key.id)


@router.delete("", summary="Wake a ticket", responses=_TICKET)
async def back(who: AnyMember, ticket: str) -> Response:
    """Back into one's own queue. For staff."""
    who.need(Action.SNOOZE)
    key = await visible_ticket(who.house.reader, who, ticket)
    await wake(who.house.reader, who.viewer.member_id, key.id)
    return await _as_it_is(who, key.id)


async def _as_it_is(who: Asker, ticket: str) -> Response:
    found = await get_ticket(who.house.reader, who.viewer, ticket)
    if found is None:
        raise Refused("not_found")
    return answers.found(who, found, version=found.version)
