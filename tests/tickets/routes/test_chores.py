"""What the house does by the clock: one reminder a day however many processes, and old rows thrown away."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tikethet_devstack.provision import Databases
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.queries.tidying import tidy
from tikethet_tickets.settings import Settings
from tikethet_tickets.wiring import open_house, prepare

from tests.tickets.routes.conftest import ADMIN, Person, TheDesk, opened

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def noon(desk: TheDesk, days: int) -> None:
    """Put the clock to noon (UTC) of a coming day."""
    now = datetime.now(UTC)
    desk.clock.ahead = now.replace(hour=12, minute=0, second=0, microsecond=0) + days * DAY - now


async def reminded(who: Person) -> list[str]:
    items = (await who.get("notifications?size=100")).json()["items"]
    return [each["text"] for each in items if "жд" in each["text"] and "#" not in each["text"]]


async def test_the_desk_is_reminded_daily_of_who_waits(
    desk: TheDesk, admin: Person, helper: Person, customer: Person
) -> None:
    chores = desk.app.state.house.chores
    noon(desk, 1)
    await chores.turn()
    assert await reminded(admin) == []  # nobody waits
    desk.clock.ahead = timedelta()
    tickets = [await customer.opens() for _ in range(2)]
    noon(desk, 2)
    for _ in range(3):
        await chores.turn()
    assert await reminded(admin) == ["2 обращения давно ждут ответа"]
    assert await reminded(helper) == []
    (due,) = [
        each
        for each in (await desk.service("bot", "GET", "internal/notices")).json()["items"]
        if each["what"] == "WAITING"
    ]
    assert (due["member_id"], due["text"]) == (admin.id, "2 обращения давно ждут ответа")

    await helper.put("duty", {"on_duty": True})
    noon(desk, 3)
    await chores.turn()
    assert await reminded(helper) == ["2 обращения давно ждут ответа"]
    assert len(await reminded(admin)) == 1  # somebody is on duty now
    for ticket in tickets:
        await helper.says(ticket, "Смотрим")
    noon(desk, 4)
    await chores.turn()
    assert len(await reminded(helper)) == 1


async def test_not_on_a_holiday_and_not_at_night(desk: TheDesk, admin: Person, customer: Person) -> None:
    await customer.opens()
    chores = desk.app.state.house.chores
    noon(desk, 2)
    await admin.patch("desk", {"holidays": [(datetime.now(UTC) + 2 * DAY).date().isoformat()], "hours": always()})
    await chores.turn()
    assert await reminded(admin) == []
    noon(desk, 3)
    await chores.turn()
    assert len(await reminded(admin)) == 1


def always() -> list[dict[str, str]]:
    return [
        {"day": day, "opens": "00:00", "closes": "24:00"} for day in ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
    ]


async def test_once_with_several_processes(postgres: Databases, settings_for: Callable[[str], Settings]) -> None:
    settings = settings_for(await postgres.database())
    await prepare(settings)
    async with opened(settings) as desk, open_house(settings, desk.clock) as second:
        admin = await desk.joins(ADMIN, "Игорь")
        await admin.post("categories/init-defaults")
        await (await desk.joins(700_000_500)).opens()
        noon(desk, 2)
        await asyncio.gather(*(house.chores.turn() for house in (desk.app.state.house, second) * 3))
        assert len(await reminded(admin)) == 1


async def rows(desk: TheDesk, table: str) -> int:
    return int(await desk.app.state.house.reader.fetchval(f"SELECT count(*) FROM tickets.{table}"))  # noqa: S608


async def test_old_rows_go(desk: TheDesk, admin: Person, helper: Person, customer: Person) -> None:
    ticket = await customer.opens()
    await helper.says(ticket, "Смотрим")
    broadcast = (await admin.post("broadcasts", {"texts": {"ru": "Всем"}})).json()
    await admin.post(f"broadcasts/{broadcast['id']}/cancel")
    running = (await admin.post("broadcasts", {"texts": {"ru": "Всем"}})).json()
    reader = desk.app.state.house.reader
    now = datetime.now(UTC)
    before: dict[str, Any] = {
        name: await rows(desk, name) for name in ("notifications", "commands", "broadcast_recipients")
    }
    assert await tidy(reader, now) == 0
    assert await tidy(reader, now + 31 * DAY) > 0
    assert await rows(desk, "commands") == 0
    assert await rows(desk, "broadcast_recipients") == before["broadcast_recipients"] / 2
    assert await rows(desk, "notifications") == before["notifications"] > 0
    await tidy(reader, now + 91 * DAY)
    assert await rows(desk, "notifications") == 0
    left = (await desk.service("bot", "GET", f"internal/broadcasts/{running['id']}/recipients")).json()
    assert len(left["items"]) == 3
    assert (await admin.get(f"broadcasts/{broadcast['id']}")).json()["status"] == "CANCELLED"
    assert (await customer.sees(ticket))["messages_count"] == 1


async def test_recipients_of_what_never_started_go(desk: TheDesk, admin: Person) -> None:
    reader = desk.app.state.house.reader
    running = (await admin.post("broadcasts", {"texts": {"ru": "Всем"}})).json()
    await reader.execute(
        "INSERT INTO tickets.broadcast_recipients VALUES ($1::uuid, $2::uuid)", new_id(), running["author"]["id"]
    )
    now = datetime.now(UTC)
    await tidy(reader, now + timedelta(hours=23))
    assert await rows(desk, "broadcast_recipients") == 2
    await tidy(reader, now + timedelta(hours=25))
    left = await reader.fetchval("SELECT broadcast_id::text FROM tickets.broadcast_recipients")
    assert left == running["id"]
