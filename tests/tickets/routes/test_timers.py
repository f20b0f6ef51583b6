"""What time does, with a clock that the test turns, on the real database; once with several processes."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tikethet_devstack.provision import Databases
from tikethet_tickets.settings import Settings
from tikethet_tickets.wiring import open_house, prepare

from tests.tickets.routes.conftest import ADMIN, opened

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def house(desk: Any) -> Any:
    return desk.app.state.house


async def types(person: Any, ticket: dict[str, Any]) -> list[str]:
    items = (await person.get(f"tickets/{ticket['id']}/history?size=100")).json()["items"]
    return [item["type"] for item in items]


async def test_a_resolved_ticket_closes_by_itself(desk: Any, customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    await helper.post(f"tickets/{ticket['id']}/resolve")
    desk.clock.ahead = 7 * DAY - MINUTE
    assert await house(desk).timers.turn() == 0
    desk.clock.ahead = 7 * DAY
    assert await house(desk).timers.turn() == 1
    assert (await customer.sees(ticket))["status"] == "CLOSED"
    assert await house(desk).timers.turn() == 0
    last = (await customer.get(f"tickets/{ticket['id']}/history")).json()["items"][-1]
    assert (last["text"], last["channel"], last["actor"]) == ("Система закрывает обращение", "system", None)


async def test_the_term_is_the_desks_and_holds_for_what_is_resolved_already(
    desk: Any, admin: Any, customer: Any, helper: Any
) -> None:
    ticket = await customer.opens()
    await helper.post(f"tickets/{ticket['id']}/resolve")
    await admin.patch("desk", {"auto_close_days": 0})
    desk.clock.ahead = 365 * DAY
    assert await house(desk).timers.turn() == 0
    await admin.patch("desk", {"auto_close_days": 30})
    assert await house(desk).timers.turn() == 1
    assert (await customer.sees(ticket))["status"] == "CLOSED"


async def test_what_was_reopened_stays_open(desk: Any, admin: Any, customer: Any, helper: Any) -> None:
    await admin.patch("desk", {"reminder_hours": 0})
    ticket = await customer.opens()
    await helper.post(f"tickets/{ticket['id']}/resolve")
    await customer.says(ticket, "Опять")
    desk.clock.ahead = 30 * DAY
    assert await house(desk).timers.turn() == 0
    assert (await customer.sees(ticket))["status"] == "OPEN"


async def test_whoever_waits_too_long_is_told_of_once(desk: Any, customer: Any, helper: Any) -> None:
    ticket = await customer.opens()
    desk.clock.ahead = 4 * HOUR - MINUTE
    assert await house(desk).timers.turn() == 0
    desk.clock.ahead = 4 * HOUR + MINUTE
    assert [await house(desk).timers.turn() for _ in "ab"] == [1, 0]
    assert await types(helper, ticket) == ["TicketOpened", "ResponseOverdue"]
    assert await types(customer, ticket) == ["TicketOpened"]
    desk.clock.ahead = timedelta()
    await helper.says(ticket, "Смотрим")
    await customer.says(ticket, "И что?")
    desk.clock.ahead = 5 * HOUR
    assert await house(desk).timers.turn() == 1
    assert (await types(helper, ticket)).count("ResponseOverdue") == 2


async def test_only_open_hours_count(desk: Any, admin: Any, customer: Any, helper: Any) -> None:
    now = datetime.now(UTC)
    day = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")[now.weekday()]
    closed_today = [
        {"day": each, "opens": "00:00", "closes": "24:00"}
        for each in ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
        if each != day
    ]
    await admin.patch("desk", {"hours": closed_today, "time_zone": "UTC"})
    ticket = await customer.opens()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    desk.clock.ahead = midnight + 4 * HOUR - MINUTE - now
    assert await house(desk).timers.turn() == 0
    desk.clock.ahead = midnight + 4 * HOUR + MINUTE - now
    assert await house(desk).timers.turn() == 1
    assert "ResponseOverdue" in await types(helper, ticket)


async def test_a_block_ends_by_itself(desk: Any, admin: Any, customer: Any) -> None:
    until = (datetime.now(UTC) + DAY).isoformat()
    path = f"members/{customer.id}/blocked"
    blocked = await admin.put(path, {"blocked": True, "reason": "Спам", "until": until})
    assert (blocked.status_code, blocked.json()["blocked"]) == (200, True)
    assert (await customer.get("tickets")).json()["code"] == "blocked"
    desk.clock.ahead = DAY - MINUTE
    assert await house(desk).timers.turn() == 0
    desk.clock.ahead = DAY + MINUTE
    assert await house(desk).timers.turn() == 1
    assert (await customer.get("tickets")).status_code == 200
    past = await admin.put(path, {"blocked": True, "until": until})
    assert (past.status_code, past.json()["errors"][0]["field"]) == (422, "until")
    naive = await admin.put(path, {"blocked": True, "until": "2126-01-01T00:00:00"})
    assert naive.status_code == 422


async def test_once_with_two_processes(postgres: Databases, settings_for: Callable[[str], Settings]) -> None:
    settings = settings_for(await postgres.database())
    await prepare(settings)
    async with opened(settings) as desk, open_house(settings, desk.clock) as second:
        admin = await desk.joins(ADMIN, "Игорь")
        await admin.post("categories/init-defaults")
        tickets = [await admin.opens(f"Вопрос {n}") for n in range(12)]
        for ticket in tickets:
            await admin.post(f"tickets/{ticket['id']}/resolve")
        desk.clock.ahead = 8 * DAY
        counts = await asyncio.gather(*(each.timers.turn() for each in (house(desk), second, house(desk), second)))
        assert sum(counts) == len(tickets)
        for ticket in tickets:
            assert (await types(admin, ticket)).count("TicketClosed") == 1
        left = await second.reader.fetchval("SELECT count(*) FROM tickets.due WHERE command <> 'forget'")
        claims = await second.reader.fetchval("SELECT count(*) FROM tickets.due_claims")
        assert (left, claims) == (0, 0)
