"""The desk over HTTP: its settings, and who may know and change them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tikethet_tickets.queries.desk import STAFFS_OWN
from tikethet_tickets.routes.examples import SENT

OFFICE = [{"day": "MON", "opens": "09:00", "closes": "18:00"}]


async def test_there_are_defaults_and_customers_see_half_of_them(customer: Any, helper: Any, other: Any) -> None:
    seen, inside = (await customer.get("desk")).json(), (await helper.get("desk")).json()
    assert (seen["name"], seen["time_zone"], seen["hours"], seen["open"]) == ("Служба поддержки", "UTC", [], True)
    assert not set(STAFFS_OWN) & seen.keys()
    assert set(STAFFS_OWN) <= inside.keys()
    assert (inside["auto_close_days"], inside["reminder_hours"], inside["assignment"]) == (7, 4, "manual")
    assert (await other.get("desk")).json()["name"] == "Support desk"


async def test_an_admin_changes_some_and_the_rest_stays(admin: Any, customer: Any, desk: Any) -> None:
    changed = await admin.patch("desk", {"names": {"ru": "Стол"}, "hours": OFFICE, "time_zone": "Europe/Moscow"})
    assert changed.status_code == 200, changed.text
    again = await admin.patch("desk", {"auto_close_days": 3})
    assert again.json()["names"] == {"ru": "Стол"}
    seen = (await customer.get("desk")).json()
    assert (seen["name"], seen["hours"]) == ("Стол", OFFICE)
    noon = datetime(2031, 1, 6, 9, tzinfo=UTC)  # a Monday
    desk.clock.ahead = noon - datetime.now(UTC)
    assert (await customer.get("desk")).json()["open"] is True
    desk.clock.ahead = noon.replace(hour=20) - datetime.now(UTC)
    closed = (await customer.get("desk")).json()
    assert (closed["open"], closed["opens_at"]) == (False, "2031-01-13T06:00:00Z")


async def test_the_example_works(admin: Any) -> None:
    assert (await admin.patch("desk", SENT["DeskPatch"])).json()["auto_close_days"] == 5


async def test_versions_and_repeats(admin: Any, helper: Any) -> None:
    tag = (await admin.get("desk")).headers["etag"]
    first = await admin.patch("desk", {"reminder_hours": 2}, if_match=tag, idempotency_key="k")
    assert (first.status_code, (await helper.get("desk")).headers["etag"]) == (200, first.headers["etag"])
    again = await admin.patch("desk", {"reminder_hours": 2}, if_match=tag, idempotency_key="k")
    assert (again.status_code, again.headers["etag"]) == (200, first.headers["etag"])
    assert (await admin.patch("desk", {"reminder_hours": 3}, if_match=tag)).status_code == 412


async def test_nobody_else_changes_it(customer: Any, helper: Any, moderator: Any) -> None:
    for person in (customer, helper, moderator):
        assert (await person.patch("desk", {"auto_close_days": 1})).json()["code"] == "forbidden"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"hours": [{"day": "MON", "opens": "10:00", "closes": "09:00"}]}, "hours"),
        ({"hours": [{"day": "FUN", "opens": "10:00", "closes": "11:00"}]}, "hours.0.day"),
        ({"holidays": ["tomorrow"]}, "holidays"),
        ({"auto_close_days": 366}, "auto_close_days"),
        ({"auto_close_days": True}, "auto_close_days"),
        ({"assignment": "random"}, "assignment"),
        ({"names": {}}, "names"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_bad_settings(admin: Any, body: Any, field: str) -> None:
    answer = await admin.patch("desk", body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.text


async def test_the_bot_tells_whom_it_reaches(desk: Any, customer: Any, helper: Any) -> None:
    path = f"internal/members/{customer.id}/reachable"
    stopped = await desk.service("bot", "POST", path, {"reachable": False})
    assert (stopped.status_code, stopped.json()["reachable"]) == (200, False)
    assert (await helper.get(f"members/{customer.id}")).json()["reachable"] is False
    same = await desk.service("bot", "POST", path, {"reachable": False})
    assert same.headers["tikethet-position"] >= stopped.headers["tikethet-position"]
    assert (await desk.service("bot", "POST", path, {"reachable": True})).json()["reachable"] is True
    assert (await desk.service("gateway", "POST", path, {"reachable": False})).status_code == 403
    assert (await customer.post(path, {"reachable": False})).status_code == 403
    unknown = "internal/members/01980000-0000-7000-8000-0000000000ff/reachable"
    assert (await desk.service("bot", "POST", unknown, {"reachable": False})).status_code == 404


async def test_a_member_tells_that_the_bot_may_not_write(customer: Any, helper: Any) -> None:
    told = await customer.put("auth/me/reachable", {"reachable": False})
    assert (told.status_code, told.json()["reachable"]) == (200, False)
    assert (await helper.get(f"members/{customer.id}")).json()["reachable"] is False
    assert (await customer.put("auth/me/reachable", {"reachable": True})).json()["reachable"] is True
    assert (await customer.put("auth/me/reachable", {"reachable": 1})).status_code == 422


async def test_what_somebody_who_asks_now_may_expect(
    desk: Any, admin: Any, customer: Any, other: Any, helper: Any
) -> None:
    async def expected(who: Any) -> str:
        return str((await who.get("desk")).json()["expectation"])

    assert await expected(customer) == "Мы ответим, как только сможем."
    ticket = await customer.opens()
    await helper.says(ticket, "Смотрим")
    assert (await expected(customer), await expected(other)) == (
        "Обычно мы отвечаем за 1 минуту.",
        "We usually answer within 1 minute.",
    )
    desk.clock.ahead = timedelta(days=8)
    assert await expected(customer) == "Мы ответим, как только сможем."
    today = (datetime.now(UTC) + desk.clock.ahead).weekday()
    tomorrow = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")[(today + 1) % 7]
    await admin.patch("desk", {"hours": [{"day": tomorrow, "opens": "10:00", "closes": "19:00"}], "time_zone": "UTC"})
    assert await expected(customer) == "Сейчас мы закрыты и откроемся завтра в 10:00 (UTC)."
