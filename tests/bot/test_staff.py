"""What staff do in the chat."""

from tests.bot.house import ADMIN, HELPER, House


async def opened(town: House, who: int, text: str) -> int:
    town.say(who, text)
    await town.hears(who, "открыто")
    [ticket] = await town.tickets_of(who)
    number: int = ticket["number"]
    return number


async def test_take_note_and_resolve(town: House, anna: int) -> None:
    number = await opened(town, anna, "Не могу войти с телефона")
    card = await town.hears(HELPER, "Не могу войти с телефона")
    town.tap(HELPER, card, "Взять")
    taken = await town.hears(HELPER, f"#{number} теперь ваше")
    await town.hears(anna, "уже занимаются")
    town.say(HELPER, "//похоже на сбой", reply_to=taken.id)
    town.tap(HELPER, card, "Решено")
    await town.hears(anna, f"#{number} решено")
    [ticket] = await town.tickets_of(anna)
    assert (ticket["status"], ticket["assigned_to"]["first_name"]) == ("RESOLVED", "Мария")
    assert await town.said_in(ticket) == ["Не могу войти с телефона", "похоже на сбой"]
    assert not [each for each in town.heard(anna) if "сбой" in each.message]
    town.say(anna, "Спасибо!")
    await town.hears(anna, "Рады помочь")
    assert (await town.tickets_of(anna))[0]["status"] == "RESOLVED"
    town.say(anna, "Опять не пускает")
    await town.hears(anna, f"Добавлено к обращению #{number}")
    assert (await town.tickets_of(anna))[0]["status"] == "IN_PROGRESS"


async def test_words_that_are_no_reply_wait_for_a_tap(town: House, anna: int) -> None:
    number = await opened(town, anna, "Потерялся питомец")
    card = await town.hears(HELPER, "Потерялся питомец")
    town.tap(HELPER, card, "Взять")
    await town.hears(HELPER, f"#{number} теперь ваше")
    words = town.say(HELPER, "Он в стойле у мельницы")
    asked = await town.hears(HELPER, "Куда это отправить?", after=words.id)
    assert not [each for each in town.heard(anna) if "мельницы" in each.message]
    town.tap(HELPER, asked, f"Ответ в #{number}")
    answer = await town.hears(anna, "мельницы")
    assert f"#{number}" in answer.message


async def test_edits_of_answers_follow(town: House, anna: int) -> None:
    await opened(town, anna, "Сколько стоит щит?")
    card = await town.hears(HELPER, "Сколько стоит щит?")
    said = town.say(HELPER, "Сто", reply_to=card.id)
    answer = await town.hears(anna, "Сто")
    town.telegram.people.edit(HELPER, town.account, said.id, "Двести")
    await town.hears(anna, "Двести")
    assert answer.message.endswith("Двести")


async def test_roles_and_blocks_are_checked_at_each_use(town: House, anna: int) -> None:
    town.say(anna, "/role @somebody ADMIN")
    await town.hears(anna, "для сотрудников")
    town.say(HELPER, f"/role @user_{anna} HELPER")
    await town.hears(HELPER, "нет на это прав")
    town.say(ADMIN, f"/role @user_{anna} HELPER")
    await town.hears(ADMIN, "теперь HELPER")
    town.say(ADMIN, f"/role @user_{anna} USER")
    await town.hears(ADMIN, "теперь USER")
    town.say(ADMIN, f"/block @user_{anna}")
    await town.hears(ADMIN, "доступ закрыт")
    town.say(anna, "Пустите")
    await town.hears(anna, "заблокирован")
    town.say(ADMIN, f"/unblock {anna}")
    await town.hears(ADMIN, "доступ открыт")
    town.say(ADMIN, "/role @nobody_at_all HELPER")
    await town.hears(ADMIN, "Не знаю, кто это")


async def test_the_queue(town: House, anna: int) -> None:
    await opened(town, anna, "Что с очередью?")
    town.say(ADMIN, "/admin")
    panel = await town.hears(ADMIN, "ничьих")
    town.tap(ADMIN, panel, "Очередь")
    listed = await town.hears(ADMIN, "Кто ждёт дольше всех")
    town.tap(ADMIN, listed, "#")
    await town.hears(ADMIN, "Ответьте на это сообщение")
    town.tap(ADMIN, panel, "Цифры")
    await town.hears(ADMIN, "За 7 дней")
    town.tap(ADMIN, panel, "Команда")
    team = await town.hears(ADMIN, "Нажмите, чтобы изменить роль")
    town.tap(ADMIN, team, "Мария")
    await town.hears(ADMIN, "Роль: HELPER")


async def test_duty_begins_and_ends_in_the_chat(town: House, anna: int) -> None:
    town.say(HELPER, "/on")
    await town.hears(HELPER, "Вы на дежурстве")
    number = await opened(town, anna, "Кто дежурит?")
    town.tap(HELPER, await town.hears(HELPER, "Кто дежурит?"), "Взять")
    taken = await town.hears(HELPER, f"#{number} теперь ваше")
    town.say(HELPER, "/off")
    asked = await town.hears(HELPER, "Что с ним", after=taken.id)
    town.tap(HELPER, asked, "Вернуть в очередь")
    await town.hears(HELPER, "Дежурство окончено", after=asked.id)
    [ticket] = await town.tickets_of(anna)
    assert ticket["assigned_to"] is None
    town.say(HELPER, "/on")
    await town.hears(HELPER, "Вы на дежурстве", after=asked.id)
    town.say(anna, "/on")
    await town.hears(anna, "для сотрудников")
