"""The chat page of the demo: what people would see in their Telegram clients, over HTTP on loopback.

The gateway shows it at ``/sandbox``, in demo mode and to this machine only. Whatever changes something needs the header
``X-Sandbox``, so that no other site's page can do it.
"""

import asyncio
import base64
import contextlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from tikethet_service import texts

from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.world import Bot

PAGE: Final = Path(__file__).parent / "page"
POLICY: Final = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'"
LONG_POLL_S: Final = 10
SHOWN: Final = 200
"""So many of a chat's newest messages."""
PHOTO_MAX: Final = 10 * 1024 * 1024


class Sandbox:
    """The page and its calls over one local Telegram: ``people`` sit at the screen, ``token`` opens the bot."""

    def __init__(self, telegram: LocalTelegram, people: Mapping[str, int], token: str) -> None:
        self._telegram = telegram
        self._people = people
        self._token = token
        self._revision = 0
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        telegram.world.seen = self._seen

    def app(self) -> web.Application:
        """Everything below ``/sandbox``."""
        app = web.Application(client_max_size=PHOTO_MAX + 1024, middlewares=[_guard])
        page: dict[str, str] = {"": "index.html", "sandbox.js": "sandbox.js", "sandbox.css": "sandbox.css"}
        app.add_routes([web.get(f"/sandbox/{path}", _file(PAGE / name)) for path, name in page.items()])
        app.add_routes([
            web.get("/sandbox/texts", _texts), web.get("/sandbox/state", self._state),
            web.get("/sandbox/file/{id}", self._photo_of), web.post("/sandbox/say", self._say),
            web.post("/sandbox/tap", self._tap), web.post("/sandbox/photo", self._photo),
            web.post("/sandbox/cut", self._cut),
        ])  # fmt: skip
        return app

    @property
    def _bot(self) -> Bot:
        return self._telegram.world.bot(self._token)

    def _seen(self, _kind: str, _facts: dict[str, Any]) -> None:
        self._revision += 1
        task = asyncio.get_running_loop().create_task(self._wake())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _state(self, request: web.Request) -> web.Response:
        after = int(request.query.get("after", "-1"))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONG_POLL_S), self._changed:
                await self._changed.wait_for(lambda: self._revision != after)
        people = {who: self._chat(user_id) for who, user_id in self._people.items()}
        return web.json_response({"revision": self._revision, "people": people})

    def _chat(self, user_id: int) -> dict[str, Any]:
        person = self._telegram.world.user(user_id)
        box = self._bot.box.messages.values()
        messages = [each for each in box if getattr(each.peer_id, "user_id", None) == user_id][-SHOWN:]
        name = f"{person.first_name} {person.last_name or ''}".strip()
        return {"name": name, "messages": [_message(each) for each in messages]}

    async def _say(self, request: web.Request) -> web.Response:
        body = await request.json()
        said = str(body["text"])[:4096]
        message = self._telegram.people.say(self._people[body["as"]], self._bot, said)
        return web.json_response({"id": message.id})

    async def _tap(self, request: web.Request) -> web.Response:
        body = await request.json()
        data = base64.b64decode(body["data"])
        self._telegram.people.tap(self._people[body["as"]], self._bot, int(body["message"]), data)
        return web.json_response({})

    async def _photo(self, request: web.Request) -> web.Response:
        picture = media.photo(self._telegram.world, await request.read())
        message = self._telegram.people.say(self._people[request.query["as"]], self._bot, "", media=picture)
        return web.json_response({"id": message.id})

    async def _photo_of(self, request: web.Request) -> web.Response:
        data = self._telegram.world.files.get(int(request.match_info["id"]))
        if data is None:
            raise web.HTTPNotFound
        return web.Response(body=data, content_type="image/jpeg")

    async def _cut(self, _request: web.Request) -> web.Response:
        self._telegram.server.cut()
        return web.json_response({})


@web.middleware
async def _guard(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
    """Refuses changes from other sites; what cannot be read is the asker's fault."""
    if request.method != "GET" and request.headers.get("X-Sandbox") != "1":
        raise web.HTTPForbidden
    try:
        answer: web.StreamResponse = await handler(request)
    except (ValueError, KeyError, json.JSONDecodeError):
        raise web.HTTPBadRequest from None
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _file(path: Path) -> Callable[[web.Request], Any]:
    async def answer(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return answer


async def _texts(request: web.Request) -> web.Response:
    language = texts.language_of(request.query.get("language"))
    return web.json_response(texts.messages(language, "sandbox"))


def _message(message: Any) -> dict[str, Any]:
    found: Any = getattr(message, "media", None)
    kind = type(found).__name__
    return {
        "id": message.id,
        "out": bool(message.out),
        "text": message.message,
        "date": message.date,
        "edited": bool(message.edit_date),
        "reply_to": getattr(message.reply_to, "reply_to_msg_id", None),
        "photo": str(found.photo.id) if kind == "MessageMediaPhoto" else None,
        "document": _name_of(found.document) if kind == "MessageMediaDocument" else None,
        "buttons": _buttons(message.reply_markup),
    }


def _name_of(document: Any) -> str:
    named = (each.file_name for each in document.attributes if hasattr(each, "file_name"))
    return str(next(named, document.mime_type))


def _buttons(markup: Any) -> list[list[dict[str, Any]]]:
    return [[_button(each) for each in row.buttons] for row in getattr(markup, "rows", ())]


def _button(button: Any) -> dict[str, Any]:
    kind = getattr(button, "type", None)
    data = getattr(kind, "data", None)
    return {
        "text": button.text,
        "url": getattr(kind, "url", None),
        "data": base64.b64encode(data).decode() if data is not None else None,
    }
