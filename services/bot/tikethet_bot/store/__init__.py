"""What the bot remembers, in its own schema."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Final, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from msgspec import Struct

SCHEMA: Final = Path(__file__).parent.parent / "schema"
"""The numbered SQL files."""

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

_PLACE: Final = re.compile(r"\$(\d+)")


class Effect(Struct, frozen=True):
    """A change of rows: one statement of SQL and its values."""

    sql: str
    values: tuple[object, ...] = ()


async def together(connection: "Connection | Pool", effects: Sequence[Effect]) -> None:
    """Make all these changes or none, in one round trip. They happen side by side: none sees what another one does."""
    sql = _together(tuple((effect.sql, len(effect.values)) for effect in effects))
    await connection.execute(sql, *chain.from_iterable(effect.values for effect in effects))


@cache
def _together(effects: tuple[tuple[str, int], ...]) -> str:
    *others, last = _renumbered(effects)
    steps = ", ".join(f"_{number} AS ({step})" for number, step in enumerate(others))
    return f"WITH {steps} {last}" if steps else last


def _renumbered(effects: tuple[tuple[str, int], ...]) -> list[str]:
    """The statements with places for values that go on from one to the next."""
    found, before = [], 0
    for sql, values in effects:
        found.append(_PLACE.sub(lambda place, before=before: f"${int(place[1]) + before}", sql))  # type: ignore[misc]
        before += values
    return found
