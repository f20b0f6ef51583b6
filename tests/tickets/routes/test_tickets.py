"""Tickets over HTTP."""

from typing import Any


async def test_a_ticket_is_opened_seen_and_listed(customer: Any, helper: Any) -> None:
    ticket = await customer.opens("Сервер   молчит ", priority="HIGH")
    assert ticket["title"] == "Сервер молчит"
    assert (ticket["status"], ticket["priority"], ticket["version"]) == ("OPEN", "HIGH", 1)
    assert ticket["category"]["name"] == "Технические проблемы"
    assert ticket["user"]["id"] == customer.id
    message = await customer.says(ticket, "Есть кто?")
    assert message["content"] == "Есть кто?"
    assert message["user"]["first_name"] == "Алексей"
    for person in (customer, helper):
        listed = (await person.get("tickets")).json()
        assert [item["id"] for item in listed["items"]] == [ticket["id"]]
        assert (await person.get(f"tickets/{ticket['number']}")).json()["messages_count"] == 1
        said = (await person.get(f"tickets/{ticket['id']}/messages")).json()
        assert [item["id"] for item in said["items"]] == [message["id"]]
