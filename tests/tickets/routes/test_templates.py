"""Reply templates over HTTP."""

from typing import Any

from tikethet_tickets.routes.examples import SENT

TECHNICAL = "01980000-0000-7000-8000-000000000005"
DONATIONS = "01980000-0000-7000-8000-000000000004"
BODY = {"name": "Привет", "texts": {"ru": "Здравствуйте, {customer.first_name}! #{ticket.number}"}}


async def test_a_templates_life(moderator: Any, helper: Any) -> None:
    added = await moderator.post("templates", BODY)
    assert added.status_code == 201, added.text
    path = added.headers["location"].removeprefix("/api/v1/")
    assert (await helper.get(path)).json() == added.json()
    changed = (await moderator.patch(path, {"category_ids": [DONATIONS]})).json()
    assert (changed["name"], changed["category_ids"]) == ("Привет", [DONATIONS])
    everywhere = (await moderator.post("templates", SENT["TemplateBody"] | {"category_ids": []})).json()

    async def listed(query: str = "") -> list[str]:
        return [item["id"] for item in (await helper.get(f"templates{query}")).json()["items"]]

    assert await listed() == [everywhere["id"], changed["id"]]
    assert await listed(f"?category_id={DONATIONS}") == [everywhere["id"], changed["id"]]
    assert await listed(f"?category_id={TECHNICAL}") == [everywhere["id"]]
    assert (await moderator.delete(path)).status_code == 204
    assert await listed() == [everywhere["id"]]
    for answer in (await helper.get(path), await moderator.patch(path, {"order": 1}), await moderator.delete(path)):
        assert answer.status_code == 404


async def test_it_is_filled_in_the_requesters_language(moderator: Any, helper: Any, other: Any, customer: Any) -> None:
    text = {
        "ru": "Привет, {customer.first_name}",
        "en": "Hello {customer.first_name} {customer.last_name}#{ticket.number} {ticket.category} "
        "{helper.first_name} {desk.name}",
    }
    added = (await moderator.post("templates", {"name": "Hello", "texts": text})).json()
    path = f"templates/{added['id']}/render"
    ticket = await other.opens()
    filled = (await helper.post(path, {"ticket": ticket["id"]})).json()
    expected = f"Hello Чужой #{ticket['number']} Technical problems Мария Support desk"
    assert filled == {"content": expected, "language": "en"}
    russian = await customer.opens()
    assert (await helper.post(path, {"ticket": str(russian["number"])})).json()["content"] == "Привет, Алексей"
    assert (await helper.post(path, {"ticket": "999999"})).status_code == 404
    assert (await helper.post(path, {"ticket": "нет"})).status_code == 404


async def test_customers_see_none_and_helpers_write_none(customer: Any, helper: Any, moderator: Any) -> None:
    added = (await moderator.post("templates", BODY)).json()
    path = f"templates/{added['id']}"
    for answer in (
        await customer.get("templates"),
        await customer.get(path),
        await customer.post(f"{path}/render", {"ticket": "1001"}),
        await helper.post("templates", BODY),
        await helper.patch(path, {"order": 1}),
        await helper.delete(path),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


async def test_bad_templates(moderator: Any) -> None:
    for body, field in (
        (BODY | {"texts": {"ru": "{customer.phone}"}}, "texts"),
        (BODY | {"texts": {}}, "texts"),
        (BODY | {"texts": {"de": "Hallo"}}, "texts.de"),
        (BODY | {"name": ""}, "name"),
        (BODY | {"order": 10_000}, "order"),
        (BODY | {"category_ids": ["01980000-0000-7000-8000-0000000000ff"]}, "category_ids"),
        ({"name": "x"}, "texts"),
    ):
        answer = await moderator.post("templates", body)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"].startswith(field), answer.text


async def test_the_same_template_sent_twice_is_one(moderator: Any, helper: Any) -> None:
    first, second = [await moderator.post("templates", BODY, idempotency_key="t") for _ in "ab"]
    assert first.json() == second.json()
    assert (await helper.get("templates")).json()["total"] == 1
