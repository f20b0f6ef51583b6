"""A signed-in client of the unpatched library, and what it heard."""

import asyncio
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyrogram import Client
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.handlers import CallbackQueryHandler, MessageHandler
from tikethet_devstack.telegram.keys import fingerprint_of
from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.world import Bot

ANNA, MARIA = 5, 6
TOKEN = "7000000000:local"
PATIENCE_S = 20


def client_of(telegram: LocalTelegram, **more: Any) -> Client:
    """A client that takes this server for Telegram."""
    public = load_pem_public_key(telegram.key_file.read_bytes())
    assert isinstance(public, RSAPublicKey)
    numbers = public.public_numbers()
    rsa.server_public_keys[fingerprint_of(public)] = rsa.PublicKey(numbers.n, numbers.e)

    class Here(Connection):
        def __init__(self, **given: Any) -> None:
            super().__init__(**(given | {"server_address": "127.0.0.1", "port": telegram.port}))

    return Client(
        "bot", api_id=1, api_hash="local", bot_token=TOKEN, in_memory=True, connection_factory=Here,
        skip_updates=False, sleep_threshold=0, **more,
    )  # fmt: skip


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
