"""``python -m tikethet_devstack.telegram DIRECTORY PORT PAGE_PORT TOKEN``: the demo's Telegram and its chat page.

Chats begin empty at every start; numbers go on from the clock, so that a bot which remembers more notices it.
"""

import asyncio
import signal
import sys
import time
from pathlib import Path
from typing import Final

from aiohttp import web

from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.sandbox import Sandbox

BEGINNING: Final = 1_780_000_000
"""Seconds since the epoch from which numbers are counted: small, yet always higher at the next start."""
PEOPLE: Final = (
    (700000001, "Алексей", "Морозов", "alexey_m"),
    (700000002, "Мария", "Соколова", "maria_help"),
    (700000003, "Игорь", "Власов", "igor_admin"),
)


async def serve(directory: Path, port: int, page_port: int, token: str) -> None:
    """Serve until SIGTERM or SIGINT; the page shows the chats of the bot that `token` opens."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    first_id = max(0, int(time.time()) - BEGINNING)
    async with LocalTelegram(directory, port=port, first_id=first_id) as telegram:
        for user_id, first_name, last_name, username in PEOPLE:
            telegram.world.person(user_id, first_name, last_name=last_name, username=username)
        people = {"customer": PEOPLE[0][0], "helper": PEOPLE[1][0], "admin": PEOPLE[2][0]}
        runner = web.AppRunner(Sandbox(telegram, people, token).app(), access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", page_port).start()
        await told.wait()
        await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
