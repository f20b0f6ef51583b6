"""Tickets are forgotten after the days the desk says, and only then: rows, files, words, in every process."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import asyncpg
from tikethet_devstack.provision import Databases
from tikethet_tickets.settings import Settings
from tikethet_tickets.views.rebuild import alone, compare, fill
from tikethet_tickets.wiring import open_house, prepare

from tests.tickets.routes.conftest import ADMIN, TECHNICAL, Person, TheDesk, opened

DAY = timedelta(days=1)


async def turn(desk: TheDesk) -> int:
    return int(await desk.app.state.house.timers.turn())


async def closed(customer: Person, helper: Person) -> dict[str, Any]:
    """A ticket with words and files on it, done with."""
    file = (await customer.sends(b"%PDF-1.4 secret", "паспорт.pdf")).json()
    ticket = await customer.opens("Не пускают", description="Мой пароль — 12345", attachments=[file["id"]])
    await helper.says(ticket, "Сменили пароль")
    assert (await helper.post(f"tickets/{ticket['id']}/close")).status_code == 200
    return ticket | {"file": file}


async def test_a_ticket_past_its_days_is_forgotten(
    desk: TheDesk, admin: Person, helper: Person, customer: Person
) -> None:
    await admin.patch("desk", {"reminder_hours": 0})
    ticket, other = await closed(customer, helper), await customer.opens("Другое")
    desk.clock.ahead = 400 * DAY
    assert await turn(desk) == 0  # off by default
    await admin.patch("desk", {"retention_days": 30})
    desk.clock.ahead = 30 * DAY - timedelta(minutes=1)
    assert await turn(desk) == 0
    desk.clock.ahead = 30 * DAY + timedelta(minutes=1)
    assert [await turn(desk) for _ in "ab"] == [1, 0]

    seen = await customer.sees(ticket)
    assert (seen["title"], seen["description"], seen["attachments"], seen["status"]) == (None, None, [], "CLOSED")
    words = (await helper.get(f"tickets/{ticket['id']}/messages")).json()["items"]
    assert [each["content"] for each in words] == [None]
    assert (await customer.get(f"files/{ticket['file']['id']}")).status_code == 404
    for word in ("пускают", "пароль"):
        assert (await helper.get(f"tickets?q={word}")).json()["items"] == []
    assert (await customer.sees(other))["title"] == "Другое"
    events = (await admin.get("events?limit=1000")).json()["items"]
    of_it = [each for each in events if each["subject"] == ticket["id"]]
    assert of_it[-1]["type"] == "tikethet.TicketErased"
    assert [each["erased"] for each in of_it if each["type"] == "tikethet.MessagePosted"] == [True]
    history = (await helper.get(f"tickets/{ticket['id']}/history")).json()["items"]
    assert history[-1]["text"] == "Система стирает обращение: срок его хранения истёк"


async def test_what_was_reopened_is_kept(desk: TheDesk, admin: Person, helper: Person, customer: Person) -> None:
    await admin.patch("desk", {"reminder_hours": 0, "retention_days": 30})
    ticket = await closed(customer, helper)
    await customer.says(ticket, "Снова не пускают")
    desk.clock.ahead = 60 * DAY
    assert await turn(desk) == 0
    assert (await customer.sees(ticket))["title"] == "Не пускают"


async def test_nothing_happens_to_it_any_more(desk: TheDesk, admin: Person, helper: Person, customer: Person) -> None:
    await admin.patch("desk", {"retention_days": 1})
    ticket = await closed(customer, helper)
    desk.clock.ahead = 2 * DAY
    await turn(desk)
    path = f"tickets/{ticket['id']}"
    for answer in (
        await helper.post(f"{path}/reopen"),
        await helper.patch(path, {"title": "Иначе"}),
        await helper.post(f"{path}/messages", {"content": "Заметка", "is_internal": True}),
        await customer.post(f"{path}/reopen"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "ticket_closed")
    said = (await customer.post(f"{path}/messages", {"content": "Опять не пускают на сервер"})).json()
    assert said["ticket_id"] != ticket["id"]
    fresh = (await customer.get(f"tickets/{said['ticket_id']}")).json()
    assert (fresh["title"], fresh["linked_to"]) == ("Опять не пускают на сервер", ticket["id"])


async def test_every_process_forgets_and_the_log_says_the_same(
    postgres: Databases, settings_for: Callable[[str], Settings]
) -> None:
    settings = settings_for(await postgres.database())
    await prepare(settings)
    async with opened(settings) as desk, open_house(settings, desk.clock) as second:
        admin = await desk.joins(ADMIN, "Игорь")
        await admin.post("categories/init-defaults")
        await admin.patch("desk", {"retention_days": 1})
        customer, helper = await desk.joins(700_000_600), await desk.staff(700_000_601, "HELPER")
        ticket = await closed(customer, helper)
        assert ticket["category"]["id"] == TECHNICAL
        await second.log.read(0, 1000)  # remembers the key
        desk.clock.ahead = 2 * DAY
        assert await turn(desk) == 1
        read = [each for each in await second.log.read(0, 1000) if each.stream_id == f"ticket-{ticket['id']}"]
        assert {each.erased for each in read if each.data.personal} == {True}
        async with (
            asyncpg.create_pool(settings.database_url.get_secret_value(), min_size=1, max_size=2) as pool,
            alone(pool) as connection,
        ):
            position = await fill(connection, second.log, lambda _position, _head: None)
            _, found = await compare(connection, second.log, position)
        assert [each.table for each in found if each.extra or each.missing] == []
