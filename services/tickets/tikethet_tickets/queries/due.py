"""Claims on what is due, so that of several processes one carries it out."""

from datetime import datetime
from typing import Final

from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.views.due import DueCommand, DueRow

_CLAIM: Final = """
    WITH ready AS (
        SELECT d.key, d.at FROM tickets.due d
        WHERE d.command = $1 AND d.at <= $2
            AND NOT EXISTS (SELECT FROM tickets.due_claims c WHERE c.key = d.key AND c.until > $3)
        ORDER BY d.at LIMIT $5 FOR UPDATE OF d SKIP LOCKED),
    claimed AS (
        INSERT INTO tickets.due_claims (key, until) SELECT key, $4 FROM ready
        ON CONFLICT (key) DO UPDATE SET until = excluded.until WHERE due_claims.until <= $3
        RETURNING key)
    SELECT key, at FROM ready JOIN claimed USING (key) ORDER BY at
"""


async def claim(
    reader: Reader, command: DueCommand, reached: datetime, *, now: datetime, until: datetime, limit: int
) -> list[DueRow]:
    """At most ``limit`` that came due at ``reached`` or before, kept from all others until then.

    The locks are gone when this returns: carrying a command out writes these rows from another connection.
    """
    rows = await reader.fetch(_CLAIM, command, reached, now, until, limit)
    return [DueRow(key=row[0], command=command, at=row[1]) for row in rows]


async def release(reader: Reader, keys: list[str]) -> None:
    """Give claims back."""
    await reader.execute("DELETE FROM tickets.due_claims WHERE key = ANY($1::text[])", keys)
