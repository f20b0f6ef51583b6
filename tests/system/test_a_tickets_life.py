"""One ticket from its first word to its last, through every service, as its people see it."""

from typing import Any

from tests.system.conftest import Arrive, Listen
from tests.system.people import Listener, Person


async def opened(customer: Person) -> dict[str, Any]:
    categories = (await customer.get("categories"))["items"]
    ticket: dict[str, Any] = await customer.post(
        "tickets",
        {
            "title": "Не приходит письмо",
            "description": "Жду подтверждение почты второй час.",
            "category_id": categories[0]["id"],
            "priority": "HIGH",
        },
    )
    return ticket


def types(feed: Listener, ticket: dict[str, Any]) -> list[str]:
    about = [event for event in feed.heard if event["subject"] == ticket["id"]]
    return [event["type"].removeprefix("tikethet.") for event in about]


async def test_from_the_first_word_to_the_last(arrive: Arrive, listen: Listen) -> None:
    customer, helper = await arrive("customer"), await arrive("helper")
    async with listen(customer) as at_customer, listen(helper) as at_desk:
        assert at_desk.cursor is not None
        began = at_desk.cursor["position"]
        ticket = await opened(customer)
        path = f"tickets/{ticket['id']}"
        assert (ticket["status"], ticket["priority"]) == ("OPEN", "HIGH")

        await helper.post(f"{path}/assign", {"assignee_id": helper.id})
        await helper.post(f"{path}/messages", {"content": "Секрет коллегам: сервер почты лежит", "is_internal": True})
        await helper.post(f"{path}/messages", {"content": "Здравствуйте! Проверьте папку «Спам»."})
        assert (await customer.get(path))["status"] == "WAITING_RESPONSE"

        await customer.post(f"{path}/messages", {"content": "Там пусто."})
        assert (await customer.get(path))["status"] == "IN_PROGRESS"

        await helper.post(f"{path}/resolve", {})
        thanks = await customer.post(f"{path}/messages", {"content": "Пришло, но ссылка не открывается!"})
        reopened = await customer.get(path)
        assert (reopened["status"], reopened["assigned_to"]["id"]) == ("IN_PROGRESS", helper.id)

        await helper.post(f"{path}/close", {"reason": "Ссылка исправлена"})
        log = (await helper.get("events", after=began, limit=1000, types="TicketClosed"))["items"]
        (closed,) = [event for event in log if event["subject"] == ticket["id"]]
        await at_desk.until(closed["id"])
        await at_customer.until(closed["id"])

    everything = [
        "TicketOpened", "TicketAssigned", "NoteAdded", "MessagePosted", "WorkStarted", "ReplyAwaited", "MessagePosted",
        "WorkStarted", "TicketResolved", "MessagePosted", "TicketReopened", "TicketClosed",
    ]  # fmt: skip
    assert sorted(types(at_desk, ticket)) == sorted(everything)
    assert types(at_customer, ticket) == [name for name in types(at_desk, ticket) if name != "NoteAdded"]
    seen = (await customer.get(f"{path}/messages"))["items"]
    assert thanks["id"] in [message["id"] for message in seen]
    assert not any(message["is_internal"] for message in seen)
    assert "Секрет коллегам" not in str(at_customer.heard) + str(seen) + str(await customer.get(f"{path}/history"))


async def test_a_feed_equals_the_log_it_may_see(arrive: Arrive, listen: Listen) -> None:
    customer, helper = await arrive("customer"), await arrive("helper")
    async with listen(customer) as feed:
        assert feed.cursor is not None
        began = feed.cursor["position"]
        ticket = await opened(customer)
        await helper.post(f"tickets/{ticket['id']}/messages", {"content": "только нам", "is_internal": True})
        await customer.post(f"tickets/{ticket['id']}/messages", {"content": "Алло?"})
        log = (await customer.get("events", after=began, limit=1000))["items"]
        await feed.until(log[-1]["id"])
    assert feed.heard[: len(log)] == log


async def test_another_customers_ticket_does_not_exist(arrive: Arrive) -> None:
    customer, helper = await arrive("customer"), await arrive("helper")
    began = (await customer.get("events", limit=1))["head"]
    theirs = await opened(helper)
    for path in (f"tickets/{theirs['id']}", f"tickets/{theirs['number']}", f"tickets/{theirs['id']}/messages"):
        status, problem = await customer.call("GET", path)
        assert (status, problem["code"]) == (404, "not_found")
    status, problem = await customer.call("POST", f"tickets/{theirs['id']}/messages", {"content": "можно?"})
    assert (status, problem["code"]) == (404, "not_found")
    assert theirs["id"] in str(await helper.get("events", after=began, limit=1000))
    assert theirs["id"] not in str(await customer.get("events", after=began, limit=1000))


async def test_the_same_key_again_answers_the_same_and_stores_nothing(arrive: Arrive) -> None:
    customer = await arrive("customer")
    ticket = await opened(customer)
    headers = {"Authorization": f"Bearer {customer.token}", "Idempotency-Key": "tests:once"}
    url, body = f"/api/v1/tickets/{ticket['id']}/messages", {"content": "Один раз"}
    answers = []
    for _ in range(3):
        async with customer.http.post(url, json=body, headers=headers) as answer:
            answers.append((answer.status, await answer.json(), answer.headers["Tikethet-Position"]))
    assert answers[0] == answers[1] == answers[2]
    async with customer.http.post(url, json={"content": "Другое"}, headers=headers) as answer:
        assert (answer.status, (await answer.json())["code"]) == (422, "key_reused")
    shown = (await customer.get(f"tickets/{ticket['id']}/messages"))["items"]
    assert [message["content"] for message in shown].count("Один раз") == 1
