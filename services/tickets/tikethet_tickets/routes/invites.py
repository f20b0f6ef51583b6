"""Staff invites: links that let one person be of the staff, once, within 72 hours."""

from fastapi import APIRouter, Response
from msgspec import structs
from tikethet_events.errors import Refused
from tikethet_events.word import InviteId

from tikethet_tickets.queries.invites import open_invites
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Wants
from tikethet_tickets.routes.bodies import InviteBody
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.lookup import some_id
from tikethet_tickets.rules.policy import Action
from tikethet_tickets.shapes import Page

router = APIRouter(prefix="/api/v1/invites", tags=["members"])

_MADE = examples.INVITE | {"token": "q6urq6urq6urq6urq6urq6urq6urq6ur"}


@router.get(
    "",
    summary="List open invites",
    responses=shown("InvitePage", examples.page(examples.INVITE)) | refusals("forbidden"),
)
async def list_(who: AnyMember) -> Response:
    """Those that still work, without their secrets. For admins."""
    who.need(Action.INVITE_STAFF)
    items = await open_invites(who.house.reader, who.viewer, who.house.now())
    page = Page(items=items, total=len(items), page=1, size=max(len(items), 1), pages=1, next_cursor=None)
    return answers.found(who, page)


@router.post(
    "",
    status_code=201,
    summary="Invite somebody to the staff",
    responses=shown("Invite", _MADE, status=201, versioned=True, says="The invite, with its secret.")
    | refusals("forbidden"),
)
async def invite(who: Wants, body: InviteBody) -> Response:
    """Its link is `t.me/<bot>?start=invite_<token>`; nobody gives more than they may. For admins."""
    who.need(Action.INVITE_STAFF)
    done, token = await who.house.members.invite(who.command("InviteStaff", body.role), who.viewer, body.role)
    made = {each.data.invite_id for each in done.recorded if hasattr(each.data, "invite_id")}
    found = await open_invites(who.house.reader, who.viewer, who.house.now())
    shape = next((each for each in found if each.id in made), None)
    if shape is None:
        raise Refused("not_found")  # asked again after it was used or revoked
    return answers.done(who, done, structs.replace(shape, token=token), status=201)


@router.delete("/{invite}", status_code=204, summary="Revoke an invite", responses=refusals("not_found", "forbidden"))
async def revoke(who: Wants, invite: str) -> Response:
    """Its link works no longer. For admins."""
    who.need(Action.INVITE_STAFF)
    key = InviteId(some_id(invite))
    return answers.silent(who, await who.house.members.revoke(who.command("RevokeInvite", key), who.viewer, key))
