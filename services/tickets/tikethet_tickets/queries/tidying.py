# ruff: noqa: S608 - names of this package only
"""What is old enough to be thrown away: rows outside the log that nobody asks for any more."""

from datetime import datetime, timedelta
from typing import Final

from tikethet_tickets.queries.viewer import Reader

NOTIFICATIONS_KEPT: Final = timedelta(days=90)
COMMANDS_KEPT: Final = timedelta(days=30)
"""For how long a repeated command answers as the first time."""
RECIPIENTS_KEPT: Final = timedelta(days=30)
"""After the end of their broadcast, which keeps its numbers."""
NEVER_STARTED: Final = timedelta(days=1)
"""How old a list of recipients must be that no broadcast came of: a process died in between."""
REMINDED_KEPT: Final = timedelta(days=7)
_BATCH: Final = 5_000

_OLD: Final = (
    ("notifications", "created_at < $1", NOTIFICATIONS_KEPT),
    ("commands", "recorded_at < $1", COMMANDS_KEPT),
    (
        "broadcast_recipients",
        "broadcast_id IN (SELECT id FROM tickets.broadcasts WHERE finished_at < $1)",
        RECIPIENTS_KEPT,
    ),
    # The id of a broadcast begins with the milliseconds at which it was drawn (UUIDv7).
    (
        "broadcast_recipients",
        """
        broadcast_id < (
            lpad(to_hex((extract(epoch FROM $1::timestamptz) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
        AND NOT EXISTS (SELECT FROM tickets.broadcasts b WHERE b.id = broadcast_id)
        """,
        NEVER_STARTED,
    ),
    ("reminded_days", "day < $1::timestamptz::date", REMINDED_KEPT),
)


async def tidy(reader: Reader, now: datetime) -> int:
    """Throw it away, some at a time, so that nobody waits for it; how many rows that were."""
    gone = 0
    for table, old, kept in _OLD:
        while True:
            done = await reader.execute(
                f"""
                DELETE FROM tickets.{table} WHERE ctid = ANY(ARRAY(
                    SELECT ctid FROM tickets.{table} WHERE {old} LIMIT {_BATCH}))
                """,
                now - kept,
            )
            count = int(done.rpartition(" ")[2])
            gone += count
            if count < _BATCH:
                break
    return gone
