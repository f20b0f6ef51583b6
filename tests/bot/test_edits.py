"""Answers that take several messages, edited: the customer reads what was said last, once."""

from typing import Any

import pytest
from tikethet_bot.rules.saying import parts
from tikethet_devstack.telegram import media

from tests.bot.house import ANNA, HELPER, House, until, until_async
from tests.bot.test_files import PNG, opened


async def answered(house: House, ticket: Any, text: str) -> str:
    """An answer of the helper's, given at the desk; the path of its message there."""
    helper = await house.join(HELPER, "Мария")
    path = f"tickets/{ticket['id']}/messages"
    said = await house.command(helper, "POST", path, {"content": text})
    return f"{path}/{said['id']}"


async def edit(house: House, path: str, text: str) -> None:
    helper = await house.join(HELPER, "Мария")
    await house.command(helper, "PATCH", path, {"content": text})


async def shown(house: House, who: int, ticket: Any, text: str, after: int) -> list[Any]:
    """The messages that say exactly this answer and nothing else, as soon as they do."""
    wanted = list(parts(f"💬 #{ticket['number']}\n{text}"))

    def so() -> list[Any]:
        found = [each for each in house.heard(who) if each.id > after]
        return found if [each.message for each in found] == wanted else []

    found: list[Any] = await until(so, f"{[each[:20] for each in wanted]} for {who}")
    return found


async def test_an_edit_reaches_every_message_of_an_answer(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Расскажите всё")
    before = max(each.id for each in town.heard(anna))
    path = await answered(town, ticket, "а" * 4096)
    first = await shown(town, anna, ticket, "а" * 4096, before)
    assert len(first) == 2
    await edit(town, path, "😀" * 4096)
    grown = await shown(town, anna, ticket, "😀" * 4096, before)
    assert [each.id for each in grown[:2]] == [each.id for each in first]
    assert grown[2].reply_to.reply_to_msg_id == first[1].id
    await edit(town, path, "коротко")
    [left] = await shown(town, anna, ticket, "коротко", before)
    assert left.id == first[0].id
    await edit(town, path, "б" * 4096)
    await shown(town, anna, ticket, "б" * 4096, before)
    helper = await town.join(HELPER, "Мария")
    await town.command(helper, "DELETE", path)
    await until(lambda: not [each for each in town.heard(anna) if each.id > before], "all of it is gone")


async def test_an_edit_leaves_the_file_beside_it(town: House, anna: int) -> None:
    await opened(town, anna, "Расскажите и покажите")
    card = await town.hears(HELPER, "Расскажите и покажите")
    picture = media.photo(town.telegram.world, PNG + b"edit")
    said = town.say(HELPER, "подпись", media=picture, reply_to=card.id)
    answer = await town.hears(anna, "подпись")
    town.telegram.people.edit(HELPER, town.account, said.id, "длинно " * 200)
    more = await town.hears(anna, "длинно", after=answer.id)
    assert answer.media is not None
    town.telegram.people.edit(HELPER, town.account, said.id, "опять коротко")
    await until(lambda: "опять коротко" in answer.message, "the edit")
    await until(lambda: more.id not in town.account.box.messages, "the rest is gone")


@pytest.mark.slow
@pytest.mark.parametrize("repeat_is_an_error", [True, False])
async def test_killed_in_the_middle_an_edit_is_shown_whole_and_once(house: House, repeat_is_an_error: bool) -> None:  # noqa: FBT001
    house.telegram.repeat_is_an_error = repeat_is_an_error
    ticket = await opened(house, ANNA, "Расскажите всё")
    before = max(each.id for each in house.heard(ANNA))
    path = await answered(house, ticket, "коротко")
    await shown(house, ANNA, ticket, "коротко", before)
    for text, call in (
        ("😀" * 4096, "messages.EditMessage"),
        ("потом " * 600, "messages.DeleteMessages"),
        ("🙂" * 4096, "messages.SendMessage"),
    ):
        house.telegram.faults.lose_answers[call] = 1
        await edit(house, path, text)
        await until(lambda: not any(house.telegram.faults.lose_answers.values()), f"{call} was answered in vain")
        await house.bot.kill()
        await house.bot.restart()
        await shown(house, ANNA, ticket, text.strip(), before)

    async def all_sent() -> bool:
        return not await house.rows("SELECT 1 FROM bot.outbox WHERE delivered_at IS NULL AND given_up IS NULL")

    await until_async(all_sent, "an empty outbox")
    await shown(house, ANNA, ticket, "🙂" * 4096, before)
