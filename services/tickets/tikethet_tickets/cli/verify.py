"""``tikethet verify``: the chain of the log, and every read model row for row against it; changes nothing."""

import argparse

import asyncpg
from tikethet_events import chain
from tikethet_events.errors import Broken

from tikethet_tickets.cli.installation import Opened, open_log, progress, say
from tikethet_tickets.views.rebuild import Busy, Difference, alone, compare, fill

HELP = "check the chain of the log, and every read model row for row against the log"
COMPARE_TRIES = 3
"""Somebody erased while the log is read looks like a difference once, and not a second time."""


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


async def run(_given: argparse.Namespace) -> int:
    """Check both; 1 when either is not as the log says."""
    async with open_log() as opened:
        chained = await _verify_chain(opened.pool)
        try:
            return max(chained, await _verify_views(opened))
        except Busy as busy:
            say(f"not now: {busy}")
            return 1


async def _verify_chain(pool: "asyncpg.Pool[asyncpg.Record]") -> int:
    try:
        whole = await chain.verify(pool)
    except Broken as broken:
        say(f"log           BROKEN at position {broken.position}: {broken.what}")
        return 1
    say(f"log           whole: {whole.position} events, last hash {whole.hash}")
    return 0


async def _verify_views(opened: Opened) -> int:
    position, found = 0, list[Difference]()
    for _ in range(COMPARE_TRIES):
        async with alone(opened.pool) as connection:
            position = await fill(connection, opened.log, progress)
            position, found = await compare(connection, opened.log, position)
        if not any(difference.extra or difference.missing for difference in found):
            break
    for difference in found:
        say(_verdict(difference))
    wrong = [difference.table for difference in found if difference.extra or difference.missing]
    if wrong:
        say(f"read models   NOT what the log says at position {position}: {', '.join(wrong)} (cure: rebuild)")
        return 1
    say(f"read models   equal to the log, row for row, at position {position}")
    return 0


def _verdict(difference: Difference) -> str:
    said = f"  {difference.table:<16} {difference.rows:>9} rows"
    if not difference.extra and not difference.missing:
        return f"{said}  equal"
    return f"{said}  {difference.extra} not in the log, {difference.missing} missing or other"
