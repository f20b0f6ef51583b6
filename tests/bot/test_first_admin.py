"""The operator's link, from the terminal into the chat: whoever opens it first becomes the administrator."""

import pytest

from tests.bot.house import ANNA, BORIS, House

DEAD = "ссылка больше не работает"


@pytest.mark.slow
async def test_the_link_makes_one_admin_once_and_in_time(bare_house: House) -> None:
    house = bare_house
    expired = await house.admin_link()
    await house.desk_rows("UPDATE tickets.admin_link SET expires_at = now()")
    house.say(BORIS, f"/start {expired}")
    late = await house.hears(BORIS, DEAD)
    replaced, payload = await house.admin_link(), await house.admin_link()
    house.say(BORIS, f"/start {replaced}")
    await house.hears(BORIS, DEAD, after=late.id)

    house.telegram.faults.lose_answers["messages.SendMessage"] = 1
    house.say(ANNA, f"/start {payload}")
    await house.hears(ANNA, "Ваша роль: ADMIN")
    house.say(ANNA, "/invite HELPER")
    invited = await house.hears(ANNA, "?start=invite_")
    again = house.say(ANNA, f"/start {payload}")
    await house.hears(ANNA, "", after=again.id)
    second = house.say(BORIS, f"/start {payload}")
    await house.hears(BORIS, DEAD, after=second.id)
    assert not [each for each in house.heard(BORIS) if "роль" in each.message]

    house.say(BORIS, f"/start {invited.message.partition('?start=')[2].split()[0]}")
    await house.hears(BORIS, "Ваша роль: HELPER")
