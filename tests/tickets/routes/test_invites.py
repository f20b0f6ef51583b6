"""Staff invites: once, for 72 hours, never more than the inviter may give."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest


async def use(desk: Any, person: Any, token: str) -> Any:
    return await desk.service("bot", "POST", "internal/invites/use", {"member_id": person.id, "token": token})


async def test_a_link_makes_one_helper(desk: Any, admin: Any, customer: Any, other: Any) -> None:
    made = await admin.post("invites", {"role": "HELPER"})
    assert made.status_code == 201, made.text
    invite = made.json()
    listed = (await admin.get("invites")).json()["items"]
    assert [(each["id"], each["inviter"]["id"], "token" in each) for each in listed] == [
        (invite["id"], admin.id, False)
    ]
    used = await use(desk, customer, invite["token"])
    assert (used.status_code, used.json()["role"]) == (200, "HELPER")
    assert (await customer.get("members")).status_code == 200
    assert (await use(desk, other, invite["token"])).status_code == 404
    assert (await admin.get("invites")).json()["total"] == 0


async def test_it_ends_after_72_hours_or_when_revoked(desk: Any, admin: Any, customer: Any) -> None:
    late, revoked = [(await admin.post("invites", {"role": "HELPER"})).json() for _ in "ab"]
    assert (await admin.delete(f"invites/{revoked['id']}")).status_code == 204
    assert (await admin.delete(f"invites/{revoked['id']}")).status_code == 404
    assert (await use(desk, customer, revoked["token"])).status_code == 404
    desk.clock.ahead = timedelta(hours=72)
    assert (await use(desk, customer, late["token"])).status_code == 404
    assert (await admin.get("invites")).json()["items"] == []


async def test_nobody_gives_more_than_they_may(
    desk: Any, admin: Any, helper: Any, moderator: Any, customer: Any
) -> None:
    for person in (customer, helper, moderator):
        assert (await person.get("invites")).json()["code"] == "forbidden"
        assert (await person.post("invites", {"role": "HELPER"})).json()["code"] == "forbidden"
    assert (await admin.post("invites", {"role": "USER"})).json()["code"] == "forbidden"
    second = await desk.staff(700_000_020, "ADMIN", "Анна")
    invite = (await second.post("invites", {"role": "ADMIN"})).json()
    await admin.put(f"members/{second.id}/role", {"role": "HELPER"})
    assert (await use(desk, customer, invite["token"])).status_code == 404


async def test_who_needs_none_does_not_use_it_up(desk: Any, admin: Any, moderator: Any, customer: Any) -> None:
    invite = (await admin.post("invites", {"role": "HELPER"})).json()
    assert (await use(desk, moderator, invite["token"])).json()["code"] == "conflict"
    assert (await use(desk, customer, invite["token"])).json()["role"] == "HELPER"


async def test_two_open_it_at_once(desk: Any, admin: Any, customer: Any, other: Any) -> None:
    invite = (await admin.post("invites", {"role": "HELPER"})).json()
    answers = await asyncio.gather(*(use(desk, person, invite["token"]) for person in (customer, other)))
    assert sorted(answer.status_code for answer in answers) == [200, 404]


async def test_only_the_bot_tells_of_it(desk: Any, admin: Any, customer: Any) -> None:
    invite = (await admin.post("invites", {"role": "HELPER"})).json()
    body = {"member_id": customer.id, "token": invite["token"]}
    assert (await desk.service("gateway", "POST", "internal/invites/use", body)).status_code == 403
    assert (await customer.post("internal/invites/use", body)).status_code == 403


async def test_the_secret_is_kept_nowhere_and_repeats_with_its_key(desk: Any, admin: Any) -> None:
    first, second = [await admin.post("invites", {"role": "HELPER"}, idempotency_key="i") for _ in "ab"]
    assert first.json() == second.json()
    kept = await desk.app.state.house.reader.fetchval(
        "SELECT count(*) FROM tickets.events WHERE data::text LIKE '%' || $1 || '%'", first.json()["token"]
    )
    assert kept == 0


@pytest.mark.parametrize("token", ["", "x" * 65, "a b", "нет"])
async def test_bad_secrets(desk: Any, customer: Any, token: str) -> None:
    assert (await use(desk, customer, token)).status_code == 422
