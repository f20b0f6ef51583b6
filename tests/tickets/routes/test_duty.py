"""Duty, automatic assignment, and two who take the same ticket at once."""

import asyncio
from typing import Any

import pytest

TECHNICAL = "01980000-0000-7000-8000-000000000005"
DONATIONS = "01980000-0000-7000-8000-000000000004"


async def turn(desk: Any) -> int:
    return int(await desk.app.state.house.timers.turn())


async def test_staff_go_on_and_off_duty(helper: Any, moderator: Any, customer: Any) -> None:
    on = await helper.put("duty", {"on_duty": True, "categories": [TECHNICAL]})
    assert (on.status_code, on.json()["on_duty"], on.json()["categories"]) == (200, True, [TECHNICAL])
    seen = (await moderator.get("duty")).json()
    assert (seen["on_duty"], [each["id"] for each in seen["staff"]]) == (False, [helper.id])
    off = (await helper.put("duty", {"on_duty": False})).json()
    assert (off["on_duty"], off["since"], off["staff"]) == (False, None, [])
    again = (await helper.put("duty", {"on_duty": True})).json()
    assert again["categories"] == [TECHNICAL]
    for answer in (await customer.get("duty"), await customer.put("duty", {"on_duty": True})):
        assert answer.json()["code"] == "forbidden"
    unknown = "01980000-0000-7000-8000-0000000000ff"
    refused = await helper.put("duty", {"on_duty": True, "categories": [unknown]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "categories")


async def test_who_is_staff_no_longer_is_off_duty(helper: Any, admin: Any) -> None:
    await helper.put("duty", {"on_duty": True})
    await admin.put(f"members/{helper.id}/role", {"role": "USER"})
    assert (await admin.get("duty")).json()["staff"] == []


@pytest.mark.parametrize("how", ["role", "blocked", "erased", "erased by themself"])
async def test_what_somebody_had_to_do_who_is_staff_no_longer_is_nobodys(
    helper: Any, admin: Any, customer: Any, how: str
) -> None:
    going, over = await customer.opens(), await customer.opens()
    for ticket in (going, over):
        await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    await helper.post(f"tickets/{over['id']}/close", {})
    match how:
        case "role":
            answer = await admin.put(f"members/{helper.id}/role", {"role": "USER"})
        case "blocked":
            answer = await admin.put(f"members/{helper.id}/blocked", {"blocked": True})
        case _:
            answer = await (admin if how == "erased" else helper).delete(f"members/{helper.id}")
    assert answer.status_code in {200, 204}
    nobodys = await admin.get("tickets?assigned_to=none")
    assert [each["id"] for each in nobodys.json()["items"]] == [going["id"]]


async def test_new_tickets_go_to_those_on_duty(
    desk: Any, admin: Any, helper: Any, moderator: Any, customer: Any
) -> None:
    waiting = await customer.opens()
    assert await turn(desk) == 0
    await admin.patch("desk", {"assignment": "automatic"})
    assert await turn(desk) == 0
    await helper.put("duty", {"on_duty": True, "categories": [TECHNICAL]})
    await moderator.put("duty", {"on_duty": True})
    assert await turn(desk) == 1
    tickets = [waiting, *[await customer.opens() for _ in range(3)], await customer.opens(category_id=DONATIONS)]
    assert await turn(desk) == 4
    assigned = [(await admin.sees(ticket))["assigned_to"]["id"] for ticket in tickets]
    assert assigned[0] == helper.id
    assert assigned[4] == moderator.id
    assert sorted(assigned.count(each) for each in (helper.id, moderator.id)) == [2, 3]
    assert await turn(desk) == 0
    last = (await admin.get(f"tickets/{waiting['id']}/history")).json()["items"][-1]
    assert (last["text"], last["actor"]) == ("Система назначает ответственного: Мария", None)


async def test_whoever_asked_is_never_chosen(desk: Any, admin: Any, helper: Any) -> None:
    await admin.patch("desk", {"assignment": "automatic"})
    await helper.put("duty", {"on_duty": True})
    ticket = await helper.opens()
    assert await turn(desk) == 0
    assert (await admin.sees(ticket))["assigned_to"] is None


async def test_who_goes_off_duty_keeps_returns_or_hands_over(helper: Any, moderator: Any, customer: Any) -> None:
    tickets = [await customer.opens() for _ in range(3)]

    async def take() -> None:
        for ticket in tickets:
            await moderator.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})

    async def assignees() -> list[str | None]:
        seen = [(await moderator.sees(ticket))["assigned_to"] for ticket in tickets]
        return [each and each["id"] for each in seen]

    await take()
    kept = (await helper.put("duty", {"on_duty": False})).json()
    assert (kept["passed_on"], kept["open_tickets"]) == (0, 3)
    assert await assignees() == [helper.id] * 3
    returned = (await helper.put("duty", {"on_duty": False, "open_tickets": "return"})).json()
    assert (returned["passed_on"], returned["open_tickets"]) == (3, 0)
    assert await assignees() == [None] * 3
    await take()
    for nobody in (customer.id, "01980000-0000-7000-8000-0000000000ff"):
        refused = await helper.put("duty", {"on_duty": False, "hand_over_to": nobody})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "hand_over_to")
    assert await assignees() == [helper.id] * 3
    handed = (await helper.put("duty", {"on_duty": False, "hand_over_to": moderator.id})).json()
    assert (handed["passed_on"], handed["open_tickets"]) == (3, 0)
    assert await assignees() == [moderator.id] * 3


async def test_two_take_it_at_once_and_one_is_told_who_was_faster(desk: Any, helper: Any, customer: Any) -> None:
    colleague = await desk.staff(700_000_010, "HELPER", "Пётр", last_name="Ильин")
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}/assign"
    answers = await asyncio.gather(*(each.post(path, {"assignee_id": each.id}) for each in (helper, colleague)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    (lost,) = [answer.json() for answer in answers if answer.status_code == 409]
    winner = (await customer.sees(ticket))["assigned_to"]["id"]
    name = {helper.id: "Мария", colleague.id: "Пётр Ильин"}[winner]
    assert (lost["code"], lost["assignee_id"], lost["assignee"]) == ("already_assigned", winner, name)
    assert name in lost["detail"]
