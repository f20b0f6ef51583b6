"""The staff group, through the shipped process and real engines: topics, answers, notes, rights that come and go."""

import asyncio
import random
from typing import Any

import pytest
from tikethet_bot.rules.outgoing import CUSTOMER, FILLING
from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.groups import Group, icon_of

from tests.bot.house import ADMIN, ANNA, BORIS, HELPER, House, until, until_async
from tests.bot.test_files import PNG

RIGHTS = ("manage_topics", "delete_messages")


async def link_of(house: House, who: int = ADMIN) -> str:
    """The secret part of the link that the bot gives an admin."""
    asked = house.say(who, "/group")
    message = await house.hears(who, "Подключим группу", after=asked.id)
    url: str = message.reply_markup.rows[0].buttons[0].type.url
    assert "&admin=manage_topics+delete_messages" in url
    return url.partition("startgroup=")[2].partition("&")[0]


async def connected(house: House, *rights: str) -> Group:
    """The staff group, with the bot in it."""
    house.say(ADMIN, "/start")
    crowd = house.telegram.crowd
    group = crowd.group("Поддержка", ADMIN, HELPER, BORIS)
    crowd.start_group(ADMIN, group, house.account, await link_of(house), *(rights or RIGHTS))
    return group


async def said(house: House, group: Group, text: str, topic: int | None = None) -> Any:
    """The bot's message in the group that says this."""

    def found() -> Any:
        messages = house.telegram.crowd.messages(group, topic)
        mine = [each for each in messages if each.from_id.user_id == house.account.id]
        return next((each for each in mine if text in (getattr(each, "message", None) or "")), None)

    return await until(found, f"{text!r} in the group")


async def topic_of(group: Group, title: str) -> int:
    """The topic whose title says this."""

    def found() -> int | None:
        return next((each.id for each in group.topics.values() if each is not None and title in each.title), None)

    topic: int = await until(found, f"a topic {title!r}")
    return topic


async def looks(group: Group, topic: int, icon: str, *, closed: bool = False) -> None:
    def so() -> bool:
        found = group.topics[topic]
        return icon_of(found.icon_emoji_id) == icon and bool(found.closed) == closed

    await until(so, f"{icon} closed={closed}")


@pytest.mark.slow
async def test_a_ticket_is_a_topic_where_staff_answer_and_note(house: House) -> None:
    crowd = house.telegram.crowd
    group = await connected(house)
    await said(house, group, "Это группа сотрудников")
    house.say(ANNA, "Пропал меч. Вчера ещё был!")
    topic = await topic_of(group, "Пропал меч")
    card = await said(house, group, "Вчера ещё был!", topic)
    await looks(group, topic, "❗")

    crowd.say(HELPER, group, "Ищем", topic=topic)
    answer = await house.hears(ANNA, "Ищем")
    await looks(group, topic, "💬")
    house.say(ANNA, "Спасибо, жду", reply_to=answer.id)
    word = await said(house, group, "👤 Спасибо, жду", topic)
    crowd.say(HELPER, group, "Нашли", topic=topic, reply_to=word.id)
    await house.hears(ANNA, "Нашли")
    note = crowd.say(HELPER, group, "//врёт он всё", topic=topic)
    crowd.say(ADMIN, group, "и мне так кажется", topic=topic, reply_to=note.id)
    crowd.say(ADMIN, group, "Это на карточку", topic=topic, reply_to=card.id)
    await house.hears(ANNA, "Это на карточку")
    [ticket] = await house.tickets_of(ANNA)
    await house.hold(
        ticket, "Пропал меч. Вчера ещё был!", "Ищем", "Спасибо, жду", "Нашли", "врёт он всё", "и мне так кажется",
        "Это на карточку",
    )  # fmt: skip
    assert not [each for each in house.heard(ANNA) if "врёт" in each.message or "кажется" in each.message]

    helper = await house.join(HELPER, "Мария")
    await house.command(helper, "POST", f"tickets/{ticket['id']}/messages", {"content": "Из приложения"})
    await said(house, group, "💬 Мария: Из приложения", topic)
    texts = [getattr(each, "message", "") for each in crowd.messages(group, topic)]
    assert [each for each in texts if "Ищем" in each] == ["Ищем"], "what was written here is not shown again"

    crowd.tap(HELPER, group, card.id, f"take:{ticket['id']}".encode())
    await said(house, group, "🙋 Мария", topic)
    crowd.tap(HELPER, group, card.id, f"resolve:{ticket['id']}".encode())
    await looks(group, topic, "✅")
    await house.command(helper, "POST", f"tickets/{ticket['id']}/close", {})
    await looks(group, topic, "🏁", closed=True)
    await house.command(helper, "POST", f"tickets/{ticket['id']}/reopen", {})
    await looks(group, topic, "👀")
    anna = await house.join(ANNA, "Анна")
    await house.command(anna, "DELETE", "members/me")
    await until(lambda: group.topics[topic] is None, "with the person her topic goes")


@pytest.mark.slow
async def test_others_are_told_why_once(house: House) -> None:
    crowd = house.telegram.crowd
    group = await connected(house)
    house.say(ANNA, "Вопрос про меч")
    topic = await topic_of(group, "Вопрос про меч")
    for text in ("Я отвечу", "И ещё раз"):
        crowd.say(BORIS, group, text, topic=topic)
    await said(house, group, "только сотрудников", topic)
    crowd.say(HELPER, group, "Ответ сотрудника", topic=topic)
    await house.hears(ANNA, "Ответ сотрудника")
    texts = [getattr(each, "message", "") for each in crowd.messages(group, topic)]
    assert len([each for each in texts if "только сотрудников" in each]) == 1
    [ticket] = await house.tickets_of(ANNA)
    await house.hold(ticket, "Вопрос про меч", "Ответ сотрудника")


@pytest.mark.slow
async def test_a_deleted_topic_comes_back_with_what_was_said(house: House) -> None:
    crowd = house.telegram.crowd
    group = await connected(house)
    house.say(ANNA, "Вопрос про щит")
    topic = await topic_of(group, "Вопрос про щит")
    crowd.say(HELPER, group, "Какой щит?", topic=topic)
    answer = await house.hears(ANNA, "Какой щит?")
    crowd.delete_topic(ADMIN, group, topic)
    house.say(ANNA, "Круглый", reply_to=answer.id)
    await until(lambda: len([each for each in group.topics.values() if each and "щит" in each.title]) == 1, "anew")
    again = await topic_of(group, "Вопрос про щит")
    assert again != topic
    summary = await said(house, group, "Вопрос про щит", again)
    assert "Какой щит?" in summary.message
    await said(house, group, "👤 Круглый", again)
    assert "Круглый" not in summary.message, "what waits in the queue is not told twice"


@pytest.mark.slow
async def test_without_rights_it_says_what_is_missing_and_writes_when_it_may(house: House) -> None:
    crowd = house.telegram.crowd
    group = await connected(house, "delete_messages")
    lacks = await said(house, group, "Не хватает")
    assert "управлять темами" in lacks.message
    house.say(ANNA, "Вопрос без прав")
    await house.hears(ANNA, "открыто")
    crowd.promote(ADMIN, group, house.account.id, *RIGHTS)
    await said(house, group, "Это группа сотрудников")
    topic = await topic_of(group, "Вопрос без прав")

    crowd.promote(ADMIN, group, house.account.id)  # demoted
    alert = await house.hears(ADMIN, "Не могу писать в группу")
    assert "управлять темами" in alert.message
    house.say(ANNA, "Пока нет прав")
    await house.hears(ANNA, "открыто")
    crowd.promote(ADMIN, group, house.account.id, *RIGHTS)
    await said(house, group, "👤 Пока нет прав", topic)

    crowd.remove(ADMIN, group, house.account.id)
    await house.hears(ADMIN, "удалили из группы")
    house.say(ANNA, "Пока меня нет")
    crowd.start_group(ADMIN, group, house.account, "", *RIGHTS)
    await said(house, group, "👤 Пока меня нет", topic)


@pytest.mark.slow
async def test_a_foreign_group_is_told_once_and_left(house: House) -> None:
    crowd = house.telegram.crowd
    group = crowd.group("Чужая", BORIS, ANNA)
    crowd.start_group(BORIS, group, house.account, "", "other")
    crowd.say(ANNA, group, "Привет, бот")
    await until(lambda: house.account.id not in group.members, "it left")
    mine = [each for each in crowd.messages(group) if each.from_id.user_id == house.account.id]
    assert [each.message for each in mine if getattr(each, "message", None)] == [
        (await said(house, group, "только в личных сообщениях")).message
    ]


@pytest.mark.slow
async def test_a_link_works_once_and_for_admins_only(house: House) -> None:
    crowd = house.telegram.crowd
    house.say(HELPER, "/group")
    await house.hears(HELPER, "подключает администратор")
    house.say(ADMIN, "/start")
    secret = await link_of(house)
    taken = crowd.group("Помощника", HELPER)
    crowd.start_group(HELPER, taken, house.account, secret, *RIGHTS)
    await said(house, taken, "ссылка не работает")
    await until(lambda: house.account.id not in taken.members, "it left")
    group = crowd.group("Поддержка", ADMIN)
    crowd.start_group(ADMIN, group, house.account, secret, *RIGHTS)
    await said(house, group, "Это группа сотрудников")
    second = crowd.group("Вторая", ADMIN)
    crowd.start_group(ADMIN, second, house.account, secret, *RIGHTS)
    await said(house, second, "ссылка не работает")


@pytest.mark.slow
async def test_files_edits_and_deletions_follow(house: House) -> None:
    crowd, world = house.telegram.crowd, house.telegram.world
    group = await connected(house)
    house.say(ANNA, "Вопрос с файлом", media=media.document(world, b"before", "text/plain", []))
    topic = await topic_of(group, "Вопрос с файлом")

    def carried(content: bytes) -> Any:
        found = [each.media.document for each in crowd.messages(group, topic) if getattr(each, "media", None)]
        return next((each for each in found if world.files[each.id] == content), None)

    await until(lambda: carried(b"before"), "the question's file")
    answer = crowd.say(HELPER, group, "Смотрите", topic=topic, media=media.document(world, b"within", "text/plain", []))
    heard = await house.hears(ANNA, "Смотрите")
    assert world.files[heard.media.document.id] == b"within"
    crowd.edit(group, answer.id, "Смотрите внимательно")
    await until(lambda: "внимательно" in house.account.box.messages[heard.id].message, "the edit")

    house.say(ANNA, "", media=media.document(world, b"after", "text/plain", []), reply_to=heard.id)
    await until(lambda: carried(b"after"), "the customer's file")
    word = house.say(ANNA, "Не то написала", reply_to=heard.id)
    copy = await said(house, group, "👤 Не то написала", topic)
    house.telegram.people.edit(ANNA, house.account, word.id, "Вот это")
    await said(house, group, "✏️ Вот это", topic)
    house.telegram.people.delete(house.account, [word.id])
    await until(lambda: copy.id not in group.box.messages, "the copy is gone")


@pytest.mark.slow
async def test_an_album_is_one_message_also_after_a_kill_in_its_middle(house: House) -> None:
    crowd = house.telegram.crowd
    group = await connected(house)
    house.say(ANNA, "Покажите, как чинить")
    topic = await topic_of(group, "Покажите, как чинить")
    [ticket] = await house.tickets_of(ANNA)

    def show(grouped: int, number: int, text: str = "", who: int = HELPER) -> Any:
        picture = media.photo(house.telegram.world, PNG + bytes([number]))
        return crowd.say(who, group, text, topic=topic, media=picture, grouped_id=grouped)

    show(71, 1, "Вот так")
    crowd.say(ADMIN, group, "//не забудь про клей", topic=topic)  # others write in between
    for number in (2, 3):
        show(71, number)
    first = await house.hears(ANNA, "Вот так")

    def shown() -> list[bytes]:
        found = [each for each in house.heard(ANNA) if each.grouped_id and each.grouped_id == first.grouped_id]
        return [house.telegram.world.files[each.media.photo.id] for each in found]

    await until(lambda: shown() == [PNG + bytes([number]) for number in (1, 2, 3)], "the album")

    show(72, 4, "//это между нами")

    async def journalled() -> bool:
        return bool(await house.rows("SELECT 1 FROM bot.journal WHERE album = 72"))

    await until_async(journalled, "the first part")
    await house.bot.kill()
    show(72, 5)
    await house.bot.restart()
    await house.hold(ticket, "Покажите, как чинить", "Вот так", "не забудь про клей", "это между нами")
    kept = [(len(each["attachments"]), each["is_internal"]) for each in await house.messages_of(ticket)]
    assert kept == [(3, False), (0, True), (2, True)]


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_tickets_that_are_open_already_get_topics_when_a_group_is_connected(house: House) -> None:
    """The newest activity first, behind whatever happens now; killed in the middle, still each of them once."""
    anna = await house.join(ANNA, "Анна")
    [category, *_] = (await house.command(anna, "GET", "categories"))["items"]
    opened = []
    for number in range(5):
        body = {"title": f"Старое {number}", "description": f"Слова {number}", "category_id": category["id"]}
        opened.append(await house.command(anna, "POST", "tickets", body))
    helper = await house.join(HELPER, "Мария")
    await house.command(helper, "POST", f"tickets/{opened[4]['id']}/resolve", {})
    await house.command(helper, "POST", f"tickets/{opened[1]['id']}/messages", {"content": "Уже смотрим"})

    async def waiting(lane: str, priority: int) -> list[Any]:
        sql = "SELECT 1 FROM bot.outbox WHERE lane LIKE $1 AND priority = $2 AND delivered_at IS NULL"
        return await house.rows(sql, f"{lane}:%", priority)

    async def queued() -> bool:
        return len(await waiting("look", FILLING)) == 4 and not await house.rows(
            "SELECT 1 FROM bot.staff_group WHERE filling IS NOT NULL"
        )

    async def heard() -> bool:
        return len(await waiting("said", CUSTOMER)) == 1

    group = await connected(house, "delete_messages")  # it may not make topics yet
    await until_async(queued, "topics for the open ones")
    await house.command(anna, "POST", f"tickets/{opened[0]['id']}/messages", {"content": "Ну что там?"})
    await until_async(heard, "what Anna said")
    house.telegram.limits.enforced = True
    house.telegram.crowd.promote(ADMIN, group, house.account.id, *RIGHTS)

    def titles() -> list[str]:
        return [each.title.partition(" ")[2] for each in group.topics.values() if each is not None and each.id > 1]

    await until(lambda: len(titles()) >= 2, "the first topics", 60)
    await house.bot.kill()
    house.telegram.faults.lose_answers["messages.CreateForumTopic"] = 1
    [cause] = await house.rows("SELECT key FROM bot.journal WHERE key LIKE 'm:-%' ORDER BY id LIMIT 1")
    await house.rows("UPDATE bot.staff_group SET filling = $1 RETURNING 1", cause["key"])  # as if it had not come far
    await house.bot.restart()

    async def done() -> bool:
        return not await house.rows("SELECT 1 FROM bot.outbox WHERE delivered_at IS NULL AND given_up IS NULL")

    await until(lambda: len(titles()) >= 4, "all topics", 120)
    await until_async(done, "an empty outbox", 120)
    assert titles() == ["Старое 0", "Старое 1", "Старое 3", "Старое 2"]
    summary = await said(house, group, "Слова 1", await topic_of(group, "Старое 1"))
    assert "Уже смотрим" in summary.message
    await said(house, group, "👤 Ну что там?", await topic_of(group, "Старое 0"))


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_busy_desk_keeps_to_the_budget_of_its_group(house: House) -> None:
    """Telegram enforces twenty changes a minute: words share messages, looks wait, and nobody is told to wait."""
    crowd = house.telegram.crowd
    group = await connected(house)
    await said(house, group, "Это группа сотрудников")
    house.telegram.limits.enforced = True
    house.say(ANNA, "Много слов")
    topic = await topic_of(group, "Много слов")
    words = [f"слово {number}" for number in range(30)]
    for word in words:
        house.say(ANNA, word)
    [ticket] = await house.tickets_of(ANNA)
    await house.hold(ticket, "Много слов", *words)

    def shown() -> list[str]:
        texts = [getattr(each, "message", "") for each in crowd.messages(group, topic)]
        return [line.removeprefix("👤 ") for text in texts for line in text.split("\n\n") if "слово" in line]

    await until(lambda: len(shown()) >= len(words), "all words in the topic", 120)
    assert shown() == words
    assert len([each for each in crowd.messages(group, topic) if "слово" in getattr(each, "message", "")]) < len(words)
    assert house.telegram.limits.refused == 0


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("repeat_is_an_error", [True, False])
async def test_killed_at_random_the_group_is_shown_everything_once(house: House, repeat_is_an_error: bool) -> None:  # noqa: FBT001
    chance = random.Random(11)
    house.telegram.repeat_is_an_error = repeat_is_an_error
    crowd = house.telegram.crowd
    group = await connected(house)
    await said(house, group, "Это группа сотрудников")
    house.say(ANNA, "Вопрос")
    await house.hears(ANNA, "открыто")
    topic = await topic_of(group, "Вопрос")
    asked, answered = [], []
    for number in range(40):
        if chance.random() < 0.6:
            asked.append(f"слово {number}")
            house.say(ANNA, asked[-1])
        else:
            answered.append(f"ответ {number}")
            crowd.say(HELPER, group, answered[-1], topic=topic, quiet=chance.random() < 0.2)
        if chance.random() < 0.15:
            house.telegram.faults.lose_answers["messages.SendMessage"] = 1
        if chance.random() < 0.2:
            await house.bot.kill()
            house.bot.process.spawn()
        if chance.random() < 0.1:
            house.telegram.server.cut()
        await asyncio.sleep(chance.random() * 0.3)

    def shown() -> list[str]:
        texts = [getattr(each, "message", "") for each in crowd.messages(group, topic)]
        return [line.removeprefix("👤 ") for text in texts for line in text.split("\n\n") if "👤 слово" in line]

    def heard() -> list[str]:
        said = [each.message.split("\n")[-1] for each in house.heard(ANNA)]
        return [each for each in said if each.startswith("ответ")]

    await until(lambda: len(shown()) >= len(asked), "all words in the topic", 200)
    await until(lambda: len(heard()) >= len(answered), "all answers in the chat", 200)
    assert shown() == asked
    assert heard() == answered
    assert len([each for each in group.topics.values() if each is not None and "Вопрос" in each.title]) == 1
    [ticket] = await house.tickets_of(ANNA)
    kept = await house.said_in(ticket)
    assert [each for each in kept if each.startswith("ответ")] == answered


@pytest.mark.slow
async def test_what_a_lost_group_did_not_see_the_next_one_does(house: House) -> None:
    crowd = house.telegram.crowd
    group = await connected(house)
    house.say(ANNA, "Вопрос про лук")
    await topic_of(group, "Вопрос про лук")
    crowd.dissolve(group)
    await house.hears(ADMIN, "Не могу писать в группу")
    house.say(ANNA, "Слово между группами")
    [ticket] = await house.tickets_of(ANNA)
    await house.hold(ticket, "Вопрос про лук", "Слово между группами")
    second = crowd.group("Вторая", ADMIN, HELPER)
    crowd.start_group(ADMIN, second, house.account, await link_of(house), *RIGHTS)
    topic = await topic_of(second, "Вопрос про лук")
    await said(house, second, "👤 Слово между группами", topic)
    crowd.say(HELPER, second, "Ответ из второй", topic=topic)
    await house.hears(ANNA, "Ответ из второй")


@pytest.mark.slow
async def test_a_group_that_telegram_forgot_about_goes_on(house: House) -> None:
    """The difference is too long to be told: the newest words come with it, the rest is a loss that is logged."""
    crowd = house.telegram.crowd
    group = await connected(house)
    house.say(ANNA, "Вопрос про меч")
    topic = await topic_of(group, "Вопрос про меч")
    await house.bot.kill()
    crowd.say(HELPER, group, "Сказано, пока бота не было", topic=topic)
    group.box.forget()
    await house.bot.restart()
    crowd.say(HELPER, group, "Сказано потом", topic=topic)
    await house.hears(ANNA, "Сказано потом")
