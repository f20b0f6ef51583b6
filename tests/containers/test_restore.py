"""A server is lost but for the folder of its back-ups, and another one begins with that."""

import asyncio

import pytest

from tests.containers.conftest import ADMIN, HELPER, Arrive
from tests.containers.installation import PATIENCE_S, PAUSE_S, Installation
from tests.containers.test_compose import opened

pytestmark = [pytest.mark.container, pytest.mark.timeout(480)]


async def test_another_machine_goes_on_where_the_back_up_ends(installation: Installation, arrive: Arrive) -> None:
    admin = await arrive(ADMIN)
    kept = await opened(arrive, admin)
    made = await installation.compose("exec", "-T", "backup", "tikethet", "backup")
    assert "back-up made" in made
    archive = made.split()[2]
    lost = await opened(arrive, admin)
    epoch = (await admin.get("events", after=0, limit=1))["epoch"]
    other = await arrive(HELPER)
    assert (await admin.call("DELETE", f"members/{other.id}"))[0] in {200, 204}
    async with asyncio.timeout(PATIENCE_S):  # what the machine loses before it is written is in no ledger
        while other.id not in await ledger(installation):  # noqa: ASYNC110 - a file says nothing by itself
            await asyncio.sleep(PAUSE_S)

    await installation.compose("down", "--volumes", "--timeout", "20")  # everything but the folder of back-ups
    restored = await installation.compose("run", "--rm", "-T", "backup", "tikethet", "restore", archive)
    assert "restored" in restored
    await installation.compose("up", "--detach", "--wait", "--wait-timeout", "180")

    admin = await arrive(ADMIN)
    assert (await admin.get(f"tickets/{kept['id']}"))["title"] == kept["title"]
    assert (await admin.call("GET", f"tickets/{lost['id']}"))[0] == 404
    assert (await admin.get("events", after=0, limit=1))["epoch"] != epoch
    verified = await installation.compose("exec", "-T", "tickets", "tikethet", "verify")
    assert "equal to the log" in verified
    assert other.id in await ledger(installation)


async def ledger(installation: Installation) -> str:
    """Who was forgotten, as it is kept beside the back-ups; empty before anybody was."""
    return await installation.compose("exec", "-T", "tickets", "sh", "-c", "cat /erasures/erasures.jsonl || true")
