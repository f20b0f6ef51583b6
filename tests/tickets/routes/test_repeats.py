"""The same key again answers as the first time and stores nothing."""

import asyncio
from typing import Any

TECHNICAL = "01980000-0000-7000-8000-000000000005"
NEW = {"title": "Сервер молчит", "description": "Совсем", "category_id": TECHNICAL}


async def test_a_repeated_opening_is_the_same_ticket(customer: Any, helper: Any) -> None:
    first = await customer.post("tickets", NEW, idempotency_key="k1")
    await helper.patch(f"tickets/{first.json()['id']}", {"title": "Вход не работает"})
    again = await customer.post("tickets", dict(reversed(NEW.items())), idempotency_key="k1")
    assert (again.status_code, again.json()) == (201, first.json())
    for name in ("etag", "location", "tikethet-position"):
        assert again.headers[name] == first.headers[name]
    assert (await customer.get("tickets")).json()["total"] == 1


async def test_another_body_under_the_same_key_is_refused(customer: Any, other: Any) -> None:
    await customer.post("tickets", NEW, idempotency_key="k1")
    reused = await customer.post("tickets", NEW | {"title": "Другое"}, idempotency_key="k1")
    assert (reused.status_code, reused.json()["code"]) == (422, "key_reused")
    elsewhere = await customer.patch("auth/me", {"language": "en"}, idempotency_key="k1")
    assert elsewhere.json()["code"] == "key_reused"
    assert (await other.post("tickets", NEW | {"title": "Другое"}, idempotency_key="k1")).status_code == 201


async def test_a_repeated_message_is_the_same_message(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}/messages"
    first = await customer.post(path, {"content": "Есть кто?"}, idempotency_key="m1")
    await helper.says(ticket, "Да")
    await customer.patch(f"{path}/{first.json()['id']}", {"content": "Ау"})
    again = await customer.post(path, {"content": "Есть кто?"}, idempotency_key="m1")
    assert (again.status_code, again.json(), again.headers["etag"]) == (201, first.json(), first.headers["etag"])
    assert (await customer.get(path)).json()["total"] == 2


async def test_every_kind_of_command_can_be_repeated(admin: Any, helper: Any, customer: Any) -> None:
    ticket = await customer.opens()
    message = await helper.says(ticket, "Слово")
    path = f"tickets/{ticket['id']}"
    calls: list[tuple[Any, str, str, Any]] = [
        (helper, "PATCH", f"{path}/messages/{message['id']}", {"content": "Другое слово"}),
        (helper, "DELETE", f"{path}/messages/{message['id']}", None),
        (helper, "PATCH", path, {"title": "Вход", "priority": "LOW", "tags": ["вход"]}),
        (helper, "POST", f"{path}/assign", {"assignee_id": helper.id}),
        (helper, "POST", f"{path}/assign", {"assignee_id": helper.id}),  # changes nothing, and is kept all the same
        (helper, "POST", f"{path}/assign", {"assignee_id": None}),
        (helper, "POST", f"{path}/status", {"status": "IN_PROGRESS"}),
        (customer, "POST", f"{path}/resolve", {"reason": "Спасибо"}),
        (customer, "POST", f"{path}/reopen", None),
        (helper, "POST", f"{path}/close", None),
        (admin, "POST", "categories", {"names": {"en": "Clans"}}),
        (admin, "PATCH", f"categories/{TECHNICAL}", {"icon": "⚙"}),
        (admin, "DELETE", f"categories/{TECHNICAL}", None),
        (admin, "POST", "categories/init-defaults", None),
        (admin, "PUT", f"members/{customer.id}/role", {"role": "HELPER"}),
        (admin, "PUT", f"members/{customer.id}/blocked", {"blocked": True}),
        (admin, "PUT", f"members/{customer.id}/blocked", {"blocked": False}),
        (helper, "PATCH", "auth/me", {"preferences": {"status": False}}),
    ]
    for number, (person, method, call, body) in enumerate(calls):
        first = await person.call(method, call, body, idempotency_key=f"key-{number}")
        assert first.status_code < 300, (call, first.text)
        head = (await admin.get("events?limit=1")).json()["head"]
        again = await person.call(method, call, body, idempotency_key=f"key-{number}")
        assert (again.status_code, again.content) == (first.status_code, first.content), call
        assert again.headers.get("etag") == first.headers.get("etag")
        assert (await admin.get("events?limit=1")).json()["head"] == head, call


async def test_a_repeat_shows_what_was_then_whatever_came_after(admin: Any, customer: Any) -> None:
    role, block = f"members/{customer.id}/role", f"members/{customer.id}/blocked"
    category = f"categories/{TECHNICAL}"
    calls: list[tuple[Any, str, str, Any]] = [
        (admin, "PUT", role, {"role": "HELPER"}),
        (admin, "PUT", block, {"blocked": True}),
        (admin, "PATCH", category, {"icon": "⚙"}),
        (admin, "POST", "categories", {"names": {"en": "Clans"}}),
        (admin, "POST", "categories/init-defaults", None),
        (admin, "PATCH", "auth/me", {"preferences": {"status": False}}),
    ]
    first = [
        await person.call(method, path, body, idempotency_key=str(number))
        for number, (person, method, path, body) in enumerate(calls)
    ]
    clans = first[3].json()["id"]
    for after in (
        await admin.put(role, {"role": "MODERATOR"}),
        await admin.put(block, {"blocked": False}),
        await admin.patch(category, {"icon": "🧰"}),
        await admin.delete(category),
        await admin.patch(f"categories/{clans}", {"names": {"en": "Guilds"}}),
        await admin.patch("auth/me", {"preferences": {"status": True}}),
    ):
        assert after.status_code in {200, 204}, after.text
    for number, (person, method, path, body) in enumerate(calls):
        again = await person.call(method, path, body, idempotency_key=str(number))
        assert (again.status_code, again.json()) == (first[number].status_code, first[number].json()), path


async def test_a_refusal_is_not_kept(customer: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}/reopen"
    assert (await customer.post(path, {}, idempotency_key="r1")).status_code == 409
    await customer.post(f"tickets/{ticket['id']}/resolve")
    assert (await customer.post(path, {}, idempotency_key="r1")).status_code == 200


async def test_the_same_command_many_times_at_once_happens_once(customer: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}/messages"
    opened = await asyncio.gather(*(customer.post("tickets", NEW, idempotency_key="o") for _ in range(6)))
    assert {answer.status_code for answer in opened} == {201}
    assert len({answer.json()["id"] for answer in opened}) == 1
    said = await asyncio.gather(*(customer.post(path, {"content": "x"}, idempotency_key="s") for _ in range(6)))
    assert len({answer.json()["id"] for answer in said}) == 1
    assert (await customer.get(path)).json()["total"] == 1


async def test_keys_of_the_bot_are_the_bots(desk: Any, customer: Any) -> None:
    for key in ("tg:7:1:2", "due:close:1"):
        answer = await customer.post("tickets", NEW, idempotency_key=key)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")
    customer.signer = desk.signer("bot")
    first = await customer.post("tickets", NEW, idempotency_key="tg:7:1:2")
    again = await customer.post("tickets", NEW, idempotency_key="tg:7:1:2")
    assert (first.status_code, again.json()) == (201, first.json())
    history = (await customer.get(f"tickets/{first.json()['id']}/history")).json()["items"]
    assert history[0]["channel"] == "bot"


async def test_malformed_keys(customer: Any) -> None:
    for key in ("with space", "x" * 201, "tab\there"):
        answer = await customer.post("tickets", NEW, idempotency_key=key)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
