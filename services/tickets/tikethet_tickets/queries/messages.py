# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""The conversation of a ticket, in the order it was had; how far somebody has read it."""

from collections.abc import Sequence
from typing import Any

from tikethet_events.errors import Refused
from tikethet_events.word import MemberId, TicketId

from tikethet_tickets.queries.pages import Cursor, PageRequest, page_of, seal, unseal
from tikethet_tickets.queries.shaped import message_shape
from tikethet_tickets.queries.sql import MEMBER, MESSAGE, Arguments, as_json, is_uuid, unread
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Message, Page

FORWARD = "messages"
BACKWARD = "messages-before"


async def list_messages(
    reader: Reader, viewer: Viewer, ticket_id: str, request: PageRequest, *, latest: bool = False
) -> Page[Message]:
    """A stretch of the conversation, oldest first; notes for staff only. Whose ticket it is, the caller has checked.

    Without a cursor it is the first page, or the last one when ``latest``. ``next_cursor`` goes on towards newer
    messages, ``prev_cursor`` back towards older ones. Raises `Refused` for a bad page or cursor.
    """
    arguments = Arguments()
    where = [f"m.ticket_id = {arguments.add(ticket_id, 'uuid')}", *_public(viewer)]
    total = await reader.fetchval(
        f"SELECT count(*) FROM tickets.messages m WHERE {' AND '.join(where)}", *arguments.values
    )
    backward = latest if request.cursor is None else _is_backward(request.cursor)
    if request.cursor:
        version = arguments.add(_version(request.cursor, backward=backward), "bigint")
        where.append(f"m.version {'<' if backward else '>'} {version}")
    rows = await reader.fetch(
        f"""
        SELECT {as_json("m")}, {as_json("a")}
        FROM tickets.messages m LEFT JOIN tickets.members a ON a.id = m.author_id
        WHERE {" AND ".join(where)} ORDER BY m.version {"DESC" if backward else "ASC"}
        OFFSET {request.offset} LIMIT {request.size + 1}
        """,
        *arguments.values,
    )
    more, rows = len(rows) > request.size, rows[: request.size]
    items = [_shape(row, viewer) for row in (reversed(rows) if backward else rows)]
    came_from = request.cursor is not None or request.offset > 0
    older, newer = (more, came_from) if backward else (came_from, more)
    return page_of(
        items,
        request,
        total=total,
        next_cursor=_cursor(FORWARD, items[-1]) if items and newer else None,
        prev_cursor=_cursor(BACKWARD, items[0]) if items and older else None,
    )


async def get_message(reader: Reader, viewer: Viewer, ticket_id: str, message_id: str) -> Message | None:
    """One message of a ticket; a note only for staff."""
    if not is_uuid(message_id):
        return None
    row = await reader.fetchrow(
        f"""
        SELECT {as_json("m")}, {as_json("a")}
        FROM tickets.messages m LEFT JOIN tickets.members a ON a.id = m.author_id
        WHERE {" AND ".join(["m.ticket_id = $1::uuid", "m.id = $2::uuid", *_public(viewer)])}
        """,
        ticket_id,
        message_id,
    )
    return _shape(row, viewer) if row else None


async def mark_read(reader: Reader, member_id: MemberId, ticket_id: TicketId, version: int) -> None:
    """Remember that a member has read a ticket up to and including ``version``; it never goes back."""
    await reader.execute(
        """
        INSERT INTO tickets.read_markers AS k VALUES ($1::uuid, $2::uuid, $3::bigint, now())
        ON CONFLICT (member_id, ticket_id) DO UPDATE SET version = excluded.version, read_at = excluded.read_at
        WHERE k.version < excluded.version
        """,
        member_id,
        ticket_id,
        version,
    )


async def unread_count(reader: Reader, viewer: Viewer, ticket_id: str) -> int:
    """How many messages on a ticket the viewer has not read; 1000 at most."""
    marker = "(SELECT k.version FROM tickets.read_markers k WHERE k.member_id = $1::uuid AND k.ticket_id = t.id)"
    count = unread(viewer.staff, "$1::uuid", marker)
    return int(await reader.fetchval(f"SELECT {count} FROM (SELECT $2::uuid AS id) t", viewer.member_id, ticket_id))


def _public(viewer: Viewer) -> list[str]:
    return [] if viewer.staff else ["NOT m.is_internal"]


def _shape(row: Sequence[Any], viewer: Viewer) -> Message:
    return message_shape(MESSAGE.decode(row[0]), MEMBER.decode(row[1]) if row[1] else None, viewer)


def _cursor(direction: str, message: Message) -> str:
    return seal(Cursor(direction, message.version, message.id))


def _is_backward(cursor: str) -> bool:
    try:
        unseal(cursor, BACKWARD)
    except Refused:
        return False
    return True


def _version(cursor: str, *, backward: bool) -> int:
    key = unseal(cursor, BACKWARD if backward else FORWARD).key
    if not isinstance(key, int) or not 0 <= key < 2**63:
        raise Refused("invalid", field="cursor")
    return key
