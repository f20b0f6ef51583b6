"""A notify process within the test's own, with limits of the test's choice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tikethet_events.log import Head
from tikethet_notify.rules import Limits
from tikethet_notify.wiring import Notify, running

from tests.notify.desk import PATIENCE, Desk, settings, until


@asynccontextmanager
async def notifying(desk: Desk, **limits: Any) -> AsyncIterator[Notify]:
    """A notify process, within this one; ready to let sockets in."""
    async with running(settings(desk), Limits(**limits)) as notify:
        async with asyncio.timeout(PATIENCE):
            await notify.hub.begun()
        await until(lambda: notify.sessions.listening)
        yield notify


async def settled(desk: Desk, notify: Notify) -> Head:
    """Wait until notify heard everything the log has."""
    head = await desk.head()
    await until(lambda: notify.hub.position == head.position)
    return head
