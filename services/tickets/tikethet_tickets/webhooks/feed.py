"""What is owed to whom: each webhook's own way along the log, a delivery noted for every event it should get.

Cursor and deliveries are written together, so a crash anywhere leaves neither a gap nor a double. A webhook that is
stopped stands still and goes on from there; one that owes too much already takes no more until some of it is sent.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

import asyncpg
import msgspec
from tikethet_events.envelope import Recorded
from tikethet_events.log import Log

from tikethet_tickets.queries.webhooks import WEBHOOK
from tikethet_tickets.rules.integration import hears
from tikethet_tickets.views.rows import WebhookRow

BATCH: Final = 500
OWED_MAX: Final = 2_000

_ACTIVE: Final = "SELECT to_json(w)::text FROM tickets.webhooks w WHERE w.active AND NOT w.removed ORDER BY w.id"
_FIRST: Final = "INSERT INTO tickets.webhook_cursors VALUES ($1, $2) ON CONFLICT DO NOTHING"
_CURSOR: Final = """
    SELECT c.position, (SELECT count(*) FROM (
        SELECT FROM tickets.deliveries d WHERE d.webhook_id = c.webhook_id AND d.state = 'PENDING' LIMIT $2) _) AS owed
    FROM tickets.webhook_cursors c WHERE c.webhook_id = $1 FOR UPDATE SKIP LOCKED
"""
_OWE: Final = """
    INSERT INTO tickets.deliveries (webhook_id, position, event_id, type, subject, created_at, next_at)
    SELECT $1, r.position, r.event_id, r.type, r.subject, $3, $3
    FROM json_to_recordset($2::text::json) AS r (position bigint, event_id uuid, type text, subject text)
"""
_MOVE: Final = "UPDATE tickets.webhook_cursors SET position = $2 WHERE webhook_id = $1"


class Feed:
    """Follows ``log`` for every webhook; any number of processes may."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", log: Log, now: Callable[[], datetime]) -> None:
        self._pool = pool
        self._log = log
        self._now = now

    async def turn(self) -> bool:
        """Note what is owed to each webhook, a batch at most; whether one got on (so that there may be more)."""
        moved = False
        for row in await self._pool.fetch(_ACTIVE):
            moved |= await self._follow(WEBHOOK.decode(row[0]))
        return moved

    async def _follow(self, webhook: WebhookRow) -> bool:
        # Read first: what is committed up to here is all that there is to note.
        head = (await self._log.head()).position
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_FIRST, webhook.id, webhook.since)
            cursor = await connection.fetchrow(_CURSOR, webhook.id, OWED_MAX)
            if cursor is None or cursor["position"] >= head or cursor["owed"] >= OWED_MAX:
                return False  # another process is at it, or there is nothing to do
            after: int = cursor["position"]
            types = webhook.hearing.types or None
            found = [event for event in await self._log.read(after, BATCH, types=types) if event.position <= head]
            owed = [event for event in found if hears(webhook.hearing, event)]
            if owed:
                await connection.execute(_OWE, webhook.id, _rows(owed), self._now())
            await connection.execute(_MOVE, webhook.id, found[-1].position if len(found) == BATCH else head)
        return True


def _rows(events: Sequence[Recorded]) -> str:
    rows = [
        {"position": event.position, "event_id": event.event_id, "type": event.type, "subject": event.stream_id}
        for event in events
    ]
    return msgspec.json.encode(rows).decode()
