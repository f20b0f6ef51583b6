"""What is due in Telegram: the queue the bot empties. What was read in the app meanwhile is not told again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec import Struct
from tikethet_events.word import Language, MemberId, MessageId, TicketId

from tikethet_tickets.queries.notifications import said
from tikethet_tickets.queries.viewer import Reader

STALE: Final = timedelta(hours=24)
"""What could not be told for so long is not told at all."""

# The first of several words that is due takes those after it along: one batch, the same again until it is told.
_JOIN: Final = """
    UPDATE tickets.notifications n SET batch = f.id, telegram_at = f.telegram_at FROM (
        SELECT DISTINCT ON (member_id, ticket_id, what) id, member_id, ticket_id, what, telegram_at
        FROM tickets.notifications
        WHERE telegram_at > $1 AND telegram_at <= $2 AND read_at IS NULL AND batch IS NULL
        ORDER BY member_id, ticket_id, what, telegram_at, id) f
    WHERE n.member_id = f.member_id AND n.ticket_id = f.ticket_id AND n.what = f.what
        AND n.telegram_at IS NOT NULL AND n.telegram_at > $1 AND n.read_at IS NULL AND n.batch IS NULL
"""
_DUE: Final = """
    SELECT n.batch::text, u.id::text, u.telegram_id, u.language, min(n.kind), min(n.what), min(n.ticket_id::text),
        min(n.ticket_number), min(n.count),
        array_agg(n.message_id::text ORDER BY n.position) FILTER (WHERE n.message_id IS NOT NULL),
        array_agg(m.content ORDER BY n.position) FILTER (WHERE m.deleted_at IS NULL AND m.id IS NOT NULL),
        array_agg(f.name ORDER BY n.position) FILTER (WHERE f.name IS NOT NULL)
    FROM tickets.notifications n JOIN tickets.members u ON u.id = n.member_id
    LEFT JOIN tickets.messages m ON m.ticket_id = n.ticket_id AND m.id = n.message_id
    LEFT JOIN LATERAL (
        SELECT string_agg(a ->> 'filename', E'\\n') AS name FROM jsonb_array_elements(m.attachments) a
        WHERE m.deleted_at IS NULL) f ON true
    WHERE n.telegram_at > $1 AND n.telegram_at <= $2 AND n.read_at IS NULL AND n.batch IS NOT NULL
        AND u.telegram_id IS NOT NULL AND u.reachable AND NOT u.blocked AND NOT u.erased
    GROUP BY n.batch, u.id ORDER BY min(n.telegram_at), n.batch LIMIT $3
"""


class DueNotice(Struct, frozen=True, kw_only=True):
    """One thing to tell somebody in Telegram; ``text`` says it in one line.

    ``content`` is what was written in ``message_ids``, joined; ``files`` are the names of what hangs on them.
    """

    id: str
    member_id: MemberId
    telegram_id: int
    language: Language
    kind: str
    what: str
    text: str
    ticket_id: TicketId | None
    ticket_number: int | None
    message_ids: list[MessageId]
    content: str | None
    files: list[str]


async def due_notices(reader: Reader, now: datetime, limit: int) -> list[DueNotice]:
    """What is to be told at ``now``, oldest first; the same again until it is `noted_as_told`."""
    await reader.execute(_JOIN, now - STALE, now)
    return [_notice(row) for row in await reader.fetch(_DUE, now - STALE, now, limit)]


async def noted_as_told(reader: Reader, ids: Sequence[str]) -> None:
    """These were told."""
    await reader.execute("UPDATE tickets.notifications SET telegram_at = NULL WHERE batch = ANY($1::uuid[])", ids)


def _notice(row: Sequence[Any]) -> DueNotice:
    return DueNotice(
        id=row[0],
        member_id=row[1],
        telegram_id=row[2],
        language=row[3],
        kind=row[4],
        what=row[5],
        text=said(row[3], row[5], row[7], row[8]),
        ticket_id=row[6],
        ticket_number=row[7],
        message_ids=row[9] or [],
        content="\n\n".join(filter(None, row[10] or ())) or None,
        files=[name for names in row[11] or () for name in names.split("\n")],
    )
