"""Webhooks and the log of what they were sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from tikethet_events.errors import Refused
from tikethet_events.integration import WebhookId

from tikethet_tickets.queries.pages import Cursor, PageRequest, page_of, seal, unseal
from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.shapes import Delivery, DeliveryState, Page, Webhook
from tikethet_tickets.views.rows import WebhookRow

WEBHOOK: Final = msgspec.json.Decoder(WebhookRow)
ORDER: Final = "-position"
COUNTED: Final = 10_000
"""What is owed to one webhook is counted up to here."""
_DELIVERY: Final = """
    d.position, d.event_id::text, d.type, d.subject, d.state, d.attempts, d.created_at, d.attempted_at, d.delivered_at,
    CASE WHEN d.state = 'PENDING' THEN d.next_at END AS next_at, d.status, d.error
"""


async def list_webhooks(reader: Reader, webhook_id: WebhookId | None = None) -> list[Webhook]:
    """All of them, oldest first; or one."""
    rows = await reader.fetch(
        """
        SELECT to_json(w)::text, (SELECT count(*) FROM (
                SELECT FROM tickets.deliveries d WHERE d.webhook_id = w.id AND d.state = 'PENDING' LIMIT $2) _),
            (SELECT max(d.delivered_at) FROM tickets.deliveries d WHERE d.webhook_id = w.id)
        FROM tickets.webhooks w WHERE NOT w.removed AND ($1::uuid IS NULL OR w.id = $1::uuid) ORDER BY w.id
        """,
        webhook_id,
        COUNTED,
    )
    return [_shape(WEBHOOK.decode(row[0]), row[1], row[2]) for row in rows]


async def list_deliveries(
    reader: Reader, webhook_id: WebhookId, request: PageRequest, state: DeliveryState | None = None
) -> Page[Delivery]:
    """One page of what a webhook was sent or is owed, newest first. Raises `Refused` for a bad cursor or page."""
    before = _before(request)
    rows = await reader.fetch(
        f"""
        SELECT {_DELIVERY} FROM tickets.deliveries d
        WHERE d.webhook_id = $1 AND ($2::text IS NULL OR d.state = $2) AND ($3::bigint IS NULL OR d.position < $3)
        ORDER BY d.position DESC OFFSET $4 LIMIT $5
        """,  # noqa: S608 - our own names
        webhook_id,
        state,
        before,
        request.offset,
        request.size + 1,
    )
    total = await reader.fetchval(
        """
        SELECT count(*) FROM (SELECT FROM tickets.deliveries d
            WHERE d.webhook_id = $1 AND ($2::text IS NULL OR d.state = $2) LIMIT $3) _
        """,
        webhook_id,
        state,
        COUNTED + 1,
    )
    more, found = len(rows) > request.size, [_delivery(row) for row in rows[: request.size]]
    return page_of(
        found,
        request,
        total=min(total, COUNTED),
        exact=total <= COUNTED,
        next_cursor=seal(Cursor(ORDER, found[-1].position, "")) if more else None,
    )


async def replay(reader: Reader, webhook_id: WebhookId, position: int, now: datetime) -> Delivery:
    """Send it (again) now. Raises `Refused` ``not_found``."""
    row = await reader.fetchrow(
        f"""
        UPDATE tickets.deliveries d
        SET state = 'PENDING', attempts = 0, next_at = $3, failing_since = NULL, delivered_at = NULL
        WHERE d.webhook_id = $1 AND d.position = $2 RETURNING {_DELIVERY}
        """,  # noqa: S608 - our own names
        webhook_id,
        position,
        now,
    )
    if row is None:
        raise Refused("not_found")
    return _delivery(row)


def _before(request: PageRequest) -> int | None:
    if request.cursor is None:
        return None
    key = unseal(request.cursor, ORDER).key
    if not isinstance(key, int) or not 0 <= key < 2**62:
        raise Refused("invalid", field="cursor")
    return key


def _shape(row: WebhookRow, owed: int, delivered_at: datetime | None) -> Webhook:
    return Webhook(
        id=row.id,
        name=row.name,
        url=row.url,
        types=list(row.hearing.types),
        audience=row.hearing.audience,
        personal=row.hearing.personal,
        active=row.active,
        stopped_because=row.stopped_because,
        pending=owed,
        last_delivered_at=delivered_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
        old_secret_until=row.old_until,
    )


def _delivery(row: Sequence[Any]) -> Delivery:
    return Delivery(
        position=row[0],
        event_id=row[1],
        type=row[2],
        subject=row[3].partition("-")[2] or row[3],
        state=row[4],
        attempts=row[5],
        created_at=row[6],
        attempted_at=row[7],
        delivered_at=row[8],
        next_at=row[9],
        status=row[10],
        error=row[11],
    )
