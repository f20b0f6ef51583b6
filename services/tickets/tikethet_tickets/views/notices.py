"""Notifications: written together with the events they follow from, so that none is lost and none is told twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from tikethet_events.envelope import Recorded
from tikethet_events.ticket import MessagePosted
from tikethet_events.word import Language, MemberId, TicketId

from tikethet_tickets.rules.notices import PREFERENCE, Facts, Notice, notices
from tikethet_tickets.views.rows import TicketRow
from tikethet_tickets.views.tables import Connection


class Told(Struct, frozen=True, kw_only=True):
    """A notification just written, and the language of who is told."""

    id: str
    member_id: MemberId
    position: int
    kind: str
    what: str
    ticket_id: TicketId | None
    ticket_number: int | None
    actor_id: MemberId | None
    created_at: datetime
    language: Language


WRITE: Final = """
    WITH n AS (
        SELECT * FROM jsonb_to_recordset($1::text::jsonb) AS n (
            "to" uuid, kind text, what text, preference text, position bigint, ticket_id uuid, ticket_number bigint,
            category_id uuid, actor_id uuid, created_at timestamptz)
    ), on_duty AS (
        SELECT d.member_id, n.position FROM n JOIN tickets.duty d
            ON n."to" IS NULL AND n.kind = 'NEW_TICKET' AND d.on_duty
            AND (d.categories = '{}' OR n.category_id = ANY(d.categories))
        JOIN tickets.members u ON u.id = d.member_id AND u.role <> 'USER' AND NOT u.blocked AND NOT u.erased
    ), told AS (
        SELECT n."to" AS member_id, n.* FROM n WHERE n."to" IS NOT NULL
        UNION ALL
        SELECT d.member_id, n.* FROM on_duty d JOIN n ON n."to" IS NULL AND n.position = d.position
        UNION ALL  -- nobody serves it now: the admins hear, and not again before they looked
        SELECT u.id, n.* FROM n JOIN tickets.members u ON u.role IN ('ADMIN', 'DEVELOPER')
        WHERE n."to" IS NULL AND n.kind = 'NEW_TICKET'
        AND NOT EXISTS (SELECT FROM on_duty d WHERE d.position = n.position) AND NOT EXISTS (
            SELECT FROM tickets.notifications x
            WHERE x.member_id = u.id AND x.kind = 'NEW_TICKET' AND x.read_at IS NULL)
        UNION ALL  -- about the installation itself
        SELECT u.id, n.* FROM n JOIN tickets.members u ON u.role IN ('ADMIN', 'DEVELOPER')
        WHERE n."to" IS NULL AND n.kind = 'SYSTEM'
    ), written AS (
        INSERT INTO tickets.notifications
            (member_id, position, kind, what, ticket_id, ticket_number, actor_id, created_at)
        SELECT u.id, t.position, t.kind, t.what, t.ticket_id, t.ticket_number, t.actor_id, t.created_at
        FROM told t JOIN tickets.members u ON u.id = t.member_id
        WHERE NOT u.blocked AND NOT u.erased AND u.id IS DISTINCT FROM t.actor_id
            AND coalesce((u.preferences ->> t.preference)::boolean, true)
        RETURNING *
    )
    SELECT json_build_object('id', w.id, 'member_id', w.member_id, 'position', w.position, 'kind', w.kind,
        'what', w.what, 'ticket_id', w.ticket_id, 'ticket_number', w.ticket_number, 'actor_id', w.actor_id,
        'created_at', w.created_at, 'language', u.language)::text
    FROM written w JOIN tickets.members u ON u.id = w.member_id
"""

_TOLD: Final = msgspec.json.Decoder(Told)


async def tell(
    connection: Connection, recorded: Sequence[Recorded], tickets: Mapping[TicketId, TicketRow]
) -> list[Told]:
    """Write who is told of ``recorded``; ``tickets`` as they are after it. One round trip, or none."""
    spoken = {(event.command_id, event.stream_id) for event in recorded if isinstance(event.data, MessagePosted)}
    rows = [
        _row(event, notice, tickets)
        for event in recorded
        for notice in _notices(event, tickets, spoken=(event.command_id, event.stream_id) in spoken)
    ]
    if not rows:
        return []
    return [_TOLD.decode(row[0]) for row in await connection.fetch(WRITE, msgspec.json.encode(rows).decode())]


def _notices(event: Recorded, tickets: Mapping[TicketId, TicketRow], *, spoken: bool) -> list[Notice]:
    kind, _, key = event.stream_id.partition("-")
    ticket = tickets.get(TicketId(key)) if kind == "ticket" else None
    facts = Facts(
        actor=event.metadata.actor,
        requester=ticket.requester_id if ticket else None,
        assignee=ticket.assignee_id if ticket else None,
        spoken=spoken,
    )
    return notices(event.data, facts, MemberId(key) if kind == "member" else None)


def _row(event: Recorded, notice: Notice, tickets: Mapping[TicketId, TicketRow]) -> dict[str, Any]:
    ticket = tickets.get(TicketId(event.stream_id.removeprefix("ticket-")))
    actor = event.metadata.actor
    return {
        "to": notice.to,
        "kind": notice.kind,
        "what": notice.what,
        "preference": PREFERENCE[notice.kind],
        "position": event.position,
        "ticket_id": ticket.id if ticket else None,
        "ticket_number": ticket.number if ticket else None,
        "category_id": ticket.category_id if ticket else None,
        "actor_id": None if ":" in actor or actor == "timer" else actor,
        "created_at": event.recorded_at,
    }
