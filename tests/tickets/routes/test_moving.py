"""A message that came to the wrong ticket: it moves with its files, once, and nothing waits for its answer there."""

import asyncio
from typing import Any

import pytest

from tests.tickets.routes.conftest import Person


def path(ticket: dict[str, Any], message: dict[str, Any]) -> str:
    return f"tickets/{ticket['id']}/messages/{message['id']}/move"


async def conversation(who: Person, ticket: dict[str, Any]) -> list[str | None]:
    items = (await who.get(f"tickets/{ticket['id']}/messages")).json()["items"]
    return [each["content"] for each in items]


async def types(who: Person, ticket: dict[str, Any]) -> list[str]:
    items = (await who.get(f"tickets/{ticket['id']}/history?size=100")).json()["items"]
    return [item["type"] for item in items]


async def test_it_is_there_and_here_stays_a_mark(customer: Person, helper: Person) -> None:
    here, there = await customer.opens("Сервер"), await customer.opens("Оплата")
    for ticket in (here, there):
        await helper.says(ticket, "Слушаю")
    file = (await customer.sends(b"%PDF-1.4 bill", "счёт.pdf")).json()
    said = await customer.says(here, "Вот счёт", attachments=[file["id"]])
    moved = await customer.post(path(here, said), {"to": str(there["number"])})
    assert moved.status_code == 200, moved.text
    message = moved.json()
    assert (message["ticket_id"], message["content"], message["user"]["id"]) == (there["id"], "Вот счёт", customer.id)
    assert [each["id"] for each in message["attachments"]] == [file["id"]]
    assert await conversation(customer, there) == ["Слушаю", "Вот счёт"]
    assert await conversation(customer, here) == ["Слушаю", None]
    assert (await helper.get(f"files/{file['id']}")).status_code == 200
    seen = {name: await helper.sees(ticket) for name, ticket in (("here", here), ("there", there))}
    assert (seen["here"]["messages_count"], seen["here"]["waiting_since"]) == (1, None)
    assert (seen["there"]["messages_count"], seen["there"]["status"]) == (2, "IN_PROGRESS")
    assert seen["there"]["waiting_since"] is not None
    assert (await types(customer, here))[-2:] == ["MessageMoved", "MessageDeleted"]
    assert (await types(customer, there))[-3:] == ["MessageMoved", "MessagePosted", "WorkStarted"]
    line = (await customer.get(f"tickets/{there['id']}/history?size=100")).json()["items"][-3]["text"]
    assert line.endswith("переносит сообщение из одного обращения в другое")
    await customer.delete(f"tickets/{here['id']}/messages/{said['id']}")
    assert (await helper.get(f"files/{file['id']}")).status_code == 200  # it went with the message


async def test_once_with_its_key_and_when_two_move_it(customer: Person, helper: Person) -> None:
    here, there = await customer.opens(), await customer.opens()
    said = await customer.says(here, "Не сюда")
    first, again = [await customer.post(path(here, said), {"to": there["id"]}, idempotency_key="m") for _ in "ab"]
    assert (first.status_code, again.json()) == (200, first.json())
    other = await customer.says(here, "И это")
    answers = await asyncio.gather(*(who.post(path(here, other), {"to": there["id"]}) for who in (customer, helper)))
    assert sorted(answer.status_code for answer in answers) == [200, 404]
    assert await conversation(customer, there) == ["Не сюда", "И это"]


async def test_where_it_may_not_go(customer: Person, other: Person, helper: Person) -> None:
    here, theirs = await customer.opens(), await other.opens()
    said, answer = await customer.says(here, "Слово"), await helper.says(here, "Ответ")
    for who, to, expected in (
        (customer, theirs["id"], 404),  # they may not know of it
        (helper, theirs["id"], 422),
        (customer, here["id"], 422),
        (customer, "999999", 404),
        (customer, "01980000-0000-7000-8000-0000000000ff", 404),
    ):
        assert (await who.post(path(here, said), {"to": to})).status_code == expected, to
    assert (await other.post(path(here, said), {"to": theirs["id"]})).status_code == 404
    mine = await customer.opens()
    assert (await helper.post(path(here, answer), {"to": mine["id"]})).status_code == 403
    assert await conversation(customer, here) == ["Слово", "Ответ"]


@pytest.mark.parametrize("body", [{}, {"to": ""}, {"to": 5}, {"to": "x" * 37}, {"to": "1", "why": "так"}])
async def test_bad_bodies(customer: Person, body: dict[str, Any]) -> None:
    here = await customer.opens()
    said = await customer.says(here, "Слово")
    assert (await customer.post(path(here, said), body)).status_code == 422
