"""The only place that opens connections: joins the rooms into one running process."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import aiohttp
import asyncpg
import structlog
from nats.aio.client import Client as Nats
from pyrogram import raw
from pyrogram.errors import RPCError
from starlette.applications import Starlette
from tikethet_events import bus
from tikethet_events.consume import Consumer
from tikethet_events.cursor import Ledger, consumer_tables
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_events.migrate import migrate
from tikethet_events.stream import Message
from tikethet_service.callers import CallerSigner
from tikethet_service.health import Health, PartState
from tikethet_service.run import background, finish

from tikethet_bot import routes
from tikethet_bot.broadcasting import Broadcasting
from tikethet_bot.consumers import NAME, Hearing
from tikethet_bot.context import Context
from tikethet_bot.conversation import Conversation
from tikethet_bot.desk import Away, Desk, Refusal
from tikethet_bot.gathering import Gathering
from tikethet_bot.inbox import Inbox
from tikethet_bot.mirror.delivery import Delivery, channel_of
from tikethet_bot.mirror.filling import Filling
from tikethet_bot.mirror.hearing import Mirror
from tikethet_bot.mirror.inward import Inward
from tikethet_bot.mirror.setting import Setting
from tikethet_bot.rules.proxy import proxy_of
from tikethet_bot.sender import Sender
from tikethet_bot.settings import Settings
from tikethet_bot.steps import Tell
from tikethet_bot.store import SCHEMA, Connection, Pool
from tikethet_bot.store.broadcasts import Broadcasts
from tikethet_bot.store.groups import Groups
from tikethet_bot.store.journal import Entry, Journal
from tikethet_bot.store.notices import Notices
from tikethet_bot.store.outbox import CHANNEL, Outbox
from tikethet_bot.store.people import People
from tikethet_bot.store.signs import Signs
from tikethet_bot.telegram import personal_signs, signs
from tikethet_bot.telegram.client import Account, Unreachable, trust
from tikethet_bot.telegram.line import Line
from tikethet_bot.telegram.mailbox import Mailbox
from tikethet_bot.telegram.session import Sessions
from tikethet_bot.telling import Telling
from tikethet_bot.turn import Turn
from tikethet_bot.understanding import House, Understanding

T = TypeVar("T")

SWEEP_S: Final = 3600.0
FORGIVING: Final = {"synchronous_commit": "off"}
"""No transaction here waits for the disk. A PostgreSQL that loses power loses the last moment of all of them together:
then Telegram tells its updates again from the state before, commands bear the ids they had, and a message sent again
the random_id it had."""

_UP: Final = PartState("up")
_log = structlog.get_logger("tikethet.bot.wiring")


class Bot:
    """One running bot: what it consists of."""

    def __init__(self, settings: Settings, pool: Pool, nats: Nats, desk: Desk, since: datetime) -> None:
        account = _account(settings)
        self.pool = pool
        self.nats = nats
        self.desk = desk
        self.journal = Journal(pool, account.bot_id)
        self.outbox = Outbox(pool)
        self.turn = Turn(pool, account.bot_id, lambda: asyncpg.connect(_required(settings.database_url)))
        self._app_url = settings.app_url
        house = House(settings.app_url, settings.public_url, lambda: self.line.username)
        understanding = Understanding(
            desk,
            People(pool),
            fetch=self._fetch,
            group_link=self._group_link,
            house=house,
            now=lambda: datetime.now(UTC),
        )
        gathering = Gathering(self.journal, self._level_s)
        self._conversation = Conversation(pool, account.bot_id, desk, understanding, gathering)
        self._groups = Groups(pool, account.bot_id)
        self.setting = Setting(pool, account.bot_id, desk, self._groups, self._ask, self._resume)
        self._inward = Inward(
            pool,
            account.bot_id,
            desk,
            self._groups,
            setting=self.setting,
            gathering=gathering,
            call=self._ask,
            fetch=self._fetch_from_group,
        )
        self.inbox = Inbox(self.journal, self._act, self._give_up)
        mailbox = self._mailbox = Mailbox(account.bot_id, self.journal, self.inbox.poke, self.outbox.recognised)
        sessions = Sessions(pool, account.bot_id, settings.service_seed)
        self.line = Line(account, sessions, mailbox, self._signed_in, lambda: self.turn.ours)
        delivery = Delivery(self._ask, desk, self._groups, self.outbox, self.setting.barred)
        self.sender = Sender(self.outbox, self.line, lambda: self.turn.ours, desk.content, delivery.deliver)
        ledger = Ledger("bot", NAME)
        self.telling = Telling(desk, Notices(pool))
        self._hearing = Hearing(since, desk.name_of, self.telling.anew)
        self._mirror = Mirror(account.bot_id, since)
        self.filling = Filling(pool, desk, self._groups)
        self.broadcasting = Broadcasting(desk, Broadcasts(pool))
        self.consumer = Consumer(ledger, nats, pool, desk.fill, self._hear, prefix=settings.nats_api_prefix)

    async def _hear(self, message: Message, connection: Connection) -> None:
        await self._hearing.handle(message, connection)
        await self._mirror.hear(message, connection)
        self.telling.poke()

    async def _act(self, entry: Entry) -> None:
        if entry.incoming.chat_id < 0:
            await self._inward.act(entry)
            self.sender.poke()
            return
        if entry.incoming.kind == "tap":
            await self._stop_the_spinner(entry.incoming.query_id)
        await self._conversation.act(entry)
        self.sender.poke()

    async def _give_up(self, entry: Entry, why: str) -> None:
        room = self._inward if entry.incoming.chat_id < 0 else self._conversation
        await room.give_up(entry, why)

    async def _ask(self, query: Any) -> Any:
        """Ask Telegram. Raises RPCError, `Unreachable`."""
        return await self.line.call(query)

    def _level_s(self) -> float | None:
        return self._mailbox.level_s if self.line.up else None

    def _resume(self, chat_id: int) -> None:
        self.sender.resume(chat_id)

    async def _group_link(self, context: Context) -> Tell:
        return await self.setting.link(context, self.line.username)

    async def _fetch_from_group(self, chat_id: int, message_id: int) -> tuple[str, bytes] | None:
        access_hash = await self._groups.access_hash(chat_id)
        return await self._fetch(message_id, channel_of(chat_id, access_hash))

    async def _fetch(self, message_id: int, channel: Any = None) -> tuple[str, bytes] | None:
        try:
            carried = await self.line.fetch(message_id, channel)
        except Unreachable as failure:
            raise Away(f"Telegram: {failure}") from failure
        return (carried.filename, carried.content) if carried is not None else None

    async def _stop_the_spinner(self, query_id: int) -> None:
        try:
            await self.line.call(raw.functions.messages.SetBotCallbackAnswer(query_id=query_id, cache_time=0))
        except (RPCError, Unreachable):
            _log.debug("a tap was answered too late")

    async def _signed_in(self) -> None:
        await signs.put_up(self.line.call, self._app_url)
        while self.line.username is not None:
            try:
                await self.desk.tell_name(self.line.username)
            except Away:
                await asyncio.sleep(1)
            except Refusal as refused:
                _log.warning("the desk does not take our name", why=str(refused))
                return
            else:
                return

    async def signs(self) -> None:
        """Every chat lists the commands and shows the menu button it should."""
        signs_of = Signs(self.pool, self._app_url)
        await personal_signs.keep(self._ask, signs_of, self._app_url, allowed=lambda: self.line.up)

    async def sweep(self) -> None:
        """Drop what is long over, now and then."""
        while True:
            try:
                await self.journal.sweep()
                await self.outbox.sweep()
            except DATABASE_TROUBLE as failure:
                _log.warning("could not sweep", why=type(failure).__name__)
            await asyncio.sleep(SWEEP_S)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Bot]:
    """Everything but HTTP, open; at work as soon as it is this process's turn."""
    if settings.telegram_test_rsa_key is not None:
        trust(settings.telegram_test_rsa_key)
    async with AsyncExitStack() as stack:
        url = _required(settings.database_url)
        since = await _prepare(url)
        pool = await stack.enter_async_context(
            asyncpg.create_pool(url, min_size=2, max_size=12, reset=_as_it_is, server_settings=FORGIVING)
        )
        http = await stack.enter_async_context(aiohttp.ClientSession())
        nats = await bus.connect(_required(settings.nats_url), name="tikethet-bot")
        stack.push_async_callback(bus.close, nats)
        desk = Desk(http, _required(settings.tickets_url), CallerSigner("bot", settings.service_seed))
        bot = Bot(settings, pool, nats, desk, since)
        stack.push_async_callback(bot.turn.end)
        _at_work(stack, bus.watch(nats), "nats")
        _at_work(stack, _work(bot, url), "bot")
        yield bot


async def _work(bot: Bot, url: str) -> None:
    """Wait for the turn, then do everything until it ends."""
    await bot.turn.wait()
    async with asyncio.TaskGroup() as group:
        group.create_task(bot.turn.keep())
        group.create_task(bot.inbox.run())
        group.create_task(bot.line.run())
        group.create_task(bot.sender.run())
        group.create_task(bot.sender.count())
        group.create_task(bot.consumer.run())
        group.create_task(bot.sweep())
        group.create_task(bot.broadcasting.run())
        group.create_task(bot.telling.run())
        group.create_task(bot.signs())
        group.create_task(bot.filling.run())
        group.create_task(bot.setting.leave_strangers())
        group.create_task(_listen(url, bot.sender))


async def _listen(url: str, sender: Sender) -> None:
    """Wake the sender when the outbox was filled; without this connection it looks by itself, only later."""
    while True:
        try:
            connection = await asyncpg.connect(url)
            try:
                await connection.add_listener(CHANNEL, lambda *_: sender.poke())
                sender.poke()
                while not connection.is_closed():  # noqa: ASYNC110  it has no event for that
                    await asyncio.sleep(1)
            finally:
                connection.terminate()
        except DATABASE_TROUBLE as failure:
            _log.warning("cannot listen to the outbox", why=type(failure).__name__)
        await asyncio.sleep(1)


async def _as_it_is(_connection: object) -> None:
    """Nothing to reset between two uses: no query here changes a session, and asking would cost a round trip each."""


async def _prepare(url: str) -> datetime:
    """Bring the schema up to date; since when there is one."""
    connection = await asyncpg.connect(url)
    try:
        await migrate(connection, {"bot": SCHEMA}, schema="bot")
        await connection.execute(consumer_tables("bot"))
        since: datetime = await connection.fetchval("SELECT min(applied_at) FROM bot.migrations")
        return since
    finally:
        await connection.close()


def application(settings: Settings) -> Starlette:
    """The process as an ASGI application."""
    if settings.telegram_bot_token is None:
        return routes.application(Health("bot", {"telegram": _not_configured}))
    opened: list[Bot] = []

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with running(settings) as bot:
            opened.append(bot)
            yield
            opened.clear()

    async def telegram() -> PartState:
        if not opened:
            return PartState("down", "starting")
        if not opened[0].turn.at_work:
            return PartState("up", "standing by: another bot process is at work")
        return await opened[0].line.state()

    async def database() -> PartState:
        try:
            await opened[0].pool.fetchval("SELECT 1")
        except (IndexError, *DATABASE_TROUBLE) as failure:
            return PartState("down", type(failure).__name__)
        return _UP

    async def events() -> PartState:
        if not opened:
            return PartState("down", "starting")
        trouble = opened[0].consumer.trouble
        parked = await opened[0].consumer.parked()
        if trouble is None and parked:
            trouble = f"{len(parked)} events are parked"
        return PartState("down", trouble) if trouble else _UP

    async def tickets() -> PartState:
        return _UP if opened and await opened[0].desk.alive() else PartState("down", "no answer")

    parts = {"telegram": telegram, "database": database, "events": events, "tickets": tickets}
    return routes.application(Health("bot", parts, ready=frozenset({"database"})), lifespan)


async def _not_configured() -> PartState:
    return PartState("not_configured", "TELEGRAM_BOT_TOKEN is not set")


def _at_work(stack: AsyncExitStack, work: Coroutine[Any, Any, None], name: str) -> None:
    stack.push_async_callback(finish, background(work, name))


def _account(settings: Settings) -> Account:
    host, _, port = (settings.telegram_test_server or "").rpartition(":")
    return Account(
        api_id=_required(settings.telegram_api_id),
        api_hash=_required(settings.telegram_api_hash).get_secret_value(),
        token=_required(settings.telegram_bot_token).get_secret_value(),
        proxy=proxy_of(settings.telegram_proxy.get_secret_value()) if settings.telegram_proxy is not None else None,
        test_server=(host, int(port)) if host else None,
    )


def _required(value: T | None) -> T:
    """What settings promise to be there beside a token."""
    if value is None:
        raise TypeError("the settings were not checked")
    return value
