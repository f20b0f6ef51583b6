"""Members, roles, oneself; who gets in at all."""

from typing import Any

from tikethet_service.callers import CallerSigner

ADMIN, CUSTOMER = 700_000_003, 700_000_001
NOBODY = "01980000-0000-7000-8000-0000000000ff"


async def test_joining_once_and_again(desk: Any) -> None:
    body = {"telegram_id": CUSTOMER, "first_name": "Алексей", "last_name": None, "username": "a", "language": "en-GB"}
    first = await desk.service("gateway", "POST", "internal/members/join", body)
    assert (first.status_code, first.json()["role"], first.json()["language"]) == (201, "USER", "en")
    again = await desk.service("bot", "POST", "internal/members/join", body)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["tikethet-position"] == first.headers["tikethet-position"]
    renamed = await desk.service("gateway", "POST", "internal/members/join", body | {"first_name": "Лёша"})
    assert (renamed.json()["first_name"], renamed.headers["etag"]) == ("Лёша", '"2"')
    assert renamed.json()["id"] == first.json()["id"]


async def test_the_operators_admins_join_as_admins(admin: Any) -> None:
    assert (await admin.get("auth/me")).json()["role"] == "ADMIN"


async def test_access_for_services(desk: Any, customer: Any) -> None:
    found = await desk.service("notify", "GET", f"internal/members/{customer.id}/access")
    assert found.json() == {"role": "USER", "blocked": False, "language": "ru"}
    assert (await desk.service("notify", "GET", f"internal/members/{NOBODY}/access")).status_code == 404


async def test_internal_calls_are_for_services(customer: Any, admin: Any) -> None:
    body = {"telegram_id": 5, "first_name": "x", "language": "ru"}
    for person in (customer, admin):
        assert (await person.post("internal/members/join", body)).status_code == 403
        assert (await person.get(f"internal/members/{person.id}/access")).status_code == 403


async def test_who_does_not_get_in(desk: Any, customer: Any) -> None:
    client = desk.client
    forged = CallerSigner("gateway", b"x" * 32).token(customer.id, "tickets")
    elsewhere = desk.signer().token(customer.id, "notify")
    stranger = desk.signer().token(NOBODY, "tickets")
    nonsense = desk.signer().token("nobody", "tickets")
    speaking = desk.signer("notify").token(customer.id, "tickets")
    for token in (forged, elsewhere, stranger, nonsense, speaking, "x"):
        answer = await client.get("/api/v1/tickets", headers={"authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert (await client.get("/api/v1/tickets")).status_code == 401
    assert (await desk.service("gateway", "GET", "tickets")).status_code == 403


async def test_a_blocked_member_is_shut_out_at_once(customer: Any, moderator: Any) -> None:
    ticket = await customer.opens()
    answer = await moderator.put(f"members/{customer.id}/blocked", {"blocked": True, "reason": "Спам"})
    assert answer.json()["blocked"] is True
    for shut in (
        await customer.get("tickets"),
        await customer.post(f"tickets/{ticket['id']}/messages", {"content": "x"}),
    ):
        assert (shut.status_code, shut.json()["code"]) == (403, "blocked")
    await moderator.put(f"members/{customer.id}/blocked", {"blocked": False})
    assert (await customer.get("tickets")).status_code == 200


async def test_a_role_takes_effect_at_once(admin: Any, customer: Any) -> None:
    assert (await customer.get("members")).status_code == 403
    raised = await admin.put(f"members/{customer.id}/role", {"role": "HELPER"})
    assert (raised.status_code, raised.json()["role"]) == (200, "HELPER")
    assert (await customer.get("members")).status_code == 200


ROLES_MATRIX = [
    # method, path, body                                         → what USER, HELPER, MODERATOR, ADMIN get
    ("GET", "members", None, (403, 200, 200, 200)),
    ("GET", "members/{other}", None, (403, 200, 200, 200)),
    ("GET", "members/{other}/tickets", None, (403, 200, 200, 200)),
    ("GET", "members/{other}/export", None, (403, 403, 403, 200)),
    ("GET", "members/me", None, (200, 200, 200, 200)),
    ("GET", "members/me/export", None, (200, 200, 200, 200)),
    ("PUT", "members/{other}/role", {"role": "USER"}, (403, 403, 403, 200)),
    ("PUT", "members/{other}/blocked", {"blocked": False}, (403, 403, 200, 200)),
    ("DELETE", "members/{other}", None, (403, 403, 403, 204)),
    ("POST", "categories", {"names": {"en": "Clans"}}, (403, 403, 403, 201)),
    ("PATCH", "categories/01980000-0000-7000-8000-000000000005", {"icon": "⚙"}, (403, 403, 403, 200)),
    ("PATCH", f"categories/{NOBODY}", {"icon": "⚙"}, (403, 403, 403, 404)),
    ("DELETE", "categories/01980000-0000-7000-8000-000000000004", None, (403, 403, 403, 204)),
    ("POST", "categories/init-defaults", None, (403, 403, 403, 200)),
    ("GET", "categories", None, (200, 200, 200, 200)),
    ("GET", "events", None, (200, 200, 200, 200)),
    ("GET", "auth/me", None, (200, 200, 200, 200)),
    ("PATCH", "auth/me", {"language": "en"}, (200, 200, 200, 200)),
    ("GET", f"members/{NOBODY}", None, (403, 404, 404, 404)),
    ("PUT", f"members/{NOBODY}/role", {"role": "USER"}, (404, 404, 404, 404)),
]


async def test_what_each_role_gets(customer: Any, helper: Any, moderator: Any, admin: Any, other: Any) -> None:
    for method, path, body, expected in ROLES_MATRIX:
        got = []
        for person in (customer, helper, moderator, admin):
            answer = await person.call(method, path.format(other=other.id), body)
            got.append(answer.status_code)
        assert tuple(got) == expected, (method, path)


async def test_the_last_admin_stays(admin: Any, helper: Any) -> None:
    for answer in (await admin.put("members/me/role", {"role": "USER"}), await admin.delete("members/me")):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    await admin.put(f"members/{helper.id}/role", {"role": "ADMIN"})
    assert (await admin.put("members/me/role", {"role": "USER"})).status_code == 200
    assert (await helper.put("members/me/role", {"role": "USER"})).json()["code"] == "last_admin"


async def test_members_are_found(helper: Any, customer: Any, other: Any) -> None:
    async def found(query: str) -> set[str]:
        return {item["id"] for item in (await helper.get(f"members?{query}")).json()["items"]}

    assert await found("q=алекс") == {customer.id}
    assert await found(f"q={CUSTOMER}") == {customer.id}
    assert await found("role=USER") == {customer.id, other.id}
    assert await found("blocked=true") == set()
    first = (await helper.get("members?size=3")).json()
    rest = (await helper.get(f"members?size=3&cursor={first['next_cursor']}")).json()
    assert (first["total"], len(first["items"]) + len(rest["items"])) == (4, 4)
    one = await helper.get(f"members/{customer.id}")
    assert (one.json()["telegram_id"], one.headers["etag"]) == (CUSTOMER, '"1"')


async def test_oneself(customer: Any) -> None:
    me = (await customer.get("auth/me")).json()
    assert (me["id"], me["username"], me["preferences"]) == (customer.id, "alexey_m", {})
    changed = await customer.patch("auth/me", {"language": "en", "preferences": {"status": False}})
    assert (changed.json()["language"], changed.headers["etag"]) == ("en", '"3"')
    await customer.patch("auth/me", {"preferences": {"answers": True}})
    me = (await customer.get("auth/me")).json()
    assert me["preferences"] == {"status": False, "answers": True}
    unknown = await customer.get("tickets/999999")
    assert unknown.json()["detail"] == "There is nothing here."
    for wrong in ({"language": "de"}, {"preferences": {"colour": True}}, {"preferences": {"status": 1}}, {"x": 1}):
        assert (await customer.patch("auth/me", wrong)).status_code == 422


async def test_a_member_is_forgotten(customer: Any, admin: Any, helper: Any, desk: Any) -> None:
    ticket = await customer.opens("Сервер молчит")
    await customer.says(ticket, "Есть кто?")
    assert (await customer.delete("members/me")).status_code == 204
    assert (await customer.get("tickets")).status_code == 401
    left = await helper.sees(ticket)
    assert (left["title"], left["user"]["first_name"], left["messages_count"]) == (None, None, 1)
    said = (await helper.get(f"tickets/{ticket['id']}/messages")).json()["items"]
    assert said[0]["content"] is None
    assert (await admin.delete(f"members/{customer.id}")).status_code == 404
    answer = await helper.post(f"tickets/{ticket['id']}/close")
    assert answer.status_code == 200
    events = (await desk.service("bot", "GET", "events?types=TicketOpened")).json()["items"]
    assert (events[0]["erased"], events[0]["data"]["title"]) == (True, None)
    back = await desk.joins(CUSTOMER, "Алексей")
    assert back.id != customer.id


async def test_an_export_is_everything_of_ones_own(customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    await customer.says(ticket, "Есть кто?")
    await helper.says(ticket, "Между нами", is_internal=True)
    export = (await customer.get("members/me/export")).json()
    assert export["member"]["username"] == "alexey_m"
    assert [item["ticket"]["id"] for item in export["tickets"]] == [ticket["id"]]
    assert [item["content"] for item in export["tickets"][0]["messages"]] == ["Есть кто?"]


async def test_joins_that_are_refused(desk: Any) -> None:
    bodies: list[dict[str, Any]] = [
        {},
        {"telegram_id": 0, "first_name": "x"},
        {"telegram_id": 2**60, "first_name": "x"},
        {"telegram_id": "7", "first_name": "x"},
        {"telegram_id": 7, "first_name": "x" * 257},
        {"telegram_id": 7, "first_name": "a\x00"},
        {"telegram_id": 7, "first_name": "x", "role": "ADMIN"},
    ]
    for body in bodies:
        answer = await desk.service("gateway", "POST", "internal/members/join", body)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), body
