"""Duty: who takes new tickets now."""

from fastapi import APIRouter, Response
from msgspec import structs
from tikethet_events.errors import Refused
from tikethet_events.member import EndDuty, MemberCommand, StartDuty
from tikethet_events.ticket import AssignTicket, UnassignTicket
from tikethet_events.word import CategoryId, MemberId, Role

from tikethet_tickets.queries.duty import duty_of
from tikethet_tickets.queries.members import access
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Wants
from tikethet_tickets.routes.bodies import DutyBody
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.passing import pass_on
from tikethet_tickets.rules.policy import Action, Relation

router = APIRouter(prefix="/api/v1/duty", tags=["desk"])

_DUTY = shown("Duty", examples.DUTY, says="One's own duty.") | refusals("forbidden")


@router.get("", summary="Who is on duty?", responses=_DUTY)
async def get(who: AnyMember) -> Response:
    """One's own duty and who else is on duty. For staff."""
    who.need(Action.BE_ON_DUTY, Relation.OWN)
    return answers.found(who, await duty_of(who.house.reader, who.viewer))


@router.put("", summary="Go on or off duty", responses=_DUTY)
async def put(who: Wants, body: DutyBody) -> Response:
    """New tickets are shown to, and given to, those on duty. For staff.

    Who ends their duty says what becomes of their open tickets; `passed_on` of them changed hands.
    """
    who.need(Action.BE_ON_DUTY, Relation.OWN)
    await _need_colleague(who, body.hand_over_to)
    command: MemberCommand = EndDuty()
    if body.on_duty:
        served = None if body.categories is None else tuple(CategoryId(each) for each in body.categories)
        command = StartDuty(categories=served)
    done = await who.house.members.act(
        who.command(type(command).__name__, command), who.viewer, who.viewer.member_id, command
    )
    passed_on = 0 if body.on_duty else await _pass_on(who, body)
    duty = await duty_of(who.house.reader, who.viewer)
    return answers.done(who, done, structs.replace(duty, passed_on=passed_on))


async def _need_colleague(who: Wants, member_id: str | None) -> None:
    """Before anything happens: tickets are handed over to somebody of the staff, or nothing is done at all."""
    if member_id is None:
        return
    known = await access(who.house.reader, member_id)
    if known is None or known.blocked or not known.role.at_least(Role.HELPER):
        raise Refused("invalid", field="hand_over_to", reason="not_staff")


async def _pass_on(who: Wants, body: DutyBody) -> int:
    """How many changed hands."""
    if body.hand_over_to is not None:
        return await pass_on(who, who.viewer.member_id, AssignTicket(assignee_id=MemberId(body.hand_over_to)))
    return await pass_on(who, who.viewer.member_id, UnassignTicket()) if body.open_tickets == "return" else 0
