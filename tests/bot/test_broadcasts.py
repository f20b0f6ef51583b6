"""One message to many: composed, seen, confirmed, counted; over a kill, and stopped halfway."""

from typing import Any

import pytest

from tests.bot.house import ADMIN, HELPER, House, until, until_async

CROWD = range(500, 540)


async def gather(house: House) -> None:
    """People who have all written once."""
    for who in (*CROWD, ADMIN):
        house.telegram.world.person(who, f"Человек {who}", username=f"user_{who}")
        house.say(who, "/start")
    for who in CROWD:
        await house.hears(who, "Здравствуйте")
    await house.hears(ADMIN, "новые обращения")


async def confirmed(house: House, text: str) -> Any:
    """The broadcast as its author started it; the message that says how far it is."""
    house.say(ADMIN, "/broadcast")
    asked = await house.hears(ADMIN, "Что разослать")
    house.say(ADMIN, text)
    preview = await house.hears(ADMIN, "Так это придёт", after=asked.id)
    house.tap(ADMIN, preview, "клиентам")
    chosen = await house.hears(ADMIN, f"Дойдёт до {len(CROWD)} из", after=preview.id)
    house.tap(ADMIN, chosen, "Отправить")
    return await house.hears(ADMIN, "Рассылка", after=chosen.id)


def copies(house: House, text: str) -> list[int]:
    return [len([each for each in house.heard(who) if each.message == text]) for who in CROWD]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_everybody_gets_it_once_over_a_kill_and_the_author_sees_how_it_went(house: House) -> None:
    await gather(house)
    house.account.blocked_by.add(CROWD[3])  # without a word: only sending tells
    progress = await confirmed(house, "Завтра профилактика")
    await until(lambda: sum(copies(house, "Завтра профилактика")) > 5, "the first copies")
    await house.bot.kill()
    await house.bot.restart()
    await until(lambda: "Рассылка окончена" in progress.message, "the report", 120)
    expected = [0 if who == CROWD[3] else 1 for who in CROWD]
    assert copies(house, "Завтра профилактика") == expected
    reached = sum(expected)
    assert f"Доставлено {reached}, не дошло 1" in progress.message
    assert progress.reply_markup is None


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_stopped_one_reaches_nobody_else(house: House) -> None:
    await gather(house)
    for who in CROWD[20:]:
        house.telegram.limits.flood(who, 600)  # these wait, so that there is something to stop
    progress = await confirmed(house, "Не всем")
    await until(lambda: sum(copies(house, "Не всем")) == 20, "the first half")
    house.tap(ADMIN, progress, "Остановить")
    await until(lambda: "Рассылка остановлена" in progress.message, "the report", 120)

    async def nothing_waits() -> bool:
        sql = "SELECT 1 FROM bot.outbox WHERE broadcast_id IS NOT NULL AND delivered_at IS NULL AND given_up IS NULL"
        return not await house.rows(sql)

    await until_async(nothing_waits, "the rest is given up")
    assert sum(copies(house, "Не всем")) == 20


async def test_only_admins_send_one(town: House, anna: int) -> None:
    town.say(HELPER, "/broadcast")
    await town.hears(HELPER, "нет на это прав")
    town.say(anna, "/broadcast")
    await town.hears(anna, "для сотрудников")


async def test_too_long_a_text_is_refused_kindly_and_nothing_is_lost(town: House) -> None:
    town.say(ADMIN, "/broadcast")
    asked = await town.hears(ADMIN, "Что разослать")
    town.say(ADMIN, "😀" * 2048 + "!!")
    await town.hears(ADMIN, "длиннее одного сообщения на 2 знака", after=asked.id)
    town.say(ADMIN, "Коротко")
    preview = await town.hears(ADMIN, "Так это придёт", after=asked.id)
    town.tap(ADMIN, preview, "Отмена")
    await town.hears(ADMIN, "ничего не меняем", after=preview.id)


async def test_each_role_has_its_commands_in_its_language(town: House, anna: int) -> None:
    def listed(who: int) -> list[str] | None:
        found = town.account.commands.get((f"BotCommandScopePeer{who}", ""))
        return None if found is None else [name for name, _ in found]

    town.say(anna, "/start")
    await town.hears(anna, "Здравствуйте")
    await until(lambda: "admin" in (listed(HELPER) or ()), "the helper's commands")
    assert "broadcast" not in (listed(HELPER) or ())
    assert listed(anna) is None
    town.say(ADMIN, f"/role @user_{anna} ADMIN")
    await until(lambda: "broadcast" in (listed(anna) or ()), "an admin's commands")
    town.say(anna, "/language")
    town.tap(anna, await town.hears(anna, "Выберите язык"), "English")
    await until(lambda: ("stats", "Numbers") in town.account.commands[f"BotCommandScopePeer{anna}", ""], "in English")
    town.say(ADMIN, f"/role @user_{anna} USER")
    await until(lambda: listed(anna) is None, "everybody's commands again")
