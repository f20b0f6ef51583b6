"""Sends what is owed: in order for each ticket, again and again until it is taken, each webhook at its own pace.

A delivery is claimed for as long as an attempt can last. Whoever dies in between leaves it to be tried again, with the
same id; nothing is dropped.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import asyncpg
import structlog
from prometheus_client import Counter
from tikethet_events.errors import LogError
from tikethet_events.integration import WebhookId
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_events.log import Log
from tikethet_events.stream import as_json
from tikethet_service.metrics import REGISTRY

from tikethet_tickets.handle.core import of_the_house
from tikethet_tickets.handle.programs import Programs
from tikethet_tickets.queries.webhooks import WEBHOOK
from tikethet_tickets.rules.deliveries import again_at, reason_to_stop
from tikethet_tickets.rules.integration import as_heard, hears
from tikethet_tickets.views.rows import WebhookRow
from tikethet_tickets.webhooks.feed import Feed
from tikethet_tickets.webhooks.post import ANSWER_S, Answer, Post
from tikethet_tickets.webhooks.signing import headers

ACTOR: Final = "service:tickets"
AT_ONCE: Final = 4
"""Deliveries of one webhook under way at the same time in one process, all about different things."""
CLAIM: Final = timedelta(seconds=ANSWER_S + 45)
KEPT: Final = timedelta(days=30)
"""How long the log of what was delivered goes back."""
LOOK_S: Final = 1.0
PRUNE_S: Final = 600.0

_DUE: Final = """
    SELECT DISTINCT w.id::text FROM tickets.deliveries d JOIN tickets.webhooks w ON w.id = d.webhook_id
    WHERE w.active AND d.state = 'PENDING' AND d.next_at <= $1
"""
_CLAIM: Final = """
    WITH due AS (
        SELECT d.webhook_id, d.position FROM tickets.deliveries d
        WHERE d.webhook_id = $1 AND d.state = 'PENDING' AND d.next_at <= $2 AND NOT EXISTS (
            SELECT FROM tickets.deliveries b WHERE b.webhook_id = d.webhook_id AND b.subject = d.subject
                AND b.state = 'PENDING' AND b.position < d.position)
        ORDER BY d.position LIMIT $4 FOR UPDATE SKIP LOCKED
    ), claimed AS (
        UPDATE tickets.deliveries d SET next_at = $3, attempts = d.attempts + 1, attempted_at = $2
        FROM due WHERE (d.webhook_id, d.position) = (due.webhook_id, due.position)
        RETURNING d.position, d.event_id::text, d.attempts, d.failing_since
    )
    SELECT c.*, to_json(w)::text AS webhook FROM claimed c JOIN tickets.webhooks w ON w.id = $1 AND w.active
    ORDER BY c.position
"""
_TAKEN: Final = """
    UPDATE tickets.deliveries
    SET state = 'DELIVERED', delivered_at = $3, status = $4, error = NULL, failing_since = NULL
    WHERE webhook_id = $1 AND position = $2 AND state = 'PENDING'
"""
_FAILED: Final = """
    UPDATE tickets.deliveries SET next_at = $3, status = $4, error = $5, failing_since = $6
    WHERE webhook_id = $1 AND position = $2 AND state = 'PENDING'
"""
_NOT_THEIRS: Final = "DELETE FROM tickets.deliveries WHERE webhook_id = $1 AND position = $2"
_PRUNE: Final = """
    DELETE FROM tickets.deliveries d WHERE (d.state = 'DELIVERED' AND d.delivered_at < $1)
        OR EXISTS (SELECT FROM tickets.webhooks w WHERE w.id = d.webhook_id AND w.removed)
"""

_DELIVERIES: Final = Counter(
    "tikethet_webhook_attempts_total", "Attempts to deliver to webhooks, by outcome.", ("outcome",), registry=REGISTRY
)
_log = structlog.get_logger("tikethet.tickets.webhooks")


class Sender:
    """One per process; any number of processes may send at the same time."""

    def __init__(
        self,
        pool: "asyncpg.Pool[asyncpg.Record]",
        log: Log,
        programs: Programs,
        post: Post,
        now: Callable[[], datetime],
    ) -> None:
        self._pool = pool
        self._log = log
        self._programs = programs
        self._post = post
        self._now = now
        self._feed = Feed(pool, log, now)
        self._busy: set[WebhookId] = set()

    async def run(self) -> None:
        """Look again and again; a database that is away for a while is waited for."""
        pruned_at = 0.0
        async with asyncio.TaskGroup() as lanes:
            while True:
                try:
                    while await self._feed.turn():
                        pass
                    for webhook_id in await self._due():
                        lanes.create_task(self._lane(webhook_id))
                    if (time := asyncio.get_running_loop().time()) > pruned_at + PRUNE_S:
                        await self._pool.execute(_PRUNE, self._now() - KEPT)
                        pruned_at = time
                except (*DATABASE_TROUBLE, LogError) as failure:
                    _log.warning("webhooks have to wait", reason=type(failure).__name__)
                await asyncio.sleep(LOOK_S)

    async def turn(self) -> int:
        """Note and send all that is due now; how many attempts that were."""
        while await self._feed.turn():
            pass
        return sum([await self._drain(webhook_id) for webhook_id in await self._due()])

    async def _due(self) -> list[WebhookId]:
        rows = await self._pool.fetch(_DUE, self._now())
        return [found for row in rows if (found := WebhookId(row[0])) not in self._busy]

    async def _lane(self, webhook_id: WebhookId) -> None:
        self._busy.add(webhook_id)
        try:
            await self._drain(webhook_id)
        except (*DATABASE_TROUBLE, LogError) as failure:
            _log.warning("a webhook has to wait", webhook=webhook_id, reason=type(failure).__name__)
        finally:
            self._busy.discard(webhook_id)

    async def _drain(self, webhook_id: WebhookId) -> int:
        count = 0
        while True:
            now = self._now()
            claimed = await self._pool.fetch(_CLAIM, webhook_id, now, now + CLAIM, AT_ONCE)
            if not claimed:
                return count
            attempts = (self._attempt(WEBHOOK.decode(row["webhook"]), row) for row in claimed)
            for outcome in await asyncio.gather(*attempts, return_exceptions=True):
                if isinstance(outcome, BaseException):
                    raise outcome  # by itself and not in a group; the others have ended too
            count += len(claimed)

    async def _attempt(self, webhook: WebhookRow, row: "asyncpg.Record") -> None:
        position: int = row["position"]
        answer = await self._sent(webhook, position, row["event_id"])
        if answer is None:
            await self._pool.execute(_NOT_THEIRS, webhook.id, position)
            return
        now = self._now()
        _DELIVERIES.labels("delivered" if answer.good else "failed").inc()
        if answer.good:
            await self._pool.execute(_TAKEN, webhook.id, position, now, answer.status)
            return
        since = max(row["failing_since"] or now, webhook.updated_at)
        again = again_at(row["attempts"], now)
        await self._pool.execute(_FAILED, webhook.id, position, again, answer.status, answer.error, since)
        because = reason_to_stop(answer.status, since, now)
        if because is not None:
            await self._stop(webhook, because)

    async def _sent(self, webhook: WebhookRow, position: int, event_id: str) -> Answer | None:
        """What was answered; nothing for an event that the webhook may no longer hear, or does not want any more."""
        head = await self._log.head()
        events = await self._log.read(position - 1, 1)
        if not events or events[0].event_id != event_id:
            return Answer(error="not_in_the_log")
        if not hears(webhook.hearing, events[0]):
            return None
        body = as_json(as_heard(webhook.hearing, events[0]), head.epoch, head.installation)
        now = self._now()
        secrets = [self._programs.webhook_secret(key) for key in _keys(webhook, now)]
        signed = headers(secrets, event_id, now, body)
        kinds = {"content-type": "application/cloudevents+json", "user-agent": "TiketHet"}
        return await self._post.send(webhook.url, kinds | signed, body)

    async def _stop(self, webhook: WebhookRow, because: str) -> None:
        request = of_the_house("StopWebhook", ACTOR)
        await self._programs.stop_webhook(request, webhook.id, because)
        _log.warning("a webhook was stopped", webhook=webhook.id, because=because)


def _keys(webhook: WebhookRow, now: datetime) -> list[str]:
    """What its secrets are made from: the one before counts too until its receiver had time to learn the new one."""
    keys: list[str] = [webhook.key or webhook.id]
    if webhook.old_key is not None and webhook.old_until is not None and now < webhook.old_until:
        keys.append(webhook.old_key)
    return keys
