"""The page's calls: what it shows, what people on it do, and who may not."""

import base64
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import aiohttp
import pytest
from aiohttp import web
from init_data_py import validate_by_hash
from pyrogram import raw
from tikethet_devstack.process import free_port
from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.sandbox.serve import Sandbox
from tikethet_devstack.telegram.world import Bot

from tests.devstack.telegram.chat import ANNA, MARIA, TOKEN

types = raw.types
PEOPLE = {"customer": ANNA, "helper": MARIA}
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


class Screen:
    """The page, without its drawing."""

    def __init__(self, telegram: LocalTelegram, http: aiohttp.ClientSession) -> None:
        self.telegram = telegram
        self.http = http

    @property
    def bot(self) -> Bot:
        return self.telegram.world.bot(TOKEN)

    async def state(self, after: int = -1) -> Any:
        async with self.http.get("/sandbox/state", params={"after": after}) as answer:
            return await answer.json()

    async def do(self, path: str, asked: dict[str, Any], *, status: int = 200) -> Any:
        headers = {"X-Sandbox": "1"}
        async with self.http.post(f"/sandbox/{path}", json=asked, headers=headers) as answer:
            assert answer.status == status
            return await answer.json() if answer.content_type == "application/json" else None

    async def upload(self, data: bytes, content_type: str, **query: str) -> None:
        headers = {"X-Sandbox": "1", "Content-Type": content_type}
        async with self.http.post("/sandbox/upload", params=query, data=data, headers=headers) as answer:
            assert answer.status == 200

    def bot_says(self, text: str, markup: Any = None) -> Any:
        """The bot writes to Anna."""
        box = self.bot.box
        peer = types.PeerUser(user_id=ANNA)
        message = types.Message(
            id=box.next_id(), peer_id=peer, date=1, message=text, out=True, reply_markup=markup,
            from_id=types.PeerUser(user_id=self.bot.id),
        )  # fmt: skip
        self.telegram.world.post(self.bot, peer, message)
        return message


@pytest.fixture
async def screen(telegram: LocalTelegram) -> AsyncIterator[Screen]:
    runner = web.AppRunner(Sandbox(telegram, PEOPLE, TOKEN).app(), access_log=None)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        yield Screen(telegram, http)
    await runner.cleanup()


async def test_only_what_changed_is_told(screen: Screen) -> None:
    first = await screen.state()
    assert set(first["changed"]) == {"chat:customer", "chat:helper"}
    await screen.do("do/say", {"as": "customer", "text": "Добрый день"})
    then = await screen.state(first["revision"])
    assert list(then["changed"]) == ["chat:customer"]
    [message] = then["changed"]["chat:customer"]["messages"]
    assert (message["text"], message["mine"]) == ("Добрый день", True)


async def test_other_sites_change_nothing(screen: Screen) -> None:
    async with screen.http.post("/sandbox/do/say", json={"as": "customer", "text": "x"}) as answer:
        assert answer.status == 403
    assert screen.bot.box.messages == {}


async def test_malformed_words_are_refused(screen: Screen) -> None:
    await screen.do("do/dance", {}, status=400)
    await screen.do("do/say", {"as": "nobody", "text": "x"}, status=400)
    await screen.do("do/say", {"as": "customer", "text": " "}, status=400)
    await screen.do("kill", {"part": "postgres"}, status=400)
    async with screen.http.get("/sandbox/page/..%2Fserve.py") as answer:
        assert answer.status == 404


async def test_what_is_attached_is_never_taken_from_words(screen: Screen) -> None:
    await screen.do("do/say", {"as": "customer", "text": "Раз", "media": {"kind": "photo"}, "grouped_id": 1})
    [message] = screen.bot.box.messages.values()
    assert (message.media, message.grouped_id) == (None, None)


async def test_buttons_of_both_kinds(screen: Screen) -> None:
    inline = types.ReplyInlineMarkup(rows=[types.KeyboardInlineButtonRow(buttons=[
        types.KeyboardInlineButton(text="Взять", type=types.InlineButtonTypeCallback(data=b"take:1")),
        types.KeyboardInlineButton(text="Открыть", type=types.InlineButtonTypeWebView(url="https://desk.example/app/")),
    ])])  # fmt: skip
    below = types.ReplyKeyboardMarkup(rows=[types.KeyboardButtonRow(buttons=[
        types.KeyboardButton(text="Мой номер", type=types.ButtonTypeRequestPhone()),
    ])])  # fmt: skip
    message = screen.bot_says("Выберите", inline)
    screen.bot_says("Или так", below)
    shown = (await screen.state())["changed"]["chat:customer"]
    tap, app = shown["messages"][0]["buttons"][0]
    assert (tap["kind"], app["kind"], app["url"]) == ("tap", "app", "https://desk.example/app/")
    assert shown["keyboard"]["rows"] == [[{"text": "Мой номер", "kind": "contact"}]]
    asked = await screen.do("do/tap", {"as": "customer", "message": message.id, "data": tap["data"]})
    assert int(asked["query"]) > 0


async def test_pictures_go_in_an_album_and_come_back(screen: Screen) -> None:
    for name in ("a.png", "b.png"):
        await screen.upload(PNG, "image/png", **{"as": "customer", "kind": "photo", "name": name, "album": "one"})
    await screen.upload(b"<script>", "text/html", **{"as": "customer", "name": "page.html"})
    first, second, third = (await screen.state())["changed"]["chat:customer"]["messages"]
    assert first["album"] == second["album"] is not None
    async with screen.http.get(f"/sandbox/file/{first['media']['file']}") as answer:
        assert await answer.read() == PNG
    assert third["media"]["name"] == "page.html"
    async with screen.http.get(f"/sandbox/file/{third['media']['file']}") as answer:
        assert answer.content_type == "application/octet-stream"
        assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_edits_deletions_answers_places(screen: Screen) -> None:
    said = await screen.do("do/say", {"as": "customer", "text": "Раз"})
    await screen.do("do/edit", {"as": "customer", "message": said["id"], "text": "Два"})
    await screen.do("do/say", {"as": "customer", "text": "Ответ", "reply_to": said["id"]})
    await screen.do("do/share", {"as": "customer", "kind": "place"})
    messages = (await screen.state())["changed"]["chat:customer"]["messages"]
    assert [(each["text"], each["edited"]) for each in messages] == [("Два", True), ("Ответ", False), ("", False)]
    assert messages[1]["reply_to"] == said["id"]
    assert messages[2]["media"]["kind"] == "place"
    await screen.do("do/delete", {"as": "customer", "message": said["id"]})
    assert len((await screen.state())["changed"]["chat:customer"]["messages"]) == 2


async def test_a_group_is_connected_and_has_topics(screen: Screen) -> None:
    group = screen.telegram.crowd.group("Команда", MARIA)
    here = {"as": "helper", "group": group.id}
    await screen.do("do/connect", here | {"payload": "group_secret", "rights": "manage_topics pin_messages"})
    assert group.may(screen.bot.id, "pin_messages")
    assert not group.may(screen.bot.id, "delete_messages")
    made = await screen.do("do/topic", here | {"what": "create", "title": "#1042 Сундук"})
    await screen.do("do/say", here | {"topic": made["topic"], "text": "Ответ"})
    shown = (await screen.state())["changed"][f"group:{group.id}"]
    assert shown["bot"] == "admin"
    assert [each["title"] for each in shown["topics"]] == ["#1042 Сундук", "General"]
    assert [each.get("text") for each in shown["messages"] if each["topic"] == made["topic"]] == [None, "Ответ"]
    await screen.do("do/topic", here | {"what": "close", "topic": 1 + made["topic"]}, status=409)


async def test_the_app_is_opened_with_data_that_telegram_would_sign(screen: Screen) -> None:
    opened = await screen.do("launch", {"as": "customer", "start": "ticket_1042", "theme": {"bg_color": "#ffffff"}})
    path, _, launch = opened["url"].partition("#")
    told = {name: value for name, [value] in parse_qs(launch).items()}
    assert (path, told["tgWebAppStartParam"]) == ("/app/", "ticket_1042")
    data = validate_by_hash(told["tgWebAppData"], TOKEN)
    assert (data.user.id if data.user else None, data.start_param) == (ANNA, "ticket_1042")


async def test_the_answer_to_a_tap_reaches_who_tapped(screen: Screen) -> None:
    before = (await screen.state())["revision"]
    facts = {"bot": screen.bot.id, "query": 5, "user": MARIA, "text": "Готово", "alert": False, "url": None}
    screen.telegram.world.seen("callback_answer", facts)
    [answer] = (await screen.state(before))["answers"]
    assert (answer["as"], answer["text"]) == ("helper", "Готово")
