"""Everything staff do with a ticket without ever leaving the chat, and the links that open the bot."""

from typing import Any

from tests.bot.house import ADMIN, ANNA, BORIS, HELPER, House, until


async def opened(house: House, who: int, text: str) -> Any:
    house.say(who, text)
    await house.hears(who, "открыто")
    [ticket] = await house.tickets_of(who)
    return ticket


async def shown(house: House, who: int, ticket: Any) -> Any:
    """The ticket opened from its card, with everything one can do."""
    card = await house.hears(who, f"🆕 #{ticket['number']}")
    house.tap(who, card, "Ещё")
    return await house.hears(who, "Ответьте на это сообщение", after=card.id)


def labels(message: Any) -> list[str]:
    return [button.text for row in message.reply_markup.rows for button in row.buttons]


async def test_a_card_says_who_took_it(town: House, anna: int) -> None:
    town.say(ADMIN, "/start")
    await town.hears(ADMIN, "новые обращения")
    ticket = await opened(town, anna, "Пропала лошадь")
    mine, theirs = await town.hears(HELPER, "Пропала лошадь"), await town.hears(ADMIN, "Пропала лошадь")
    town.tap(HELPER, mine, "Взять")
    await until(lambda: labels(theirs) == ["✋ Мария"], "the admin's card changes")
    await until(lambda: "✋ Ваше" in labels(mine), "the helper's card changes")
    assert "Пропала лошадь" in theirs.message
    town.tap(HELPER, mine, "Решено")
    await until(lambda: labels(theirs) == ["✅ Решено"], "it is resolved on every card")
    assert (await town.tickets_of(anna))[0]["number"] == ticket["number"]


async def test_answer_note_template_history_and_hand_on(town: House, anna: int) -> None:
    admin = await town.join(ADMIN, "Игорь")
    texts = {
        "ru": "Здравствуйте, {customer.first_name}! Смотрим.",
        "en": "Hello, {customer.first_name}!",
    }
    await town.command(admin, "POST", "templates", {"name": "Приветствие", "texts": texts})
    ticket = await opened(town, anna, "Не открывается сундук")
    screen = await shown(town, HELPER, ticket)
    town.tap(HELPER, screen, "Заметка")
    await town.hears(HELPER, "Напишите заметку", after=screen.id)
    town.say(HELPER, "сундук с багом")
    await town.hears(HELPER, "Отправлено", after=screen.id)
    town.tap(HELPER, screen, "Шаблон")
    offered = await town.hears(HELPER, "Чем ответить", after=screen.id)
    town.tap(HELPER, offered, "Приветствие")
    preview = await town.hears(HELPER, "Здравствуйте, Анна! Смотрим.", after=offered.id)
    assert not [each for each in town.heard(anna) if "Смотрим" in each.message]
    town.tap(HELPER, preview, "Отправить")
    await town.hears(anna, "Здравствуйте, Анна! Смотрим.")
    town.tap(HELPER, screen, "Ответить")
    await town.hears(HELPER, "Напишите ответ", after=preview.id)
    town.say(HELPER, "Готово, проверьте")
    await town.hears(anna, "Готово, проверьте")
    await town.hold(
        ticket, "Не открывается сундук", "сундук с багом", "Здравствуйте, Анна! Смотрим.", "Готово, проверьте"
    )
    town.tap(HELPER, screen, "История")
    assert "Мария" in (await town.hears(HELPER, "Что было с", after=preview.id)).message
    town.tap(HELPER, screen, "Передать")
    asked = await town.hears(HELPER, "Кому?", after=preview.id)
    town.tap(HELPER, asked, "Игорь")
    await town.hears(HELPER, "передано", after=asked.id)
    [ticket] = await town.tickets_of(anna)
    assert ticket["assigned_to"]["first_name"] == "Игорь"


async def test_a_link_opens_its_ticket_and_nobody_elses(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Где посылка?")
    town.say(anna, f"/start ticket_{ticket['number']}")
    await town.hears(anna, "Ответьте на это сообщение")
    town.say(BORIS, f"/start ticket_{ticket['number']}")
    await until(lambda: town.heard(BORIS), "an answer to Boris")
    assert "посылка" not in town.heard(BORIS)[-1].message


async def test_an_invite_makes_staff(town: House, anna: int) -> None:
    town.say(anna, "/start invite_nonsense")
    await town.hears(anna, "ссылка больше не работает")
    town.say(ADMIN, "/invite")
    asked = await town.hears(ADMIN, "Кем станет")
    town.tap(ADMIN, asked, "HELPER")
    made = await town.hears(ADMIN, "?start=invite_", after=asked.id)
    payload = made.message.partition("?start=")[2].split()[0]
    assert f"t.me/{town.account.user.username}?" in made.message
    town.say(anna, f"/start {payload}")
    await town.hears(anna, "Добро пожаловать в команду")
    town.say(BORIS, f"/start {payload}")
    await town.hears(BORIS, "ссылка больше не работает")
    town.say(ADMIN, f"/role @user_{anna} USER")
    await town.hears(ADMIN, "теперь USER", after=made.id)
    town.say(HELPER, "/invite ADMIN")
    await town.hears(HELPER, "нет на это прав")


async def test_a_role_by_reply_opens_the_member(town: House, anna: int) -> None:
    await opened(town, anna, "Хочу в команду")
    card = await town.hears(ADMIN, "Хочу в команду")
    town.say(ADMIN, "/role", reply_to=card.id)
    member = await town.hears(ADMIN, "Роль: USER", after=card.id)
    town.tap(ADMIN, member, "MODERATOR")
    await town.hears(ADMIN, "теперь MODERATOR", after=member.id)
    town.tap(ADMIN, member, "USER")
    await town.hears(ADMIN, "теперь USER", after=member.id)


async def test_the_way_into_a_browser(town: House, anna: int) -> None:
    town.say(HELPER, "/desk")
    link = await town.hears(HELPER, "/app/#desk=")
    assert link.message.split()[-1].startswith("http")
    town.say(anna, "/desk")
    await town.hears(anna, "для сотрудников")


async def test_everything_kept_about_me_as_a_file(town: House, anna: int) -> None:
    await opened(town, anna, "Что вы обо мне знаете?")
    town.say(anna, "/privacy")
    town.tap(anna, await town.hears(anna, "Мы храним"), "Получить мои данные")
    sent = await town.hears(anna, "Всё, что мы о вас храним")
    content = town.telegram.world.files[sent.media.document.id].decode()
    assert "Что вы обо мне знаете?" in content


async def test_erased_after_a_second_yes(town: House, anna: int) -> None:
    await opened(town, anna, "Забудьте меня")
    town.say(anna, "/privacy")
    town.tap(anna, await town.hears(anna, "Мы храним"), "Забыть меня")
    sure = await town.hears(anna, "навсегда")
    town.tap(anna, sure, "Да, забыть")
    await town.hears(anna, "ваш ключ уничтожен")
    assert anna != ANNA


async def test_what_is_marked_a_note_never_reaches_the_customer(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Что с моим щитом?")
    screen = await shown(town, HELPER, ticket)
    town.tap(HELPER, screen, "Ответить")
    await town.hears(HELPER, "Напишите ответ", after=screen.id)
    town.say(HELPER, "//он его сам продал")
    await town.hold(ticket, "Что с моим щитом?", "он его сам продал")
    town.say(HELPER, "Проверяем", reply_to=screen.id)
    await town.hears(anna, "Проверяем")
    assert not [each for each in town.heard(anna) if "продал" in each.message]


async def test_open_tickets_are_handed_to_a_colleague(town: House, anna: int) -> None:
    ticket = await opened(town, anna, "Кому достанется?")
    card = await town.hears(HELPER, "Кому достанется?")
    town.tap(HELPER, card, "Взять")
    taken = await town.hears(HELPER, f"#{ticket['number']} теперь ваше")
    town.say(HELPER, "/off")
    asked = await town.hears(HELPER, "открыт", after=taken.id)
    town.tap(HELPER, asked, "Передать коллеге")
    whom = await town.hears(HELPER, "Кому?", after=asked.id)
    town.tap(HELPER, whom, "Игорь")
    over = await town.hears(HELPER, "Дежурство окончено", after=whom.id)
    [ticket] = await town.tickets_of(anna)
    assert ticket["assigned_to"]["first_name"] == "Игорь"
    assert "0 обращений" not in over.message
    town.say(HELPER, "/on")
    await town.hears(HELPER, "Вы на дежурстве", after=over.id)
