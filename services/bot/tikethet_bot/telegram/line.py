"""The line to Telegram: signed in, kept alive, signed in once anew when the session was revoked."""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any, Final

import structlog
from pyrogram import raw
from pyrogram.errors import BadRequest, FloodWait, RPCError, Unauthorized
from tikethet_service.health import PartState

from tikethet_bot.telegram.client import Account, BotClient, Revoked, Unreachable
from tikethet_bot.telegram.files import Carried, fetch
from tikethet_bot.telegram.mailbox import Mailbox
from tikethet_bot.telegram.proxies import fault
from tikethet_bot.telegram.session import Memory, Sessions

LOOK_S: Final = 1.0
AGAIN_S: Final = (0.5, 1.0, 2.0, 5.0, 15.0)
TELEGRAM: Final = ("149.154.167.51", 443)
"""One of Telegram's own servers: whoever reaches none of them has the same trouble with this one."""
STEADY_S: Final = 60.0
"""A session that dies younger than this right after a new sign-in is not worth another one."""

_log = structlog.get_logger("tikethet.bot.line")

SignedIn = Callable[[], Coroutine[Any, Any, None]]


class Refused(Exception):
    """Telegram does not let this bot in; the message is one line that says why and what to look at."""


class Line:
    """`run` keeps one session alive; `call` asks Telegram through it, while ``allowed`` says so."""

    def __init__(
        self,
        account: Account,
        sessions: Sessions,
        mailbox: Mailbox,
        signed_in: SignedIn,
        allowed: Callable[[], bool],
    ) -> None:
        self._allowed = allowed
        self._account = account
        self._sessions = sessions
        self._mailbox = mailbox
        self._signed_in = signed_in
        self._client: BotClient | None = None
        self._over = asyncio.Event()
        self._trouble: str | None = "signing in to Telegram"
        self.username: str | None = None

    async def state(self) -> PartState:
        """How it is, for health."""
        if self._trouble is not None:
            return PartState("down", self._trouble)
        if self._client is None or not self._client.connected:
            return PartState("down", "Telegram cannot be reached; trying again")
        return PartState("up", f"@{self.username}" if self.username else None)

    @property
    def up(self) -> bool:
        """Whether it makes sense to send now."""
        return self._client is not None and self._client.connected and not self._over.is_set()

    async def call(self, query: Any) -> Any:
        """Ask Telegram once; updates in the answer are counted. Raises RPCError, `Unreachable`."""
        client = self._client
        if client is None:
            raise Unreachable("NoSession")
        try:
            answer = await client.call(query)
        except Revoked as failure:
            self._over.set()
            raise Unreachable("Revoked") from failure
        if isinstance(
            answer, raw.types.Updates | raw.types.UpdateShortSentMessage | raw.types.messages.AffectedMessages
        ):
            self._mailbox.put(answer)
        return answer

    async def fetch(self, message_id: int, channel: Any = None) -> Carried | None:
        """The file of a message somebody sent (in a ``channel``), if it can be kept. Raises `Unreachable`."""
        client = self._client
        if client is None:
            raise Unreachable("NoSession")
        return await fetch(client, message_id, channel)

    async def run(self) -> None:
        """Until cancelled. When Telegram does not let us in it says so once, in the log and to health, and rests."""
        tries = 0
        anew_at: float | None = None
        while True:
            try:
                await self._live()
            except (Unreachable, ConnectionError, TimeoutError, FloodWait) as failure:
                self._say(await self._fault(type(failure).__name__))
                await asyncio.sleep(AGAIN_S[min(tries, len(AGAIN_S) - 1)])
                tries += 1
                continue
            except Refused as refused:
                self._say(str(refused))
                await asyncio.Event().wait()
            tries = 0
            if anew_at is not None and time.monotonic() - anew_at < STEADY_S:
                self._say("Telegram revoked the session, and the new one as well: is another bot using this token?")
                await asyncio.Event().wait()
            anew_at = time.monotonic()
            _log.warning("Telegram revoked the session; signing in anew")
            await self._sessions.forget()

    async def _live(self) -> None:
        """One session from sign-in until Telegram revokes it (returns) or cannot be reached at all (raises)."""
        self._over.clear()
        kept = await self._sessions.load()
        client = self._client = BotClient(self._account, Memory(kept), self._mailbox.put, self._allowed)
        client.connect_handler = self._connected
        try:
            if await self._sign_in(client):
                await self._work(client)
        finally:
            self._client = None
            await client.end()

    async def _sign_in(self, client: BotClient) -> bool:
        """Whether the session is good; raises `Refused` when Telegram says no to the account."""
        try:
            authorised = await _connected(client)
            if not authorised:
                me = await client.sign_in_bot(self._account.token)
                await self._sessions.save(await client.memory.kept())
                self.username = me.username
            else:
                found = await client.call(raw.functions.users.GetFullUser(id=raw.types.InputUserSelf()))
                self.username = found.users[0].username
            await self._mailbox.begin(client.call)
        except Revoked:
            return False
        except BadRequest as failure:
            raise Refused(_no_entry(failure)) from failure
        except RPCError as failure:
            if not await self._sessions.load():
                raise Refused(_no_entry(failure)) from failure
            return False
        except Unreachable:
            if client.dead:
                return False
            raise
        return True

    async def _work(self, client: BotClient) -> None:
        self._trouble = None
        _log.info("signed in to Telegram", bot=self._account.bot_id)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._read(client)),
                group.create_task(self._signed_in()),
            ]
            while not self._over.is_set() and not client.dead:  # noqa: ASYNC110  the library has no event for that
                await asyncio.sleep(LOOK_S)
            for task in tasks:
                task.cancel()

    async def _read(self, client: BotClient) -> None:
        while True:
            try:
                await self._mailbox.run(client.call)
            except Revoked:
                self._over.set()
                return
            except (Unreachable, RPCError) as failure:
                _log.warning("updates wait", why=type(failure).__name__)
                await asyncio.sleep(LOOK_S)

    async def _connected(self, client: BotClient, session: Any) -> None:
        if session is client.session:
            self._mailbox.recover()

    async def _fault(self, kind: str) -> str:
        """Why there is no line, as one line: a proxy that does not work is told from a Telegram that does not."""
        proxy = self._account.proxy
        if proxy is None:
            return f"Telegram cannot be reached ({kind}); trying again"
        return f"{await fault(proxy, self._account.test_server or TELEGRAM)}; trying again"

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            _log.error(trouble)
        self._trouble = trouble


async def _connected(client: BotClient) -> bool:
    """Connect; whether the session is signed in. Raises RPCError, `Revoked`, `Unreachable`."""
    try:
        return bool(await client.connect())
    except Unauthorized as failure:
        raise Revoked(failure.ID) from failure
    except RPCError:
        raise
    except Exception as failure:  # the library's handshake raises whatever a cut line makes of its parser
        raise Unreachable(type(failure).__name__) from failure


def _no_entry(failure: RPCError) -> str:
    name = failure.ID or type(failure).__name__
    if name.startswith(("ACCESS_TOKEN", "BOT_TOKEN", "TOKEN")):
        return f"Telegram does not know this bot ({name}): check TELEGRAM_BOT_TOKEN"
    if name.startswith("API_ID"):
        return f"Telegram does not know this application ({name}): check TELEGRAM_API_ID and TELEGRAM_API_HASH"
    return f"Telegram refused the sign-in ({name})"
