"""Notifications: written together with the events they follow from, so that none is lost and none is told twice."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct
from tikethet_events.envelope import Recorded
from tikethet_events.ticket import MessagePosted
from tikethet_events.word import Language, MemberId, TicketId

from tikethet_tickets.rules.notices import JOINED, NOBODY, PREFERENCE, Facts, Notice, notices
from tikethet_tickets.views.project import message_of
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
    count: int | None = None


WRITE: Final = """
    WITH n AS (
        SELECT * FROM jsonb_to_recordset($1::text::jsonb) AS n (
            no int, "to" uuid, kind text, what text, nobody text, preference text, position bigint, ticket_id uuid,
            ticket_number bigint, category_id uuid, requester_id uuid, actor_id uuid, message_id uuid,
            created_at timestamptz, telegram_at timestamptz, joined boolean, admins_own boolean)
    ), on_duty AS (
        SELECT d.member_id, n.no FROM n JOIN tickets.duty d
            ON n."to" IS NULL AND NOT n.admins_own AND d.on_duty
            AND (d.categories = '{}' OR n.category_id = ANY(d.categories))
        JOIN tickets.members u ON u.id = d.member_id AND u.role <> 'USER' AND NOT u.blocked AND NOT u.erased
        WHERE d.member_id IS DISTINCT FROM n.requester_id
    ), heard AS (
        SELECT n."to" AS member_id, n.no, n.what FROM n WHERE n."to" IS NOT NULL
        UNION ALL
        SELECT d.member_id, n.no, n.what FROM on_duty d JOIN n USING (no)
        UNION ALL  -- nobody serves it now: the admins hear, and not again before they looked (but of what is theirs)
        SELECT u.id, n.no, n.nobody FROM n JOIN tickets.members u ON u.role IN ('ADMIN', 'DEVELOPER')
        WHERE n."to" IS NULL AND u.id IS DISTINCT FROM n.requester_id
            AND NOT EXISTS (SELECT FROM on_duty d WHERE d.no = n.no)
            AND (n.admins_own OR NOT EXISTS (SELECT FROM tickets.notifications x
                WHERE x.member_id = u.id AND x.what = n.nobody AND x.read_at IS NULL))
    ), told AS (
        SELECT DISTINCT ON (u.id, n.position, h.what)  -- whoever is responsible may be on duty as well
            gen_random_uuid() AS id, u.id AS member_id, h.what AS said, n.*,
            coalesce((u.preferences ->> (n.preference || '.app'))::boolean, true) AS in_app,
            coalesce((u.preferences ->> (n.preference || '.telegram'))::boolean, true) AS in_telegram
        FROM heard h JOIN n USING (no) JOIN tickets.members u ON u.id = h.member_id
        WHERE NOT u.blocked AND NOT u.erased AND u.id IS DISTINCT FROM n.actor_id
            AND coalesce((u.preferences ->> n.preference)::boolean, true)
    ), written AS (
        INSERT INTO tickets.notifications
            (id, member_id, position, kind, what, ticket_id, ticket_number, actor_id, message_id, created_at,
             in_app, telegram_at, batch)
        SELECT id, member_id, position, kind, said, ticket_id, ticket_number, actor_id, message_id, created_at,
            in_app, CASE WHEN in_telegram THEN telegram_at END, CASE WHEN NOT joined THEN id END
        FROM told WHERE in_app OR (in_telegram AND telegram_at IS NOT NULL)
        RETURNING *
    )
    SELECT json_build_object('id', w.id, 'member_id', w.member_id, 'position', w.position, 'kind', w.kind,
        'what', w.what, 'ticket_id', w.ticket_id, 'ticket_number', w.ticket_number, 'actor_id', w.actor_id,
        'created_at', w.created_at, 'language', u.language)::text
    FROM written w JOIN tickets.members u ON u.id = w.member_id WHERE w.in_app
"""

TOLD: Final = msgspec.json.Decoder(Told)


async def tell(
    connection: Connection, recorded: Sequence[Recorded], tickets: Mapping[TicketId, TicketRow]
) -> list[Told]:
    """Write who is told of ``recorded``; ``tickets`` as they are after it. One round trip, or none."""
    spoken = {(event.command_id, event.stream_id) for event in recorded if isinstance(event.data, MessagePosted)}
    found = [
        (event, notice)
        for event in recorded
        for notice in _notices(event, tickets, spoken=(event.command_id, event.stream_id) in spoken)
    ]
    if not found:
        return []
    rows = [{"no": number} | _row(event, notice, tickets) for number, (event, notice) in enumerate(found)]
    return [TOLD.decode(row[0]) for row in await connection.fetch(WRITE, msgspec.json.encode(rows).decode())]


def _notices(event: Recorded, tickets: Mapping[TicketId, TicketRow], *, spoken: bool) -> list[Notice]:
    kind, _, key = event.stream_id.partition("-")
    ticket = tickets.get(TicketId(key)) if kind == "ticket" else None
    facts = Facts(
        actor=event.metadata.actor,
        ticket=ticket.id if ticket else None,
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
        "nobody": NOBODY.get(notice.what, notice.what),
        "preference": PREFERENCE[notice.kind],
        "position": event.position,
        "ticket_id": ticket.id if ticket else None,
        "ticket_number": ticket.number if ticket else None,
        "category_id": ticket.category_id if ticket else None,
        "requester_id": ticket.requester_id if ticket else None,
        "actor_id": None if ":" in actor or actor == "timer" else actor,
        "message_id": message_of(event),
        "created_at": event.recorded_at,
        "telegram_at": event.recorded_at + notice.telegram if notice.telegram is not None else None,
        "joined": notice.telegram == JOINED,
        "admins_own": notice.admins_own,
    }
