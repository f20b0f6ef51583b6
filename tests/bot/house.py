"""A local Telegram, real engines, the real tickets process and the bot as the process that is shipped."""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from tikethet_devstack.engines import Nats
from tikethet_devstack.keys import Keys, load
from tikethet_devstack.leash import Leash
from tikethet_devstack.nats_conf import READER_PREFIX
from tikethet_devstack.process import free_port
from tikethet_devstack.services import Service
from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.world import Bot
from tikethet_service.callers import CallerSigner
from tikethet_service.settings import decode_key

TOKEN = "7000000000:AAEdemo-token-for-the-local-sandbox-000"
ANNA, BORIS, HELPER, ADMIN = 5, 6, 7, 8
PATIENCE_S = 40.0


async def until(found: Callable[[], Any], what: str = "", patience_s: float = PATIENCE_S) -> Any:
    """What `found` says as soon as it is truthy."""
    deadline = time.monotonic() + patience_s
    while not (result := found()):
        assert time.monotonic() < deadline, f"never came: {what}"
        await asyncio.sleep(0.01)
    return result


async def until_async(found: Callable[[], Awaitable[Any]], what: str = "", patience_s: float = 40.0) -> Any:
    """The same for a question that takes time."""
    deadline = time.monotonic() + patience_s
    while not (result := await found()):
        assert time.monotonic() < deadline, f"never came: {what}"
        await asyncio.sleep(0.05)
    return result


class House:
    """`tickets` and `bot` are processes (`.kill()`, `.restart()`); `telegram` is the world people live in."""

    def __init__(self, directory: Path, telegram: LocalTelegram, leash: Leash) -> None:
        self.directory = directory
        self.telegram = telegram
        self.keys: Keys = load(directory / "secrets")
        self._leash = leash
        self._http = aiohttp.ClientSession()
        self._ports = {"tickets": free_port(), "bot": free_port()}
        self._signer = CallerSigner("bot", decode_key(self.keys.seed("bot")))
        self.bot_env: dict[str, str] = {}
        self.database = ""
        self._tickets_database = ""
        self._begun = 0

    async def open(self, tickets_url: str, bot_url: str, nats: Nats, *, furnished: bool = True) -> None:
        """Start tickets and bot; only a furnished house has an admin."""
        self.database = bot_url
        self._tickets_database = tickets_url
        tickets = {
            "DATABASE_URL": tickets_url,
            "NATS_URL": nats.url_for("tickets", "tickets"),
            "SECRET_KEY": self.keys.secret_key,
            "ADMIN_TELEGRAM_IDS": str(ADMIN) if furnished else "",
            "FILES_URL": (self.directory / "files").as_uri(),
        }
        self.bot_env = {
            "DATABASE_URL": bot_url,
            "NATS_URL": nats.url_for("bot", "bot"),
            "NATS_API_PREFIX": READER_PREFIX,
            "TICKETS_URL": f"http://127.0.0.1:{self._ports['tickets']}",
            "PUBLIC_URL": "http://127.0.0.1:8000",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_ID": "1",
            "TELEGRAM_API_HASH": "local",
            "TELEGRAM_TEST_SERVER": f"127.0.0.1:{self.telegram.port}",
            "TELEGRAM_TEST_RSA_KEY": str(self.telegram.key_file),
        }
        self.tickets = self.service("tickets", tickets)
        self.bot = self.service("bot", self.bot_env)
        await asyncio.gather(self.tickets.start(), self.bot.start())
        await self.telegram_is("up", "@")
        if furnished:
            await self.furnish()

    def service(self, name: str, env: dict[str, str], *, port: int | None = None) -> Service:
        common = {
            "PATH": "/usr/bin:/bin",
            "TIKETHET_MODE": "test",
            "PORT": str(port or self._ports[name]),
            "SERVICE_KEY": self.keys.seed(name),
            "SERVICE_PUBLIC_KEYS": self.keys.public_keys(),
        }
        log = self.directory / f"{name}-{port or ''}.log"
        return Service(name, common | env, log=log, leash=self._leash)

    async def close(self) -> None:
        await self._http.close()
        await asyncio.gather(*(each.kill() for each in (self.bot, self.tickets) if each.process.started))

    # ------------------------------------------------------------ the desk

    async def furnish(self) -> None:
        """Categories, an admin and a helper, both on duty, and nobody else."""
        admin = await self.join(ADMIN, "Игорь")
        await self.command(admin, "POST", "categories/init-defaults", {})
        helper = await self.join(HELPER, "Мария")
        await self.command(admin, "PUT", f"members/{helper}/role", {"role": "HELPER"})
        for member in (admin, helper):
            await self.command(member, "PUT", "duty", {"on_duty": True})

    async def join(self, telegram_id: int, name: str) -> str:
        body = {"telegram_id": telegram_id, "first_name": name, "language": "ru"}
        found = await self._call("POST", "internal/members/join", self._signer.own("tickets"), body)
        return str(found["id"])

    async def lost(self, member: str) -> None:
        """The bot told the desk that it does not reach a member any more."""
        await self._call(
            "POST", f"internal/members/{member}/reachable", self._signer.own("tickets"), {"reachable": False}
        )

    async def command(self, member: str, method: str, path: str, body: Any = None) -> Any:
        return await self._call(method, path, self._signer.token(member, "tickets"), body)

    async def upload(self, member: str, form: aiohttp.FormData) -> Any:
        """Keep a file for a member's next message."""
        url = f"http://127.0.0.1:{self._ports['tickets']}/api/v1/files"
        headers = {"Authorization": f"Bearer {self._signer.token(member, 'tickets')}"}
        async with self._http.post(url, data=form, headers=headers) as answer:
            assert answer.status == 201, await answer.text()
            return await answer.json()

    async def tickets_of(self, telegram_id: int) -> list[Any]:
        member = await self.join(telegram_id, "Борис" if telegram_id == BORIS else "Анна")
        return list((await self.command(member, "GET", "tickets?size=100&sort=created_at"))["items"])

    async def said_in(self, ticket: Any, **_: Any) -> list[str]:
        """Everything said in a ticket, its first words first."""
        return [ticket["description"], *(each["content"] for each in await self.messages_of(ticket))]

    async def messages_of(self, ticket: Any) -> list[Any]:
        """The messages and notes of a ticket, in order."""
        admin = await self.join(ADMIN, "Игорь")
        found: list[Any] = []
        cursor = ""
        while True:
            page = await self.command(admin, "GET", f"tickets/{ticket['id']}/messages?size=100{cursor}")
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    async def hold(self, ticket: Any, *said: str) -> None:
        """Wait until this, and only this, was said in a ticket."""

        async def all_of_it() -> bool:
            return await self.said_in(ticket) == list(said)

        await until_async(all_of_it, f"{said} in the ticket")

    async def _call(self, method: str, path: str, token: str, body: Any) -> Any:
        url = f"http://127.0.0.1:{self._ports['tickets']}/api/v1/{path}"
        async with self._http.request(method, url, json=body, headers={"Authorization": f"Bearer {token}"}) as answer:
            text = await answer.text()
            assert answer.status < 400, f"{method} {path}: {answer.status} {text}"
            return json.loads(text) if text else None

    # ------------------------------------------------------------ the chats

    @property
    def account(self) -> Bot:
        return self.telegram.world.bot(TOKEN)

    def say(self, who: int, text: str, **more: Any) -> Any:
        return self.telegram.people.say(who, self.account, text, **more)

    def heard(self, who: int) -> list[Any]:
        """What the bot wrote to somebody since `begin`, in order."""
        return [
            message
            for number, message in sorted(self.account.box.messages.items())
            if number > self._begun and message.out and message.peer_id.user_id == who
        ]

    def begin(self) -> None:
        """Hear only what is said from now on: the staff are the same people in every test, and hear the same words."""
        self._begun = max(self.account.box.messages, default=0)

    async def hears(self, who: int, text: str, *, after: int = 0) -> Any:
        """The bot's first message to somebody (with a higher id than `after`) that says this."""

        def found() -> Any:
            return next((each for each in self.heard(who) if each.id > after and text in each.message), None)

        return await until(found, f"{text!r} for {who}; heard {[each.message for each in self.heard(who)]}")

    async def hears_joined(self, who: int, text: str, *, after: int = 0) -> Any:
        """The same for words that wait a minute for more of them: their minute is over now."""
        connection = await asyncpg.connect(self._tickets_database)
        try:

            async def found() -> Any:
                await connection.execute(
                    "UPDATE tickets.notifications SET telegram_at = now() WHERE telegram_at > now()"
                )
                return next((each for each in self.heard(who) if each.id > after and text in each.message), None)

            return await until_async(found, f"{text!r} for {who}")
        finally:
            await connection.close()

    def tap(self, who: int, message: Any, label: str) -> None:
        """Tap the button with this label (or this beginning of its data)."""
        buttons = [button for row in message.reply_markup.rows for button in row.buttons]
        button = next(each for each in buttons if label in each.text)
        self.telegram.people.tap(who, self.account, message.id, button.type.data)

    # ------------------------------------------------------------ the bot

    async def health(self, port: int | None = None) -> dict[str, Any]:
        try:
            async with self._http.get(f"http://127.0.0.1:{port or self._ports['bot']}/health") as answer:
                found: dict[str, Any] = (await answer.json())["parts"]["telegram"]
                return found
        except aiohttp.ClientError:
            return {"status": "away"}

    async def telegram_is(self, status: str, detail: str = "", *, port: int | None = None) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = await self.health(port)
            if found["status"] == status and detail in (found.get("detail") or ""):
                return found
            assert time.monotonic() < deadline, found
            await asyncio.sleep(0.05)

    async def rows(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """A look into the bot's own tables."""
        return await self._looked(self.database, sql, *values)

    async def desk_rows(self, sql: str, *values: Any) -> list[asyncpg.Record]:
        """A look into the tables of tickets, or a change in them."""
        return await self._looked(self._tickets_database, sql, *values)

    async def admin_link(self) -> str:
        """The payload of the operator's link; prints it as the operator does, with the tool that is shipped."""
        command = (sys.executable, "-m", "tikethet_tickets.cli", "admin-link")
        environment = {"DATABASE_URL": self._tickets_database, "SECRET_KEY": self.keys.secret_key}
        made = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
        said = (await made.communicate())[0].decode()
        assert f"https://t.me/{self.account.user.username}?start=admin_" in said, said
        return said.partition("?start=")[2].split()[0]

    async def _looked(self, url: str, sql: str, *values: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url)
        try:
            return list(await connection.fetch(sql, *values))
        finally:
            await connection.close()
