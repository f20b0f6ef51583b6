"""A desk that stands in for the tickets service: a real log and relay, and the little that notify asks over HTTP."""

import asyncio
import os
import secrets
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import asyncpg
import msgspec
from aiohttp import web
from redis.asyncio import Redis
from tikethet_devstack.nats_conf import READER_PREFIX
from tikethet_events import bus
from tikethet_events.desk import DESK_STREAM, Category, CategoryAdded
from tikethet_events.envelope import Metadata, Recorded
from tikethet_events.lease import Lease
from tikethet_events.log import Append, Head, Log, Write
from tikethet_events.member import MemberBlocked, MemberErased, MemberJoined, RoleChanged, member_stream
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.relay import Relay
from tikethet_events.sealing import Keyring
from tikethet_events.stream import as_json
from tikethet_events.ticket import MessagePosted, NoteAdded, TicketOpened, ticket_stream
from tikethet_events.word import CategoryId, Event, MemberId, MessageId, Priority, Role, TicketId
from tikethet_notify.rules import hears
from tikethet_notify.settings import Settings
from tikethet_service.callers import AccessTokens, CallerVerifier, public_key_of
from tikethet_service.settings import encode_key

SEEDS = {name: secrets.token_bytes(32) for name in ("gateway", "tickets", "notify", "bot")}
PUBLIC = {name: public_key_of(seed) for name, seed in SEEDS.items()}
PATIENCE = 30


def new_id() -> str:
    """Looks like a UUIDv7; only its shape matters here."""
    digits = secrets.token_hex(16)
    return f"{digits[:8]}-{digits[8:12]}-7{digits[13:16]}-8{digits[17:20]}-{digits[20:]}"


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


class Desk:
    """Writes to a real log as the tickets service would, and answers what notify asks it."""

    def __init__(self, log: Log, nats_url: str, redis: Redis, redis_url: str) -> None:
        self.log = log
        self.nats_url = nats_url
        self.redis = redis
        self.redis_url = redis_url
        self.url = ""
        self.reachable = True
        self.tokens = AccessTokens(PUBLIC["gateway"], SEEDS["gateway"])
        self.asked: list[str] = []
        self._verifier = CallerVerifier("tickets", PUBLIC)
        self._versions: dict[str, int] = {}
        self._standing: dict[str, dict[str, Any]] = {}
        self.requesters: dict[str, str] = {}

    async def append(self, stream: str, *events: Event, owner: str | None = None) -> int:
        version = self._versions.get(stream, 0)
        write = Write(stream_id=stream, expected=version, events=events, owner=MemberId(owner) if owner else None)
        command = new_id()
        forget = MemberId(stream.removeprefix("member-")) if isinstance(events[-1], MemberErased) else None
        appended = await self.log.append(
            Append(
                caller="test",
                command_id=command,
                fingerprint=b"",
                metadata=Metadata(actor=owner or "service:test"),
                writes=(write,),
                forget=forget,
            )
        )
        self._versions[stream] = version + len(events)
        return appended.position

    async def join(self, role: str = "USER") -> str:
        member = new_id()
        joined = MemberJoined(
            member_id=MemberId(member),
            telegram_id=1,
            first_name="Имя",
            last_name=None,
            username=None,
            language="ru",
            role=Role(role),
        )
        self._standing[member] = {"role": role, "blocked": False, "language": "ru"}
        await self.append(member_stream(MemberId(member)), joined, owner=member)
        return member

    async def open_ticket(self, member: str) -> str:
        ticket = new_id()
        opened = TicketOpened(
            ticket_id=TicketId(ticket),
            number=1,
            requester_id=MemberId(member),
            title="Сервер молчит",
            description="Сервер не отвечает",
            category_id=CategoryId(new_id()),
            priority=Priority.NORMAL,
        )
        self.requesters[ticket] = member
        await self.append(ticket_stream(TicketId(ticket)), opened, owner=member)
        return ticket

    async def post(self, ticket: str, content: str = "привет", *, author: str | None = None, note: bool = False) -> int:
        word = NoteAdded if note else MessagePosted
        said = word(message_id=MessageId(new_id()), author_id=MemberId(author or new_id()), content=content)
        return await self.append(ticket_stream(TicketId(ticket)), said, owner=self.requesters[ticket])

    async def post_many(self, ticket: str, content: str, count: int) -> int:
        said = tuple(
            MessagePosted(message_id=MessageId(new_id()), author_id=MemberId(new_id()), content=content)
            for _ in range(count)
        )
        return await self.append(ticket_stream(TicketId(ticket)), *said, owner=self.requesters[ticket])

    async def add_category(self) -> int:
        category = Category(id=CategoryId(new_id()), names={}, descriptions={}, icon="?", color="#000000", order=1)
        return await self.append(DESK_STREAM, CategoryAdded(category=category))

    async def change_role(self, member: str, role: str) -> int:
        changed = RoleChanged(role=Role(role), previous=Role(self._standing[member]["role"]))
        self._standing[member]["role"] = role
        return await self.append(member_stream(MemberId(member)), changed, owner=member)

    async def block(self, member: str) -> int:
        self._standing[member]["blocked"] = True
        return await self.append(member_stream(MemberId(member)), MemberBlocked(reason="спам"), owner=member)

    async def erase(self, member: str) -> int:
        del self._standing[member]
        return await self.append(member_stream(MemberId(member)), MemberErased(), owner=member)

    async def session(self) -> str:
        session = secrets.token_urlsafe(12)
        await self.redis.set(f"tikethet:session:{session}", "1")
        return session

    async def end_session(self, session: str, *, announce: bool = True) -> None:
        await self.redis.delete(f"tikethet:session:{session}")
        if announce:
            await self.redis.publish("tikethet:sessions:ended", session)

    async def token(self, member: str, session: str | None = None, *, lifetime: float | None = None) -> str:
        session = session or await self.session()
        if lifetime is None:
            return self.tokens.issue(member, session)
        now = time.time()
        issuer = AccessTokens(PUBLIC["gateway"], SEEDS["gateway"], clock=lambda: now - 900 + lifetime)
        return issuer.issue(member, session)

    async def heard_by(self, member: str, role: str, after: int) -> list[Recorded]:
        """What the log says they may hear."""
        events = await self.log.read(after, 100_000)
        return [event for event in events if hears(event.audience, event.owner, member, role)]

    async def head(self) -> Head:
        return await self.log.head()

    def application(self) -> web.Application:
        application = web.Application()
        application.router.add_get("/api/v1/events", self._events)
        application.router.add_get("/api/v1/internal/members/{id}/access", self._access)
        application.router.add_get("/health/live", self._live)
        return application

    def _called(self, request: web.Request) -> None:
        if not self.reachable:
            raise web.HTTPServiceUnavailable
        self.asked.append(request.path_qs)
        assert self._verifier.verify_header(request.headers.get("Authorization")).subject == "service:notify"

    async def _events(self, request: web.Request) -> web.Response:
        self._called(request)
        head = await self.log.head()
        events = await self.log.read(int(request.query["after"]), int(request.query["limit"]))
        items = [msgspec.Raw(as_json(event, head.epoch, head.installation)) for event in events]
        return web.Response(
            body=msgspec.json.encode({"epoch": head.epoch, "head": head.position, "items": items}), headers=_at(head)
        )

    async def _access(self, request: web.Request) -> web.Response:
        self._called(request)
        head = await self.log.head()
        standing = self._standing.get(request.match_info["id"])
        if standing is None:
            raise web.HTTPNotFound
        return web.json_response(standing, headers=_at(head))

    async def _live(self, _request: web.Request) -> web.Response:
        return web.Response()


def _at(head: Head) -> dict[str, str]:
    return {"Tikethet-Position": str(head.position)}


def as_user(url: str, user: str) -> str:
    return f"nats://{user}:{user}@{url.rpartition('@')[2].removeprefix('nats://')}"


@asynccontextmanager
async def desk_on(database: str, nats_url: str, redis: Redis, redis_url: str) -> AsyncIterator[Desk]:
    """A desk on an empty database, with its relay at work."""
    connection = await asyncpg.connect(database)
    await migrate(connection, {"log": LOG_SCHEMA})
    await connection.close()
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(asyncpg.create_pool(database, min_size=1, max_size=5))
        log = await stack.enter_async_context(Log(pool, Keyring(secrets.token_bytes(32))))
        owner = as_user(nats_url, "tickets")
        lease = Lease("relay", lambda: asyncpg.connect(database))
        relay = Relay(log, lambda: bus.connect(owner, name="tickets"), lease)
        log.on_append = relay.poke
        desk = Desk(log, nats_url, redis, redis_url)
        runner = web.AppRunner(desk.application())
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        desk.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        relaying = asyncio.get_running_loop().create_task(relay.run())
        await until(lambda: relay.status.state == "publishing")
        yield desk
        relaying.cancel()
        with suppress(asyncio.CancelledError):
            await relaying


def settings(desk: Desk) -> Settings:
    return Settings.model_validate(
        {name.lower(): value for name, value in process_environment(desk, 0, 0).items() if name != "PATH"}
    )


def process_environment(desk: Desk, port: int, ws_port: int) -> dict[str, str]:
    """What ``python -m tikethet_notify`` needs to work for this desk."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "TIKETHET_MODE": "test",
        "PORT": str(port),
        "WS_PORT": str(ws_port),
        "SERVICE_KEY": encode_key(SEEDS["notify"]),
        "SERVICE_PUBLIC_KEYS": ",".join(f"{name}={encode_key(key)}" for name, key in PUBLIC.items()),
        "NATS_URL": as_user(desk.nats_url, "notify"),
        "NATS_API_PREFIX": READER_PREFIX,
        "REDIS_URL": desk.redis_url,
        "TICKETS_URL": desk.url,
    }
