"""What the bot remembers, and for how long."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tikethet_bot.rules.outgoing import Out
from tikethet_bot.store import SCHEMA, Effect, Pool, together
from tikethet_bot.store.effects import answered, asked, marked
from tikethet_bot.store.outbox import Outbox, filled
from tikethet_devstack.provision import Databases
from tikethet_events.migrate import migrate

from tests.bot.house import ANNA, House


@pytest.fixture
async def pool(postgres: Databases) -> AsyncIterator[Pool]:
    url = await postgres.database("tikethet_bot")
    connection = await asyncpg.connect(url)
    await migrate(connection, {"bot": SCHEMA}, schema="bot")
    await connection.close()
    async with asyncpg.create_pool(url, min_size=1, max_size=2) as pool:
        yield pool


@pytest.mark.parametrize(("days", "left"), [(13, 3), (15, 1), (91, 0)])
async def test_what_is_old_is_dropped(pool: Pool, days: int, left: int) -> None:
    for sql in (
        "INSERT INTO bot.drafts VALUES (1, 1, 'never sent', '{}', now() - make_interval(days => $1))",
        "INSERT INTO bot.notices VALUES (gen_random_uuid(), 1, '{}', '', now() - make_interval(days => $1))",
        "INSERT INTO bot.shown VALUES ('card:1', 1, 1, now() - make_interval(days => $1))",
    ):
        await pool.execute(sql, days)
    await Outbox(pool).sweep()
    counted = [
        await pool.fetchval(sql)
        for sql in (
            "SELECT count(*) FROM bot.drafts",
            "SELECT count(*) FROM bot.notices",
            "SELECT count(*) FROM bot.shown",
        )
    ]
    assert sum(counted) == left


async def test_what_follows_from_an_update_is_remembered_together_or_not_at_all(pool: Pool) -> None:
    await together(pool, [asked(1, "describe", "a kind")])
    ticket = "01a215bb-a11b-7c1d-aacc-0fb2f93490bd"
    said = filled("m:1", [Out(chat_id=1, text=text, purpose=text, ticket_id=ticket) for text in ("первое", "второе")])
    effects = [answered(1), marked(1, (7, 8), ticket, None), *said]

    async def rows() -> list[int]:
        open_questions = await pool.fetchval("SELECT count(*) FROM bot.dialogues")
        known = await pool.fetchval("SELECT count(*) FROM bot.messages")
        return [open_questions, known, len(await Outbox(pool).next(64, []))]

    with pytest.raises(asyncpg.UniqueViolationError):
        await together(pool, [*effects, Effect("INSERT INTO bot.foreign_groups VALUES ($1), ($1)", (5,)), answered(2)])
    assert await rows() == [1, 0, 0]
    await together(pool, effects)
    assert await rows() == [0, 2, 1]
    await together(pool, said)  # said before
    assert [row["content"] for row in await pool.fetch("SELECT content FROM bot.outbox ORDER BY id")] == [
        "первое",
        "второе",
    ]


@pytest.mark.slow
async def test_a_question_half_asked_is_still_asked_after_a_restart(house: House) -> None:
    house.say(ANNA, "/support")
    asked = await house.hears(ANNA, "К чему относится")
    house.tap(ANNA, asked, "экономика")
    described = await house.hears(ANNA, "Опишите")
    await house.bot.kill()
    await house.bot.restart()
    house.say(ANNA, "Торговец не берёт шкуры")
    await house.hears(ANNA, "открыто")
    [ticket] = await house.tickets_of(ANNA)
    assert ticket["category"]["icon"] == "💰"
    house.say(ANNA, "/support")
    again = await house.hears(ANNA, "К чему относится", after=described.id)
    house.tap(ANNA, again, "экономика")
    described = await house.hears(ANNA, "Опишите", after=again.id)
    house.tap(ANNA, described, "Отмена")
    await house.hears(ANNA, "ничего не меняем")
    house.say(ANNA, "И рога")
    await house.hold(ticket, "Торговец не берёт шкуры", "И рога")
