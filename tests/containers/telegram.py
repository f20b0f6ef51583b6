"""In a container of its own: the local Telegram, for the bot of another container.

`python telegram.py DIRECTORY TOKEN`. What people type comes in, and what they see goes out, over HTTP on the
container's own loopback (`Installation.types` and `reads`, through `docker compose exec`).
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from aiohttp import web
from tikethet_devstack.telegram.local import LocalTelegram

DOOR, INSIDE, PAGE = 4430, 4431, 4432
PEOPLE = {"customer": 700000001, "helper": 700000002, "admin": 700000003}


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One direction, until it ends."""
    try:
        while piece := await reader.read(65536):
            writer.write(piece)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()


async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """From the network of the containers to the loopback that the local Telegram listens on."""
    try:
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", INSIDE)
    except OSError:
        writer.close()
        return
    await asyncio.gather(copy(reader, inner_writer), copy(inner_reader, writer))


def page(telegram: LocalTelegram, token: str) -> web.Application:
    """`POST /say {as, text}` and `GET /chat/{who}`."""

    async def say(request: web.Request) -> web.Response:
        body = await request.json()
        said: Any = telegram.people.say(PEOPLE[body["as"]], telegram.world.bot(token), body["text"])
        return web.json_response({"id": said.id})

    async def chat(request: web.Request) -> web.Response:
        user_id = PEOPLE[request.match_info["who"]]
        box: Any = telegram.world.bot(token).box.messages.values()
        said = [each.message for each in box if getattr(each.peer_id, "user_id", 0) == user_id]
        return web.json_response(said)

    app = web.Application()
    app.add_routes([web.post("/say", say), web.get("/chat/{who}", chat)])
    return app


async def main(directory: Path, token: str) -> None:
    """Until the container ends."""
    async with LocalTelegram(directory, port=INSIDE) as telegram:
        for who, user_id in PEOPLE.items():
            telegram.world.person(user_id, who)
        runner = web.AppRunner(page(telegram, token), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", PAGE).start()
        async with await asyncio.start_server(carry, "0.0.0.0", DOOR) as door:  # noqa: S104 - in its container's networks
            await door.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
