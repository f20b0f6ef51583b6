"""Waiting for what comes a moment later where `expect` does not reach: at the server, in what a page keeps."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

PATIENCE_S = 60
OFTEN_S = 0.05

Told = TypeVar("Told")


async def until(ask: Callable[[], Awaitable[Told]], is_so: Callable[[Told], bool]) -> Told:
    """Ask until the answer is so, and return it; the failure of one that never is shows what it was in the end."""
    deadline = time.monotonic() + PATIENCE_S
    while not is_so(told := await ask()):
        assert time.monotonic() < deadline, f"in the end it was {told!r}"
        await asyncio.sleep(OFTEN_S)
    return told
