"""Notifications: what one was told, and what one has read of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from tikethet_events.word import TicketId

from tikethet_tickets.queries.notifications import list_notifications, read_notifications
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember
from tikethet_tickets.routes.bodies import NotificationsReadBody
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.paging import Paging

router = APIRouter(prefix="/api/v1/notifications", tags=["notifications"])


@router.get(
    "",
    summary="What I was told",
    responses=shown("NotificationList", examples.NOTIFICATIONS, says="Newest first.") | refusals(),
)
async def list_(
    who: AnyMember, paging: Paging, unread: Annotated[bool | None, Query(description="only what is unread")] = None
) -> Response:
    """One's own notifications; `unread` counts all that are, to 1000 at most, as `total` does."""
    found = await list_notifications(who.house.reader, who.viewer, paging, unread=unread is True)
    return answers.found(who, found)


@router.post("/read", status_code=204, summary="Mark notifications as read", responses=refusals())
async def read(who: AnyMember, body: NotificationsReadBody | None = None) -> Response:
    """These, those about one ticket, or all of one's own."""
    body = body or NotificationsReadBody()
    ticket = TicketId(body.ticket_id) if body.ticket_id is not None else None
    await read_notifications(who.house.reader, who.viewer.member_id, who.house.now(), ids=body.ids, ticket_id=ticket)
    return Response(status_code=204, headers=answers.headers(who.epoch, who.seen))
