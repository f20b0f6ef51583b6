"""Statistics over HTTP: who may, what they get, what is refused."""

from datetime import timedelta

import pytest

from tests.tickets.routes.conftest import Person, TheDesk


async def worked(customer: Person, helper: Person) -> None:
    ticket = await customer.opens(priority="HIGH")
    await customer.opens()
    await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    await helper.says(ticket, "Смотрю")
    assert (await helper.post(f"tickets/{ticket['id']}/resolve")).status_code == 200
    assert (await customer.post(f"tickets/{ticket['id']}/rate", {"score": 5})).status_code == 200


async def test_the_dashboard(desk: TheDesk, customer: Person, helper: Person) -> None:
    await worked(customer, helper)
    answer = await helper.get("statistics/dashboard?tz=Asia/Tokyo")
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["tikethet-position"]) > 0
    found = answer.json()
    assert (found["tz"], found["week"]["opened"], found["week"]["answered"]) == ("Asia/Tokyo", 2, 1)
    assert found["week"]["satisfaction"] == {
        "count": 1,
        "average": 5.0,
        "by_score": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1},
    }
    assert (found["backlog"]["total"], found["backlog"]["unassigned"]) == (1, 1)
    (load,) = found["helpers"]
    assert (load["member"]["id"], load["open"], load["resolved_this_week"]) == (helper.id, 0, 1)
    desk.clock.ahead = timedelta(days=30)
    later = (await helper.get("statistics/dashboard")).json()
    assert (later["week"]["opened"], later["backlog"]["older_than_week"]) == (0, 1)


async def test_a_report(customer: Person, helper: Person, moderator: Person) -> None:
    await worked(customer, helper)
    found = (await moderator.get("statistics/tickets?group=priority&tz=Europe/Moscow")).json()
    assert (found["total"]["tickets"], found["total"]["resolved"]) == (2, 1)
    assert [(each["key"], each["figures"]["tickets"]) for each in found["groups"]] == [("HIGH", 1), ("NORMAL", 1)]
    assert found["by_status"]["RESOLVED"] == 1
    assert [helper_["member"]["id"] for helper_ in found["helpers"]] == [helper.id]
    past = (await moderator.get("statistics/tickets?from=2020-01-01&to=2020-12-31&tz=UTC")).json()
    assert (past["from"], past["to"], past["total"]["tickets"]) == ("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z", 0)


async def test_who_may(customer: Person, helper: Person, moderator: Person, admin: Person) -> None:
    for path, expected in (
        ("statistics/dashboard", [403, 200, 200, 200]),
        ("statistics/tickets", [403, 403, 200, 200]),
    ):
        answers = [(await who.get(path)).status_code for who in (customer, helper, moderator, admin)]
        assert answers == expected, path


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("tz=Mars/Olympus", "tz"),
        ("from=gestern", "from"),
        ("from=2026-02-02&to=2026-02-01", "to"),
        ("from=2026-02-30", "from"),
        ("group=moon", "group"),
        ("from=1900-01-01", "to"),
    ],
)
async def test_what_is_refused(admin: Person, query: str, field: str) -> None:
    answer = await admin.get(f"statistics/tickets?{query}")
    assert answer.status_code == 422, answer.text
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert answer.json()["errors"][0]["detail"]
