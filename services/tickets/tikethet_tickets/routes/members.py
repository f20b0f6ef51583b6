"""Members: who is there, what they may do, and what is kept about them."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from tikethet_events.errors import Refused
from tikethet_events.member import BlockMember, ChangeRole, EraseMember, MemberCommand, UnblockMember
from tikethet_events.ticket import UnassignTicket
from tikethet_events.word import Role

from tikethet_tickets.queries.export import member_export
from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.members import list_members, member_row
from tikethet_tickets.queries.order import Sort
from tikethet_tickets.queries.shaped import member_shape
from tikethet_tickets.queries.tickets import list_tickets
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Asker, Wants
from tikethet_tickets.routes.bodies import BlockedBody, RoleBody
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.house import House
from tikethet_tickets.routes.lookup import member_after, member_id
from tikethet_tickets.routes.paging import Paging
from tikethet_tickets.routes.passing import pass_on
from tikethet_tickets.rules.policy import Action, Relation

router = APIRouter(prefix="/api/v1/members", tags=["members"])

_ONE = shown("Member", examples.CUSTOMER, versioned=True, says="The member.") | refusals("not_found", "forbidden")


@router.get(
    "",
    summary="List members",
    responses=shown("MemberPage", examples.page(examples.HELPER)) | refusals("forbidden"),
)
async def list_(
    who: AnyMember,
    paging: Paging,
    q: Annotated[str | None, Query(max_length=100, description="beginnings of names, or a Telegram id")] = None,
    role: Annotated[list[Role] | None, Query(description="one or more")] = None,
    blocked: Annotated[bool | None, Query()] = None,
) -> Response:
    """Who joined last comes first. For staff."""
    who.need(Action.SEE_MEMBERS)
    found = await list_members(who.house.reader, who.viewer, paging, q=q, roles=role or (), blocked=blocked)
    return answers.found(who, found)


@router.get("/{member}", summary="One member", responses=_ONE)
async def get(who: AnyMember, member: str) -> Response:
    """Somebody by their id, or `me`; customers only see themselves."""
    key = member_id(member, who)
    _need(who, Action.SEE_MEMBER, key)
    row = await member_row(who.house.reader, key)
    if row is None:
        raise Refused("not_found")
    return answers.found(who, member_shape(row, who.viewer), version=row.version)


@router.get(
    "/{member}/tickets",
    summary="A member's tickets",
    responses=shown("TicketPage", examples.page(examples.TICKET)) | refusals("not_found", "forbidden"),
)
async def tickets(
    who: AnyMember, paging: Paging, member: str, sort: Annotated[Sort, Query()] = "-updated_at"
) -> Response:
    """Those they asked for help with."""
    key = member_id(member, who)
    _need(who, Action.SEE_MEMBER, key)
    if await member_row(who.house.reader, key) is None:
        raise Refused("not_found")
    found = await list_tickets(who.house.reader, who.viewer, TicketFilter(requester=key), paging, sort=sort)
    return answers.found(who, found)


@router.get(
    "/{member}/export",
    summary="Everything kept about a member",
    responses=shown("MemberExport", examples.EXPORT) | refusals("not_found", "forbidden"),
)
async def export(who: AnyMember, member: str) -> Response:
    """For the member themself, and for admins who answer such a wish."""
    key = member_id(member, who)
    _need(who, Action.EXPORT_MEMBER, key)
    found = await member_export(who.house.reader, key)
    if found is None:
        raise Refused("not_found")
    return answers.found(who, found)


@router.put("/{member}/role", summary="Change what a member may do", responses=_ONE | refusals("last_admin"))
async def role(who: Wants, member: str, body: RoleBody) -> Response:
    """For admins. The last one stays. What somebody had to do who is of the staff no longer goes back to the queue."""
    answer = await _act(who.house, who, member, ChangeRole(role=body.role))
    if not body.role.at_least(Role.HELPER):
        await pass_on(who, member_id(member, who), UnassignTicket())
    return answer


@router.put("/{member}/blocked", summary="Shut a member out, or let them in", responses=_ONE)
async def block(who: Wants, member: str, body: BlockedBody) -> Response:
    """For moderators, below their own role; `until` lets them in again by itself.

    It takes effect on the member's next request; what they had to do goes back to the queue.
    """
    command = BlockMember(reason=body.reason, until=body.until) if body.blocked else UnblockMember()
    answer = await _act(who.house, who, member, command)
    if body.blocked:
        await pass_on(who, member_id(member, who), UnassignTicket())
    return answer


@router.delete("/{member}", status_code=204, summary="Forget a member", responses=refusals("not_found", "forbidden"))
async def erase(who: Wants, member: str) -> Response:
    """Their key is destroyed: what was personal can no longer be read by anyone. By themself, or by an admin."""
    key = member_id(member, who)
    command = EraseMember()
    done = await who.house.members.act(who.command("EraseMember", key), who.viewer, key, command)
    await pass_on(who, key, UnassignTicket())
    return answers.silent(who, done)


async def _act(house: House, who: Wants, member: str, command: MemberCommand) -> Response:
    key = member_id(member, who)
    name = type(command).__name__
    done = await house.members.act(who.command(name, key, command), who.viewer, key, command)
    return answers.done(who, done, member_shape(await member_after(house, done), who.viewer))


def _need(who: Asker, action: Action, key: str) -> None:
    who.need(action, Relation.OWN if key == who.viewer.member_id else Relation.OTHER)
