"""Rating: by whoever asked, after a resolution, once for each."""

from datetime import timedelta
from typing import Any


async def _resolved(customer: Any, helper: Any) -> tuple[dict[str, Any], str]:
    ticket = await customer.opens()
    path = f"tickets/{ticket['id']}"
    assert (await helper.post(f"{path}/resolve")).status_code == 200
    return ticket, path


async def test_a_resolution_is_rated_once(customer: Any, helper: Any) -> None:
    _, path = await _resolved(customer, helper)
    rated = await customer.post(f"{path}/rate", {"score": 4, "comment": " Быстро "})
    assert (rated.status_code, rated.json()["rating"], rated.json()["status"]) == (200, 4, "RESOLVED")
    again = await customer.post(f"{path}/rate", {"score": 5})
    assert (again.status_code, again.json()["code"]) == (409, "already_rated")
    assert (await helper.get(path)).json()["rating"] == 4
    last = (await customer.get(f"{path}/history")).json()["items"][-1]
    assert (last["type"], last["changes"]) == ("TicketRated", {"rating": {"from": None, "to": 4}})
    assert last["text"] == "Алексей оценивает ответ на 4 из 5: «Быстро»"


async def test_the_next_resolution_is_rated_anew(customer: Any, helper: Any) -> None:
    ticket, path = await _resolved(customer, helper)
    assert (await customer.post(f"{path}/rate", {"score": 1})).status_code == 200
    await customer.says(ticket, "Опять")
    refused = await customer.post(f"{path}/rate", {"score": 2})
    assert (refused.status_code, refused.json()["code"]) == (409, "not_resolved")
    assert (await customer.sees(ticket))["rating"] == 1
    await helper.post(f"{path}/resolve")
    await helper.post(f"{path}/close")
    assert (await customer.post(f"{path}/rate", {"score": 5})).json()["rating"] == 5


async def test_only_whoever_asked_rates_and_only_what_was_resolved(
    customer: Any, helper: Any, other: Any, admin: Any, desk: Any
) -> None:
    ticket, path = await _resolved(customer, helper)
    assert (await other.post(f"{path}/rate", {"score": 5})).status_code == 404
    for person in (helper, admin):
        assert (await person.post(f"{path}/rate", {"score": 5})).json()["code"] == "forbidden"
    desk.clock.ahead = timedelta(days=30)
    assert (await customer.post(f"tickets/{ticket['number']}/rate", {"score": 5})).status_code == 200
    fresh = await customer.opens()
    assert (await customer.post(f"tickets/{fresh['id']}/close")).status_code == 200
    refused = await customer.post(f"tickets/{fresh['id']}/rate", {"score": 5})
    assert refused.json()["code"] == "not_resolved"


async def test_bad_scores(customer: Any, helper: Any) -> None:
    _, path = await _resolved(customer, helper)
    for score in (0, 6, -1, 2.5, "5", True, None, 10**30):
        answer = await customer.post(f"{path}/rate", {"score": score})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "score"), score
    assert (await customer.post(f"{path}/rate", {"score": 5, "comment": "x" * 501})).status_code == 422
    assert (await customer.post(f"{path}/rate", {"score": 5, "stars": 5})).status_code == 422


async def test_the_same_rating_sent_twice_counts_once(customer: Any, helper: Any) -> None:
    _, path = await _resolved(customer, helper)
    first, second = [await customer.post(f"{path}/rate", {"score": 3}, idempotency_key="r") for _ in "ab"]
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["version"] == second.json()["version"]
