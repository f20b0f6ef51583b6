"""Asks each thing the installation stands on how it is; whatever does not answer becomes a finding, never an error."""

import asyncio
import json
import shutil
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import nats
from msgspec import Struct
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError
from tikethet_events.bus import state_of
from tikethet_events.sealing import Keyring
from tikethet_events.stream import STREAM

from tikethet_tickets.backups.upkeep import lags
from tikethet_tickets.cli.doctor import findings
from tikethet_tickets.cli.doctor.findings import Finding
from tikethet_tickets.files.store import BadStore, Store, StoreAway, open_store
from tikethet_tickets.settings import Settings

PATIENCE_S: Final = 5
_STATE: Final = """
    SELECT clock_timestamp() AS now, key_check, position, installation::text,
        (SELECT max(made_at) FROM tickets.backups) AS last_backup,
        (SELECT recorded_at FROM tickets.events ORDER BY position LIMIT 1) AS begun
    FROM tickets.log_head
"""


class Head(Struct, frozen=True):
    """Where the log ends, and whose it is."""

    position: int
    installation: str


async def database(settings: Settings) -> tuple[list[Finding], Head | None]:
    """PostgreSQL: reached, keys, clock, back-ups; and where the log ends, if it could be asked."""
    try:
        connection = await asyncpg.connect(settings.database_url.get_secret_value(), timeout=PATIENCE_S)
    except (OSError, TimeoutError, asyncpg.PostgresError) as failure:
        cure = "is PostgreSQL up, and are host and password in DATABASE_URL right?"
        return [Finding("postgres", "BAD", f"does not let us in: {type(failure).__name__}", cure)], None
    try:
        row = await connection.fetchrow(_STATE)
    except asyncpg.PostgresError as failure:
        cure = "start tickets once: it brings the database up to date"
        return [Finding("postgres", "BAD", f"reached, but not as it should be: {failure}", cure)], None
    finally:
        await connection.close()
    if row is None:
        return [Finding("postgres", "BAD", "the head of the log is gone", "restore the last back-up")], None
    found = [Finding("postgres", "ok", f"reached, log at position {row['position']}")]
    if row["key_check"] not in {None, Keyring(settings.secret).check()}:
        cure = "put back the keys.json this log was made with; without it names and words in it are noise"
        found.append(Finding("keys", "BAD", "SECRET_KEY is not the one this log was sealed with", cure))
    else:
        found.append(Finding("keys", "ok", "SECRET_KEY is this log's"))
    now = row["now"]
    found += [findings.clock(datetime.now(UTC) - now), findings.backup(now, row["last_backup"], row["begun"])]
    return found, Head(row["position"], row["installation"])


async def stream(settings: Settings, head: Head | None) -> list[Finding]:
    """NATS: reached, the stream there and ours, everybody who reads it."""
    try:
        async with asyncio.timeout(PATIENCE_S):  # the client's own way to give up takes longer
            connection = await nats.connect(settings.nats_url.split(","), error_cb=_not_said_twice)
    except (NatsError, OSError, TimeoutError) as failure:
        cure = "is NATS up, and are host and password in NATS_URL right?"
        return [Finding("nats", "BAD", f"does not let us in: {type(failure).__name__}", cure)]
    try:
        manager = connection.jsm(prefix=settings.nats_api_prefix)
        state = await state_of(manager)
        if state is None:
            cure = "start tickets: it makes the stream from the log"
            return [Finding("nats", "ok", "reached"), Finding("stream", "BAD", "there is none yet", cure)]
        behind = lags(await manager.consumers_info(STREAM))
    except (NatsError, JetStreamError, OSError, TimeoutError) as failure:
        cure = "is JetStream on, and its disk not full? (logs of nats)"
        return [Finding("nats", "BAD", f"JetStream does not answer: {type(failure).__name__}", cure)]
    finally:
        await connection.close()
    found = [Finding("nats", "ok", "reached")]
    if head is not None:
        installation = state.lineage.installation if state.lineage else None
        if installation != head.installation:
            return [*found, findings.foreign(installation, head.installation)]
        found.append(findings.relay(head.position, state.last))
    return found + findings.consumers(behind)


async def files(settings: Settings) -> list[Finding]:
    """Where attachments are kept, and how full that is."""
    if settings.files_url is None:
        return [Finding("files", "LOOK", "attachments are not kept", "set FILES_URL")]
    url = settings.files_url.get_secret_value()
    try:
        store = Store(open_store(url))
        try:
            await store.probe()
        finally:
            store.close()
    except (BadStore, StoreAway) as failure:
        return [Finding("files", "BAD", f"the place for them does not answer: {failure}", "see FILES_URL and AWS_*")]
    found = [Finding("files", "ok", "the place for them answers")]
    folder = Path(url.removeprefix("file://"))
    if url.startswith("file:"):
        usage = await asyncio.to_thread(shutil.disk_usage, folder)
        found.append(findings.disk(usage.used / (usage.used + usage.free)))
    return found


async def parts(gateway: str) -> list[Finding]:
    """Every part, as the gateway sees it."""
    try:
        health = await asyncio.to_thread(_health, f"{gateway.rstrip('/')}/health")
    except (OSError, ValueError) as failure:
        cure = "is the gateway up? (its logs)"
        return [Finding("gateway", "BAD", f"does not answer: {type(failure).__name__}", cure)]
    return list(findings.parts(health))


async def _not_said_twice(_error: Exception) -> None:
    """What is wrong becomes a finding."""


def _health(url: str) -> Any:
    try:
        with urllib.request.urlopen(url, timeout=PATIENCE_S) as answer:  # noqa: S310 - the operator's own address
            return json.load(answer)
    except urllib.error.HTTPError as failure:  # 503 says which part is down
        return json.load(failure)
