"""The staff group, through the shipped process and real engines: topics, answers, notes, files, a budget, kills."""

import asyncio
import random
from typing import Any

import pytest
from tikethet_devstack.telegram import media

from tests.bot.house import ADMIN, ANNA, BORIS, HELPER, House, until
from tests.bot.staff_group import connected, looks, said, topic_of
from tests.bot.test_files import PNG, killed_in_an_album


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

    begun = await killed_in_an_album(house, lambda grouped: show(grouped, 4, "//это между нами"))
    show(begun[-1], 5)
    await house.bot.restart()
    said_there = ["Покажите, как чинить", "Вот так", "не забудь про клей", *["это между нами"] * len(begun)]
    await house.hold(ticket, *said_there)
    show(begun[-1], 6)  # too late to be part of it
    await house.hold(ticket, *said_there, "")
    kept = [(len(each["attachments"]), each["is_internal"]) for each in await house.messages_of(ticket)]
    assert [*kept[:2], *kept[-2:]] == [(3, False), (0, True), (2, True), (1, True)]


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
    await said(house, group, "Много слов", topic)  # what is said before may stand in the summary as well
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
async def test_a_group_that_telegram_forgot_about_goes_on(house: House) -> None:
    """The difference is too long to be told: the newest words come with it, the rest is a loss that is logged."""
    crowd = house.telegram.crowd
    group = await connected(house)
    house.say(ANNA, "Вопрос про меч")
    topic = await topic_of(group, "Вопрос про меч")
    await said(house, group, "Вопрос про меч", topic)  # by then the bot has noted whose topic it is
    await house.bot.kill()
    crowd.say(HELPER, group, "Сказано, пока бота не было", topic=topic)
    group.box.forget()
    await house.bot.restart()
    crowd.say(HELPER, group, "Сказано потом", topic=topic)
    await house.hears(ANNA, "Сказано потом")
