"""What a customer meets in the chat."""

from pyrogram import raw

from tests.bot.house import ANNA, HELPER, House, until


async def test_words_become_a_ticket_and_the_answer_comes_back_as_a_reply(house: House) -> None:
    house.say(HELPER, "/start")
    await house.hears(HELPER, "новые обращения")
    question = house.say(ANNA, "Пропал меч. Вчера ещё был!")
    opened = await house.hears(ANNA, "открыто")
    assert opened.reply_to.reply_to_msg_id == question.id
    [ticket] = await house.tickets_of(ANNA)
    assert (ticket["title"], ticket["description"]) == ("Пропал меч.", "Пропал меч. Вчера ещё был!")
    card = await house.hears(HELPER, "🆕")
    house.say(HELPER, "Сейчас посмотрим", reply_to=card.id)
    answer = await house.hears(ANNA, "Сейчас посмотрим")
    assert f"#{ticket['number']}" in answer.message
    assert answer.reply_to.reply_to_msg_id == question.id
    house.say(ANNA, "Жду", reply_to=answer.id)
    await house.hears(HELPER, "Жду")
    assert await house.said_in(ticket) == ["Пропал меч. Вчера ещё был!", "Сейчас посмотрим", "Жду"]


async def test_start_greets_and_registers(house: House) -> None:
    house.say(ANNA, "/start")
    greeting = await house.hears(ANNA, "Здравствуйте, Анна")
    labels = [button.text for row in greeting.reply_markup.rows for button in row.buttons]
    assert any("Игровая механика" in label for label in labels)
    assert await house.tickets_of(ANNA) == []


async def test_a_bare_greeting_opens_nothing(house: House) -> None:
    house.say(ANNA, "Привет!")
    await house.hears(ANNA, "О чём ваш вопрос")
    assert await house.tickets_of(ANNA) == []


async def test_support_leads_to_a_ticket_of_the_chosen_category(house: House) -> None:
    house.say(ANNA, "/support")
    asked = await house.hears(ANNA, "К чему относится")
    house.tap(ANNA, asked, "экономика")
    await house.hears(ANNA, "Опишите")
    house.say(ANNA, "Аукцион не отдаёт золото")
    await house.hears(ANNA, "открыто")
    [ticket] = await house.tickets_of(ANNA)
    assert ticket["category"]["icon"] == "💰"


async def test_edits_and_deletions_follow(house: House) -> None:
    house.say(HELPER, "/start")
    house.say(ANNA, "Первое")
    await house.hears(ANNA, "открыто")
    second = house.say(ANNA, "Втрое")
    shown = await house.hears(HELPER, "Втрое")
    house.telegram.people.edit(ANNA, house.account, second.id, "Второе")
    await until(lambda: "Второе" in shown.message, "the edit")
    house.telegram.people.delete(house.account, [second.id])
    await until(lambda: shown.id not in house.account.box.messages, "the deletion")


async def test_several_open_tickets_the_bot_says_where(house: House) -> None:
    for title in ("Первый вопрос", "Второй вопрос"):
        house.say(ANNA, "/support")
        asked = await house.hears(ANNA, "К чему относится", after=max(house.account.box.messages))
        house.tap(ANNA, asked, "экономика")
        await house.hears(ANNA, "Опишите", after=asked.id)
        house.say(ANNA, title)
        await house.hears(ANNA, "открыто", after=asked.id + 1)
    house.say(ANNA, "и ещё одно")
    await house.hears(ANNA, "Добавлено к обращению")


async def test_a_file_is_not_kept_and_the_sender_is_told(house: House) -> None:
    geo = raw.types.MessageMediaGeo(geo=raw.types.GeoPoint(long=1.0, lat=2.0, access_hash=1))
    house.say(ANNA, "Мы тут", media=geo)
    await house.hears(ANNA, "Файл не сохранён")
    [ticket] = await house.tickets_of(ANNA)
    assert ticket["description"] == "Мы тут\n[геопозиция — не сохранена]"


async def test_status_language_privacy_help_and_unknown(house: House) -> None:
    house.say(ANNA, "Где мой меч?")
    await house.hears(ANNA, "открыто")
    house.say(ANNA, "/status")
    listed = await house.hears(ANNA, "1 открытое обращение")
    house.tap(ANNA, listed, "#")
    await house.hears(ANNA, "Ответьте на это сообщение")
    house.say(ANNA, "/wat")
    await house.hears(ANNA, "Такой команды нет")
    house.say(ANNA, "/privacy")
    await house.hears(ANNA, "Мы храним")
    house.say(ANNA, "/language")
    house.tap(ANNA, await house.hears(ANNA, "Выберите язык"), "English")
    await house.hears(ANNA, "We speak English")
    house.say(ANNA, "/help")
    await house.hears(ANNA, "Just write your question")
