"""The local Telegram as an unpatched client library meets it."""

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pyrogram import Client, raw
from pyrogram.connection import Connection
from pyrogram.crypto import rsa
from pyrogram.errors import FloodWait, UserIsBlocked
from pyrogram.handlers import CallbackQueryHandler, MessageHandler
from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.keys import fingerprint_of
from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.world import Bot

ANNA = 5
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


@pytest.fixture
async def telegram(tmp_path: Path) -> AsyncIterator[LocalTelegram]:
    async with LocalTelegram(tmp_path) as telegram:
        telegram.world.person(ANNA, "Анна", username="anna")
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


async def test_a_word_there_and_a_word_back(chat: Chat) -> None:
    chat.telegram.people.say(ANNA, chat.bot, "/start ticket")
    heard = await chat.next()
    assert (heard.text, heard.from_user.username) == ("/start ticket", "anna")
    await heard.reply("Здравствуйте!")
    assert [(m.message, bool(m.out)) for m in chat.bot.box.messages.values()] == [
        ("/start ticket", False),
        ("Здравствуйте!", True),
    ]


async def test_a_tap_on_a_button(chat: Chat) -> None:
    sent: Any = await chat.client.send_message(ANNA, "Выберите")
    chat.telegram.people.tap(ANNA, chat.bot, sent.id, b"take:1")
    assert (await chat.next()).data == "take:1"


async def test_files_both_ways(chat: Chat) -> None:
    name = raw.types.DocumentAttributeFilename(file_name="log.txt")
    document = media.document(chat.telegram.world, b"z" * 1_200_000, "text/plain", [name])
    chat.telegram.people.say(ANNA, chat.bot, "", media=document)
    heard = await chat.next()
    assert heard.document.file_name == "log.txt"
    found = await chat.client.download_media(heard, in_memory=True)
    assert isinstance(found, io.BytesIO)
    assert found.getvalue() == b"z" * 1_200_000
    answer = io.BytesIO(b"y" * 600_000)
    answer.name = "answer.bin"
    sent: Any = await chat.client.send_document(ANNA, answer, caption="Вот")
    assert chat.telegram.world.files[chat.bot.box.messages[sent.id].media.document.id] == b"y" * 600_000


async def test_what_a_cut_line_missed_is_recovered(chat: Chat) -> None:
    chat.telegram.people.say(ANNA, chat.bot, "до обрыва", quiet=True)
    chat.telegram.server.cut()
    await chat.client.recover_gaps()
    assert (await chat.next()).text == "до обрыва"


async def test_a_random_id_sends_once(chat: Chat) -> None:
    peer: Any = await chat.client.resolve_peer(ANNA)
    query = raw.functions.messages.SendMessage(peer=peer, message="Ответ", random_id=77)
    first: Any = await chat.client.invoke(query)
    chat.telegram.repeat_is_an_error = False
    again: Any = await chat.client.invoke(query)
    assert again.updates[0].id == first.updates[0].id
    assert len(chat.bot.box.messages) == 1


async def test_limits_and_blocks_are_told_as_telegram_tells_them(chat: Chat) -> None:
    await chat.client.send_message(ANNA, "первое")
    chat.telegram.limits.flood(ANNA, 30)
    with pytest.raises(FloodWait) as flood:
        await chat.client.send_message(ANNA, "второе")
    assert flood.value.value == 30
    chat.telegram.limits.flood(ANNA, 0)
    chat.telegram.people.block(ANNA, chat.bot)
    with pytest.raises(UserIsBlocked):
        await chat.client.send_message(ANNA, "третье")


async def test_a_turned_salt_is_learnt(chat: Chat) -> None:
    chat.telegram.server.turn_salts()
    sent: Any = await chat.client.send_message(ANNA, "всё ещё здесь")
    assert sent.text == "всё ещё здесь"
