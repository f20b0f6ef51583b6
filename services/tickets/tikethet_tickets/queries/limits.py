"""What a customer asked of the desk lately."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from msgspec import Struct
from tikethet_events.word import MemberId

from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.rules.defaults import DEFAULT_SETTINGS
from tikethet_tickets.rules.limits import Limit

# Whoever opened or wrote something lately has a ticket that was updated lately: the index on both finds these few.
_LATELY: Final[Mapping[Limit, str]] = {
    Limit.TICKETS: """
        SELECT t.created_at FROM tickets.tickets t
        WHERE t.requester_id = $1::uuid AND t.public_updated_at > $2 AND t.created_at > $2
        ORDER BY t.created_at DESC LIMIT (SELECT n FROM most)
    """,
    Limit.MESSAGES: """
        SELECT m.created_at FROM tickets.tickets t CROSS JOIN LATERAL (
            SELECT m.created_at, m.author_id FROM tickets.messages m
            WHERE m.ticket_id = t.id ORDER BY m.version DESC LIMIT (SELECT 2 * n FROM most)) m
        WHERE t.requester_id = $1::uuid AND t.public_updated_at > $2 AND m.author_id = $1::uuid AND m.created_at > $2
        ORDER BY m.created_at DESC LIMIT (SELECT n FROM most)
    """,
}
_USE: Final[Mapping[Limit, str]] = {
    limit: f"""
        WITH most AS (SELECT coalesce((SELECT (settings->>'{limit.value}')::int FROM tickets.desk), $4::int) AS n)
        SELECT n, coalesce((SELECT version FROM tickets.guards WHERE name = $3), 0), ARRAY({lately}) FROM most
    """  # noqa: S608  our own names
    for limit, lately in _LATELY.items()
}


class Use(Struct, frozen=True):
    """How many times the desk allows something (0: any number), and when a customer did it, the last so many times.

    ``version`` is the guard's at that moment.
    """

    allowed: int
    version: int
    times: list[datetime]


async def use(reader: Reader, limit: Limit, member_id: MemberId, since: datetime, guard: str) -> Use:
    """What was used of a limit after ``since``; one look, so that the guard is as old as what it guards."""
    row = await reader.fetchrow(_USE[limit], member_id, since, guard, getattr(DEFAULT_SETTINGS, limit.value))
    return Use(*row)
