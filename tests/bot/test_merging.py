"""Staff merge two tickets: their customer is told, and what they answer in the chat arrives where it goes on."""

from tests.bot.house import HELPER, House, until
from tests.bot.test_tickets_in_the_chat import labels


async def test_an_answer_to_what_ended_goes_on_in_the_other(town: House, anna: int) -> None:
    town.say(anna, "Не могу войти")
    await town.hears(anna, "Обращение #")
    first = (await town.tickets_of(anna))[0]
    card = await town.hears(HELPER, "Не могу войти")
    member, helper = await town.join(anna, "Анна"), await town.join(HELPER, "Мария")
    general = {"title": "Вход опять", "description": "Всё ещё", "category_id": first["category"]["id"]}
    second = await town.command(member, "POST", "tickets", general)
    await town.command(helper, "POST", f"tickets/{first['id']}/messages", {"content": "Смотрим"})
    answer = await town.hears(anna, "Смотрим")
    await town.command(helper, "POST", f"tickets/{first['id']}/merge", {"into": second["id"]})
    told = await town.hears(anna, f"#{first['number']} объединено с #{second['number']}")
    await until(lambda: labels(card) == ["✅ Решено"], "the card of what ended")
    town.say(anna, "Жду", reply_to=answer.id)
    await town.hold(second, "Всё ещё", "Жду")
    town.say(anna, "И ещё", reply_to=told.id)
    await town.hold(second, "Всё ещё", "Жду", "И ещё")
    await town.command(helper, "POST", f"tickets/{first['id']}/unmerge")
    await town.hears(anna, f"#{first['number']} снова открыто")
    await until(lambda: "✅ Решено" not in labels(card), "the card says how it stands again")
    town.say(anna, "Про первое", reply_to=answer.id)
    await town.hold(first, "Не могу войти", "Смотрим", "Про первое")
