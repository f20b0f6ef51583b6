"""Connecting a staff group, through the shipped process and real engines: rights, links, what was there before."""

from typing import Any

import pytest
from tikethet_bot.rules.outgoing import CUSTOMER, FILLING

from tests.bot.house import ADMIN, ANNA, BORIS, HELPER, House, until, until_async
from tests.bot.staff_group import RIGHTS, connected, link_of, said, topic_of


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
