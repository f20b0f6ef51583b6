"""One message to many: who is meant, how far it is, its end; told through the bot's own door."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tikethet_devstack.provision import Databases
from tikethet_tickets.settings import Settings
from tikethet_tickets.wiring import open_house, prepare

from tests.tickets.routes.conftest import ADMIN, opened

TEXTS = {"ru": "Сервер переезжает", "en": "The server moves"}


async def bot(desk: Any, method: str, path: str, body: Any = None) -> Any:
    return await desk.service("bot", method, f"internal/broadcasts/{path}", body)


async def start(admin: Any, texts: Any = TEXTS, **audience: Any) -> dict[str, Any]:
    answer = await admin.post("broadcasts", {"texts": texts, "audience": audience})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def recipients(desk: Any, broadcast: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    answer = await bot(desk, "GET", f"{broadcast['id']}/recipients{query}")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def report(desk: Any, broadcast: dict[str, Any], **outcomes: str) -> Any:
    told = [{"member_id": key, "outcome": outcome} for key, outcome in outcomes.items()]
    return await bot(desk, "POST", f"{broadcast['id']}/outcomes", {"outcomes": told})


async def numbers(admin: Any, broadcast: dict[str, Any]) -> tuple[Any, ...]:
    found = (await admin.get(f"broadcasts/{broadcast['id']}")).json()
    return tuple(found[name] for name in ("status", "total", "delivered", "failed", "skipped"))


async def events(admin: Any) -> list[str]:
    items = (await admin.get("events?limit=1000")).json()["items"]
    return [each["type"].removeprefix("tikethet.") for each in items if "Broadcast" in each["type"]]


async def test_from_the_start_to_the_end(desk: Any, admin: Any, customer: Any, other: Any) -> None:
    preview = await admin.post("broadcasts/preview", {"texts": TEXTS})
    assert preview.json() == {"count": 3, "reachable": 3}
    started = await start(admin)
    assert (started["status"], started["total"], started["delivered"]) == ("RUNNING", 3, 0)
    assert (started["author"]["id"], started["texts"]) == (admin.id, TEXTS)
    (running,) = (await bot(desk, "GET", "running")).json()["items"]
    assert running["id"] == started["id"]
    told = {each["member_id"]: each for each in await recipients(desk, started)}
    assert told.keys() == {admin.id, customer.id, other.id}
    assert told[customer.id] == {
        "member_id": customer.id,
        "telegram_id": customer.member["telegram_id"],
        "language": "ru",
        "text": "Сервер переезжает",
    }
    assert told[other.id]["text"] == "The server moves"

    assert (await report(desk, started, **{customer.id: "delivered"})).status_code == 204
    assert (await report(desk, started, **{customer.id: "failed"})).status_code == 204  # the first word counts
    assert await numbers(admin, started) == ("RUNNING", 3, 1, 0, 0)
    assert {each["member_id"] for each in await recipients(desk, started)} == {admin.id, other.id}
    await report(desk, started, **{admin.id: "skipped", other.id: "failed"})
    assert await numbers(admin, started) == ("FINISHED", 3, 1, 1, 1)
    assert (await bot(desk, "GET", "running")).json() == {"items": []}
    assert (await bot(desk, "GET", f"{started['id']}/recipients")).json()["code"] == "broadcast_ended"
    assert await events(admin) == ["BroadcastStarted", "BroadcastFinished"]
    listed = (await admin.get("broadcasts")).json()
    assert (listed["total"], listed["items"][0]["id"], listed["items"][0]["finished_at"] is None) == (
        1,
        started["id"],
        False,
    )


async def test_whom_it_is_for(desk: Any, admin: Any, helper: Any, customer: Any, other: Any) -> None:
    async def meant(**audience: Any) -> int:
        answer = await admin.post("broadcasts/preview", {"texts": TEXTS, "audience": audience})
        return int(answer.json()["count"])

    assert await meant() == 4
    assert await meant(roles=["USER"]) == 2
    assert await meant(roles=["HELPER", "ADMIN"]) == 2
    assert await meant(languages=["en"]) == 1
    assert await meant(roles=["USER"], languages=["ru"]) == 1
    await desk.service("bot", "POST", f"internal/members/{other.id}/reachable", {"reachable": False})
    unreachable = await admin.post("broadcasts/preview", {"texts": TEXTS, "audience": {"languages": ["en"]}})
    assert unreachable.json() == {"count": 1, "reachable": 0}
    nobody = await admin.post("broadcasts", {"texts": TEXTS, "audience": {"languages": ["en"]}})
    assert (nobody.status_code, nobody.json()["errors"][0]["field"]) == (422, "audience")
    kept = await desk.app.state.house.reader.fetchval("SELECT count(*) FROM tickets.broadcast_recipients")
    assert kept == 0
    await admin.put(f"members/{customer.id}/blocked", {"blocked": True})
    assert await meant(roles=["USER"]) == 1
    await other.delete(f"members/{other.id}")
    assert await meant() == 2
    assert {each["member_id"] for each in await recipients(desk, await start(admin))} == {admin.id, helper.id}


async def test_who_was_active(desk: Any, admin: Any, helper: Any, customer: Any, other: Any) -> None:
    async def active() -> set[str]:
        broadcast = await start(admin, active_within_days=30)
        found = {each["member_id"] for each in await recipients(desk, broadcast)}
        await admin.post(f"broadcasts/{broadcast['id']}/cancel")
        return found

    assert await active() == {admin.id, helper.id, customer.id, other.id}
    ticket = await customer.opens()
    house = desk.app.state.house
    await house.reader.execute("UPDATE tickets.members SET joined_at = joined_at - interval '40 days'")
    assert await active() == {customer.id}
    await helper.says(ticket, "Смотрим")
    assert await active() == {customer.id, helper.id}
    await admin.post(f"tickets/{ticket['id']}/read")
    assert await active() == {customer.id, helper.id, admin.id}
    desk.clock.ahead = timedelta(days=31)
    nobody = await admin.post("broadcasts", {"texts": TEXTS, "audience": {"active_within_days": 30}})
    assert nobody.json()["errors"][0]["code"] == "nobody"


@pytest.mark.usefixtures("other")
async def test_a_language_it_does_not_have(desk: Any, admin: Any) -> None:
    assert (await recipients(desk, await start(admin, {"ru": "Только так"}, languages=["en"])))[0]["text"] == (
        "Только так"
    )
    await admin.patch("desk", {"default_language": "en"})
    (russian,) = await recipients(desk, await start(admin, {"en": "Only so"}, languages=["ru"]))
    assert (russian["language"], russian["text"]) == ("ru", "Only so")


async def test_pages_of_recipients(desk: Any, admin: Any) -> None:
    people = {admin.id} | {(await desk.joins(800_000_000 + n)).id for n in range(6)}
    broadcast = await start(admin)
    seen: list[str] = []
    after = ""
    while True:
        page = (await bot(desk, "GET", f"{broadcast['id']}/recipients?limit=3{after}")).json()
        seen += [each["member_id"] for each in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == sorted(people)


async def test_who_should_not_be_reached_any_more(desk: Any, admin: Any, customer: Any, other: Any) -> None:
    broadcast = await start(admin)
    await admin.put(f"members/{customer.id}/blocked", {"blocked": True})
    await other.delete(f"members/{other.id}")
    assert await numbers(admin, broadcast) == ("RUNNING", 3, 0, 0, 1)  # the erased one at once
    (left,) = await recipients(desk, broadcast)
    assert left["member_id"] == admin.id
    assert await numbers(admin, broadcast) == ("RUNNING", 3, 0, 0, 2)
    await report(desk, broadcast, **{admin.id: "delivered"})
    assert await numbers(admin, broadcast) == ("FINISHED", 3, 1, 0, 2)


async def test_time_finishes_what_nobody_reports(desk: Any, admin: Any, customer: Any) -> None:
    broadcast = await start(admin, roles=["USER"])
    await customer.delete(f"members/{customer.id}")
    assert await desk.app.state.house.timers.turn() == 1
    assert await numbers(admin, broadcast) == ("FINISHED", 1, 0, 0, 1)
    assert await desk.app.state.house.timers.turn() == 0


async def test_cancelling(desk: Any, admin: Any, customer: Any, other: Any) -> None:
    broadcast = await start(admin)
    await report(desk, broadcast, **{customer.id: "delivered"})
    cancelled = await admin.post(f"broadcasts/{broadcast['id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"], cancelled.json()["delivered"]) == (200, "CANCELLED", 1)
    assert (await bot(desk, "GET", f"{broadcast['id']}/recipients")).status_code == 409
    assert (await bot(desk, "GET", "running")).json() == {"items": []}
    await report(desk, broadcast, **{other.id: "delivered"})  # was under way
    assert await numbers(admin, broadcast) == ("CANCELLED", 3, 2, 0, 0)
    assert (await admin.post(f"broadcasts/{broadcast['id']}/cancel")).status_code == 200
    assert await events(admin) == ["BroadcastStarted", "BroadcastCancelled"]
    done = await start(admin, roles=["ADMIN"])
    await report(desk, done, **{admin.id: "delivered"})
    late = await admin.post(f"broadcasts/{done['id']}/cancel")
    assert (late.status_code, late.json()["code"]) == (409, "broadcast_ended")


async def test_a_repeated_start_answers_as_the_first_time(desk: Any, admin: Any, customer: Any) -> None:
    body = {"texts": TEXTS}
    first = await admin.post("broadcasts", body, idempotency_key="b")
    await report(desk, first.json(), **{customer.id: "delivered"})
    again = await admin.post("broadcasts", body, idempotency_key="b")
    assert (again.status_code, again.json()) == (201, first.json())
    assert (await admin.post("broadcasts", {"texts": {"ru": "Иначе"}}, idempotency_key="b")).json()["code"] == (
        "key_reused"
    )
    kept = await desk.app.state.house.reader.fetchval("SELECT count(*) FROM tickets.broadcast_recipients")
    assert kept == 2


async def test_it_is_the_admins_business(desk: Any, admin: Any, helper: Any, moderator: Any, customer: Any) -> None:
    broadcast = await start(admin)
    path = f"broadcasts/{broadcast['id']}"
    for person in (customer, helper, moderator):
        for answer in (
            await person.get("broadcasts"),
            await person.get(path),
            await person.post("broadcasts", {"texts": TEXTS}),
            await person.post("broadcasts/preview", {"texts": TEXTS}),
            await person.post(f"{path}/cancel"),
        ):
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert await events(person) == []
    for service in ("gateway", "notify"):
        answer = await desk.service(service, "GET", "internal/broadcasts/running")
        assert answer.status_code == 403
    assert (await admin.get("internal/broadcasts/running")).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "texts"),
        ({"texts": {}}, "texts"),
        ({"texts": {"de": "Hallo"}}, "texts.de"),
        ({"texts": {"ru": ""}}, "texts.ru"),
        ({"texts": {"ru": "🙂" * 2049}}, "texts.ru"),
        ({"texts": TEXTS, "audience": {"roles": ["KING"]}}, "audience.roles.0"),
        ({"texts": TEXTS, "audience": {"active_within_days": 0}}, "audience.active_within_days"),
        ({"texts": TEXTS, "audience": {"active_within_days": "7"}}, "audience.active_within_days"),
        ({"texts": TEXTS, "to": []}, "to"),
    ],
)
async def test_bad_bodies(admin: Any, body: Any, field: str) -> None:
    for path in ("broadcasts", "broadcasts/preview"):
        answer = await admin.post(path, body)
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["field"].startswith(field)


async def test_there_is_no_such_broadcast(desk: Any, admin: Any, customer: Any) -> None:
    unknown = "01995d40-0000-7a5b-8a58-3f6c2b1d9e09"
    for key in (unknown, "none", "1"):
        assert (await admin.get(f"broadcasts/{key}")).status_code == 404
        assert (await admin.post(f"broadcasts/{key}/cancel")).status_code == 404
        assert (await bot(desk, "GET", f"{key}/recipients")).status_code == 404
        assert (await report(desk, {"id": key}, **{customer.id: "delivered"})).status_code == 404
    broadcast = await start(admin)
    assert (await bot(desk, "GET", f"{broadcast['id']}/recipients?after=x")).status_code == 422
    assert (await report(desk, broadcast, **{customer.id: "eaten"})).status_code == 422
    await report(desk, broadcast, **{unknown: "delivered"})  # nobody of ours: nothing happens
    assert (await numbers(admin, broadcast))[2:] == (0, 0, 0)


async def test_it_goes_on_after_a_restart_and_ends_once(
    postgres: Databases, settings_for: Callable[[str], Settings]
) -> None:
    settings = settings_for(await postgres.database())
    await prepare(settings)
    async with opened(settings) as desk:
        admin = await desk.joins(ADMIN, "Игорь")
        people = [await desk.joins(800_000_000 + n) for n in range(4)]
        broadcast = await start(admin, roles=["USER"])
        await report(desk, broadcast, **{people[0].id: "delivered"})
    async with opened(settings) as desk, open_house(settings, desk.clock) as second:
        admin = await desk.joins(ADMIN, "Игорь")
        left = await recipients(desk, broadcast)
        assert [each["member_id"] for each in left] == sorted(person.id for person in people[1:])
        house = desk.app.state.house
        await asyncio.gather(
            *(report(desk, broadcast, **{each["member_id"]: "delivered"}) for each in left),
            *(each.timers.turn() for each in (house, second, house, second)),
        )
        assert await numbers(admin, broadcast) == ("FINISHED", 4, 4, 0, 0)
        assert (await events(admin)).count("BroadcastFinished") == 1
