"""A house with categories and roles, and its people."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import aiohttp
import pytest
from tikethet_devstack.seed import seed
from tikethet_devstack.stack import Stack

from tests.system.people import PATIENCE_S, Listener, Person, sign_in

Arrive = Callable[[str], Awaitable[Person]]
Listen = Callable[[Person], AbstractAsyncContextManager[Listener]]


@pytest.fixture(scope="session")
async def desk(stack: Stack) -> Stack:
    """The house, furnished by the demo's own seeding."""
    await seed(stack.address)
    return stack


async def made_whole(stack: Stack) -> None:
    """Starts what a test killed, and the bot anyway: one that lost its turn ends itself, perhaps only after we look."""
    for name, part in stack.parts.items():
        if name == "bot" or not part.process.alive:
            await stack.restart(name)


@pytest.fixture
async def shaken(desk: Stack) -> AsyncIterator[Stack]:
    """The house of a test that kills its parts; whole again for the next one."""
    yield desk
    await made_whole(desk)


@pytest.fixture
async def arrive(desk: Stack) -> AsyncIterator[Arrive]:
    """`await arrive("helper")`: one of the demo's people, signed in."""
    async with aiohttp.ClientSession(desk.address, timeout=aiohttp.ClientTimeout(total=10)) as http:
        yield lambda who: sign_in(http, who)


@pytest.fixture
def listen() -> Listen:
    """`async with listen(person) as feed`: a live feed, ready."""

    @asynccontextmanager
    async def listening(person: Person) -> AsyncIterator[Listener]:
        feed = Listener(person)
        async with asyncio.TaskGroup() as group:
            task = group.create_task(feed.run())
            async with asyncio.timeout(PATIENCE_S):
                await feed.started.wait()
            yield feed
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    return listening
