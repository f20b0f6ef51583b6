"""Statistics: the desk at a glance, and the tickets of any period in any time zone."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from tikethet_tickets.queries.dashboard import dashboard
from tikethet_tickets.queries.desk import desk_settings
from tikethet_tickets.queries.statistics import Group, ticket_statistics
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Asker
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.rules.period import period
from tikethet_tickets.rules.policy import Action

router = APIRouter(prefix="/api/v1/statistics", tags=["statistics"])

Zone = Annotated[str | None, Query(max_length=64, description="an IANA time zone; the desk's own when left out")]


@router.get(
    "/dashboard",
    summary="The desk at a glance",
    responses=shown("Dashboard", examples.DASHBOARD, says="Today, the last seven days, the backlog, the load.")
    | refusals("forbidden"),
)
async def at_a_glance(who: AnyMember, tz: Zone = None) -> Response:
    """What happened today and in the last seven days, what is left to do, and on whose table. For staff."""
    who.need(Action.SEE_DASHBOARD)
    zone = await _zone(who, tz)
    return answers.found(who, await dashboard(who.house.reader, who.viewer, zone, who.house.now()))


@router.get(
    "/tickets",
    summary="The tickets of a period",
    responses=shown("TicketStatistics", examples.STATISTICS, says="The figures.") | refusals("forbidden"),
)
async def of_tickets(
    who: AnyMember,
    since: Annotated[
        str | None,
        Query(alias="from", max_length=40, description="a day (`2026-11-01`) or an instant in RFC 3339"),
    ] = None,
    until: Annotated[
        str | None, Query(alias="to", max_length=40, description="a day, which is included, or an instant")
    ] = None,
    tz: Zone = None,
    group: Annotated[Group | None, Query(description="also the figures of each group")] = None,
) -> Response:
    """The tickets opened in a period (30 days without one), as they are now. For moderators and above."""
    who.need(Action.SEE_STATISTICS)
    now = who.house.now()
    span = period(since, until, await _zone(who, tz), now)
    return answers.found(who, await ticket_statistics(who.house.reader, who.viewer, span, group, now))


async def _zone(who: Asker, tz: str | None) -> str:
    return tz or (await desk_settings(who.house.reader)).time_zone
