"""What a customer meets in the chat."""

from pyrogram import raw
from tikethet_devstack.telegram import media

from tests.bot.house import HELPER, House, until, until_async


async def test_words_become_a_ticket_and_the_answer_comes_back_as_a_reply(town: House, anna: int) -> None:
    question = town.say(anna, "Пропал меч. Вчера ещё был!")
    opened = await town.hears(anna, "открыто")
    assert opened.reply_to.reply_to_msg_id == question.id
    [ticket] = await town.tickets_of(anna)
    assert (ticket["title"], ticket["description"]) == ("Пропал меч.", "Пропал меч. Вчера ещё был!")
    card = await town.hears(HELPER, "Пропал меч")
    town.say(HELPER, "Сейчас посмотрим", reply_to=card.id)
    answer = await town.hears(anna, "Сейчас посмотрим")
    assert f"#{ticket['number']}" in answer.message
    assert answer.reply_to.reply_to_msg_id == question.id
    offer = await town.hears(HELPER, f"#{ticket['number']} пока ничьё")
    town.tap(HELPER, offer, "Взять")
    taken = await town.hears(HELPER, f"#{ticket['number']} теперь ваше")
    town.say(anna, "Жду ответа", reply_to=answer.id)
    town.say(anna, "И ещё жду")
    await town.hold(ticket, "Пропал меч. Вчера ещё был!", "Сейчас посмотрим", "Жду ответа", "И ещё жду")
    joined = await town.hears_joined(HELPER, "Жду ответа", after=taken.id)
    assert joined.message.endswith("Жду ответа\n\nИ ещё жду")


async def test_start_greets_and_registers(town: House, anna: int) -> None:
    town.say(anna, "/start")
    greeting = await town.hears(anna, "Здравствуйте, Анна")
    labels = [button.text for row in greeting.reply_markup.rows for button in row.buttons]
    assert any("Игровая механика" in label for label in labels)
    assert await town.tickets_of(anna) == []


async def test_a_bare_greeting_opens_nothing(town: House, anna: int) -> None:
    town.say(anna, "Привет!")
    await town.hears(anna, "О чём ваш вопрос")
    assert await town.tickets_of(anna) == []


async def test_support_leads_to_a_ticket_of_the_chosen_category(town: House, anna: int) -> None:
    town.say(anna, "/support")
    asked = await town.hears(anna, "К чему относится")
    town.tap(anna, asked, "экономика")
    await town.hears(anna, "Опишите")
    town.say(anna, "Аукцион не отдаёт золото")
    await town.hears(anna, "открыто")
    [ticket] = await town.tickets_of(anna)
    assert ticket["category"]["icon"] == "💰"


async def test_edits_and_deletions_follow(town: House, anna: int) -> None:
    town.say(anna, "Первое")
    await town.hears(anna, "открыто")
    card = await town.hears(HELPER, "Первое")
    town.tap(HELPER, card, "Взять")
    await town.hears(HELPER, "теперь ваше", after=card.id)
    second = town.say(anna, "Втрое")
    shown = await town.hears_joined(HELPER, "Втрое")
    town.telegram.people.edit(anna, town.account, second.id, "Второе")
    await until(lambda: "Второе" in shown.message, "the edit")
    town.telegram.people.delete(town.account, [second.id])
    await until(lambda: shown.id not in town.account.box.messages, "the deletion")


async def test_several_open_tickets_the_bot_says_where(town: House, anna: int) -> None:
    for title in ("Первый вопрос", "Второй вопрос"):
        town.say(anna, "/support")
        asked = await town.hears(
            anna, "К чему относится", after=max(each.id for each in town.heard(anna)) if town.heard(anna) else 0
        )
        town.tap(anna, asked, "экономика")
        await town.hears(anna, "Опишите", after=asked.id)
        town.say(anna, title)
        await town.hears(anna, "открыто", after=asked.id + 1)
    town.say(anna, "и ещё одно")
    added = await town.hears(anna, "Добавлено к обращению")
    first, second = await town.tickets_of(anna)
    went, other = (second, first) if f"#{second['number']}" in added.message else (first, second)
    town.tap(anna, added, f"→ #{other['number']}")
    moved = await town.hears(anna, f"Перенесено в обращение #{other['number']}")
    await town.hold(other, other["description"], "и ещё одно")
    [said] = [each for each in town.account.box.messages.values() if each.message == "и ещё одно" and not each.out]
    town.telegram.people.edit(anna, town.account, said.id, "и ещё два")  # it follows where it went
    await town.hold(other, other["description"], "и ещё два")
    assert "и ещё одно" not in await town.said_in(went)
    town.say(anna, "туда же", reply_to=moved.id)
    await town.hold(other, other["description"], "и ещё два", "туда же")


async def test_a_new_question_turns_out_to_be_about_the_old_one(town: House, anna: int) -> None:
    town.say(anna, "Не приходит код")
    await town.hears(anna, "открыто")
    [old] = await town.tickets_of(anna)
    helper = await town.join(HELPER, "Мария")
    await town.command(helper, "POST", f"tickets/{old['id']}/close", {})
    closed = await town.hears(anna, "закрыто")
    town.say(anna, "Опять не приходит")
    opened = await town.hears(anna, "открыто", after=closed.id)
    town.tap(anna, opened, f"Это про #{old['number']}")
    await town.hears(anna, f"Добавлено к обращению #{old['number']}", after=opened.id)
    await town.hold(old, "Не приходит код", "Опять не приходит")

    async def states() -> bool:
        return [each["status"] for each in await town.tickets_of(anna)] == ["OPEN", "CLOSED"]

    await until_async(states, "the old one goes on, the new one is closed")


async def test_files_are_kept_with_the_message(town: House, anna: int) -> None:
    name = raw.types.DocumentAttributeFilename(file_name="лог.txt")
    file = media.document(town.telegram.world, b"line\n" * 50_000, "text/plain", [name])
    town.say(anna, "", media=file)
    await town.hears(anna, "открыто")
    [ticket] = await town.tickets_of(anna)
    assert (ticket["title"], ticket["description"]) == ("Без слов", "")
    assert [(each["filename"], each["size"]) for each in ticket["attachments"]] == [("лог.txt", 250_000)]
    card = await town.hears(HELPER, f"#{ticket['number']}")
    assert card.media.document.attributes[0].file_name == "лог.txt"


async def test_a_file_that_cannot_be_kept_is_said_so(town: House, anna: int) -> None:
    file = media.document(town.telegram.world, b"MZ" * 11_000_000, "video/mp4", [])
    town.say(anna, "Вот запись", media=file)
    await town.hears(anna, "Файл не сохранён")
    [ticket] = await town.tickets_of(anna)
    assert ticket["description"] == "Вот запись\n[документ — файл не сохранён]"


async def test_a_place_is_said_in_words(town: House, anna: int) -> None:
    geo = raw.types.MessageMediaGeo(geo=raw.types.GeoPoint(long=1.0, lat=2.0, access_hash=1))
    town.say(anna, "Мы тут", media=geo)
    await town.hears(anna, "открыто")
    [ticket] = await town.tickets_of(anna)
    assert ticket["description"] == "Мы тут\n📍 2.000000, 1.000000"


async def test_status_language_privacy_help_and_unknown(town: House, anna: int) -> None:
    town.say(anna, "Где мой меч?")
    await town.hears(anna, "открыто")
    town.say(anna, "/status")
    listed = await town.hears(anna, "1 открытое обращение")
    town.tap(anna, listed, "#")
    await town.hears(anna, "Ответьте на это сообщение")
    town.say(anna, "/wat")
    await town.hears(anna, "Такой команды нет")
    town.say(anna, "/privacy")
    await town.hears(anna, "Мы храним")
    town.say(anna, "/language")
    town.tap(anna, await town.hears(anna, "Выберите язык"), "English")
    await town.hears(anna, "We speak English")
    town.say(anna, "/help")
    await town.hears(anna, "Just write your question")


async def test_an_answer_is_rated_with_one_tap(town: House, anna: int) -> None:
    town.say(anna, "Как сменить пароль?")
    await town.hears(anna, "открыто")
    card = await town.hears(HELPER, "Как сменить пароль?")
    town.tap(HELPER, card, "Решено")
    asked = await town.hears(anna, "Оцените ответ")
    town.tap(anna, asked, "4 ★")
    thanks = await town.hears(anna, "Спасибо за оценку: ★★★★")
    town.tap(anna, thanks, "пару слов")
    await town.hears(anna, "Что понравилось")
    town.say(anna, "Быстро и понятно")
    await town.hears(anna, "передали команде")
    town.tap(anna, asked, "1 ★")
    await town.hears(anna, "уже оценено")
    [ticket] = await town.tickets_of(anna)
    assert ticket["rating"] == 4


async def test_the_menu_button_speaks_the_language_of_its_chat(town: House, anna: int) -> None:
    menu = town.account.menu
    await until(lambda: 0 in menu, "everybody's button")
    assert menu[0].text == "Открыть приложение"
    town.telegram.world.person(anna, "Ann", username=f"user_{anna}", lang_code="en")
    town.say(anna, "/start")
    await until(lambda: anna in menu, "a button of her own")
    assert (menu[anna].text, menu[anna].url) == ("Open the app", menu[0].url)
    town.say(anna, "/language")
    asked = await town.hears(anna, "Choose a language")
    town.tap(anna, asked, "Русский")
    await until(lambda: anna not in menu, "everybody's button again")
    town.say(anna, "/language")
    town.tap(anna, await town.hears(anna, "Выберите язык", after=asked.id), "English")
    await until(lambda: anna in menu, "a button of her own again")
