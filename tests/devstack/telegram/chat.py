"""A signed-in client of the unpatched library, and what it heard."""

import asyncio
from typing import Any

from pyrogram import Client
from pyrogram.handlers import CallbackQueryHandler, MessageHandler
from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.world import Bot

ANNA, MARIA = 5, 6
TOKEN = "7000000000:local"
PATIENCE_S = 20


class Chat:
    """A client that is signed in, what it heard, and the world it lives in."""

    def __init__(self, telegram: LocalTelegram, client: Client) -> None:
        self.telegram = telegram
        self.client = client
        self.heard: asyncio.Queue[Any] = asyncio.Queue()
        client.add_handler(MessageHandler(self._hear))
        client.add_handler(CallbackQueryHandler(self._hear))

    @property
    def bot(self) -> Bot:
        return self.telegram.world.bots[7000000000]

    async def next(self) -> Any:
        return await asyncio.wait_for(self.heard.get(), PATIENCE_S)

    async def _hear(self, _: Client, what: Any) -> None:
        self.heard.put_nowait(what)
