"""Webhooks: addresses that events are sent to, and the log of what was sent."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from msgspec import structs
from tikethet_events.errors import Refused
from tikethet_events.integration import Hearing, WebhookId

from tikethet_tickets.handle.programs import NewWebhook
from tikethet_tickets.queries import webhooks as queries
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Asker, Wants
from tikethet_tickets.routes.bodies import RotateBody, WebhookBody, WebhookPatch
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.lookup import some_id
from tikethet_tickets.routes.paging import Paging
from tikethet_tickets.rules.policy import Action
from tikethet_tickets.shapes import DeliveryState, Page, Webhook

router = APIRouter(prefix="/api/v1/webhooks", tags=["integration"])

_MADE = examples.WEBHOOK | {"secret": "whsec_q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s="}
_ROTATED = _MADE | {"old_secret_until": "2026-11-24T09:00:00Z"}
_ONE = shown("Webhook", examples.WEBHOOK, says="The webhook.") | refusals("not_found", "forbidden")


@router.get(
    "",
    summary="List webhooks",
    responses=shown("WebhookPage", examples.page(examples.WEBHOOK)) | refusals("forbidden"),
)
async def list_(who: AnyMember) -> Response:
    """With how much is owed to each. For admins."""
    who.need(Action.MANAGE_PROGRAMS)
    items = await queries.list_webhooks(who.house.reader)
    page = Page(items=items, total=len(items), page=1, size=max(len(items), 1), pages=1, next_cursor=None)
    return answers.found(who, page)


@router.post(
    "",
    status_code=201,
    summary="Add a webhook",
    responses=shown("Webhook", _MADE, status=201, says="The webhook, with the secret its messages are signed with.")
    | refusals("forbidden"),
)
async def add(who: Wants, body: WebhookBody) -> Response:
    """Events from now on are sent there, signed as Standard Webhooks says with `secret`, told in this answer only.

    In order for each ticket, again and again for days until they are taken (any 2xx). For admins.
    """
    who.need(Action.MANAGE_PROGRAMS)
    _may(who, body.url)
    hearing = Hearing(types=tuple(body.types), audience=body.audience, personal=body.personal)
    new = NewWebhook(name=body.name, url=body.url, hearing=hearing)
    done, webhook_id, secret = await who.house.programs.add_webhook(
        who.command("SaveWebhook", new), who.viewer.role, new
    )
    shape = structs.replace(await _one(who, webhook_id), secret=secret)
    return answers.done(who, done, shape, status=201, location=f"/api/v1/webhooks/{webhook_id}")


@router.get("/{webhook}", summary="One webhook", responses=_ONE)
async def get(who: AnyMember, webhook: str) -> Response:
    """For admins."""
    who.need(Action.MANAGE_PROGRAMS)
    return answers.found(who, await _one(who, WebhookId(some_id(webhook))))


@router.patch("/{webhook}", summary="Change a webhook", responses=_ONE)
async def patch(who: Wants, webhook: str, body: WebhookPatch) -> Response:
    """What is left out stays. `active` lets it go on from where it stopped. For admins."""
    who.need(Action.MANAGE_PROGRAMS)
    if body.url is not None:
        _may(who, body.url)
    key = WebhookId(some_id(webhook))
    given = {name: value for name in body.model_fields_set if (value := getattr(body, name)) is not None}
    if body.types is not None:
        given["types"] = tuple(body.types)
    request = who.command("SaveWebhook", key, given)
    done = await who.house.programs.change_webhook(request, who.viewer.role, key, given)
    return answers.done(who, done, await _one(who, key))


@router.post(
    "/{webhook}/rotate",
    summary="Replace a secret",
    responses=shown("Webhook", _ROTATED, says="The webhook, with its new secret.") | refusals("not_found", "forbidden"),
)
async def rotate(who: Wants, webhook: str, body: RotateBody | None = None) -> Response:
    """`secret` is told in this answer only. Messages are signed with the one before as well until `old_secret_until`.

    That is 24 hours more (two signatures in `webhook-signature`, as Standard Webhooks says); with `now` not at all.
    For admins.
    """
    who.need(Action.MANAGE_PROGRAMS)
    key, at_once = WebhookId(some_id(webhook)), body is not None and body.now
    request = who.command("RotateWebhook", key, at_once)
    done, secret = await who.house.programs.rotate_webhook(request, who.viewer.role, key, at_once=at_once)
    return answers.done(who, done, structs.replace(await _one(who, key), secret=secret))


@router.delete("/{webhook}", status_code=204, summary="Remove a webhook", responses=refusals("not_found", "forbidden"))
async def remove(who: Wants, webhook: str) -> Response:
    """Nothing more is sent there, not even what is owed. For admins."""
    who.need(Action.MANAGE_PROGRAMS)
    key = WebhookId(some_id(webhook))
    request = who.command("RemoveWebhook", key)
    return answers.silent(who, await who.house.programs.remove_webhook(request, who.viewer.role, key))


@router.get(
    "/{webhook}/deliveries",
    summary="What a webhook was sent",
    responses=shown("DeliveryPage", examples.page(examples.DELIVERY)) | refusals("not_found", "forbidden"),
)
async def deliveries(
    who: AnyMember,
    webhook: str,
    paging: Paging,
    state: Annotated[DeliveryState | None, Query(description="`PENDING`: what is owed")] = None,
) -> Response:
    """Newest first; what was taken is shown for 30 days. For admins."""
    who.need(Action.MANAGE_PROGRAMS)
    key = (await _one(who, WebhookId(some_id(webhook)))).id
    return answers.found(who, await queries.list_deliveries(who.house.reader, key, paging, state))


@router.post(
    "/{webhook}/deliveries/{position}/replay",
    summary="Send it again",
    responses=shown("Delivery", examples.DELIVERY) | refusals("not_found", "forbidden"),
)
async def replay(who: AnyMember, webhook: str, position: Annotated[int, Path(ge=1, le=2**62)]) -> Response:
    """The same event with the same `webhook-id`, at once. For admins."""
    who.need(Action.MANAGE_PROGRAMS)
    key = (await _one(who, WebhookId(some_id(webhook)))).id
    return answers.found(who, await queries.replay(who.house.reader, key, position, who.house.now()))


def _may(who: Asker, url: str) -> None:
    if not who.house.post.may(url):
        raise Refused("invalid", field="url", reason="not_public")


async def _one(who: Asker, webhook_id: WebhookId) -> Webhook:
    found = await queries.list_webhooks(who.house.reader, webhook_id)
    if not found:
        raise Refused("not_found")
    return found[0]
