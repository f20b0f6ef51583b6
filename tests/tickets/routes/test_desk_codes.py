"""The way into a desktop browser: one code at a time, once, for 60 s, for staff only."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest


async def mint(desk: Any, person: Any) -> Any:
    return await desk.service("bot", "POST", "internal/desk-codes", {"member_id": person.id})


async def redeem(desk: Any, code: str) -> Any:
    return await desk.service("gateway", "POST", "internal/desk-codes/redeem", {"code": code})


async def code_of(desk: Any, person: Any) -> str:
    answer = await mint(desk, person)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["code"])


def refused(answer: Any, status: int, code: str) -> None:
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_code_lets_its_owner_in_once(desk: Any, helper: Any) -> None:
    code = await code_of(desk, helper)
    came = await redeem(desk, code)
    assert (came.status_code, came.json()["id"], came.json()["role"]) == (200, helper.id, "HELPER")
    refused(await redeem(desk, code), 401, "desk_code_invalid")


async def test_two_browsers_open_it_at_once(desk: Any, helper: Any) -> None:
    code = await code_of(desk, helper)
    answers = await asyncio.gather(*(redeem(desk, code) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200, *[401] * 7]


async def test_it_ends_after_60_seconds(desk: Any, helper: Any) -> None:
    code = await code_of(desk, helper)
    desk.clock.ahead = timedelta(seconds=60)
    refused(await redeem(desk, code), 401, "desk_code_invalid")


async def test_the_newest_is_the_only_one(desk: Any, helper: Any, moderator: Any) -> None:
    first, colleagues, second = [await code_of(desk, person) for person in (helper, moderator, helper)]
    refused(await redeem(desk, first), 401, "desk_code_invalid")
    assert (await redeem(desk, second)).json()["id"] == helper.id
    assert (await redeem(desk, colleagues)).json()["id"] == moderator.id


async def test_a_guess_and_a_hash_let_nobody_in(desk: Any, helper: Any) -> None:
    code = await code_of(desk, helper)
    (kept,) = await desk.app.state.house.reader.fetch("SELECT to_json(c)::text FROM tickets.desk_codes c")
    assert code not in kept[0]
    hashed = json.loads(kept[0])["code_hash"]
    for forged in (hashed, code[:-1], code + "A", code.swapcase(), helper.id):
        refused(await redeem(desk, forged), 401, "desk_code_invalid")
    assert (await redeem(desk, code)).status_code == 200


async def test_it_is_for_staff_when_made_and_when_used(desk: Any, admin: Any, helper: Any, customer: Any) -> None:
    refused(await mint(desk, customer), 403, "forbidden")
    code = await code_of(desk, helper)
    await admin.put(f"members/{helper.id}/role", {"role": "USER"})
    refused(await redeem(desk, code), 403, "forbidden")
    await admin.put(f"members/{helper.id}/role", {"role": "HELPER"})
    code = await code_of(desk, helper)
    await admin.put(f"members/{helper.id}/blocked", {"blocked": True, "reason": "x"})
    refused(await redeem(desk, code), 403, "blocked")
    refused(await mint(desk, helper), 403, "blocked")


async def test_each_service_does_its_own_part(desk: Any, helper: Any) -> None:
    body = {"member_id": helper.id}
    refused(await desk.service("gateway", "POST", "internal/desk-codes", body), 403, "forbidden")
    refused(await helper.post("internal/desk-codes", body), 403, "forbidden")
    code = await code_of(desk, helper)
    for service in ("bot", "notify"):
        answer = await desk.service(service, "POST", "internal/desk-codes/redeem", {"code": code})
        refused(answer, 403, "forbidden")
    assert (await redeem(desk, code)).status_code == 200


@pytest.mark.parametrize("code", ["", "x" * 65, "a b", "нет", "a\n"])
async def test_bad_codes(desk: Any, code: str) -> None:
    assert (await redeem(desk, code)).status_code == 422
    assert code == "" or code not in (await redeem(desk, code)).text
