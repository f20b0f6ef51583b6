"""One message from Telegram to the browser: every process's lines about it bear the same trace id."""

import asyncio
import json
from typing import Any

import pytest
from tikethet_devstack.stack import Stack

from tests.system.conftest import Arrive, Listen
from tests.system.people import PATIENCE_S
from tests.system.test_sandbox import OURS

SAID = "Сервер не пускает после обновления, помогите войти"
STEPS = {
    ("bot", "an update was acted upon"),
    ("tickets", "a command was carried out"),
    ("notify", "an event was told"),
    ("bot", "an event was heard"),
}


def steps(stack: Stack, trace_id: str) -> set[tuple[str, str]]:
    """Who said what about a trace."""
    found = set()
    for service in ("bot", "tickets", "notify"):
        for line in (stack.choices.directory / "logs" / f"{service}.log").read_text().splitlines():
            if trace_id in line:
                said: dict[str, Any] = json.loads(line)
                assert said["trace_id"] == trace_id
                found.add((said["service"], said["event"]))
    return found


@pytest.mark.slow
@pytest.mark.timeout(300)  # a house that was just shaken brings its bot back in its own time
async def test_a_message_is_followed_through_every_process(desk: Stack, arrive: Arrive, listen: Listen) -> None:
    helper = await arrive("helper")
    async with listen(helper) as feed:
        async with helper.http.post("/sandbox/do/say", json={"as": "customer", "text": SAID}, headers=OURS) as answer:
            assert answer.status == 200
        async with asyncio.timeout(2 * PATIENCE_S):
            while not (events := [event for event in feed.heard if SAID in str(event)]):  # noqa: ASYNC110 - frames come as they come
                await asyncio.sleep(0.1)
    trace_id = events[0]["traceparent"].split("-")[1]
    found: set[tuple[str, str]] = set()
    async with asyncio.timeout(2 * PATIENCE_S):
        while not found >= STEPS:
            found = await asyncio.to_thread(steps, desk, trace_id)
            await asyncio.sleep(0.1)
