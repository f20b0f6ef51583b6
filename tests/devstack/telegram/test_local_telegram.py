"""The local Telegram as an unpatched client library meets it."""

import io
from typing import Any

import pytest
from pyrogram import raw
from pyrogram.errors import FloodWait, UserIsBlocked
from tikethet_devstack.telegram import media

from tests.devstack.telegram.chat import ANNA, Chat


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
    assert 20 < int(str(flood.value.value)) <= 30  # seconds that are left
    chat.telegram.limits.flood(ANNA, 0)
    chat.telegram.people.block(ANNA, chat.bot)
    with pytest.raises(UserIsBlocked):
        await chat.client.send_message(ANNA, "третье")


async def test_a_turned_salt_is_learnt(chat: Chat) -> None:
    chat.telegram.server.turn_salts()
    sent: Any = await chat.client.send_message(ANNA, "всё ещё здесь")
    assert sent.text == "всё ещё здесь"
