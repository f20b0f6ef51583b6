"""Notifications over HTTP: who is told what, what is read, and what one may switch off."""

from typing import Any

import pytest
from tikethet_tickets.queries import notifications

from tests.tickets.routes.conftest import CUSTOMER, Person, TheDesk


async def told(who: Person, query: str = "") -> list[tuple[str, Any]]:
    answer = await who.get(f"notifications{query}")
    assert answer.status_code == 200, answer.text
    return [(item["kind"], item["ticket_number"]) for item in reversed(answer.json()["items"])]


async def take(who: Person, ticket: dict[str, Any]) -> None:
    assert (await who.post(f"tickets/{ticket['id']}/assign", {"assignee_id": who.id})).status_code == 200


async def test_a_tickets_life(customer: Person, helper: Person, moderator: Person) -> None:
    ticket = await customer.opens()
    number = ticket["number"]
    await take(helper, ticket)
    await helper.says(ticket, "Смотрю")
    await customer.says(ticket, "Спасибо")
    assert (await moderator.post(f"tickets/{ticket['id']}/resolve")).status_code == 200
    assert (await helper.post(f"tickets/{ticket['id']}/close")).status_code == 200
    assert await told(customer) == [
        ("NEW_MESSAGE", number),
        ("TICKET_STATUS_CHANGED", number),
        ("TICKET_CLOSED", number),
    ]
    assert await told(helper) == [("SYSTEM", None), ("NEW_MESSAGE", number), ("TICKET_STATUS_CHANGED", number)]
    assert await told(moderator) == [("SYSTEM", None)]
    newest = (await customer.get("notifications")).json()["items"][0]
    assert (newest["text"], newest["actor_id"]) == (f"Обращение #{number} закрыто", helper.id)


async def test_new_tickets_go_to_those_on_duty(customer: Person, helper: Person, admin: Person) -> None:
    await customer.opens()
    await customer.opens()
    assert [kind for kind, _ in await told(admin)] == ["NEW_TICKET"]  # nobody is on duty: once
    assert (await helper.put("duty", {"on_duty": True})).status_code == 200
    third = await customer.opens()
    assert (await told(helper))[-1] == ("NEW_TICKET", third["number"])
    assert len(await told(admin)) == 1


async def test_a_ticket_goes_by_the_title_it_has_now(customer: Person, helper: Person, admin: Person) -> None:
    async def titles(who: Person) -> list[Any]:
        return [item["ticket_title"] for item in (await who.get("notifications")).json()["items"]]

    ticket = await customer.opens("Сервер молчит")
    await take(helper, ticket)
    await helper.says(ticket, "Смотрю")
    await customer.says(ticket, "Спасибо")
    renamed = await helper.patch(f"tickets/{ticket['id']}", {"title": "Обрывы связи"})
    assert renamed.status_code == 200
    assert await titles(customer) == ["Обрывы связи"]
    assert await titles(helper) == ["Обрывы связи", None]  # the other is about their role
    assert (await admin.put(f"members/{helper.id}/role", {"role": "USER"})).status_code == 200
    assert await titles(helper) == [None, None, None]  # a title of somebody else's is no longer theirs to read


async def test_what_is_read(customer: Person, helper: Person) -> None:
    one, two = await customer.opens(), await customer.opens()
    for ticket in (one, two, two):
        await helper.says(ticket, "Смотрю")
    listed = (await customer.get("notifications?size=2")).json()
    assert (listed["unread"], len(listed["items"])) == (3, 2)
    rest = (await customer.get(f"notifications?size=2&cursor={listed['next_cursor']}")).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)
    assert (await customer.post("notifications/read", {"ids": [rest["items"][0]["id"]]})).status_code == 204
    assert await told(customer, "?unread=true") == [("NEW_MESSAGE", two["number"])] * 2
    assert (await helper.post("notifications/read", {"ids": [listed["items"][0]["id"]]})).status_code == 204
    assert (await customer.get("notifications")).json()["unread"] == 2  # not theirs to read
    assert (await customer.post(f"tickets/{two['id']}/read")).status_code == 204
    assert (await customer.get("notifications")).json()["unread"] == 0
    await helper.says(one, "И ещё")
    assert (await customer.post("notifications/read")).status_code == 204
    assert await told(customer, "?unread=true") == []


async def test_how_many_there_are(customer: Person, helper: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    async def listed(query: str) -> tuple[Any, ...]:
        page = (await customer.get(f"notifications?{query}")).json()
        names = ("total", "page", "size", "pages", "total_is_exact", "unread")
        return (len(page["items"]), *(page[name] for name in names))

    ticket = await customer.opens()
    for _ in range(3):
        await helper.says(ticket, "Смотрю")
    first = (await customer.get("notifications?size=2")).json()
    await customer.post("notifications/read", {"ids": [first["items"][0]["id"]]})
    assert await listed("size=2") == (2, 3, 1, 2, 2, True, 2)
    assert await listed("size=2&page=2") == (1, 3, 2, 2, 2, True, 2)
    assert await listed("size=2&unread=true") == (2, 2, 1, 2, 1, True, 2)
    assert (await listed(f"size=2&cursor={first['next_cursor']}"))[:2] == (1, 3)
    assert (await helper.get("notifications?unread=true")).json()["total"] == 1  # their role
    monkeypatch.setattr(notifications, "COUNTED", 2)
    assert await listed("size=2") == (2, 2, 1, 2, 1, False, 2)


async def test_what_is_switched_off_is_not_told(customer: Person, helper: Person) -> None:
    assert (await customer.patch("auth/me", {"preferences": {"answers": False}})).status_code == 200
    ticket = await customer.opens()
    await helper.says(ticket, "Смотрю")
    assert (await helper.post(f"tickets/{ticket['id']}/resolve")).status_code == 200
    assert await told(customer) == [("TICKET_STATUS_CHANGED", ticket["number"])]


async def test_a_forgotten_member_leaves_none(desk: TheDesk, customer: Person, helper: Person, admin: Person) -> None:
    ticket = await customer.opens()
    await helper.says(ticket, "Смотрю")
    assert (await admin.delete(f"members/{customer.id}")).status_code in {200, 204}
    again = await desk.joins(CUSTOMER, "Алексей")
    assert await told(again) == []


@pytest.mark.parametrize("body", [{"ids": []}, {"ids": ["x"]}, {"ticket_id": "x"}, {"what": 1}])
async def test_what_is_refused(customer: Person, body: dict[str, Any]) -> None:
    assert (await customer.post("notifications/read", body)).status_code == 422
    for query in ("cursor=x", "size=0", "unread=maybe", "cursor=WyItcG9zaXRpb24iLCJ4IiwieSJd"):
        assert (await customer.get(f"notifications?{query}")).status_code == 422
