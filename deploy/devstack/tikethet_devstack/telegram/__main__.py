"""``python -m tikethet_devstack.telegram DIRECTORY PORT PAGE_PORT TOKEN``: the demo's Telegram and its chat page.

Chats are kept in DIRECTORY. Where none were kept, numbers begin with the clock, so that a bot which remembers more
notices it.
"""

import asyncio
import signal
import sys
import time
from pathlib import Path
from typing import Final

from aiohttp import web

from tikethet_devstack.telegram.kept import Kept
from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.sandbox.serve import Sandbox

BEGINNING: Final = 1_780_000_000
"""Seconds since the epoch from which numbers are counted: small, yet always higher at the next start."""
PEOPLE: Final = {
    "customer": (700000001, "Алексей", "Морозов", "alexey_m"),
    "helper": (700000002, "Мария", "Соколова", "maria_help"),
    "admin": (700000003, "Игорь", "Власов", "igor_admin"),
    "guest": (700000004, "Emma", "Clark", "emma_clark"),
}
SPEAK: Final = {"guest": "en"}
"""Whose Telegram speaks something else than Russian."""
LEAVE_S: Final = 0.5
STAFF_GROUP: Final = "Команда поддержки"


async def serve(directory: Path, port: int, page_port: int, token: str) -> None:
    """Serve until SIGTERM or SIGINT; the page shows the chats of the bot that `token` opens."""
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    telegram = LocalTelegram(directory, port=port, first_id=max(0, int(time.time()) - BEGINNING))
    kept = Kept(telegram.world, directory)
    kept.load()
    people = {who: user_id for who, (user_id, *_) in PEOPLE.items()}
    for who, (user_id, first_name, last_name, username) in PEOPLE.items():
        spoken = SPEAK.get(who, "ru")
        telegram.world.person(user_id, first_name, last_name=last_name, username=username, lang_code=spoken)
    if not telegram.world.groups:
        telegram.crowd.group(STAFF_GROUP, people["admin"], people["helper"])
    page = Sandbox(telegram, people, token).app()
    runner = web.AppRunner(page, access_log=None, shutdown_timeout=LEAVE_S)  # pages that wait for news are left alone
    await runner.setup()
    async with asyncio.TaskGroup() as tasks, telegram:
        saving = tasks.create_task(kept.run())
        await web.TCPSite(runner, "127.0.0.1", page_port).start()
        await told.wait()
        await runner.cleanup()
        saving.cancel()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
