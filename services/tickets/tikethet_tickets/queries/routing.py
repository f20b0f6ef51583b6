"""What is to know before words that name no ticket go anywhere."""

from typing import Final

import msgspec
from msgspec import Struct
from tikethet_events.desk import DeskSettings
from tikethet_events.word import CategoryId, MemberId

from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.rules.defaults import DEFAULT_SETTINGS, GENERAL
from tikethet_tickets.rules.routing import Candidate

_LOOKED_AT: Final = 50
"""So many of somebody's tickets, those that changed last."""

_SQL: Final = """
    SELECT
        (SELECT id::text FROM tickets.categories WHERE active ORDER BY icon = $2 DESC, "order" DESC, id DESC LIMIT 1),
        (SELECT settings::text FROM tickets.desk),
        coalesce((SELECT json_agg(c) FROM (
            SELECT t.id, t.number, t.status, t.public_updated_at AS updated_at, t.resolved_at, (
                SELECT m.created_at FROM tickets.messages m
                WHERE m.ticket_id = t.id AND m.author_id <> t.requester_id AND NOT m.is_internal
                ORDER BY m.version DESC LIMIT 1) AS answered_at
            FROM tickets.tickets t WHERE t.requester_id = $1::uuid AND t.merged_into IS NULL
            ORDER BY t.public_updated_at DESC, t.id DESC LIMIT $3) c), '[]')::text
"""
_SETTINGS: Final = msgspec.json.Decoder(DeskSettings)
_CANDIDATES: Final = msgspec.json.Decoder(list[Candidate])


class Whereabouts(Struct, frozen=True):
    """Somebody's ``tickets``, the kind of question that none was chosen for (``None``: there is none), the desk."""

    tickets: list[Candidate]
    general: CategoryId | None
    settings: DeskSettings


async def whereabouts(reader: Reader, member_id: MemberId) -> Whereabouts:
    """All of it in one question."""
    general, settings, tickets = await reader.fetchrow(_SQL, member_id, GENERAL, _LOOKED_AT)
    return Whereabouts(
        _CANDIDATES.decode(tickets), general, _SETTINGS.decode(settings) if settings else DEFAULT_SETTINGS
    )
