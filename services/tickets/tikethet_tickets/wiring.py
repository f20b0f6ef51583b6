"""The only place that opens connections: pool, keyring, log with its read models, relay; and how they do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import asyncpg
import structlog
from fastapi import FastAPI
from nats.aio.client import Client
from nats.js.manager import JetStreamManager
from prometheus_client import Gauge, Histogram
from tikethet_events import bus
from tikethet_events.envelope import Recorded
from tikethet_events.flush import Project
from tikethet_events.keys import Keys
from tikethet_events.lease import DATABASE_TROUBLE, Lease
from tikethet_events.log import Log
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.relay import Relay
from tikethet_events.sealing import Keyring
from tikethet_service.callers import CallerVerifier
from tikethet_service.health import Health, PartState
from tikethet_service.metrics import REGISTRY
from tikethet_service.run import background, finish
from tikethet_service.settings import Mode

from tikethet_tickets.backups.ledger import Ledger, doing_again
from tikethet_tickets.backups.upkeep import Upkeep
from tikethet_tickets.files.keeping import Files
from tikethet_tickets.files.store import StoreAway, open_store, opened
from tikethet_tickets.handle.broadcasts import Broadcasts
from tikethet_tickets.handle.chores import Chores
from tikethet_tickets.handle.core import Handler
from tikethet_tickets.handle.desk import Desk
from tikethet_tickets.handle.members import Members
from tikethet_tickets.handle.merging import Merging
from tikethet_tickets.handle.programs import Programs, token_hash
from tikethet_tickets.handle.streams import Streams
from tikethet_tickets.handle.tickets import Tickets
from tikethet_tickets.handle.timers import Timers
from tikethet_tickets.live import Live
from tikethet_tickets.queries.first_admin import ADMINS
from tikethet_tickets.queries.members import count_with_roles
from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.routes.app import build
from tikethet_tickets.routes.house import House
from tikethet_tickets.rules.files import Limits
from tikethet_tickets.settings import Settings
from tikethet_tickets.subscribers.consumers import Consumers
from tikethet_tickets.subscribers.door import Door
from tikethet_tickets.subscribers.passes import Passes
from tikethet_tickets.views.notices import tell
from tikethet_tickets.views.project import follow
from tikethet_tickets.views.rebuild import complete
from tikethet_tickets.webhooks.post import Post
from tikethet_tickets.webhooks.sender import Sender

VIEWS_SCHEMA: Final = Path(__file__).parent / "schema"
POOL_SIZE: Final = 16
PATIENCE_S: Final = 30.0
"""How long start-up waits for a database that is still starting itself."""
SWEEP_S: Final = 600.0
"""Seconds between two looks for files that nobody wants any more."""

_BATCH: Final = Histogram(
    "tikethet_append_batch_events",
    "Events written by one transaction of the log.",
    registry=REGISTRY,
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512),
)
_LAG: Final = Gauge("tikethet_relay_lag_events", "Events the log has and the stream has not.", registry=REGISTRY)
_HEAD: Final = Gauge("tikethet_log_position", "Position of the last event this process knows of.", registry=REGISTRY)

_log = structlog.get_logger("tikethet.tickets")


def utc_now() -> datetime:
    """The clock."""
    return datetime.now(UTC)


async def prepare(settings: Settings) -> None:
    """Bring the database up to date and check that SECRET_KEY is its own; waits `PATIENCE_S` for it to start.

    Raises Unmigratable, WrongSecret, BadStore, and what asyncpg raises when the database cannot be reached.
    """
    if settings.files_url is not None:
        open_store(settings.files_url.get_secret_value())
    connection = await _patiently(settings)
    try:
        await migrate(connection, {"log": LOG_SCHEMA, "tickets": VIEWS_SCHEMA})
    finally:
        await connection.close()
    async with _pool(settings, size=3) as pool, Log(pool, Keyring(settings.secret)) as log:  # entering is the check
        if await complete(pool, log):
            _log.info("read models of this release filled from the log")


@asynccontextmanager
async def open_house(
    settings: Settings,
    now: Callable[[], datetime] = utc_now,
    *,
    live: Live | None = None,
    connection: Callable[[], Client | None] = lambda: None,
) -> AsyncIterator[House]:
    """Everything the routes work with, on a database that was prepared; ``live`` hears of new notifications.

    ``connection`` is the one to NATS, while there is one.
    """
    async with (
        _pool(settings, size=POOL_SIZE) as pool,
        Log(pool, keyring := Keyring(settings.secret), project=_projecting(live)) as log,
        opened(settings.files_url) as store,
    ):
        limits = Limits(image=settings.files_image_max_bytes, document=settings.files_document_max_bytes)
        handler = Handler(log, Streams(log))
        tickets = Tickets(handler, pool, now)
        members = Members(handler, pool, now, admins=settings.admin_telegram_ids, secret=settings.secret)
        desk = Desk(handler, now)
        broadcasts = Broadcasts(handler, pool, now)
        programs = Programs(desk, secret=settings.secret)
        post = Post(settings.webhook_networks)
        yield House(
            log=log,
            keys=Keys(pool, keyring),
            reader=pool,
            verifier=CallerVerifier("tickets", settings.service_public_keys),
            tickets=tickets,
            merging=Merging(handler, now),
            members=members,
            desk=desk,
            programs=programs,
            post=post,
            sender=Sender(pool, log, programs, post, now),
            consumers=Consumers(connection, prefix=settings.nats_api_prefix),
            broadcasts=broadcasts,
            timers=Timers(pool, tickets, members, broadcasts, now),
            chores=Chores(pool, now, live.say) if live is not None else Chores(pool, now),
            files=Files(pool, store, limits, now),
            now=now,
        )


def application(settings: Settings) -> FastAPI:
    """The whole process as one ASGI application."""
    parts = Parts()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        live = Live(lambda: parts.connection)
        async with open_house(settings, live=live, connection=lambda: parts.connection) as house:
            relay = _relay(settings, house.log, parts, live)
            parts.house, parts.relay = house, relay
            app.state.house = house
            ledger = await _ledger(settings, house)
            tasks = (
                *ledger,
                background(house.log.lasting(), "log"),
                background(relay.run(), "relay"),
                background(_door(settings, house.reader).run(), "door"),
                background(house.timers.run(), "timers"),
                background(house.chores.run(), "chores"),
                background(house.sender.run(), "webhooks"),
                background(_sweep(house.files), "files"),
                background(_upkeep(settings, house, parts).run(), "upkeep"),
            )
            _log.info("tickets opened")
            try:
                yield
            finally:
                await finish(*tasks)

    checks = {"postgres": parts.postgres, "nats": parts.nats, "relay": parts.relayed, "files": parts.files}
    return build(lifespan, Health("tickets", checks, ready=frozenset({"postgres"})))


class Parts:
    """How the parts do, once they are there."""

    def __init__(self) -> None:
        self.house: House | None = None
        self.relay: Relay | None = None
        self.connection: Client | None = None

    async def postgres(self) -> PartState:
        """Whether the log answers."""
        if self.house is None:
            return PartState("down", "not opened yet")
        head = await self.house.log.head()
        return PartState("up", f"position {head.position}")

    async def nats(self) -> PartState:
        """Whether this process is connected to NATS."""
        connected = self.connection is not None and self.connection.is_connected
        return PartState("up") if connected else PartState("down", "not connected")

    async def files(self) -> PartState:
        """Whether files can be kept and fetched."""
        if self.house is None:
            return PartState("down", "not opened yet")
        if not self.house.files.configured:
            return PartState("not_configured", "FILES_URL is not set")
        try:
            await self.house.files.store.probe()
        except StoreAway as failure:
            return PartState("down", str(failure))
        return PartState("up")

    async def relayed(self) -> PartState:
        """Whether events reach the stream."""
        if self.relay is None:
            return PartState("down", "not opened yet")
        status = self.relay.status
        said = f"{status.state}, {status.lag} behind"
        return PartState("up" if status.well else "down", f"{said}: {status.detail}" if status.detail else said)


def _relay(settings: Settings, log: Log, parts: Parts, live: Live) -> Relay:
    async def open_nats() -> Client:
        parts.connection = await bus.connect(settings.nats_url, name="tikethet-tickets")
        return parts.connection

    async def open_connection() -> "asyncpg.Connection[asyncpg.Record]":
        return await asyncpg.connect(settings.database_url.get_secret_value(), timeout=5)

    relay = Relay(
        log,
        open_nats,
        Lease("tikethet-relay", open_connection),
        prefix=settings.nats_api_prefix,
        replicas=settings.nats_replicas,
    )

    def appended(position: int) -> None:
        _HEAD.set(position)
        relay.poke(position)
        live.committed(position)

    log.on_append = appended
    _LAG.set_function(lambda: relay.status.lag)
    return relay


async def _ledger(settings: Settings, house: House) -> tuple[asyncio.Task[None], ...]:
    """Nobody whom a restore brought back is served, or let in, before the ledger was replayed."""
    if settings.erasures_file is None:
        return ()
    ledger = Ledger(settings.erasures_file, house.reader)
    epoch = (await house.log.head()).epoch
    again = doing_again(house.members, house.programs, house.keys, epoch, house.now)
    if await ledger.replay(again, house.now()) and not await count_with_roles(house.reader, ADMINS):
        _log.warning("no admin is left: let one in with `tikethet admin-link`")
    return (background(ledger.run(), "ledger"),)


def _door(settings: Settings, reader: Reader) -> Door:
    async def open_nats() -> Client:
        return await bus.connect(settings.nats_url, name="tikethet-door")

    return Door(reader, Passes(settings.secret), open_nats, token_hash)


def _upkeep(settings: Settings, house: House, parts: Parts) -> Upkeep:
    def manager() -> JetStreamManager | None:
        connection = parts.connection
        return connection.jsm(prefix=settings.nats_api_prefix) if connection and connection.is_connected else None

    url = settings.files_url.get_secret_value() if settings.files_url is not None else ""
    return Upkeep(
        house.reader,
        house.desk,
        manager,
        house.now,
        folder=Path(url.removeprefix("file://")) if url.startswith("file:") else None,
        reporting=settings.mode is Mode.PRODUCTION,
    )


async def _sweep(files: Files) -> None:
    """Collect again and again what no message took; every replica may, none does it twice."""
    while True:
        if files.configured:
            try:
                while await files.collect():
                    pass
            except (*DATABASE_TROUBLE, StoreAway) as failure:
                _log.warning("files were not collected", error=type(failure).__name__)
        await asyncio.sleep(SWEEP_S)


def _projecting(live: Live | None) -> Project:
    async def projected(connection: "asyncpg.Connection[asyncpg.Record]", recorded: Sequence[Recorded]) -> None:
        _BATCH.observe(len(recorded))
        told = await tell(connection, recorded, await follow(connection, recorded))
        if live is not None and recorded:
            live.hold(recorded[-1].position, told)

    return projected


@asynccontextmanager
async def _pool(settings: Settings, *, size: int) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    async with asyncpg.create_pool(
        settings.database_url.get_secret_value(),
        min_size=2,
        max_size=size,
        timeout=5,
        command_timeout=30,
        reset=_as_it_is,
        server_settings={
            "application_name": "tikethet-tickets",
            # To translate a question or to start workers for it takes longer than to answer it.
            "jit": "off",
            "max_parallel_workers_per_gather": "0",
        },
    ) as pool:
        yield pool


async def _as_it_is(_connection: object) -> None:
    """Nothing to reset between two uses: no query here changes a session, and asking would cost a round trip each."""


async def _patiently(settings: Settings) -> "asyncpg.Connection[asyncpg.Record]":
    loop = asyncio.get_running_loop()
    until = loop.time() + PATIENCE_S
    while True:
        try:
            return await asyncpg.connect(settings.database_url.get_secret_value(), timeout=5)
        except (ConnectionError, TimeoutError, asyncpg.CannotConnectNowError):
            if loop.time() > until:
                raise
            await asyncio.sleep(0.25)
