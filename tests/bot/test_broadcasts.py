"""One message to many: composed, seen, confirmed, counted; over a kill, and stopped halfway."""

from typing import Any

import asyncpg
import pytest
from tikethet_bot.store.broadcasts import Broadcasts, Recipient
from tikethet_bot.store.outbox import Outbox

from tests.bot.house import ADMIN, ANNA, BORIS, HELPER, House, until, until_async

CROWD = range(500, 540)
DORA, EMIL = CROWD[0], CROWD[1]


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


async def nothing_waits(house: House) -> None:
    """Everything in the outbox was sent, or given up."""

    async def found() -> bool:
        return not await house.rows("SELECT 1 FROM bot.outbox WHERE delivered_at IS NULL AND given_up IS NULL")

    await until_async(found, "nothing waits")


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


async def test_who_is_in_the_outbox_is_told_of_by_their_row_whatever_became_of_the_chat(house: House) -> None:
    """Killed between a send and the report of it; its recipients are read from the start again."""
    members = {}
    for who in (ANNA, BORIS, DORA, EMIL):
        house.telegram.world.person(who, f"Человек {who}", username=f"user_{who}")
        house.say(who, "/start")
        await house.hears(who, "Здравствуйте")
        members[who] = await house.join(who, f"Человек {who}")
    await nothing_waits(house)
    await house.bot.kill()
    admin = await house.join(ADMIN, "Игорь")
    body = {"texts": {"ru": "Завтра профилактика"}, "audience": {"roles": ["USER"]}}
    started = await house.command(admin, "POST", "broadcasts", body)

    async with asyncpg.create_pool(house.database, min_size=1, max_size=1) as pool:
        outbox = Outbox(pool)
        await outbox.stopped(EMIL, "STOPPED")  # before the bot came to him
        items = [Recipient(member, who, "ru", "Завтра профилактика") for who, member in members.items()]
        assert await Broadcasts(pool).put(started["id"], items) == [members[EMIL]]
        rows = {row.chat_id: row for row in await outbox.next(10, [])}
        assert set(rows) == {ANNA, BORIS, DORA}
        await outbox.stopped(ANNA, "USER_IS_BLOCKED")  # what Telegram answered
        await outbox.delivered(rows[BORIS], 1_000_000)
        await outbox.stopped(BORIS, "STOPPED")
    await house.lost(members[BORIS])

    await house.bot.restart()

    async def ended() -> Any:
        found = await house.command(admin, "GET", f"broadcasts/{started['id']}")
        return found if found["status"] == "FINISHED" else None

    found = await until_async(ended, "the report")
    assert (found["delivered"], found["failed"], found["skipped"]) == (2, 1, 1)
    sql = "SELECT member_id::text, outcome FROM tickets.broadcast_recipients WHERE broadcast_id = $1::text::uuid"
    outcomes = {row["member_id"]: row["outcome"] for row in await house.desk_rows(sql, started["id"])}
    assert [outcomes[members[who]] for who in (ANNA, BORIS, DORA, EMIL)] == [
        "failed",
        "delivered",
        "delivered",
        "skipped",
    ]
    assert [each.message for each in house.heard(DORA)].count("Завтра профилактика") == 1


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
    await nothing_waits(house)
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
