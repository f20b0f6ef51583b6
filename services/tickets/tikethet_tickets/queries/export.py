# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""Everything about one person, for that person: profile, tickets with their public conversation, read markers."""

from collections import defaultdict

from tikethet_events.word import Role, TicketId

from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.members import member_row
from tikethet_tickets.queries.pages import MAX_SIZE, PageRequest
from tikethet_tickets.queries.shaped import me_shape, message_shape
from tikethet_tickets.queries.sql import MEMBER, MESSAGE, as_json
from tikethet_tickets.queries.tickets import list_tickets
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import ExportedTicket, MemberExport, Message, ReadMarker, Ticket


async def member_export(reader: Reader, member_id: str) -> MemberExport | None:
    """The document; ``None`` for nobody. Seen with a customer's eyes: no notes, no tags, no way to reach staff."""
    row = await member_row(reader, member_id)
    if row is None:
        return None
    viewer = Viewer(row.id, Role.USER, row.language)
    tickets = await _tickets(reader, viewer)
    conversations: dict[TicketId, list[Message]] = defaultdict(list)
    elsewhere: list[Message] = []
    own = {ticket.id for ticket in tickets}
    for message in await _messages(reader, viewer):
        (conversations[message.ticket_id] if message.ticket_id in own else elsewhere).append(message)
    return MemberExport(
        member=me_shape(row),
        joined_at=row.joined_at,
        tickets=[ExportedTicket(ticket=ticket, messages=conversations[ticket.id]) for ticket in tickets],
        messages_elsewhere=elsewhere,
        read_markers=await _markers(reader, viewer),
    )


async def _tickets(reader: Reader, viewer: Viewer) -> list[Ticket]:
    found: list[Ticket] = []
    request = PageRequest(size=MAX_SIZE)
    while True:
        page = await list_tickets(reader, viewer, TicketFilter(), request, sort="created_at")
        found += page.items
        if page.next_cursor is None:
            return found
        request = PageRequest(size=MAX_SIZE, cursor=page.next_cursor)


async def _messages(reader: Reader, viewer: Viewer) -> list[Message]:
    """Public ones on their tickets by anybody, and their own on the tickets of others."""
    rows = await reader.fetch(
        f"""
        SELECT {as_json("m")}, {as_json("a")} FROM (
            SELECT m.* FROM tickets.tickets t JOIN tickets.messages m ON m.ticket_id = t.id
            WHERE t.requester_id = $1::uuid
            UNION
            SELECT m.* FROM tickets.messages m WHERE m.author_id = $1::uuid
        ) m LEFT JOIN tickets.members a ON a.id = m.author_id
        WHERE NOT m.is_internal ORDER BY m.ticket_id, m.version
        """,
        viewer.member_id,
    )
    return [message_shape(MESSAGE.decode(row[0]), MEMBER.decode(row[1]) if row[1] else None, viewer) for row in rows]


async def _markers(reader: Reader, viewer: Viewer) -> list[ReadMarker]:
    rows = await reader.fetch(
        "SELECT ticket_id::text, version, read_at FROM tickets.read_markers WHERE member_id = $1::uuid ORDER BY 1",
        viewer.member_id,
    )
    return [ReadMarker(ticket_id=TicketId(row[0]), version=row[1], read_at=row[2]) for row in rows]
