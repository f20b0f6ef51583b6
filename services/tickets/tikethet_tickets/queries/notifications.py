# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""What a member was told: the list, how much of it is unread, and what is read now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import structs
from tikethet_events.errors import Refused
from tikethet_events.word import Language, MemberId, TicketId
from tikethet_service.texts import text

from tikethet_tickets.queries.pages import Cursor, PageRequest, page_of, seal, unseal
from tikethet_tickets.queries.sql import Arguments, must_be_uuid
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import ListedNotification, NotificationList

ORDER: Final = "-position"
COUNTED: Final = 1_000
"""Those there are, and those that are unread, are counted up to here."""
_COLUMNS: Final = (
    "n.id::text, n.kind, n.what, n.ticket_id::text, n.ticket_number, n.actor_id::text, n.created_at, n.read_at, "
    "n.count, x.title, n.position"
)


async def list_notifications(
    reader: Reader, viewer: Viewer, request: PageRequest, *, unread: bool = False
) -> NotificationList:
    """One page, newest first. Raises `Refused` for a bad cursor or page."""
    arguments = Arguments()
    me = arguments.add(viewer.member_id, "uuid")
    where = [f"n.member_id = {me}", "n.in_app"]
    if unread:
        where.append("n.read_at IS NULL")
    if request.cursor:
        last = unseal(request.cursor, ORDER)
        if not isinstance(last.key, int) or not 0 <= last.key < 2**62:
            raise Refused("invalid", field="cursor")
        position, row_id = arguments.add(last.key, "bigint"), arguments.add(must_be_uuid(last.id, "cursor"), "uuid")
        where.append(f"(n.position, n.id) < ({position}, {row_id})")
    rows = await reader.fetch(
        f"""
        SELECT {_COLUMNS} FROM tickets.notifications n
        LEFT JOIN tickets.tickets t ON t.id = n.ticket_id AND {"true" if viewer.staff else f"t.requester_id = {me}"}
        LEFT JOIN tickets.ticket_texts x ON x.ticket_id = t.id
        WHERE {" AND ".join(where)}
        ORDER BY n.position DESC, n.id DESC OFFSET {request.offset} LIMIT {request.size + 1}
        """,
        *arguments.values,
    )
    more, found = len(rows) > request.size, rows[: request.size]
    waiting = await _count(reader, viewer.member_id, "read_at IS NULL")
    there = waiting if unread else await _count(reader, viewer.member_id, "true")
    page = page_of(
        [_shape(row, viewer.language) for row in found],
        request,
        total=min(there, COUNTED),
        exact=there <= COUNTED,
        next_cursor=seal(Cursor(ORDER, found[-1][-1], found[-1][0])) if more else None,
    )
    return NotificationList(**structs.asdict(page), unread=min(waiting, COUNTED))


async def _count(reader: Reader, member_id: MemberId, condition: str) -> int:
    sql = f"""
        SELECT count(*) FROM (
            SELECT FROM tickets.notifications
            WHERE member_id = $1::uuid AND in_app AND {condition} LIMIT {COUNTED + 1}) _
    """
    return int(await reader.fetchval(sql, member_id))


async def read_notifications(
    reader: Reader,
    member_id: MemberId,
    now: datetime,
    *,
    ids: Sequence[str] | None = None,
    ticket_id: TicketId | None = None,
) -> None:
    """Mark these as read, those about a ticket, or (neither given) all; the time of reading is the first one's."""
    await reader.execute(
        """
        UPDATE tickets.notifications SET read_at = $2::timestamptz
        WHERE member_id = $1::uuid AND read_at IS NULL
            AND ($3::uuid[] IS NULL OR id = ANY($3::uuid[])) AND ($4::uuid IS NULL OR ticket_id = $4::uuid)
        """,
        member_id,
        now,
        ids,
        ticket_id,
    )


def _shape(row: Sequence[Any], language: Language) -> ListedNotification:
    return ListedNotification(
        id=row[0],
        kind=row[1],
        text=said(language, row[2], row[4], row[8]),
        ticket_id=row[3],
        ticket_number=row[4],
        actor_id=row[5],
        created_at=row[6],
        read_at=row[7],
        ticket_title=row[9],
    )


def said(language: Language, what: str, number: int | None, count: int | None = None) -> str:
    """The notification in words, about the ticket of that number, or about a count of them."""
    return text(language, f"notifications.{what}", number=number, count=count or 0)
