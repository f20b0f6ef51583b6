"""One customer cannot flood the desk, alone or with several requests at once."""

import asyncio
from datetime import timedelta
from typing import Any

TECHNICAL = "01980000-0000-7000-8000-000000000005"
BODY = {"title": "Опять", "category_id": TECHNICAL}


async def test_new_tickets_per_hour(desk: Any, admin: Any, customer: Any, other: Any, helper: Any) -> None:
    await admin.patch("desk", {"tickets_per_hour": 2})
    for _ in range(2):
        await customer.opens()
    refused = await customer.post("tickets", BODY)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 3500 <= int(refused.headers["retry-after"]) == refused.json()["retry_after"] <= 3600
    await other.opens()
    for _ in range(3):
        await helper.opens()
    desk.clock.ahead = timedelta(minutes=61)
    await customer.opens()


async def test_messages_per_minute(desk: Any, admin: Any, customer: Any, helper: Any) -> None:
    await admin.patch("desk", {"messages_per_minute": 2})
    one, two = await customer.opens(), await customer.opens()
    await customer.says(one, "раз")
    await helper.says(one, "Слушаю")
    await customer.says(two, "два")
    refused = await customer.post(f"tickets/{one['id']}/messages", {"content": "три"})
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 50 <= int(refused.headers["retry-after"]) <= 60
    for _ in range(3):
        await helper.says(one, "Пишем сколько нужно")
    desk.clock.ahead = timedelta(seconds=61)
    await customer.says(one, "три")


async def test_a_repeat_counts_once(admin: Any, customer: Any) -> None:
    await admin.patch("desk", {"tickets_per_hour": 1})
    first, second = [await customer.post("tickets", BODY, idempotency_key="t") for _ in "ab"]
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]


async def test_several_at_once_do_not_pass_together(admin: Any, customer: Any) -> None:
    await admin.patch("desk", {"tickets_per_hour": 3})
    answers = await asyncio.gather(*(customer.post("tickets", BODY) for _ in range(10)))
    codes = [answer.status_code for answer in answers]
    assert (codes.count(201), codes.count(429)) == (3, 7)


async def test_a_desk_nobody_configured_is_limited(customer: Any, helper: Any) -> None:
    inside = (await helper.get("desk")).json()
    assert (inside["tickets_per_hour"], inside["messages_per_minute"]) == (20, 30)
    answers = [(await customer.post("tickets", BODY)).status_code for _ in range(21)]
    assert answers == [201] * 20 + [429]
