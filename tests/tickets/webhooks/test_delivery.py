"""Webhooks: what is sent, in which order, how often, and what becomes of an address that takes nothing."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError
from tikethet_tickets.rules.deliveries import BACK_OFF, GIVE_UP
from tikethet_tickets.rules.integration import OVERLAP
from tikethet_tickets.webhooks.sender import CLAIM, KEPT, Sender


def sender(desk: Any) -> Sender:
    found: Sender = desk.app.state.house.sender
    return found


async def deliveries(admin: Any, hook: dict[str, Any], query: str = "size=100") -> list[dict[str, Any]]:
    answer = await admin.get(f"webhooks/{hook['id']}/deliveries?{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def test_events_are_sent_signed_and_once(desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any) -> None:
    made = await hook()
    ticket = await customer.opens()
    assert await sender(desk).turn() == 1
    assert receiver.last is not None
    headers, body = receiver.last
    assert Webhook(receiver.secret).verify(body, headers)["type"] == "tikethet.TicketOpened"
    with pytest.raises(WebhookVerificationError):
        Webhook(receiver.secret).verify(body + b" ", headers)
    ((message, event),) = receiver.taken
    assert (event["type"], event["subject"], event["id"]) == ("tikethet.TicketOpened", ticket["id"], message)
    assert event["data"]["title"] == ticket["title"]
    (delivery,) = await deliveries(admin, made)
    assert (delivery["state"], delivery["status"], delivery["attempts"]) == ("DELIVERED", 204, 1)
    assert (delivery["event_id"], delivery["subject"]) == (message, ticket["id"])
    assert await sender(desk).turn() == 0
    (listed,) = (await admin.get("webhooks")).json()["items"]
    assert listed["pending"] == 0
    assert listed["last_delivered_at"] is not None
    assert "secret" not in listed


async def test_only_what_it_may_and_wants_to_hear(
    desk: Any, customer: Any, admin: Any, hook: Any, receiver: Any
) -> None:
    await hook(types=["TicketOpened", "NoteAdded"], audience="public", personal=False)
    ticket = await customer.opens()
    await admin.says(ticket, "Опять он", is_internal=True)
    await admin.says(ticket, "Смотрим")
    await sender(desk).turn()
    ((_, event),) = receiver.taken
    assert (event["type"], event["data"]["title"]) == ("tikethet.TicketOpened", None)


async def test_what_is_about_one_ticket_comes_in_order_whatever_fails(
    desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any
) -> None:
    made = await hook(types=["TicketOpened", "MessagePosted"])
    one = await customer.opens("раз")
    two = await customer.opens("два")
    await customer.says(one, "ещё")
    receiver.refusing = {one["id"]: 500}
    await sender(desk).turn()
    # The first of ticket one failed: what follows there waits, ticket two does not.
    assert [event["subject"] for _, event in receiver.taken] == [two["id"]]
    first, *_ = sorted(await deliveries(admin, made, "state=PENDING"), key=lambda each: each["position"])
    assert (first["status"], first["error"], first["attempts"]) == (500, "http_500", 1)
    assert await sender(desk).turn() == 0
    desk.clock.ahead += BACK_OFF[0]
    await sender(desk).turn()
    assert [event["subject"] for _, event in receiver.taken] == [two["id"], one["id"], one["id"]]
    assert receiver.types() == ["TicketOpened", "TicketOpened", "MessagePosted"]
    assert receiver.refused == [receiver.taken[1][0]]  # the same id again


@pytest.mark.parametrize("status", [301, 302, 307, 400, 401, 404, 429, 500, 503])
async def test_only_a_yes_counts(desk: Any, customer: Any, hook: Any, receiver: Any, status: int) -> None:
    await hook()
    await customer.opens()
    receiver.answers = [status]
    await sender(desk).turn()
    assert receiver.taken == []
    desk.clock.ahead += BACK_OFF[0]
    await sender(desk).turn()
    assert receiver.types() == ["TicketOpened"]


async def test_an_address_that_takes_nothing_for_days_is_stopped_and_goes_on_when_told(
    desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any
) -> None:
    made = await hook(types=["TicketOpened"])
    await customer.opens("раз")
    receiver.status = 500
    attempts = 0
    passed = timedelta()
    while (await admin.get(f"webhooks/{made['id']}")).json()["active"]:
        attempts += await sender(desk).turn()
        desk.clock.ahead += BACK_OFF[-1]
        passed += BACK_OFF[-1]
        assert passed < 2 * GIVE_UP
    assert attempts >= GIVE_UP / BACK_OFF[-1]
    stopped = (await admin.get(f"webhooks/{made['id']}")).json()
    assert (stopped["stopped_because"], stopped["pending"]) == ("failing", 1)
    told = (await admin.get("notifications")).json()["items"]
    assert [item["kind"] for item in told][:1] == ["SYSTEM"]
    assert "Вебхук" in told[0]["text"]

    receiver.status = 204
    await customer.opens("два")
    assert await sender(desk).turn() == 0  # nothing is sent while it is stopped, and nothing lost
    again = (await admin.patch(f"webhooks/{made['id']}", {"active": True})).json()
    assert (again["active"], again["stopped_because"]) == (True, None)
    desk.clock.ahead += BACK_OFF[-1]
    await sender(desk).turn()
    assert sorted(event["data"]["title"] for _, event in receiver.taken) == ["два", "раз"]


async def test_gone_means_never_again(desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any) -> None:
    made = await hook()
    await customer.opens()
    receiver.status = 410
    await sender(desk).turn()
    assert (await admin.get(f"webhooks/{made['id']}")).json()["stopped_because"] == "gone"


async def test_whoever_dies_in_the_middle_leaves_it_to_be_tried_again(
    desk: Any, customer: Any, hook: Any, receiver: Any
) -> None:
    await hook()
    await customer.opens()
    receiver.held = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        dying = tasks.create_task(sender(desk).turn())
        await receiver.asked.wait()
        dying.cancel()
    receiver.held.set()
    receiver.held = None
    before = len(receiver.taken)
    assert await sender(desk).turn() == 0  # claimed by the dead one for a while
    desk.clock.ahead += CLAIM
    assert await sender(desk).turn() == 1
    assert len({message for message, _ in receiver.taken}) == 1
    assert len(receiver.taken) in {before + 1, before + 2}


async def test_two_processes_send_each_event_once(desk: Any, customer: Any, hook: Any, receiver: Any) -> None:
    made = await hook()
    house = desk.app.state.house
    second = Sender(house.reader, house.log, house.programs, house.post, desk.clock)
    for number in range(12):
        await customer.opens(str(number))
    async with asyncio.TaskGroup() as tasks:
        for each in (sender(desk), second):
            tasks.create_task(each.turn())
    await sender(desk).turn()
    assert sorted(event["data"]["title"] for _, event in receiver.taken) == sorted(str(number) for number in range(12))
    assert made["pending"] == 0


async def test_a_delivery_is_sent_again_on_demand(
    desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any
) -> None:
    made = await hook()
    await customer.opens()
    await sender(desk).turn()
    (delivery,) = await deliveries(admin, made)
    path = f"webhooks/{made['id']}/deliveries/{delivery['position']}/replay"
    assert (await admin.post(path)).json()["state"] == "PENDING"
    await sender(desk).turn()
    assert [message for message, _ in receiver.taken] == [delivery["event_id"]] * 2
    assert (await admin.post(f"webhooks/{made['id']}/deliveries/999999/replay")).status_code == 404
    desk.clock.ahead += KEPT + timedelta(days=1)


async def test_deliveries_are_walked_by_page_and_state(
    desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any
) -> None:
    made = await hook(types=["TicketOpened"])
    for number in range(5):
        await customer.opens(str(number))
    receiver.answers = [500]
    await sender(desk).turn()
    first = (await admin.get(f"webhooks/{made['id']}/deliveries?size=3")).json()
    second = (await admin.get(f"webhooks/{made['id']}/deliveries?size=3&cursor={first['next_cursor']}")).json()
    positions = [item["position"] for item in first["items"] + second["items"]]
    assert (first["total"], positions) == (5, sorted(positions, reverse=True))
    assert len(await deliveries(admin, made, "state=PENDING")) == 1
    assert (await admin.get(f"webhooks/{made['id']}/deliveries?cursor=x")).status_code == 422
    assert (await admin.get(f"webhooks/{made['id']}/deliveries?state=LOST")).status_code == 422


async def test_what_a_person_wrote_is_gone_from_what_is_still_owed_once_they_are_erased(
    desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any
) -> None:
    await hook(types=["TicketOpened"])
    await customer.opens()
    receiver.answers = [500]
    await sender(desk).turn()
    assert (await admin.delete(f"members/{customer.id}")).status_code in {200, 204}
    desk.clock.ahead += BACK_OFF[0]
    await sender(desk).turn()
    ((_, event),) = receiver.taken
    assert (event["data"]["title"], event["erased"]) == (None, True)


async def test_what_is_owed_is_not_sent_to_who_may_hear_it_no_longer(
    desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any
) -> None:
    made = await hook(types=["NoteAdded", "TicketOpened"])
    ticket = await customer.opens()
    await admin.says(ticket, "Опять он", is_internal=True)
    receiver.answers = [500]
    await sender(desk).turn()
    await admin.patch(f"webhooks/{made['id']}", {"audience": "public"})
    desk.clock.ahead += BACK_OFF[0]
    await sender(desk).turn()
    assert receiver.types() == ["TicketOpened"]
    assert len(await deliveries(admin, made)) == 1


async def test_a_webhooks_life(desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any) -> None:
    made = await hook()
    changed = await admin.patch(f"webhooks/{made['id']}", {"types": ["TicketClosed"], "name": "ERP"})
    assert (changed.json()["types"], changed.json()["name"], changed.json()["audience"]) == (
        ["TicketClosed"],
        "ERP",
        "staff",
    )
    await customer.opens()
    assert await sender(desk).turn() == 0
    assert (await admin.delete(f"webhooks/{made['id']}")).status_code == 204
    for answer in (
        await admin.get(f"webhooks/{made['id']}"),
        await admin.patch(f"webhooks/{made['id']}", {"active": True}),
        await admin.delete(f"webhooks/{made['id']}"),
        await admin.get(f"webhooks/{made['id']}/deliveries"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert receiver.taken == []


async def test_admins_alone_have_to_do_with_them(customer: Any, hook: Any) -> None:
    made = await hook()
    for answer in (
        await customer.get("webhooks"),
        await customer.post("webhooks", {"name": "x", "url": "https://crm.example.org/"}),
        await customer.get(f"webhooks/{made['id']}"),
        await customer.patch(f"webhooks/{made['id']}", {"active": False}),
        await customer.delete(f"webhooks/{made['id']}"),
        await customer.get(f"webhooks/{made['id']}/deliveries"),
        await customer.post(f"webhooks/{made['id']}/deliveries/1/replay"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


@pytest.mark.parametrize(
    ("facts", "field", "code"),
    [
        ({"url": "ftp://crm.example.org/"}, "url", "not_an_address"),
        ({"url": "https://name:secret@crm.example.org/"}, "url", "has_credentials"),
        ({"url": "https://10.0.0.1/"}, "url", "not_public"),
        ({"url": "https://169.254.169.254/latest/meta-data/"}, "url", "not_public"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "url", "not_public"),
        ({"url": "http://93.184.215.14/"}, "url", "not_public"),
        ({"types": ["TicketLost"]}, "types", "not_allowed"),
        ({"audience": "everybody"}, "audience", "not_allowed"),
        ({"name": ""}, "name", "too_short"),
    ],
)
async def test_bad_webhooks(admin: Any, facts: dict[str, Any], field: str, code: str) -> None:
    answer = await admin.post("webhooks", {"name": "CRM", "url": "https://crm.example.org/hook"} | facts)
    assert answer.status_code == 422, answer.text
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]


async def test_an_address_nobody_allowed_gets_nothing(
    desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any, settings_for: Callable[[str], Any]
) -> None:
    made = await hook()
    await customer.opens()
    post = desk.app.state.house.post
    post._networks = ()  # as after a restart of a desk whose operator took the network back
    await sender(desk).turn()
    assert receiver.taken == []
    (delivery,) = await deliveries(admin, made)
    assert (delivery["state"], delivery["error"]) == ("PENDING", "not_public")
    assert settings_for("postgresql://x@y/z").webhook_networks == ()


async def test_a_secret_is_replaced_while_messages_come(
    desk: Any, admin: Any, customer: Any, hook: Any, receiver: Any
) -> None:
    made = await hook()

    async def signers() -> list[bool]:
        """Of the secrets in the order they were told: whose signature a message has."""
        await customer.opens()
        assert await sender(desk).turn() == 1
        headers, body = receiver.last
        return [_believed(secret, headers, body) for secret in secrets]

    old = receiver.secret
    answer = await admin.post(f"webhooks/{made['id']}/rotate")
    assert answer.status_code == 200, answer.text
    secrets = [old, answer.json()["secret"]]
    assert secrets[0] != secrets[1]
    assert (await admin.get(f"webhooks/{made['id']}")).json()["old_secret_until"] == answer.json()["old_secret_until"]
    assert await signers() == [True, True]
    await admin.patch(f"webhooks/{made['id']}", {"name": "Другое"})  # it stays as it was replaced
    receiver.secret = secrets[1]
    assert await signers() == [True, True]
    desk.clock.ahead += OVERLAP
    assert await signers() == [False, True]

    at_once = await admin.post(f"webhooks/{made['id']}/rotate", {"now": True})
    secrets.append(at_once.json()["secret"])
    receiver.secret = secrets[-1]
    assert at_once.json()["old_secret_until"] is None
    assert await signers() == [False, False, True]


async def test_only_an_admin_replaces_a_secret_and_only_of_a_webhook_there_is(
    admin: Any, customer: Any, hook: Any
) -> None:
    made = await hook()
    assert (await customer.post(f"webhooks/{made['id']}/rotate")).status_code == 403
    assert (await admin.post(f"webhooks/{made['id']}/rotate", {"now": 1})).status_code == 422
    assert (await admin.delete(f"webhooks/{made['id']}")).status_code == 204
    for unknown in (made["id"], "01980000-0000-7000-8000-000000000005", "x"):
        assert (await admin.post(f"webhooks/{unknown}/rotate")).status_code == 404


def _believed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)
    return Webhook(secret).sign(headers["webhook-id"], at, body.decode()) in headers["webhook-signature"].split()
