"""Tickets over HTTP: their life, who may see them, how they are found, what they were."""

from datetime import timedelta
from typing import Any

TECHNICAL = "01980000-0000-7000-8000-000000000005"
DONATIONS = "01980000-0000-7000-8000-000000000004"


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


async def test_numbers_rise(customer: Any) -> None:
    first, second = await customer.opens(), await customer.opens()
    assert second["number"] > first["number"] >= 1001


async def test_a_whole_life(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}"

    async def after(person: Any, call: str, body: Any = None) -> tuple[str, str | None]:
        answer = await person.post(f"{path}/{call}", body)
        assert answer.status_code in {200, 201}, answer.text
        seen = await person.sees(ticket)
        return seen["status"], seen["assigned_to"] and seen["assigned_to"]["id"]

    assert await after(helper, "assign", {"assignee_id": helper.id}) == ("OPEN", helper.id)
    assert await after(helper, "status", {"status": "IN_PROGRESS"}) == ("IN_PROGRESS", helper.id)
    assert await after(helper, "messages", {"content": "Что в журнале?"}) == ("WAITING_RESPONSE", helper.id)
    assert await after(customer, "messages", {"content": "Пусто"}) == ("IN_PROGRESS", helper.id)
    assert await after(helper, "resolve", {"reason": "Перезапустили"}) == ("RESOLVED", helper.id)
    assert await after(customer, "messages", {"content": "Опять молчит"}) == ("IN_PROGRESS", helper.id)
    assert await after(helper, "assign", {"assignee_id": None}) == ("IN_PROGRESS", None)
    assert await after(customer, "close") == ("CLOSED", None)
    assert await after(customer, "reopen", {}) == ("OPEN", None)
    history = (await helper.get(f"{path}/history", accept_language="en")).json()
    assert {item["type"] for item in history["items"]} >= {"TicketOpened", "TicketAssigned", "TicketReopened"}
    assert all(item["text"] for item in history["items"])


async def test_answers_carry_version_epoch_and_position(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    answer = await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    assert answer.headers["etag"] == '"2"'
    wrote = int(answer.headers["tikethet-position"])
    seen = await customer.get(f"tickets/{ticket['id']}")
    assert seen.headers["etag"] == '"2"'
    assert int(seen.headers["tikethet-position"]) == wrote
    assert seen.headers["tikethet-epoch"] == answer.headers["tikethet-epoch"]


async def test_what_changes_nothing_carries_where_the_log_was(helper: Any, customer: Any) -> None:
    ticket = await customer.opens()
    await helper.patch(f"tickets/{ticket['id']}", {"priority": "LOW"})
    head = (await helper.get("tickets/counts")).headers["tikethet-position"]
    again = await helper.patch(f"tickets/{ticket['id']}", {"priority": "LOW"})
    assert (again.status_code, again.headers["etag"]) == (200, '"2"')
    assert again.headers["tikethet-position"] == head


async def test_several_details_change_at_once_or_not_at_all(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}"
    changes = {"title": "Вход не работает", "priority": "CRITICAL", "category_id": DONATIONS, "tags": ["вход", "вход"]}
    changed = (await helper.patch(path, changes)).json()
    assert (changed["title"], changed["priority"]) == ("Вход не работает", "CRITICAL")
    assert (changed["category"]["id"], changed["tags"], changed["version"]) == (DONATIONS, ["вход"], 5)
    unknown = "01980000-0000-7000-8000-0000000000ff"
    refused = await helper.patch(path, {"title": "Третье", "category_id": unknown})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "category_id")
    assert (await helper.sees(ticket))["title"] == "Вход не работает"
    assert (await helper.patch(path, {})).json()["version"] == 5


async def test_a_stale_version_is_refused(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}"
    assert (await helper.patch(path, {"priority": "LOW"}, if_match='"1"')).status_code == 200
    stale = await helper.patch(path, {"priority": "HIGH"}, if_match='"1"')
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (412, "version_conflict", 2)
    assert (await helper.post(f"{path}/messages", {"content": "x"}, if_match='"1"')).status_code == 412
    assert (await helper.patch(path, {"priority": "HIGH"}, if_match='W/"2"')).status_code == 200
    assert (await helper.patch(path, {"priority": "LOW"}, if_match="*")).status_code == 200
    assert (await helper.patch(path, {"priority": "LOW"}, if_match="soon")).status_code == 422


CALLS: list[tuple[str, str, Any]] = [
    ("GET", "", None),
    ("GET", "?at=1", None),
    ("GET", "/history", None),
    ("GET", "/messages", None),
    ("POST", "/messages", {"content": "x"}),
    ("POST", "/read", {}),
    ("PATCH", "", {"priority": "LOW"}),
    ("POST", "/assign", {"assignee_id": None}),
    ("POST", "/status", {"status": "RESOLVED"}),
    ("POST", "/resolve", {}),
    ("POST", "/close", {}),
    ("POST", "/reopen", {}),
]


async def test_a_foreign_ticket_does_not_exist(customer: Any, other: Any) -> None:
    ticket = await customer.opens()
    before = await customer.sees(ticket)
    for method, call, body in CALLS:
        for name in (ticket["id"], ticket["number"], "01980000-0000-7000-8000-0000000000ff", "999999", "nonsense"):
            answer = await other.call(method, f"tickets/{name}{call}", body, if_match='"77"')
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), (method, name, call)
    assert await customer.sees(ticket) == before


async def test_what_a_customer_may_not(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}"
    for answer in (
        await customer.patch(path, {"title": "Иначе"}),
        await customer.patch(path, {"tags": ["x"]}),
        await customer.post(f"{path}/assign", {"assignee_id": helper.id}),
        await customer.post(f"{path}/status", {"status": "IN_PROGRESS"}),
        await customer.post(f"{path}/messages", {"content": "x", "is_internal": True}),
        await customer.post(
            "tickets", {"title": "t", "description": "", "category_id": TECHNICAL, "priority": "CRITICAL"}
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await customer.sees(ticket))["version"] == 1


async def test_refusals_of_the_state(customer: Any, helper: Any, moderator: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}"
    assert (await helper.post(f"{path}/reopen")).json()["code"] == "bad_transition"
    await helper.post(f"{path}/assign", {"assignee_id": helper.id})
    colleague = await moderator.post(f"{path}/assign", {"assignee_id": moderator.id})
    assert colleague.status_code == 200
    taken = await helper.post(f"{path}/assign", {"assignee_id": helper.id})
    assert (taken.status_code, taken.json()["code"]) == (409, "already_assigned")
    refused = await helper.post(f"{path}/assign", {"assignee_id": customer.id})
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "not_staff")
    await customer.post(f"{path}/close")
    closed = await helper.post(f"{path}/messages", {"content": "Поздно"})
    assert (closed.status_code, closed.json()["code"]) == (409, "ticket_closed")
    assert closed.json()["detail"]


async def test_a_late_message_opens_a_new_ticket_linked_to_the_old(desk: Any, customer: Any, helper: Any) -> None:
    old = await customer.opens("Сервер молчит")
    await helper.post(f"tickets/{old['id']}/close")
    desk.clock.ahead = timedelta(days=7, minutes=1)
    message = await customer.says(old, "Снова молчит")
    assert message["ticket_id"] != old["id"]
    new = await customer.sees({"id": message["ticket_id"]})
    assert (new["status"], new["title"], new["linked_to"]) == ("OPEN", "Сервер молчит", old["id"])
    assert new["number"] > old["number"]
    assert new["messages_count"] == 1
    assert (await customer.sees(old))["status"] == "CLOSED"
    late = await customer.post(f"tickets/{old['id']}/reopen")
    assert (late.status_code, late.json()["code"]) == (409, "ticket_closed")
    again = await customer.post(f"tickets/{old['id']}/messages", {"content": "И ещё"}, idempotency_key="late-1")
    repeated = await customer.post(f"tickets/{old['id']}/messages", {"content": "И ещё"}, idempotency_key="late-1")
    assert (again.status_code, repeated.status_code) == (201, 201)
    assert again.json() == repeated.json()
    assert (await customer.get("tickets")).json()["total"] == 3


async def test_a_ticket_as_it_was(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}"
    opened_at = (await customer.sees(ticket))["created_at"]
    await helper.patch(path, {"title": "Вход не работает"})
    await helper.post(f"{path}/resolve")
    assert (await customer.get(f"{path}?at=1")).json()["title"] == "Сервер молчит"
    second = await customer.get(f"{path}?at=2")
    assert (second.json()["title"], second.json()["status"]) == ("Вход не работает", "OPEN")
    assert second.headers["etag"] == '"2"'
    assert (await customer.get(f"{path}?at={opened_at}")).json()["version"] == 1
    assert (await customer.get(f"{path}?at=2020-01-01T00:00:00Z")).status_code == 404
    assert (await customer.get(f"{path}?at=2030-01-01T00:00:00%2B03:00")).json()["version"] == 3
    for wrong in ("yesterday", "2026-01-01T00:00:00", "-1", "9" * 30):
        assert (await customer.get(f"{path}?at={wrong}")).status_code == 422


async def test_the_list_is_filtered_sorted_and_walked(customer: Any, other: Any, helper: Any) -> None:
    a = await customer.opens("Платёж пропал", category_id=DONATIONS, priority="HIGH")
    b = await customer.opens("Сервер молчит")
    c = await other.opens("Читер на арене", priority="LOW")
    await helper.post(f"tickets/{b['id']}/assign", {"assignee_id": helper.id})
    await helper.post(f"tickets/{c['id']}/resolve")
    await helper.patch(f"tickets/{a['id']}", {"tags": ["деньги"]})

    async def found(query: str, person: Any = helper) -> list[str]:
        answer = await person.get(f"tickets?{query}")
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await found("") == [a["id"], c["id"], b["id"]]
    assert await found("sort=created_at") == [a["id"], b["id"], c["id"]]
    assert await found("status=OPEN&sort=-created_at") == [b["id"], a["id"]]
    assert await found("status=OPEN&status=RESOLVED&priority=LOW") == [c["id"]]
    assert await found(f"category_id={DONATIONS}") == [a["id"]]
    assert await found("assigned_to=me") == [b["id"]]
    assert set(await found("assigned_to=none")) == {a["id"], c["id"]}
    assert await found(f"requester={other.id}") == [c["id"]]
    assert await found("tag=деньги") == [a["id"]]
    assert await found("q=платежи") == [a["id"]]
    assert await found(f"q=%23{b['number']}") == [b["id"]]
    assert await found("", other) == [c["id"]]
    first = (await helper.get("tickets?size=2&sort=created_at")).json()
    assert (first["total"], first["pages"], len(first["items"])) == (3, 2, 2)
    rest = (await helper.get(f"tickets?size=2&sort=created_at&cursor={first['next_cursor']}")).json()
    assert ([item["id"] for item in rest["items"]], rest["next_cursor"]) == ([c["id"]], None)
    counts = (await helper.get("tickets/counts")).json()
    assert (counts["total"], counts["by_status"]["OPEN"], counts["mine"], counts["unassigned"]) == (3, 2, 1, 2)
    assert (await customer.get("tickets/counts")).json()["total"] == 2


async def test_lists_refuse_what_they_do_not_know(customer: Any) -> None:
    for query in (
        *("status=NEW", "priority=1", "sort=number", "size=0", "size=101", "size=x", "page=0", "page=99999"),
        *("cursor=x", "category_id=x", "assigned_to=x", "requester=x", "q=" + "x" * 201),
    ):
        answer = await customer.get(f"tickets?{query}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), query
        assert answer.json()["errors"][0]["field"].partition(".")[0] == query.partition("=")[0]
