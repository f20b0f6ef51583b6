"""What is due in Telegram: quiet, joined, never what was read meanwhile, once until it is told."""

from datetime import timedelta
from typing import Any

import pytest

from tests.tickets.routes.conftest import Person, TheDesk

TECHNICAL = "01980000-0000-7000-8000-000000000005"
DONATIONS = "01980000-0000-7000-8000-000000000004"
MINUTE = timedelta(minutes=1)


async def due(desk: TheDesk) -> list[dict[str, Any]]:
    answer = await desk.service("bot", "GET", "internal/notices")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def tell(desk: TheDesk) -> list[tuple[Any, ...]]:
    """What the bot would tell now: who, what, about which ticket; afterwards it is told."""
    found = await due(desk)
    if found:
        told = {"ids": [each["id"] for each in found]}
        assert (await desk.service("bot", "POST", "internal/notices/told", told)).status_code == 204
    return sorted((each["member_id"], each["what"], each["ticket_number"]) for each in found)


async def quiet(desk: TheDesk) -> None:
    """Forget what the fixtures caused: roles were given."""
    await tell(desk)


async def test_a_new_ticket_is_one_card_for_each_on_duty_who_serves_it(
    desk: TheDesk, customer: Person, helper: Person, moderator: Person, admin: Person
) -> None:
    await helper.put("duty", {"on_duty": True, "categories": [TECHNICAL]})
    await moderator.put("duty", {"on_duty": True})
    await quiet(desk)
    one = await customer.opens()
    assert await tell(desk) == sorted((who.id, "NEW_TICKET", one["number"]) for who in (helper, moderator))
    two = await customer.opens(category_id=DONATIONS)
    assert await tell(desk) == [(moderator.id, "NEW_TICKET", two["number"])]
    assert await tell(desk) == []
    await moderator.put("duty", {"on_duty": False})
    three = await customer.opens(category_id=DONATIONS)
    await customer.opens(category_id=DONATIONS)
    assert await tell(desk) == [(admin.id, "NOBODY_ON_DUTY", three["number"])]  # once, until they look
    await admin.post("notifications/read")
    four = await customer.opens(category_id=DONATIONS)
    assert await tell(desk) == [(admin.id, "NOBODY_ON_DUTY", four["number"])]


async def test_words_reach_the_assignee_alone_and_together(
    desk: TheDesk, customer: Person, helper: Person, moderator: Person
) -> None:
    await moderator.put("duty", {"on_duty": True})
    ticket = await customer.opens()
    await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    await quiet(desk)
    first = await customer.says(ticket, "Раз")
    desk.clock.ahead = 0.5 * MINUTE
    second = await customer.says(ticket, "Два")
    assert await due(desk) == []
    desk.clock.ahead = 1.1 * MINUTE
    (joined,) = await due(desk)
    assert (joined["member_id"], joined["telegram_id"], joined["kind"]) == (
        helper.id,
        helper.member["telegram_id"],
        "NEW_MESSAGE",
    )
    assert (joined["content"], joined["message_ids"]) == ("Раз\n\nДва", [first["id"], second["id"]])
    third = await customer.says(ticket, "Три")
    again, later = await due(desk)  # the same until it is told; what comes after it is told by itself
    assert again == joined
    assert (later["message_ids"], later["id"] != joined["id"]) == ([third["id"]], True)
    assert len(await tell(desk)) == 2
    assert await due(desk) == []


async def test_what_was_read_meanwhile_is_not_told(desk: TheDesk, customer: Person, helper: Person) -> None:
    ticket = await customer.opens()
    await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    await quiet(desk)
    await customer.says(ticket, "Вы тут?")
    assert (await helper.post(f"tickets/{ticket['id']}/read")).status_code == 204  # it is open on their screen
    desk.clock.ahead = 2 * MINUTE
    assert await due(desk) == []


async def test_what_was_taken_back_is_not_shown(desk: TheDesk, customer: Person, helper: Person, admin: Person) -> None:
    ticket = await customer.opens()
    await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    await quiet(desk)
    file = (await customer.sends(b"%PDF-1.4 x", "счёт.pdf")).json()
    gone = await customer.says(ticket, "Не то")
    await customer.says(ticket, "То", attachments=[file["id"]])
    await customer.delete(f"tickets/{ticket['id']}/messages/{gone['id']}")
    await admin.says(ticket, "Разберитесь", is_internal=True)
    desk.clock.ahead = 2 * MINUTE
    found = {each["what"]: each for each in await due(desk)}
    assert found.keys() == {"NEW_MESSAGE", "NEW_NOTE"}
    assert (found["NEW_MESSAGE"]["content"], found["NEW_MESSAGE"]["files"]) == ("То", ["счёт.pdf"])
    assert found["NEW_NOTE"]["content"] == "Разберитесь"


async def test_the_customers_own_conversation_is_not_in_it(
    desk: TheDesk, customer: Person, helper: Person, moderator: Person
) -> None:
    ticket = await customer.opens()
    await quiet(desk)
    await helper.says(ticket, "Смотрю")
    await moderator.post(f"tickets/{ticket['id']}/resolve")
    desk.clock.ahead = 2 * MINUTE
    assert [each for each in await due(desk) if each["member_id"] == customer.id] == []


async def test_channels_are_switched_apart(desk: TheDesk, customer: Person, helper: Person) -> None:
    await helper.put("duty", {"on_duty": True})

    async def heard(**preferences: bool) -> tuple[bool, bool]:
        names = {name.replace("_in_", "."): on for name, on in preferences.items()}
        assert (await helper.patch("auth/me", {"preferences": names})).status_code == 200
        await quiet(desk)
        number = (await customer.opens())["number"]
        listed = (await helper.get("notifications")).json()["items"]
        return any(each["ticket_number"] == number for each in listed), bool(await tell(desk))

    assert await heard() == (True, True)
    assert await heard(new_tickets_in_app=False) == (False, True)
    assert (await helper.get("notifications")).json()["unread"] == 2  # its role, and the first ticket
    assert await heard(new_tickets_in_telegram=False) == (False, False)
    assert await heard(new_tickets_in_app=True) == (True, False)
    assert await heard(new_tickets=False, new_tickets_in_telegram=True) == (False, False)
    unknown = await helper.patch("auth/me", {"preferences": {"new_tickets.pigeon": True}})
    assert unknown.status_code == 422


async def test_who_cannot_be_reached_is_not_told_and_old_news_is_none(
    desk: TheDesk, customer: Person, helper: Person
) -> None:
    await helper.put("duty", {"on_duty": True})
    await quiet(desk)
    await customer.opens()
    reach = f"internal/members/{helper.id}/reachable"
    await desk.service("bot", "POST", reach, {"reachable": False})
    assert await due(desk) == []
    await desk.service("bot", "POST", reach, {"reachable": True})
    assert len(await due(desk)) == 1
    desk.clock.ahead = timedelta(hours=25)
    assert await due(desk) == []


async def test_waiting_too_long_is_told_once(
    desk: TheDesk, customer: Person, helper: Person, moderator: Person
) -> None:
    await moderator.put("duty", {"on_duty": True})
    ticket = await customer.opens()
    await helper.post(f"tickets/{ticket['id']}/assign", {"assignee_id": helper.id})
    await quiet(desk)
    desk.clock.ahead = timedelta(hours=4, minutes=1)
    assert [await desk.app.state.house.timers.turn() for _ in "ab"] == [1, 0]
    number = ticket["number"]
    assert await tell(desk) == sorted(
        [(customer.id, "WAITS_LONG", number), (helper.id, "OVERDUE", number), (moderator.id, "OVERDUE", number)]
    )
    newest = (await customer.get("notifications")).json()["items"][0]
    assert (newest["kind"], f"#{number}" in newest["text"]) == ("SYSTEM", True)


async def test_staff_are_not_reminded_of_their_own_question(desk: TheDesk, helper: Person) -> None:
    await helper.put("duty", {"on_duty": True})
    ticket = await helper.opens()
    await quiet(desk)
    desk.clock.ahead = timedelta(hours=5)
    await desk.app.state.house.timers.turn()
    assert [each[1] for each in await tell(desk) if each[0] == helper.id] == ["WAITS_LONG"]
    assert ticket["number"]


async def test_it_is_the_bots_alone(desk: TheDesk, admin: Person) -> None:
    told = {"ids": [admin.id]}
    assert (await admin.get("internal/notices")).status_code == 403
    for service in ("gateway", "notify"):
        assert (await desk.service(service, "GET", "internal/notices")).status_code == 403
        assert (await desk.service(service, "POST", "internal/notices/told", told)).status_code == 403


@pytest.mark.parametrize("body", [{}, {"ids": []}, {"ids": ["x"]}, {"ids": "x"}])
async def test_what_is_refused(desk: TheDesk, body: dict[str, Any]) -> None:
    assert (await desk.service("bot", "POST", "internal/notices/told", body)).status_code == 422
    assert (await desk.service("bot", "GET", "internal/notices?limit=0")).status_code == 422
