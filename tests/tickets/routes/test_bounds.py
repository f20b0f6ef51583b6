"""Bad input: every field has bounds, every refusal a code, nothing is stored."""

from typing import Any

TECHNICAL = "01980000-0000-7000-8000-000000000005"
NEW = {"title": "Сервер молчит", "description": "Совсем", "category_id": TECHNICAL}


async def test_openings_that_are_refused(customer: Any, admin: Any) -> None:
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"title": ""}, "title", "too_short"),
        ({"title": "  \n "}, "title", "too_short"),
        ({"title": "x" * 201}, "title", "too_long"),
        ({"title": "a\x00b"}, "title", "control_character"),
        ({"title": "a\x1bb"}, "title", "control_character"),
        ({"title": None}, "title", "invalid"),
        ({"title": 7}, "title", "invalid"),
        ({"description": "x" * 4097}, "description", "too_long"),
        ({"description": "\x00"}, "description", "control_character"),
        ({"category_id": "5"}, "category_id", "pattern"),
        ({"category_id": "01980000-0000-7000-8000-0000000000ff"}, "category_id", "not_found"),
        ({"priority": "URGENT"}, "priority", "not_allowed"),
        ({"priority": "high"}, "priority", "not_allowed"),
        ({"attachments": ["x"]}, "attachments.0", "pattern"),
        ({"attachments": [TECHNICAL] * 11}, "attachments", "too_long"),
        ({"colour": "red"}, "colour", "unknown"),
    ]
    head = (await admin.get("events?limit=1")).json()["head"]
    for change, field, code in wrong:
        answer = await customer.post("tickets", NEW | change)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "invalid"), (change, problem)
        assert [(error["field"], error["code"]) for error in problem["errors"]] == [(field, code)]
        assert problem["errors"][0]["detail"]
        assert answer.headers["content-type"] == "application/problem+json"
    both = (await customer.post("tickets", {"title": "", "description": "x" * 5000})).json()["errors"]
    assert {error["field"] for error in both} == {"title", "description", "category_id"}
    assert (await admin.get("events?limit=1")).json()["head"] == head


async def test_the_longest_words_are_kept_whole(customer: Any) -> None:
    ticket = await customer.opens("ы" * 200, description="𝄞" * 4096)
    assert ticket["description"] == "𝄞" * 4096
    message = await customer.says(ticket, "\n".join("я" * 63 for _ in range(64)))
    assert len(message["content"]) == 4095


async def test_other_fields_have_bounds_too(customer: Any, helper: Any, admin: Any, moderator: Any) -> None:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}"
    wrong: list[tuple[Any, str, str, Any]] = [
        (customer, "POST", f"{path}/messages", {"content": " "}),
        (customer, "POST", f"{path}/messages", {"content": "x" * 4097}),
        (customer, "POST", f"{path}/messages", {"content": "x", "is_internal": "yes"}),
        (customer, "POST", f"{path}/messages", {"content": "x", "reply_to": "y"}),
        (customer, "POST", f"{path}/read", {"version": -1}),
        (customer, "POST", f"{path}/resolve", {"reason": "x" * 501}),
        (helper, "POST", f"{path}/status", {"status": "DONE"}),
        (helper, "POST", f"{path}/status", {}),
        (helper, "POST", f"{path}/assign", {}),
        (helper, "POST", f"{path}/assign", {"assignee_id": "x"}),
        (helper, "PATCH", path, {"tags": [str(n) for n in range(11)]}),
        (helper, "PATCH", path, {"tags": ["x" * 33]}),
        (helper, "PATCH", path, {"tags": [""]}),
        (helper, "PATCH", path, {"tags": "x"}),
        (helper, "PATCH", path, {"status": "CLOSED"}),
        (admin, "PUT", f"members/{customer.id}/role", {"role": "KING"}),
        (moderator, "PUT", f"members/{customer.id}/blocked", {"blocked": 1}),
        (admin, "POST", "categories", {"names": {}}),
        (admin, "POST", "categories", {"names": {"de": "Klans"}}),
        (admin, "POST", "categories", {"names": {"en": "x" * 65}}),
        (admin, "POST", "categories", {"names": {"en": "x"}, "color": "red"}),
        (admin, "POST", "categories", {"names": {"en": "x"}, "order": 10_000}),
        (admin, "POST", "categories", {"names": {"en": "x"}, "icon": "x" * 17}),
    ]
    for person, method, call, body in wrong:
        answer = await person.call(method, call, body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), (call, body)
    assert (await customer.sees(ticket))["version"] == 1


async def test_bodies_that_are_no_json(desk: Any, customer: Any) -> None:
    headers = {"authorization": f"Bearer {customer.signer.token(customer.id, 'tickets')}"}

    async def sent(content: bytes, kind: str = "application/json") -> tuple[int, str]:
        answer = await desk.client.post("/api/v1/tickets", content=content, headers=headers | {"content-type": kind})
        return answer.status_code, answer.json()["code"]

    assert await sent(b"{") == (400, "malformed_json")
    assert await sent(b"[]") == (422, "invalid")
    assert await sent(b"null") == (422, "invalid")
    assert await sent(b"") == (422, "invalid")
    assert (await sent(b'{"title":"\\ud800","category_id":"%s"}' % TECHNICAL.encode()))[0] == 422
    assert (await sent(b"\xff"))[0] in {400, 422}
    assert (await sent(b"[" * 100_000))[0] in {400, 422}
    assert (await sent(b'{"title":1e999}'))[0] in {400, 422}


async def test_bodies_that_are_too_large(desk: Any, customer: Any) -> None:
    headers = {"authorization": f"Bearer {customer.signer.token(customer.id, 'tickets')}"}
    declared = await desk.client.post("/api/v1/tickets", content=b" " * (128 * 1024 + 1), headers=headers)
    assert (declared.status_code, declared.json()["code"]) == (413, "too_large")

    async def endless() -> Any:
        for _ in range(200):
            yield b" " * 1024

    streamed = await desk.client.post(
        "/api/v1/tickets", content=endless(), headers=headers | {"content-type": "application/json"}
    )
    assert (streamed.status_code, streamed.json()["code"]) == (413, "too_large")


async def test_addresses_that_are_none(customer: Any) -> None:
    assert (await customer.get("nowhere")).json()["code"] == "not_found"
    gone = await customer.delete("tickets")
    assert (gone.status_code, gone.json()["code"]) == (405, "method_not_allowed")


async def test_the_language_of_a_problem_is_the_members(desk: Any, customer: Any, other: Any) -> None:
    russian = (await customer.get("tickets/1", accept_language="en")).json()
    english = (await other.get("tickets/1", accept_language="ru")).json()
    assert (russian["detail"], english["detail"]) == ("Здесь ничего нет.", "There is nothing here.")
    unknown = await desk.client.get("/api/v1/tickets", headers={"accept-language": "en"})
    assert unknown.json()["detail"] == "Please sign in."
