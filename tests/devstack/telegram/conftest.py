"""A client of the unpatched library, signed in at a local Telegram of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyrogram import Client
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from tikethet_devstack.telegram.keys import fingerprint_of
from tikethet_devstack.telegram.local import LocalTelegram

from tests.devstack.telegram.chat import ANNA, MARIA, TOKEN, Chat


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(tmp_path) as telegram:
        telegram.world.person(ANNA, "Анна", username="anna")
        telegram.world.person(MARIA, "Мария", username="maria")
        yield telegram


@pytest.fixture
async def chat(telegram: LocalTelegram, tmp_path: Path) -> AsyncIterator[Chat]:
    public = load_pem_public_key(telegram.key_file.read_bytes())
    assert isinstance(public, RSAPublicKey)
    numbers = public.public_numbers()
    rsa.server_public_keys[fingerprint_of(public)] = rsa.PublicKey(numbers.n, numbers.e)

    class Here(Connection):
        def __init__(self, **given: Any) -> None:
            super().__init__(**(given | {"server_address": "127.0.0.1", "port": telegram.port}))

    client = Client(
        "bot", api_id=1, api_hash="local", bot_token=TOKEN, in_memory=True, connection_factory=Here,
        skip_updates=False, sleep_threshold=0, workdir=str(tmp_path),
    )  # fmt: skip
    chat = Chat(telegram, client)
    await client.start()
    yield chat
    await client.stop()
