"""A button tapped twice does what it does once."""

from tests.bot.house import ADMIN, HELPER, House, until, until_async
from tests.bot.test_tickets_in_the_chat import labels, opened, shown


async def test_a_template_is_sent_once(town: House, anna: int) -> None:
    admin = await town.join(ADMIN, "Игорь")
    await town.command(admin, "POST", "templates", {"name": "Дважды", "texts": {"ru": "Уже смотрим."}})
    ticket = await opened(town, anna, "Скоро?")
    screen = await shown(town, HELPER, ticket)
    for times in (1, 2):
        town.tap(HELPER, screen, "Шаблон")
        offered = await town.hears(HELPER, "Чем ответить", after=screen.id)
        town.tap(HELPER, offered, "Дважды")
        preview = await town.hears(HELPER, "Уже смотрим.", after=offered.id)
        for _ in range(2):
            town.tap(HELPER, preview, "Отправить")
        sent = await town.hears(HELPER, "Отправлено", after=preview.id)
        screen = await town.hears(HELPER, "Отправлено", after=sent.id)
        await town.hold(ticket, "Скоро?", *["Уже смотрим."] * times)
        town.tap(HELPER, await town.hears(HELPER, f"🆕 #{ticket['number']}"), "Ещё")
        screen = await town.hears(HELPER, "Ответьте на это сообщение", after=screen.id)


async def test_an_own_question_is_asked_once(town: House) -> None:
    helper = await town.join(HELPER, "Мария")
    words = town.say(HELPER, "А мне кто поможет?")
    asked = await town.hears(HELPER, "Куда это отправить?", after=words.id)
    for _ in range(2):
        town.tap(HELPER, asked, "собственный вопрос")
    await town.hears(HELPER, "открыто", after=asked.id)
    await town.hears(HELPER, "отправлено или удалено", after=asked.id)

    async def mine() -> bool:
        found = (await town.command(helper, "GET", "tickets?requester=me"))["items"]
        return [each["description"] for each in found] == ["А мне кто поможет?"]

    await until_async(mine, "one ticket")
    [ticket] = (await town.command(helper, "GET", "tickets?requester=me"))["items"]
    await town.command(helper, "POST", f"tickets/{ticket['id']}/close", {})


async def test_who_may_take_from_a_colleague_says_so(town: House, anna: int) -> None:
    town.say(ADMIN, "/start")
    await town.hears(ADMIN, "новые обращения")
    ticket = await opened(town, anna, "Кто возьмёт?")
    mine, theirs = await town.hears(HELPER, "Кто возьмёт?"), await town.hears(ADMIN, "Кто возьмёт?")
    take = theirs.reply_markup.rows[0].buttons[0].type.data
    town.tap(HELPER, mine, "Взять")
    await until(lambda: labels(theirs) == ["✋ Мария"], "the card says so")
    town.telegram.people.tap(ADMIN, town.account, theirs.id, take)  # seen a moment too late
    asked = await town.hears(ADMIN, "уже занимается Мария")
    assert (await town.tickets_of(anna))[0]["assigned_to"]["first_name"] == "Мария"
    town.tap(ADMIN, asked, "Забрать себе")
    await town.hears(ADMIN, f"#{ticket['number']} теперь ваше")
    town.telegram.people.tap(HELPER, town.account, mine.id, take)
    await town.hears(HELPER, "уже занимается Игорь")
