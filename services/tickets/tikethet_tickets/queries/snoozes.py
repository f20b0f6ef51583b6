"""What one of the staff does not want to see in their queue: until a moment, or until something is said."""

from datetime import datetime
from typing import Final

from tikethet_events.word import MemberId, TicketId

from tikethet_tickets.queries.viewer import Reader

LASTS: Final = "z.until > now() AND z.said_at IS NOT DISTINCT FROM t.last_message_at"
"""What keeps a snooze ``z`` of ticket ``t`` going: its moment has not come, and nothing was said since."""


def asleep(me: str) -> str:
    """Until when ticket ``t`` is out of a member's queue (``me``: their id's placeholder); NULL: it is in it."""
    return f"""(
        SELECT z.until FROM tickets.snoozes z
        WHERE z.member_id = {me} AND z.ticket_id = t.id AND {LASTS}
    )"""  # noqa: S608 - a placeholder


async def snooze(reader: Reader, member_id: MemberId, ticket_id: TicketId, until: datetime) -> None:
    """Out of their queue until then; again: until another moment."""
    await reader.execute(
        """
        INSERT INTO tickets.snoozes (member_id, ticket_id, until, said_at)
        SELECT $1::uuid, t.id, $3, t.last_message_at FROM tickets.tickets t WHERE t.id = $2::uuid
        ON CONFLICT (member_id, ticket_id) DO UPDATE SET until = excluded.until, said_at = excluded.said_at
        """,
        member_id,
        ticket_id,
        until,
    )


async def wake(reader: Reader, member_id: MemberId, ticket_id: TicketId) -> None:
    """Back in their queue; so are all whose time has come."""
    await reader.execute(
        "DELETE FROM tickets.snoozes WHERE member_id = $1::uuid AND (ticket_id = $2::uuid OR until <= now())",
        member_id,
        ticket_id,
    )
