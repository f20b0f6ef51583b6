"""Service accounts: tokens of programs outside, what they may do, and their consumers on NATS."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from msgspec import structs
from tikethet_events.errors import Refused
from tikethet_events.integration import AccountId, Hearing

from tikethet_tickets.handle.programs import NewAccount
from tikethet_tickets.queries.accounts import list_accounts
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, AnyProgram, Wants
from tikethet_tickets.routes.bodies import AccountBody, ConsumerBody, RotateBody
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.lookup import some_id
from tikethet_tickets.rules.integration import KINDS
from tikethet_tickets.rules.policy import Action
from tikethet_tickets.shapes import Page
from tikethet_tickets.subscribers.consumers import NUMBERS, Wanted

router = APIRouter(prefix="/api/v1/accounts", tags=["integration"])

_ROTATED = examples.ACCOUNT | {
    "token": "tkh_u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7u7s",
    "old_token_until": "2026-11-24T09:00:00Z",
}
_MADE = examples.ACCOUNT | {"token": "tkh_q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s"}


@router.get(
    "",
    summary="List service accounts",
    responses=shown("AccountPage", examples.page(examples.ACCOUNT)) | refusals("forbidden"),
)
async def list_(who: AnyMember) -> Response:
    """Those that were not revoked, and when each was last used. For admins."""
    who.need(Action.MANAGE_PROGRAMS)
    items = await list_accounts(who.house.reader)
    page = Page(items=items, total=len(items), page=1, size=max(len(items), 1), pages=1, next_cursor=None)
    return answers.found(who, page)


@router.get("/me", summary="The account itself", responses=shown("Account", examples.ACCOUNT))
async def me(program: AnyProgram) -> Response:
    """What a service account may do, asked with its own token."""
    (shape,) = await list_accounts(program.house.reader, program.account.id) or (None,)
    if shape is None:
        raise Refused("account_revoked")
    return answers.found(program, shape)


Number = Annotated[int, Path(ge=NUMBERS[0], le=NUMBERS[-1])]


@router.put(
    "/me/consumers/{number}",
    summary="Keep a consumer on NATS",
    responses=shown("Consumer", examples.CONSUMER) | refusals("out_of_scope", "epoch_changed"),
)
async def keep_consumer(program: AnyProgram, number: Number, body: ConsumerBody) -> Response:
    """A durable pull consumer of the account's own, made or changed to deliver this. Asked with the account's token.

    Connect to NATS with the same token and `inbox_prefix`, fetch from `name` on `stream` under `api_prefix`.
    """
    program.need("events")
    if body.types is not None and not set(body.types) <= KINDS.keys():
        raise Refused("invalid", field="types", reason="not_allowed")
    wanted = Wanted(
        member_id=body.member_id,
        ticket_id=body.ticket_id,
        types=frozenset(body.types) if body.types else None,
        after=body.after,
    )
    return answers.found(program, await program.house.consumers.put(program.account, number, wanted))


@router.delete("/me/consumers/{number}", status_code=204, summary="Drop a consumer", responses=refusals("out_of_scope"))
async def drop_consumer(program: AnyProgram, number: Number) -> Response:
    """What it had not delivered is still on the stream. Asked with the account's token."""
    program.need("events")
    await program.house.consumers.remove(program.account, number)
    return Response(status_code=204, headers=answers.headers(program.epoch, program.seen))


@router.post(
    "",
    status_code=201,
    summary="Add a service account",
    responses=shown("Account", _MADE, status=201, says="The account, with its token.") | refusals("forbidden"),
)
async def add(who: Wants, body: AccountBody) -> Response:
    """`token` is told in this answer and kept nowhere: a lost one is replaced (`rotate`). For admins."""
    who.need(Action.MANAGE_PROGRAMS)
    new = NewAccount(
        name=body.name,
        hearing=Hearing(types=tuple(body.types), audience=body.audience, personal=body.personal),
        calls=tuple(body.calls),
        requests_per_minute=body.requests_per_minute,
    )
    done, account_id, token = await who.house.programs.add_account(who.command("AddAccount", new), who.viewer.role, new)
    (shape,) = await list_accounts(who.house.reader, account_id) or (None,)
    if shape is None:
        raise Refused("not_found")  # asked again after it was revoked
    return answers.done(who, done, structs.replace(shape, token=token), status=201)


@router.post(
    "/{account}/rotate",
    summary="Replace a token",
    responses=shown("Account", _ROTATED, says="The account, with its new token.") | refusals("not_found", "forbidden"),
)
async def rotate(who: Wants, account: str, body: RotateBody | None = None) -> Response:
    """`token` is told in this answer only. The one before works until `old_token_until`, 24 hours more.

    With `now` it ends at once, and so do the connections to NATS that were opened with it. For admins.
    """
    who.need(Action.MANAGE_PROGRAMS)
    key, at_once = AccountId(some_id(account)), body is not None and body.now
    request = who.command("RotateAccount", key, at_once)
    done, token = await who.house.programs.rotate_account(request, who.viewer.role, key, at_once=at_once)
    (shape,) = await list_accounts(who.house.reader, key) or (None,)
    if shape is None:
        raise Refused("not_found")  # asked again after it was revoked
    return answers.done(who, done, structs.replace(shape, token=token))


@router.delete(
    "/{account}", status_code=204, summary="Revoke a service account", responses=refusals("not_found", "forbidden")
)
async def revoke(who: Wants, account: str) -> Response:
    """Its token is refused from now on, its connections to NATS are cut. For admins."""
    who.need(Action.MANAGE_PROGRAMS)
    key = AccountId(some_id(account))
    request = who.command("RevokeAccount", key)
    return answers.silent(who, await who.house.programs.revoke_account(request, who.viewer.role, key))
