"""Oneself: ``auth/me``."""

from fastapi import APIRouter, Response
from tikethet_events.member import NoteReachable

from tikethet_tickets.queries.shaped import me_shape
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Wants
from tikethet_tickets.routes.bodies import MePatch, ReachableBody
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.lookup import member_after

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

_ME = shown("Me", examples.ME, versioned=True, says="Oneself.")


@router.get("/me", summary="Who am I?", responses=_ME)
async def get(who: AnyMember) -> Response:
    """One's own profile, role, language and preferences."""
    return answers.found(who, me_shape(who.member), version=who.member.version)


@router.patch("/me", summary="Choose language and preferences", responses=_ME | refusals("version_conflict"))
async def patch(who: Wants, body: MePatch) -> Response:
    """What is left out stays."""
    request = who.command("ChooseForMe", body.model_dump(mode="json", exclude_unset=True))
    done = await who.house.members.choose(request, who.viewer, body.language, body.preferences or {})
    return answers.done(who, done, me_shape(await member_after(who.house, done)))


@router.put("/me/reachable", summary="Tell whether the bot may write to me", responses=_ME)
async def reachable(who: Wants, body: ReachableBody) -> Response:
    """What one answered to Telegram's own question; should the bot find out otherwise, that counts."""
    request = who.command("NoteReachable", body.reachable)
    command = NoteReachable(reachable=body.reachable)
    done = await who.house.members.act(request, who.viewer, who.viewer.member_id, command)
    return answers.done(who, done, me_shape(await member_after(who.house, done)))
