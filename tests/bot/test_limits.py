"""What the desk's limits mean in the chat: nobody waits for an hour without a word."""

import pytest

from tests.bot.house import ADMIN, ANNA, House


async def limit(house: House, **settings: int) -> None:
    await house.command(await house.join(ADMIN, "Игорь"), "PATCH", "desk", settings)


async def ask_anew(house: House, text: str, *, after: int) -> int:
    """A question under a topic of its own; the id of the message that asks it."""
    house.say(ANNA, "/support")
    house.tap(ANNA, await house.hears(ANNA, "К чему относится", after=after), "экономика")
    described = await house.hears(ANNA, "Опишите", after=after)
    house.say(ANNA, text)
    return int(described.id)


@pytest.mark.slow
async def test_a_ticket_too_many_is_refused_with_a_word_and_the_chat_goes_on(house: House) -> None:
    await limit(house, tickets_per_hour=1)
    first = await ask_anew(house, "Пропал меч", after=0)
    opened = await house.hears(ANNA, "открыто", after=first)
    second = await ask_anew(house, "Пропал щит", after=opened.id)
    refused = await house.hears(ANNA, "можно открыть через", after=second)
    assert "1 час" in refused.message or "минут" in refused.message
    house.say(ANNA, "И ножны")
    [ticket] = await house.tickets_of(ANNA)
    await house.hold(ticket, "Пропал меч", "И ножны")


@pytest.mark.slow
async def test_words_too_many_in_a_minute_wait_for_the_next(house: House) -> None:
    house.say(ANNA, "Пропал меч")
    await house.hears(ANNA, "открыто")
    [ticket] = await house.tickets_of(ANNA)
    await limit(house, messages_per_minute=1)
    house.say(ANNA, "раз")
    await house.hold(ticket, "Пропал меч", "раз")
    house.say(ANNA, "два")
    await limit(house, messages_per_minute=0)
    await house.hold(ticket, "Пропал меч", "раз", "два")
