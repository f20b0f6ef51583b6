"""A thousand messages both ways, files among them, while the bot is killed and the line is cut at random."""

import asyncio
import random
from collections import defaultdict
from typing import Any

import aiohttp
import pytest
from tikethet_devstack.telegram import media

from tests.bot.house import HELPER, House, until, until_async

CUSTOMERS = range(300, 350)
MESSAGES = 1000
KILLS = 15
IN, FILE = 0.6, 0.1
"""Chances that a message comes from a customer, and that it carries a file."""


async def keep_file(house: House, member: str, number: int) -> str:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", f"content {number}".encode(), filename=f"файл {number}.txt", content_type="text/plain")
    found: dict[str, Any] = await house.upload(member, form)
    return str(found["id"])


async def disturb(house: House, chance: random.Random) -> None:
    """Kill the bot and cut its line, now before it is up again, now in the middle of its work."""
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 4))
        if chance.random() < 0.4:
            house.telegram.server.cut()
            await asyncio.sleep(chance.uniform(0, 0.5))
        await house.bot.kill()
        house.bot.process.spawn()


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_a_thousand_messages_arrive_once_and_in_order_whatever_dies(house: House) -> None:
    chance = random.Random(7)
    helper = await house.join(HELPER, "Мария")  # she does not talk to the bot: her chat would be the limit
    for who in CUSTOMERS:
        house.telegram.world.person(who, "Клиент")
        house.say(who, "Вопрос")
    tickets = {}
    for who in CUSTOMERS:
        await house.hears(who, "открыто")
        [tickets[who]] = await house.tickets_of(who)

    said: dict[int, list[str]] = defaultdict(list)
    answered: dict[int, list[str]] = defaultdict(list)
    with_file: set[str] = set()
    async with asyncio.TaskGroup() as group:
        trouble = group.create_task(disturb(house, chance))
        for number in range(MESSAGES):
            who, incoming, carries = chance.choice(CUSTOMERS), chance.random() < IN, chance.random() < FILE
            words = f"{'слово' if incoming else 'ответ'} {number}"
            (said if incoming else answered)[who].append(words)
            if carries:
                with_file.add(words)
            if incoming:
                carried = media.document(house.telegram.world, words.encode(), "text/plain", []) if carries else None
                house.say(who, words, media=carried)
            else:
                body: dict[str, Any] = {"content": words}
                if carries:
                    body["attachments"] = [await keep_file(house, helper, number)]
                await house.command(helper, "POST", f"tickets/{tickets[who]['id']}/messages", body)
            await asyncio.sleep(chance.uniform(0, 0.06))
        await trouble

    def heard(who: int) -> list[Any]:
        return [each for each in house.heard(who) if "ответ " in each.message]

    def words_of(message: Any) -> str:
        return f"ответ {message.message.rpartition('ответ ')[2].strip()}"

    for who in CUSTOMERS:
        await until(lambda who=who: len(heard(who)) >= len(answered[who]), f"answers to {who}", 240)  # type: ignore[misc]

        async def all_of_it(who: int = who) -> list[Any]:
            found = await house.messages_of(tickets[who])
            return found if len(found) >= len(said[who]) + len(answered[who]) else []

        kept = await until_async(all_of_it, f"words of {who}", 240) if said[who] or answered[who] else []
        assert [each["content"] for each in kept if "слово" in each["content"]] == said[who]
        assert {each["content"] for each in kept if each["attachments"]} == with_file & {*said[who], *answered[who]}
        assert [words_of(each) for each in heard(who)] == answered[who]
        assert {words_of(each) for each in heard(who) if each.media} == with_file & {*answered[who]}
        assert len(await house.tickets_of(who)) == 1
