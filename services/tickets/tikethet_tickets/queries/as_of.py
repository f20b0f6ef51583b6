# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""Tickets, messages, members, categories as they were: folded from the log as the read models are written."""

from collections.abc import Sequence

from tikethet_events.envelope import Recorded
from tikethet_events.word import MessageId

from tikethet_tickets.queries.members import member_rows
from tikethet_tickets.queries.shaped import Found, category_shape, message_shape, ticket_shape
from tikethet_tickets.queries.sql import CATEGORY, as_json
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Category, Message, Ticket
from tikethet_tickets.views.project import fold
from tikethet_tickets.views.rows import BroadcastRow, MemberRow, MessageRow, TicketRow
from tikethet_tickets.views.tables import Rows


async def ticket_from_log(reader: Reader, viewer: Viewer, recorded: Sequence[Recorded]) -> Ticket | None:
    """The ticket as of the last of ``recorded``, which start at its first event; names are those of today.

    ``None`` when there are none, or when it is not for ``viewer`` to see.
    """
    rows, ticket = _folded(recorded)
    if ticket is None or not (viewer.staff or ticket.requester_id == viewer.member_id):
        return None
    people = await member_rows(reader, filter(None, (ticket.requester_id, ticket.assignee_id)))
    row = await reader.fetchrow(
        f"""
        SELECT (SELECT {as_json("c")} FROM tickets.categories c WHERE c.id = $1::uuid),
            (SELECT version FROM tickets.read_markers WHERE member_id = $2::uuid AND ticket_id = $3::uuid)
        """,
        ticket.category_id,
        viewer.member_id,
        ticket.id,
    )
    category, marker = row
    found = Found(
        ticket=ticket,
        text=rows.texts.get(ticket.id),
        category=CATEGORY.decode(category) if category else None,
        user=people.get(ticket.requester_id),
        assignee=people.get(ticket.assignee_id) if ticket.assignee_id else None,
        unread=sum(_unread(message, viewer, marker or 0) for message in rows.messages.values()),
    )
    return ticket_shape(found, viewer)


async def message_from_log(
    reader: Reader, viewer: Viewer, recorded: Sequence[Recorded], message_id: MessageId
) -> Message | None:
    """One message as of the last of ``recorded``, which start at the ticket's first event; a note only for staff."""
    rows, ticket = _folded(recorded)
    message = rows.messages.get((ticket.id, message_id)) if ticket else None
    if message is None or (message.is_internal and not viewer.staff):
        return None
    author = (await member_rows(reader, [message.author_id])).get(message.author_id)
    return message_shape(message, author, viewer)


def member_from_log(recorded: Sequence[Recorded]) -> MemberRow | None:
    """The member as of the last of ``recorded``, which start at their first event."""
    return next(iter(fold(_nothing(), recorded).members.values()), None)


def broadcast_from_log(recorded: Sequence[Recorded]) -> BroadcastRow | None:
    """The broadcast as of the last of ``recorded``, which start at its first event."""
    return next(iter(fold(_nothing(), recorded).broadcasts.values()), None)


def categories_from_log(viewer: Viewer, recorded: Sequence[Recorded]) -> list[Category]:
    """All categories, archived ones too, as of the last of ``recorded``, which start at the desk's first event."""
    rows = sorted(fold(_nothing(), recorded).categories.values(), key=lambda row: (row.order, row.id))
    return [category_shape(row, viewer.language) for row in rows]


def _nothing() -> Rows:
    return Rows(tickets={}, texts={}, messages={}, members={}, categories={})


def _folded(recorded: Sequence[Recorded]) -> tuple[Rows, TicketRow | None]:
    rows = fold(_nothing(), recorded)
    return rows, next(iter(rows.tickets.values()), None)


def _unread(message: MessageRow, viewer: Viewer, marker: int) -> bool:
    hidden = message.is_internal and not viewer.staff
    return message.version > marker and message.author_id != viewer.member_id and not (message.deleted_at or hidden)
