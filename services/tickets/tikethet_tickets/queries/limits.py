"""What a customer asked of the desk lately."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from tikethet_events.word import MemberId

from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.rules.defaults import DEFAULT_SETTINGS
from tikethet_tickets.rules.limits import Limit

# Whoever opened or wrote something lately has a ticket that was updated lately: the index on both finds these few.
_LATELY: Final[Mapping[Limit, str]] = {
    Limit.TICKETS: """
        SELECT t.created_at FROM tickets.tickets t
        WHERE t.requester_id = $1::uuid AND t.public_updated_at > $2 AND t.created_at > $2
        ORDER BY t.created_at DESC LIMIT $3
    """,
    Limit.MESSAGES: """
        SELECT m.created_at FROM tickets.tickets t CROSS JOIN LATERAL (
            SELECT m.created_at, m.author_id FROM tickets.messages m
            WHERE m.ticket_id = t.id ORDER BY m.version DESC LIMIT 2 * $3) m
        WHERE t.requester_id = $1::uuid AND t.public_updated_at > $2 AND m.author_id = $1::uuid AND m.created_at > $2
        ORDER BY m.created_at DESC LIMIT $3
    """,
}


async def allowed(reader: Reader, limit: Limit) -> int:
    """How many the desk allows; 0: any number."""
    found = await reader.fetchval("SELECT (settings->>$1::text)::int FROM tickets.desk", limit.value)
    return int(found) if found is not None else int(getattr(DEFAULT_SETTINGS, limit.value))


async def lately(reader: Reader, limit: Limit, member_id: MemberId, since: datetime, most: int) -> list[datetime]:
    """When they did it after ``since``, the last ``most`` times."""
    return [row[0] for row in await reader.fetch(_LATELY[limit], member_id, since, most)]
