"""What else a bot does at Telegram: albums, media of every kind, commands by scope and language; what is refused."""

import asyncio
import io
import time
from typing import Any

import pytest
from pyrogram import raw, types
from pyrogram.enums import ParseMode
from pyrogram.errors import RPCError
from pyrogram.handlers import DeletedMessagesHandler, EditedMessageHandler
from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.methods import updates
from tikethet_devstack.telegram.sandbox import shown

from tests.devstack.telegram.chat import ANNA, PATIENCE_S, Chat


def named(data: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(data)
    file.name = name
    return file


async def until(found: Any) -> None:
    """Wait for a condition."""
    async with asyncio.timeout(PATIENCE_S):
        while not found():  # noqa: ASYNC110 - a condition of another task
            await asyncio.sleep(0.01)


async def test_an_album_goes_out_together(chat: Chat) -> None:
    pictures = [
        types.InputMediaPhoto(named(b"1" * 40, "1.jpg"), caption="Смотрите"),
        types.InputMediaPhoto(named(b"2" * 40, "2.jpg")),
    ]
    sent: Any = await chat.client.send_media_group(ANNA, pictures)  # type: ignore[arg-type]
    found = list(chat.bot.box.messages.values())
    assert [each.message for each in found] == ["Смотрите", ""]
    assert found[0].grouped_id == found[1].grouped_id == int(sent[0].media_group_id)
    assert [chat.telegram.world.files[each.media.photo.id][:1] for each in found] == [b"1", b"2"]


async def test_an_album_comes_in_together(chat: Chat) -> None:
    pictures = [media.photo(chat.telegram.world, bytes([number])) for number in (1, 2, 3)]
    chat.telegram.people.album(ANNA, chat.bot, pictures, "Вот так")
    heard = [await chat.next() for _ in pictures]
    assert [each.caption for each in heard] == ["Вот так", None, None]
    assert len({each.media_group_id for each in heard}) == 1


async def test_an_album_with_something_wrong_does_not_go_at_all(chat: Chat) -> None:
    peer: Any = await chat.client.resolve_peer(ANNA)
    known = media.photo(chat.telegram.world, b"jpeg").photo
    good = raw.types.InputMediaPhoto(id=raw.types.InputPhoto(id=known.id, access_hash=1, file_reference=b""))
    bad = raw.types.InputMediaPhoto(id=raw.types.InputPhoto(id=404, access_hash=1, file_reference=b""))
    items = [
        raw.types.InputSingleMedia(media=each, random_id=number, message="") for number, each in enumerate((good, bad))
    ]
    with pytest.raises(RPCError, match="MEDIA_EMPTY"):
        await chat.client.invoke(raw.functions.messages.SendMultiMedia(peer=peer, multi_media=items))
    assert chat.bot.box.messages == {}


@pytest.mark.parametrize("kind", ["photo", "voice", "video", "document"])
async def test_media_of_every_kind_goes_out(chat: Chat, kind: str) -> None:
    send = getattr(chat.client, f"send_{kind}")
    names = {"photo": "a.jpg", "voice": "a.ogg", "video": "a.mp4", "document": "a.pdf"}
    await send(ANNA, named(b"x" * 5000, names[kind]), caption="Подпись")
    [sent] = chat.bot.box.messages.values()
    expected = {"photo": "photo", "voice": "voice", "video": "video", "document": "document"}
    told = shown.message(chat.telegram.world, sent, mine=False)
    assert (told["media"]["kind"], told["text"]) == (expected[kind], "Подпись")
    assert chat.telegram.world.files[int(told["media"]["file"])] == b"x" * 5000


async def test_a_large_file_goes_in_large_parts(chat: Chat) -> None:
    data = bytes(range(256)) * 44_000  # above 10 MiB clients use saveBigFilePart
    await chat.client.send_document(ANNA, named(data, "big.bin"))
    [sent] = chat.bot.box.messages.values()
    assert chat.telegram.world.files[sent.media.document.id] == data


async def test_edits_and_deletions_are_heard(chat: Chat) -> None:
    heard: list[Any] = []

    async def hear(_: Any, what: Any) -> None:
        heard.append(what)

    chat.client.add_handler(EditedMessageHandler(hear))
    chat.client.add_handler(DeletedMessagesHandler(hear))
    said = chat.telegram.people.say(ANNA, chat.bot, "Опечтка")
    await chat.next()
    chat.telegram.people.edit(ANNA, chat.bot, said.id, "Опечатка")
    await until(lambda: len(heard) == 1)
    assert (heard[0].text, heard[0].edit_date is not None) == ("Опечатка", True)
    chat.telegram.people.delete(chat.bot, [said.id])
    await until(lambda: len(heard) == 2)
    assert [each.id for each in heard[1]] == [said.id]


async def test_the_bot_edits_and_deletes_its_own(chat: Chat) -> None:
    sent: Any = await chat.client.send_message(ANNA, "Раз")
    await chat.client.edit_message_text(ANNA, sent.id, "Два")
    with pytest.raises(RPCError, match="MESSAGE_NOT_MODIFIED"):
        await chat.client.edit_message_text(ANNA, sent.id, "Два")
    theirs = chat.telegram.people.say(ANNA, chat.bot, "моё")
    with pytest.raises(RPCError, match="MESSAGE_AUTHOR_REQUIRED"):
        await chat.client.edit_message_text(ANNA, theirs.id, "чужое")
    await chat.client.delete_messages(ANNA, sent.id)
    assert list(chat.bot.box.messages) == [theirs.id]


async def test_commands_by_scope_and_language(chat: Chat) -> None:
    async def offer(name: str, scope: Any, language: str) -> None:
        await chat.client.set_bot_commands([types.BotCommand(name, "Что она делает")], scope, language)

    everywhere: Any = types.BotCommandScopeDefault()  # type: ignore[no-untyped-call]  # the library has no types
    await offer("start", everywhere, "")
    await offer("begin", everywhere, "en")
    await offer("admin", types.BotCommandScopeChat(ANNA), "")
    assert [name for name, _ in shown.commands(chat.bot, 404, "ru")] == ["start"]
    assert [name for name, _ in shown.commands(chat.bot, 404, "en")] == ["begin"]
    assert [name for name, _ in shown.commands(chat.bot, ANNA, "en")] == ["admin"]
    await chat.client.delete_bot_commands(types.BotCommandScopeChat(ANNA))
    assert [name for name, _ in shown.commands(chat.bot, ANNA, "en")] == ["begin"]
    with pytest.raises(RPCError, match="BOT_COMMAND_INVALID"):
        await offer("Не то", everywhere, "")


async def test_the_menu_button_opens_the_app(chat: Chat) -> None:
    button = types.MenuButtonWebApp("Открыть", types.WebAppInfo(url="https://desk.example/app/"))
    await chat.client.set_chat_menu_button(menu_button=button)
    assert shown.chat(chat.telegram.world, chat.bot, ANNA)["menu"] == {
        "text": "Открыть",
        "url": "https://desk.example/app/",
    }


async def test_what_telegram_does_not_take(chat: Chat) -> None:
    def keys(**what: Any) -> Any:
        return types.InlineKeyboardMarkup([[types.InlineKeyboardButton("Взять", **what)]])

    with pytest.raises(RPCError, match="BUTTON_DATA_INVALID"):
        await chat.client.send_message(ANNA, "Слишком длинно", reply_markup=keys(callback_data="x" * 65))
    with pytest.raises(RPCError, match="BUTTON_URL_INVALID"):
        await chat.client.send_message(ANNA, "Не адрес", reply_markup=keys(url="нет"))
    with pytest.raises(RPCError, match="MESSAGE_TOO_LONG"):
        await chat.client.send_message(ANNA, "🙂" * 2049, parse_mode=ParseMode.DISABLED)
    with pytest.raises(RPCError, match="REPLY_MESSAGE_ID_INVALID"):
        await chat.client.send_message(ANNA, "Ответ", reply_parameters=types.ReplyParameters(message_id=404))
    wide = raw.types.MessageEntityBold(offset=0, length=9)
    peer: Any = await chat.client.resolve_peer(ANNA)
    query = raw.functions.messages.SendMessage(peer=peer, message="Коротко", random_id=1, entities=[wide])
    with pytest.raises(RPCError, match="ENTITY_BOUNDS_INVALID"):
        await chat.client.invoke(query)


async def test_a_long_difference_comes_in_slices(chat: Chat) -> None:
    for number in range(updates.SLICE + 20):
        chat.telegram.people.say(ANNA, chat.bot, f"{number}", quiet=True)
    first: Any = await chat.client.invoke(raw.functions.updates.GetDifference(pts=1, date=0, qts=0))
    assert isinstance(first, raw.types.updates.DifferenceSlice)
    state = first.intermediate_state
    rest: Any = await chat.client.invoke(raw.functions.updates.GetDifference(pts=state.pts, date=0, qts=0))
    said = [each.message for each in (*first.new_messages, *rest.new_messages)]
    assert said == [f"{number}" for number in range(updates.SLICE + 20)]
    chat.bot.box.forget()
    gone = await chat.client.invoke(raw.functions.updates.GetDifference(pts=1, date=0, qts=0))
    assert isinstance(gone, raw.types.updates.DifferenceTooLong)


async def test_a_random_id_is_remembered_for_so_long_only(chat: Chat) -> None:
    chat.telegram.random_ids_kept = 1
    peer: Any = await chat.client.resolve_peer(ANNA)
    for random_id in (1, 2, 1):
        await chat.client.invoke(raw.functions.messages.SendMessage(peer=peer, message="Ответ", random_id=random_id))
    assert len(chat.bot.box.messages) == 3


async def test_a_slow_line_and_a_planned_error(chat: Chat) -> None:
    chat.telegram.faults.latency_s = 0.2
    begun = time.monotonic()
    await chat.client.send_message(ANNA, "не спеша")
    assert time.monotonic() - begun >= 0.2
    chat.telegram.faults.errors["messages.SendMessage"] = [(500, "INTERNAL"), (403, "CHAT_WRITE_FORBIDDEN")]
    with pytest.raises(RPCError, match="CHAT_WRITE_FORBIDDEN"):  # the library itself tries again after a 500
        await chat.client.send_message(ANNA, "нельзя")
