"""A world that outlives its process."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

from pyrogram import raw
from tikethet_devstack.telegram import kept, media
from tikethet_devstack.telegram.kept import Kept
from tikethet_devstack.telegram.local import LocalTelegram

from tests.devstack.telegram.chat import ANNA, MARIA, TOKEN, client_of

types = raw.types


def furnished(directory: Path) -> LocalTelegram:
    """A world with something of everything in it."""
    telegram = LocalTelegram(directory)
    telegram.world.person(ANNA, "Анна", username="anna")
    telegram.world.person(MARIA, "Мария")
    bot = telegram.world.bot(TOKEN)
    bot.commands["BotCommandScopeDefault", "ru"] = [("start", "Начать")]
    bot.menu[0] = types.BotMenuButton(text="Открыть", url="https://desk.example/app/")
    bot.about["ru"] = {"description": "Поддержка"}
    picture = media.photo(telegram.world, b"jpeg")
    telegram.people.say(ANNA, bot, "/start", media=picture)
    telegram.people.block(ANNA, bot)
    bot.sent[77] = (0, 1)
    group = telegram.crowd.group("Команда", MARIA)
    telegram.crowd.start_group(MARIA, group, bot, "secret", "manage_topics")
    topic = telegram.crowd.create_topic(MARIA, group, "Вопрос")
    telegram.crowd.say(MARIA, group, "Ответ", topic=topic)
    telegram.crowd.delete_topic(MARIA, group, telegram.crowd.create_topic(MARIA, group, "Лишнее"))
    return telegram


async def kept_by(telegram: LocalTelegram, directory: Path) -> None:
    """Kept to the end, as by a process that was asked to stop."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(0.05):
            await Kept(telegram.world, directory).run()


async def test_everything_is_there_again(tmp_path: Path) -> None:
    telegram = furnished(tmp_path)
    await kept_by(telegram, tmp_path)
    again = LocalTelegram(tmp_path)
    Kept(again.world, tmp_path).load()
    elsewhere = tmp_path / "elsewhere"
    await kept_by(again, elsewhere)
    assert (elsewhere / "world.msgpack").read_bytes() == (tmp_path / "world.msgpack").read_bytes()
    assert again.world.files == telegram.world.files
    assert again.world.groups[1_000_000_001].topics[4].title == "Вопрос"


async def test_after_a_kill_no_number_means_two_things(tmp_path: Path) -> None:
    telegram = furnished(tmp_path)
    kept_there = Kept(telegram.world, tmp_path)
    saving = asyncio.get_running_loop().create_task(kept_there.run())
    await asyncio.sleep(0)  # saved once, and then killed: the goodbye never comes
    snapshot = (tmp_path / "world.msgpack").read_bytes()
    saving.cancel()
    await asyncio.wait([saving])
    (tmp_path / "world.msgpack").write_bytes(snapshot)
    before = telegram.world.bot(TOKEN).box
    again = LocalTelegram(tmp_path)
    Kept(again.world, tmp_path).load()
    after = again.world.bot(TOKEN).box
    assert (after.pts, after.last_id) == (before.pts + kept.LEAP, before.last_id + kept.LEAP)
    assert [pts for pts, _ in after.since(1, 100) or []] == [pts for pts, _ in before.since(1, 100) or []]


async def test_a_client_goes_on_where_it_was(tmp_path: Path) -> None:
    telegram = furnished(tmp_path)
    await kept_by(telegram, tmp_path)
    again = LocalTelegram(tmp_path)
    Kept(again.world, tmp_path).load()
    async with again, client_of(again) as client:
        again.people.say(ANNA, again.world.bot(TOKEN), "после перерыва")
        query = raw.functions.updates.GetDifference(pts=1, date=0, qts=0)
        found: Any = await client.invoke(query)
    assert [each.message for each in found.new_messages] == ["/start", "после перерыва"]
