"""The desk's daily reminder of who waits for an answer: plain rows, written once a day."""

from datetime import date, datetime
from typing import Final

from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.views.notices import TOLD, Told

_REMIND: Final = """
    WITH today AS (
        INSERT INTO tickets.reminded_days (day) VALUES ($1) ON CONFLICT DO NOTHING RETURNING day
    ), waiting AS (
        SELECT count(*)::int AS n FROM tickets.tickets t
        WHERE t.status IN ('OPEN', 'IN_PROGRESS', 'WAITING_RESPONSE')
            AND coalesce(t.waiting_since, 'infinity'::timestamptz) <= $2
    ), staff AS (
        SELECT u.id, u.language, coalesce(d.on_duty, false) AS on_duty
        FROM tickets.members u LEFT JOIN tickets.duty d ON d.member_id = u.id
        WHERE u.role <> 'USER' AND NOT u.blocked AND NOT u.erased AND (d.on_duty OR u.role IN ('ADMIN', 'DEVELOPER'))
    ), heard AS (  -- whoever is on duty; the admins when nobody is
        SELECT * FROM staff WHERE on_duty OR NOT EXISTS (SELECT FROM staff WHERE on_duty)
    ), written AS (
        INSERT INTO tickets.notifications
            (id, member_id, position, kind, what, count, created_at, telegram_at, batch)
        SELECT h.row_id, h.id, (SELECT position FROM tickets.log_head), 'SYSTEM', 'WAITING', waiting.n, $3, $3, h.row_id
        FROM (SELECT gen_random_uuid() AS row_id, * FROM heard) h, today, waiting WHERE waiting.n > 0
        RETURNING *
    )
    SELECT json_build_object('id', w.id, 'member_id', w.member_id, 'position', w.position, 'kind', w.kind,
        'what', w.what, 'ticket_id', NULL, 'ticket_number', NULL, 'count', w.count, 'actor_id', NULL,
        'created_at', w.created_at, 'language', h.language)::text
    FROM written w JOIN heard h ON h.id = w.member_id
"""


async def remind(reader: Reader, day: date, since: datetime, now: datetime) -> list[Told]:
    """Tell the desk how many tickets wait ``since`` then or longer, unless this was done on ``day`` already."""
    return [TOLD.decode(row[0]) for row in await reader.fetch(_REMIND, day, since, now)]
