"""Kill -9 any part in the middle of traffic: everything acknowledged is there, once, in order, for everyone."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from tikethet_devstack.seed import seed
from tikethet_devstack.stack import Stack

from tests.system.conftest import listen, made_whole
from tests.system.people import Person, sign_in

__all__ = ["listen"]

WRITERS = 4
MESSAGES = 25
KILLS = 3
OTHERS = ("notify", "gateway", "nats", "valkey", "postgres")

pytestmark = pytest.mark.timeout(300)

PARTS = ["tickets", *(pytest.param(part, marks=pytest.mark.slow) for part in OTHERS)]


@pytest.fixture
async def people(stack: Stack) -> AsyncIterator[Callable[[str], Any]]:
    await seed(stack.address)
    async with aiohttp.ClientSession(stack.address, timeout=aiohttp.ClientTimeout(total=10)) as http:
        yield lambda who: sign_in(http, who)
    await made_whole(stack)


async def opened(customer: Person) -> str:
    categories = (await customer.get("categories"))["items"]
    body = {"title": "Хаос", "description": "Проверка", "category_id": categories[0]["id"]}
    return str((await customer.post("tickets", body))["id"])


async def whole_log(admin: Person) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    while True:
        page = await admin.get("events", after=events[-1]["position"] if events else 0, limit=500)
        events += page["items"]
        if not page["items"]:
            return events


@pytest.mark.parametrize("part", PARTS)
async def test_nothing_acknowledged_is_lost(stack: Stack, people: Any, listen: Any, part: str) -> None:
    customer, admin = await people("customer"), await people("admin")
    ticket = await opened(customer)
    acknowledged: list[str] = []

    async def write(writer: int) -> None:
        for number in range(MESSAGES):
            said = await customer.post(f"tickets/{ticket}/messages", {"content": f"{part} {writer}/{number}"})
            acknowledged.append(said["id"])

    async def kill() -> None:
        draw = random.Random(part)
        for _ in range(KILLS):
            await asyncio.sleep(draw.uniform(0.2, 1.0))  # the moment is the test's subject, nothing waits on it
            await stack.kill(part)
            await stack.restart(part)

    async with listen(admin) as feed:
        async with asyncio.TaskGroup() as work:
            for writer in range(WRITERS):
                work.create_task(write(writer))
            work.create_task(kill())
        log = await whole_log(admin)
        await feed.until(log[-1]["id"])

    posted = [event for event in log if event["subject"] == ticket and event["type"] == "tikethet.MessagePosted"]
    kept = [event["data"]["message_id"] for event in posted]
    assert len(acknowledged) == WRITERS * MESSAGES
    assert sorted(kept) == sorted(acknowledged), "a message was lost or doubled"
    assert [event["position"] for event in log] == list(range(1, len(log) + 1)), "a hole in the log"
    heard = [event for event in feed.heard if event["position"] <= len(log)]  # more may have come since
    if not feed.afresh:
        assert heard == [event for event in log if event["position"] >= heard[0]["position"]]
    assert heard[-1] == log[-1]
