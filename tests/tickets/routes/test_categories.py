"""Categories over HTTP."""

from typing import Any

TECHNICAL = "01980000-0000-7000-8000-000000000005"


async def test_the_six_defaults(admin: Any, customer: Any, other: Any) -> None:
    listed = (await customer.get("categories")).json()
    assert [item["icon"] for item in listed["items"]] == ["🔧", "💰", "⚖️", "💎", "🛠", "❓"]
    assert (listed["total"], listed["items"][4]["name"]) == (6, "Технические проблемы")
    assert (await other.get("categories")).json()["items"][4]["name"] == "Technical problems"
    before = (await admin.get("events?limit=1")).json()["head"]
    again = await admin.post("categories/init-defaults")
    assert (again.status_code, again.json()["total"]) == (200, 6)
    assert (await admin.get("events?limit=1")).json()["head"] == before


async def test_a_category_is_added_changed_archived_and_brought_back(admin: Any, customer: Any) -> None:
    body = {"names": {"ru": " Кланы ", "en": "Clans"}, "icon": "🛡", "color": "#10B981", "order": 15}
    added = await admin.post("categories", body)
    clans = added.json()
    assert (added.status_code, added.headers["location"]) == (201, f"/api/v1/categories/{clans['id']}")
    assert (clans["name"], clans["order"], clans["active"]) == ("Кланы", 15, True)
    assert [item["id"] for item in (await customer.get("categories")).json()["items"]].index(clans["id"]) == 1
    path = f"categories/{clans['id']}"
    changed = (await admin.patch(path, {"descriptions": {"en": "Wars"}, "order": 99})).json()
    assert (changed["names"], changed["description"], changed["order"]) == (clans["names"], "Wars", 99)
    ticket = await customer.opens(category_id=clans["id"])
    assert (await admin.delete(path)).status_code == 204
    assert clans["id"] not in [item["id"] for item in (await customer.get("categories")).json()["items"]]
    assert (await customer.get("categories?archived=true")).json()["total"] == 7
    assert (await customer.sees(ticket))["category"]["name"] == "Кланы"
    refused = await customer.post("tickets", {"title": "t", "description": "", "category_id": clans["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "category_archived")
    assert (await admin.patch(path, {"active": True})).json()["active"] is True
    await customer.opens(category_id=clans["id"])


async def test_stale_and_unknown_categories(admin: Any) -> None:
    assert (await admin.get(f"categories/{TECHNICAL}")).headers["etag"] == '"6"'
    version = (await admin.patch(f"categories/{TECHNICAL}", {"icon": "⚙"})).headers["etag"]
    assert (await admin.patch(f"categories/{TECHNICAL}", {"icon": "🧰"}, if_match='"1"')).status_code == 412
    assert (await admin.patch(f"categories/{TECHNICAL}", {"icon": "🧰"}, if_match=version)).status_code == 200
    for answer in (await admin.get("categories/nonsense"), await admin.delete("categories/nonsense")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
