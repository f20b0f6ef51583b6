"""What only the services of the house may call: letting people in, and what they may do."""

from typing import Annotated

from fastapi import APIRouter, Header, Response
from tikethet_events.envelope import Channel, Metadata
from tikethet_events.errors import Refused
from tikethet_events.word import MemberId, Role
from tikethet_service.callers import Caller
from tikethet_service.texts import language_of
from tikethet_service.tracing import traceparent

from tikethet_tickets.handle import core
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.handle.members import Profile
from tikethet_tickets.queries.asking import ask
from tikethet_tickets.queries.desk_codes import new_desk_code, redeem_desk_code
from tikethet_tickets.queries.first_admin import name_bot
from tikethet_tickets.queries.members import access
from tikethet_tickets.queries.shaped import me_shape
from tikethet_tickets.routes import answers
from tikethet_tickets.routes.asking import CHANNELS, Service, TheHouse, canonical, checked_key
from tikethet_tickets.routes.bodies import BotBody, DeskCodeBody, JoinBody, ReachableBody, RedeemBody, UseInviteBody
from tikethet_tickets.routes.house import House
from tikethet_tickets.routes.lookup import member_after, some_id
from tikethet_tickets.views.rows import MemberRow

router = APIRouter(prefix="/api/v1/internal", include_in_schema=False)


@router.post("/members/join")
async def join(
    caller: Service,
    house: TheHouse,
    body: JoinBody,
    key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> Response:
    """Register the person at the door, or note what changed about them: 201 the first time, else 200."""
    head = await ask(house.reader, None)
    profile = Profile(
        telegram_id=body.telegram_id,
        first_name=body.first_name,
        last_name=body.last_name,
        username=body.username,
        language=language_of(body.language),
    )
    request = _request(caller, key, head.position, "JoinMember", profile)
    done = await house.members.join(request, profile)
    found = me_shape(await member_after(house, done))
    joined = any(each.version == 1 for each in done.recorded)
    return answers.sent(found, 201 if joined else 200, answers.headers(head.epoch, done.position, done.version))


@router.get("/members/{member}/access")
async def may(_caller: Service, house: TheHouse, member: str) -> Response:
    """Role, block and language of a member, as they are now."""
    head = await ask(house.reader, None)
    found = await access(house.reader, MemberId(some_id(member)))
    if found is None:
        raise Refused("not_found")
    return answers.sent(found, 200, answers.headers(head.epoch, head.position))


@router.post("/members/{member}/reachable")
async def reached(
    caller: Service,
    house: TheHouse,
    member: str,
    body: ReachableBody,
    key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> Response:
    """The bot tells whether its messages reach a member; nobody else knows."""
    if caller.service != "bot":
        raise Refused("forbidden")
    head = await ask(house.reader, None)
    member_id = MemberId(some_id(member))
    request = _request(caller, key, head.position, "NoteReachable", member_id, body.reachable)
    done = await house.members.reached(request, member_id, reachable=body.reachable)
    found = me_shape(await member_after(house, done))
    return answers.sent(found, 200, answers.headers(head.epoch, done.position, done.version))


@router.post("/invites/use")
async def use_invite(
    caller: Service,
    house: TheHouse,
    body: UseInviteBody,
    key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> Response:
    """A member opened the link of an invite, or the first admin's, in the bot.

    404 when it does not work (any more), 409 when they need none.
    """
    if caller.service != "bot":
        raise Refused("forbidden")
    head = await ask(house.reader, None)
    member_id = MemberId(body.member_id)
    request = _request(caller, key, head.position, "UseInvite", member_id, body.token)
    done = await house.members.use_invite(request, member_id, body.token)
    found = me_shape(await member_after(house, done))
    return answers.sent(found, 200, answers.headers(head.epoch, done.position, done.version))


@router.put("/bot", status_code=204)
async def name(caller: Service, house: TheHouse, body: BotBody) -> Response:
    """The bot signed in to Telegram and tells how it is called there."""
    if caller.service != "bot":
        raise Refused("forbidden")
    head = await ask(house.reader, None)
    await name_bot(house.reader, body.username)
    return Response(status_code=204, headers=answers.headers(head.epoch, head.position))


@router.post("/desk-codes")
async def desk_code(caller: Service, house: TheHouse, body: DeskCodeBody) -> Response:
    """Somebody of the staff asked the bot for a way into a desktop browser: one code for 60 s, instead of the last."""
    if caller.service != "bot":
        raise Refused("forbidden")
    head = await ask(house.reader, None)
    member_id = MemberId(body.member_id)
    await _staff(house, member_id)
    code, expires_at = await new_desk_code(house.reader, member_id, house.now())
    made = {"code": code, "expires_at": expires_at}
    return answers.sent(made, 201, answers.headers(head.epoch, head.position))


@router.post("/desk-codes/redeem")
async def redeem(caller: Service, house: TheHouse, body: RedeemBody) -> Response:
    """The code came back, from a browser at the gateway: the member it lets in, once."""
    if caller.service != "gateway":
        raise Refused("forbidden")
    head = await ask(house.reader, None)
    member_id = await redeem_desk_code(house.reader, body.code, house.now())
    if member_id is None:
        raise Refused("desk_code_invalid")
    member = await _staff(house, member_id)
    return answers.sent(me_shape(member), 200, answers.headers(head.epoch, head.position))


async def _staff(house: House, member_id: MemberId) -> MemberRow:
    """Somebody who is of the staff and may be here now."""
    member = (await ask(house.reader, member_id)).member
    if member is None:
        raise Refused("not_found")
    if member.blocked:
        raise Refused("blocked")
    if not member.role.at_least(Role.HELPER):
        raise Refused("forbidden")
    return member


def _request(caller: Caller, key: str | None, seen: int, name: str, *body: object) -> core.Request:
    """A command that a service of the house asks for in its own name."""
    chosen = checked_key(key, caller)
    channel: Channel = CHANNELS.get(caller.service, "api")
    return core.Request(
        name=name,
        caller=caller.subject,
        command_id=chosen or new_id(),
        fingerprint=canonical((name, *body)) if chosen else b"",
        keyed=chosen is not None,
        metadata=Metadata(actor=caller.subject, channel=channel, traceparent=traceparent()),
        seen=seen,
    )
