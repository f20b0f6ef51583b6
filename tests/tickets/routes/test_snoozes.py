"""Putting a ticket aside for oneself, and how far the other side has read."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest


def later(**span: float) -> str:
    return (datetime.now(UTC) + timedelta(**span)).isoformat()


async def queue(person: Any, query: str) -> list[int]:
    page = (await person.get(f"tickets?{query}")).json()
    assert page["total"] == len(page["items"])
    return [ticket["number"] for ticket in page["items"]]


async def test_it_leaves_ones_own_queue_and_no_other(customer: Any, helper: Any, moderator: Any) -> None:
    first, second = await customer.opens(), await customer.opens("Ещё вопрос")
    until = later(hours=3)
    put = await helper.put(f"tickets/{first['id']}/snooze", {"until": until})
    assert put.status_code == 200, put.text
    assert datetime.fromisoformat(put.json()["snoozed_until"]) == datetime.fromisoformat(until)
    assert await queue(helper, "snoozed=false") == [second["number"]]
    assert await queue(helper, "snoozed=true") == [first["number"]]
    assert await queue(helper, "snoozed=false&q=вопрос") == [second["number"]]
    assert await queue(helper, f"snoozed=false&requester={customer.id}") == [second["number"]]
    assert len(await queue(helper, "")) == len(await queue(moderator, "snoozed=false")) == 2
    assert (await moderator.get(f"tickets/{first['id']}")).json()["snoozed_until"] is None
    woken = await helper.delete(f"tickets/{first['number']}/snooze")
    assert (woken.status_code, woken.json()["snoozed_until"]) == (200, None)
    assert len(await queue(helper, "snoozed=false")) == 2


async def test_the_counts_are_those_of_the_queue(customer: Any, helper: Any) -> None:
    first, second = await customer.opens(), await customer.opens("Ещё вопрос")
    for ticket in (first, second):
        await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    until = later(hours=3)
    await helper.put(f"tickets/{first['id']}/snooze", {"until": until})
    awake = (await helper.get("tickets/counts?snoozed=false")).json()
    assert (awake["total"], awake["mine"], awake["snoozed"], sum(awake["by_status"].values())) == (1, 1, 1, 1)
    assert datetime.fromisoformat(awake["next_wake"]) == datetime.fromisoformat(until)
    assert len(await queue(helper, "snoozed=false&assigned_to=me")) == awake["mine"]
    asleep = (await helper.get("tickets/counts?snoozed=true")).json()
    assert (asleep["total"], asleep["mine"]) == (1, 1)
    everything = (await helper.get("tickets/counts")).json()
    assert (everything["total"], everything["mine"]) == (2, 2)
    await customer.says(first, "Ну что?")
    awake = (await helper.get("tickets/counts?snoozed=false")).json()
    assert (awake["mine"], awake["snoozed"], awake["next_wake"]) == (2, 0, None)


async def test_it_comes_back_when_its_time_has_come(desk: Any, customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    await helper.put(f"tickets/{ticket['id']}/snooze", {"until": later(hours=3)})
    assert await queue(helper, "snoozed=false") == []
    await desk.app.state.house.reader.execute("UPDATE tickets.snoozes SET until = now()")  # the hours pass
    assert await queue(helper, "snoozed=false") == [ticket["number"]]
    assert await queue(helper, "snoozed=true") == []


async def test_it_comes_back_when_something_is_said(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    await helper.put(f"tickets/{ticket['id']}/snooze", {"until": later(hours=3)})
    await helper.says(ticket, "Между нами", is_internal=True)
    assert await queue(helper, "snoozed=false") == []
    await customer.says(ticket, "Ну что?")
    assert await queue(helper, "snoozed=false") == [ticket["number"]]
    await helper.put(f"tickets/{ticket['id']}/snooze", {"until": later(hours=3)})
    assert await queue(helper, "snoozed=false") == []


@pytest.mark.parametrize("until", ["2020-01-01T00:00:00Z", "3020-01-01T00:00:00Z", "2999-01-01", "soon", None])
async def test_bad_moments(customer: Any, helper: Any, until: Any) -> None:
    ticket = await customer.opens()
    answer = await helper.put(f"tickets/{ticket['id']}/snooze", {"until": until})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "until")


async def test_it_is_for_staff(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    assert (await customer.put(f"tickets/{ticket['id']}/snooze", {"until": later(hours=1)})).status_code == 403
    assert (await customer.delete(f"tickets/{ticket['id']}/snooze")).status_code == 403
    assert (await helper.put("tickets/999999/snooze", {"until": later(hours=1)})).status_code == 404


async def test_each_side_sees_how_far_the_other_has_read(customer: Any, helper: Any, moderator: Any) -> None:
    ticket = await customer.opens()
    assert (await customer.sees(ticket))["read_to"] == 0
    await moderator.post(f"tickets/{ticket['id']}/read", {"version": 1})
    assert (await customer.sees(ticket))["read_to"] == 1
    assert (await helper.sees(ticket))["read_to"] == 0  # the customer has not
    await helper.says(ticket, "Смотрю")
    read = (await customer.sees(ticket))["version"]
    await customer.post(f"tickets/{ticket['id']}/read")
    assert (await helper.sees(ticket))["read_to"] == read
    assert (await customer.sees(ticket))["read_to"] == 1
