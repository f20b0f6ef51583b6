"""The conversation of a ticket: read it, say something, change or take back what one said."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Refused
from tikethet_events.ticket import DeleteMessage, EditMessage, MessagePosted, NoteAdded, ticket_stream
from tikethet_events.word import MessageId, TicketId

from tikethet_tickets.handle.core import Done
from tikethet_tickets.handle.tickets import NewMessage
from tikethet_tickets.queries.as_of import message_from_log
from tikethet_tickets.queries.messages import get_message, list_messages, mark_read
from tikethet_tickets.queries.notifications import read_notifications
from tikethet_tickets.queries.shaped import message_shape
from tikethet_tickets.routes import answers, examples
from tikethet_tickets.routes.asking import AnyMember, Wants
from tikethet_tickets.routes.bodies import MessageBody, MessagePatch, MoveBody, ReadBody
from tikethet_tickets.routes.docs import answers as shown
from tikethet_tickets.routes.docs import refusals
from tikethet_tickets.routes.house import House
from tikethet_tickets.routes.lookup import some_id, ticket_id, visible_ticket
from tikethet_tickets.routes.paging import Paging
from tikethet_tickets.shapes import Message
from tikethet_tickets.views.rows import MessageRow

router = APIRouter(prefix="/api/v1/tickets/{ticket}", tags=["messages"])

_REFUSED = refusals("not_found", "forbidden", "conflict", "version_conflict")


@router.get(
    "/messages",
    summary="Read the conversation",
    responses=shown("MessagePage", examples.page(examples.MESSAGE)) | refusals("not_found"),
)
async def list_(
    who: AnyMember,
    paging: Paging,
    ticket: str,
    latest: Annotated[bool, Query(description="begin with the newest page")] = False,  # noqa: FBT002  a query's flag
) -> Response:
    """Oldest first. `next_cursor` goes on to newer messages, `prev_cursor` back to older ones; notes only for staff."""
    key = await visible_ticket(who.house.reader, who, ticket)
    found = await list_messages(who.house.reader, who.viewer, key.id, paging, latest=latest)
    return answers.found(who, found, version=key.version)


@router.post(
    "/messages",
    status_code=201,
    summary="Say something",
    responses=shown("Message", examples.MESSAGE, status=201, versioned=True, says="The message.") | _REFUSED,
)
async def post(who: Wants, ticket: str, body: MessageBody) -> Response:
    """Answer, or leave a note for staff (`is_internal`).

    A customer's message to a ticket closed for seven days or longer opens a new one linked to it: `ticket_id` in the
    answer tells.
    """
    key = await ticket_id(who.house.reader, ticket)
    reply_to = MessageId(body.reply_to) if body.reply_to is not None else None
    new = NewMessage(content=body.content, is_internal=body.is_internal, reply_to=reply_to)
    files = body.attachments
    done = await who.house.tickets.post(who.command("PostMessage", key, new, *files), who.viewer, key, new, files)
    message = _posted(who, done)
    location = f"/api/v1/tickets/{message.ticket_id}/messages/{message.id}"
    return answers.done(who, done, message, status=201, location=location)


@router.patch(
    "/messages/{message}",
    summary="Change one's message",
    responses=shown("Message", examples.MESSAGE, versioned=True) | _REFUSED,
)
async def patch(who: Wants, ticket: str, message: str, body: MessagePatch) -> Response:
    """Give one's own message or note another text."""
    key = await ticket_id(who.house.reader, ticket)
    command = EditMessage(message_id=MessageId(some_id(message)), content=body.content)
    done = await who.house.tickets.act(who.command("EditMessage", key, command), who.viewer, key, (command,))
    return answers.done(who, done, await _changed(who.house, who, done, command.message_id))


@router.post(
    "/messages/{message}/move",
    summary="Move a message to another ticket",
    responses=shown("Message", examples.MESSAGE, versioned=True, says="The message where it is now.") | _REFUSED,
)
async def move(who: Wants, ticket: str, message: str, body: MoveBody) -> Response:
    """What a customer said on one ticket of theirs belongs to another; by themself or staff. Here a mark stays."""
    reader = who.house.reader
    key, to = await ticket_id(reader, ticket), await ticket_id(reader, body.to)
    message_id = MessageId(some_id(message))
    request = who.command("MoveMessage", key, message_id, to)
    done = await who.house.tickets.move(request, who.viewer, key, message_id, to)
    said = next(each.data.message_id for each in done.recorded if isinstance(each.data, MessagePosted))
    return answers.done(who, done, await _changed(who.house, who, done, said))


@router.delete("/messages/{message}", status_code=204, summary="Take a message back", responses=_REFUSED)
async def delete(who: Wants, ticket: str, message: str) -> Response:
    """A mark stays, the text goes. One's own; moderators also others'."""
    key = await ticket_id(who.house.reader, ticket)
    command = DeleteMessage(message_id=MessageId(some_id(message)))
    done = await who.house.tickets.act(who.command("DeleteMessage", key, command), who.viewer, key, (command,))
    return answers.silent(who, done)


@router.post("/read", status_code=204, summary="Mark a ticket as read", responses=refusals("not_found"))
async def read(who: AnyMember, ticket: str, body: ReadBody | None = None) -> Response:
    """Remember how far one has read; it never goes back."""
    key = await visible_ticket(who.house.reader, who, ticket)
    version = body.version if body is not None and body.version is not None else key.version
    await mark_read(who.house.reader, who.viewer.member_id, key.id, min(version, key.version))
    await read_notifications(who.house.reader, who.viewer.member_id, who.house.now(), ticket_id=key.id)
    return Response(status_code=204, headers=answers.headers(who.epoch, who.seen))


def _posted(who: Wants, done: Done) -> Message:
    """What was just said, from the event itself; a repeated command shows it as it was the first time."""
    event = next(each for each in done.recorded if isinstance(each.data, MessagePosted | NoteAdded))
    return message_shape(_row(event), who.member, who.viewer)


async def _changed(house: House, who: Wants, done: Done, message_id: MessageId) -> Message:
    key = done.stream_id.removeprefix("ticket-")
    if done.replayed:
        recorded = await house.log.read_stream(ticket_stream(TicketId(key)), until=done.version)
        found = await message_from_log(house.reader, who.viewer, recorded, message_id)
    else:
        found = await get_message(house.reader, who.viewer, key, message_id)
    if found is None:
        raise Refused("not_found")
    return found


def _row(recorded: Recorded) -> MessageRow:
    event = recorded.data
    assert isinstance(event, MessagePosted | NoteAdded)  # noqa: S101  the caller picked it by that
    return MessageRow(
        ticket_id=TicketId(recorded.stream_id.removeprefix("ticket-")),
        id=event.message_id,
        version=recorded.version,
        author_id=event.author_id,
        content=event.content,
        is_internal=isinstance(event, NoteAdded),
        attachments=event.attachments,
        reply_to=event.reply_to,
        created_at=recorded.recorded_at,
        edited_at=None,
        deleted_at=None,
    )
