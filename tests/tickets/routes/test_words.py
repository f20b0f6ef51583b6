"""Words from the bot's chat that name no ticket: where they go, and that a repeat tells the same."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from tests.tickets.routes.conftest import TECHNICAL, Person, TheDesk

_keys = count(1)


@pytest.fixture
def chat(desk: TheDesk, customer: Person) -> Person:
    """The customer as the bot speaks for them."""
    return Person(customer.client, desk.signer("bot"), customer.member)


async def says(chat: Person, content: str, key: str = "", **facts: Any) -> dict[str, Any]:
    body = {"title": "Заголовок", "content": content} | facts
    answer = await chat.post("internal/words", body, idempotency_key=key or f"tg:1:5:{next(_keys)}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def said_in(chat: Person, ticket_id: str) -> list[str]:
    return [each["content"] for each in (await chat.get(f"tickets/{ticket_id}/messages")).json()["items"]]


async def test_the_first_words_open_a_ticket_of_the_general_kind(chat: Person) -> None:
    went = await says(chat, "Пропал меч")
    assert went["what"] == "opened"
    assert went["expectation"] == (await chat.get("desk")).json()["expectation"]
    ticket = (await chat.get(f"tickets/{went['ticket_id']}")).json()
    assert (ticket["number"], ticket["title"], ticket["description"], ticket["category"]["icon"]) == (
        went["number"],
        "Заголовок",
        "Пропал меч",
        "❓",
    )


async def test_the_next_go_to_the_only_open_one(chat: Person) -> None:
    opened = await says(chat, "Пропал меч")
    went = await says(chat, "И щит")
    assert (went["what"], went["ticket_id"], went["sure"], went["others"]) == (
        "posted",
        opened["ticket_id"],
        True,
        [],
    )
    assert await said_in(chat, opened["ticket_id"]) == ["И щит"]


async def test_of_several_to_the_one_that_staff_answered_last(chat: Person, helper: Person) -> None:
    first, second = await chat.opens("Первый"), await chat.opens("Второй")
    await helper.says(second, "Заметка", is_internal=True)  # no answer
    await helper.says(first, "Смотрим")
    went = await says(chat, "Спасибо, жду")
    assert (went["number"], went["sure"], went["others"]) == (first["number"], False, [second["number"]])
    assert await said_in(chat, first["id"]) == ["Смотрим", "Спасибо, жду"]


async def test_a_new_question_is_one_whatever_else_is_open(chat: Person) -> None:
    old = await says(chat, "Пропал меч")
    chosen = await says(chat, "Не запускается", category_id=TECHNICAL)
    ticket = (await chat.get(f"tickets/{chosen['ticket_id']}")).json()
    assert ticket["category"]["id"] == TECHNICAL
    anew = await says(chat, "И ещё вопрос", anew=True)
    assert len({old["ticket_id"], chosen["ticket_id"], anew["ticket_id"]}) == 3


async def test_thanks_for_a_resolved_one_reopen_nothing(desk: TheDesk, chat: Person, helper: Person) -> None:
    ticket = await chat.opens()
    await helper.post(f"tickets/{ticket['id']}/resolve")
    assert await says(chat, "Спасибо!", thanks=True) | {"what": "thanks", "number": ticket["number"]} == await says(
        chat, "Спасибо!", thanks=True
    )
    assert (await chat.sees(ticket))["status"] == "RESOLVED"
    went = await says(chat, "Опять не работает")
    assert (went["what"], went["ticket_id"], went["sure"]) == ("posted", ticket["id"], False)
    assert (await chat.sees(ticket))["status"] == "OPEN"
    await helper.post(f"tickets/{ticket['id']}/resolve")
    desk.clock.ahead += timedelta(hours=25)
    later = await says(chat, "Новая беда")
    assert (later["what"], later["others"]) == ("opened", [ticket["number"]])


async def test_a_repeat_tells_where_it_went_the_first_time(chat: Person, helper: Person) -> None:
    opened = await says(chat, "Пропал меч", "tg:1:5:first")
    assert await says(chat, "Пропал меч", "tg:1:5:first") == opened  # by now it would go to the ticket it opened
    posted = await says(chat, "Спасибо", "tg:1:5:second", thanks=True)
    await helper.post(f"tickets/{opened['ticket_id']}/resolve")
    assert await says(chat, "Спасибо", "tg:1:5:second", thanks=True) | {"sure": True} == posted
    assert await said_in(chat, opened["ticket_id"]) == ["Спасибо"]
    changed = await chat.post("internal/words", {"title": "x", "content": "Другое"}, idempotency_key="tg:1:5:first")
    assert (changed.status_code, changed.json()["code"]) == (422, "key_reused")


async def test_without_categories_they_go_nowhere(admin: Person, chat: Person) -> None:
    for category in (await admin.get("categories")).json()["items"]:
        await admin.delete(f"categories/{category['id']}")
    assert (await says(chat, "Пропал меч"))["what"] == "nowhere"


async def test_only_the_bot_says_them(customer: Person) -> None:
    answer = await customer.post("internal/words", {"title": "x", "content": "Пропал меч"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
