"""Routes of the page, and who is told of a change.

The gateway shows them at ``/sandbox``, in demo mode and to this machine only. Whatever changes something needs the
header ``X-Sandbox``, so that no other site's page can do it.
"""

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from aiohttp import web
from tikethet_service import texts

from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.sandbox import house, launch, shown
from tikethet_devstack.telegram.sandbox.hands import Hands
from tikethet_devstack.telegram.sessions import RpcFault
from tikethet_devstack.telegram.world import Bot

PAGE: Final = Path(__file__).parent / "page"
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)
FRAMED: Final = "frame.html"
"""The window between the page and a Mini App: the only thing of ours that stands in a frame."""
FILE_POLICY: Final = "default-src 'none'; sandbox"
SHOWN_TYPES: Final = ("image/jpeg", "image/png", "image/webp", "image/gif", "audio/", "video/")
"""What a browser may show; any other upload is for saving."""
LONG_POLL_S: Final = 3
"""Short, because a gateway that is asked to stop waits for the answers it owes."""
GATHER_S: Final = 0.03
"""Changes in quick succession are told together."""
FILE_MAX: Final = 20 * 1024 * 1024
"""As much as a bot may fetch."""
TYPING_S: Final = 5.0


class Sandbox:
    """The page and its calls over one local Telegram: ``people`` sit at the screen, ``token`` opens the bot."""

    def __init__(self, telegram: LocalTelegram, people: Mapping[str, int], token: str) -> None:
        self._telegram = telegram
        self._people = people
        self._token = token
        self._hands = Hands(telegram, people, self._bot)
        self._revision = int(time.time()) * 1000  # higher after a restart: a page that stayed open asks from there
        self._changed = asyncio.Event()
        self._answers: deque[dict[str, Any]] = deque(maxlen=20)
        self._typing: dict[int, float] = {}
        self._told: dict[str, tuple[int, str]] = {}
        telegram.world.onlookers.append(self._seen)

    def app(self) -> web.Application:
        """Everything below ``/sandbox``."""
        app = web.Application(client_max_size=FILE_MAX + 1024, middlewares=[_guard])
        app.add_routes([
            web.get("/sandbox/", _page), web.get("/sandbox/page/{name}", _page), web.get("/sandbox/texts", _texts),
            web.get("/sandbox/state", self._state), web.get("/sandbox/file/{id}", self._file),
            web.post("/sandbox/do/{what}", self._do), web.post("/sandbox/upload", self._upload),
            web.post("/sandbox/launch", self._launch), web.post("/sandbox/cut", self._cut),
            web.post("/sandbox/kill", self._kill),
        ])  # fmt: skip
        return app

    @property
    def _bot(self) -> Bot:
        return self._telegram.world.bot(self._token)

    # ------------------------------------------------------------ what there is to see

    def _seen(self, kind: str, facts: dict[str, Any]) -> None:
        self._revision += 1
        if kind == "callback_answer":
            known = {name: facts[name] for name in ("text", "alert", "url")}
            who = next((each for each, user_id in self._people.items() if user_id == facts["user"]), None)
            self._answers.append({"revision": self._revision, "query": str(facts["query"]), "as": who, **known})
        if kind == "typing":
            self._typing[facts["user"]] = time.monotonic() + TYPING_S
        if kind == "message" and facts["message"].out:
            self._typing.pop(facts["message"].peer_id.user_id, None)
        self._changed.set()

    async def _state(self, request: web.Request) -> web.Response:
        """What changed since ``after``; waits for it."""
        after = int(request.query.get("after", "-1"))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LONG_POLL_S):
                while self._revision <= after:
                    self._changed.clear()
                    await self._changed.wait()
                    await asyncio.sleep(GATHER_S)
        now, world, bot = time.monotonic(), self._telegram.world, self._bot
        found = {f"chat:{who}": shown.chat(world, bot, user_id) for who, user_id in self._people.items()}
        found |= {f"group:{each.id}": shown.group(world, bot, each) for each in world.groups.values()}
        answer = {
            "revision": self._revision,
            "changed": {name: facts for name, facts in found.items() if self._is_news(name, facts, after)},
            "answers": [each for each in self._answers if each["revision"] > after >= 0],
            "typing": [who for who, user_id in self._people.items() if self._typing.get(user_id, 0) > now],
            "connected": self._telegram.server.connected(bot.id),
        }
        return web.json_response(answer)

    def _is_news(self, name: str, facts: dict[str, Any], after: int) -> bool:
        said = json.dumps(facts, sort_keys=True)
        known = self._told.get(name)
        if known is None or known[1] != said:
            self._told[name] = known = (self._revision, said)
        return known[0] > after

    async def _file(self, request: web.Request) -> web.Response:
        file_id = int(request.match_info["id"])
        data = self._telegram.world.files.get(file_id)
        if data is None:
            raise web.HTTPNotFound
        kind = getattr(self._telegram.world.media.get(file_id), "mime_type", "image/jpeg")
        if not kind.startswith(SHOWN_TYPES):
            kind = "application/octet-stream"
        headers = {"Content-Security-Policy": FILE_POLICY, "Content-Type": kind}
        return web.Response(body=data, headers=headers)

    # ------------------------------------------------------------ what people do

    async def _do(self, request: web.Request) -> web.Response:
        return web.json_response(self._hands.do(request.match_info["what"], await request.json()))

    async def _upload(self, request: web.Request) -> web.Response:
        return web.json_response(self._hands.upload(dict(request.query), await request.read(), request.content_type))

    async def _launch(self, request: web.Request) -> web.Response:
        asked = await request.json()
        user = self._telegram.world.user(self._people[asked["as"]])
        url = launch.address(user, self._token, start=str(asked.get("start", "")), theme=asked.get("theme"))
        return web.json_response({"url": url})

    async def _cut(self, _request: web.Request) -> web.Response:
        self._telegram.server.cut()
        return web.json_response({})

    async def _kill(self, request: web.Request) -> web.Response:
        asked = await request.json()
        return web.json_response({"killed": house.kill(str(asked["part"]))})


@web.middleware
async def _guard(request: web.Request, handler: Callable[[web.Request], Any]) -> web.StreamResponse:
    """Refuses changes from other sites; what cannot be read is the asker's fault."""
    if request.method != "GET" and request.headers.get("X-Sandbox") != "1":
        raise web.HTTPForbidden
    try:
        answer: web.StreamResponse = await handler(request)
    except RpcFault as fault:
        return web.json_response({"error": fault.message}, status=409)
    except (ValueError, KeyError, TypeError, json.JSONDecodeError):
        raise web.HTTPBadRequest from None
    framed = request.path.endswith(f"/{FRAMED}")
    answer.headers.setdefault("Content-Security-Policy", POLICY + ("'self'" if framed else "'none'"))
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "no-store"
    return answer


async def _page(request: web.Request) -> web.FileResponse:
    name = request.match_info.get("name", "index.html")
    known = {each.name: each for each in PAGE.iterdir()}
    if name not in known:
        raise web.HTTPNotFound
    return web.FileResponse(known[name])


async def _texts(request: web.Request) -> web.Response:
    language = texts.language_of(request.query.get("language"))
    return web.json_response(texts.messages(language, "sandbox"))
