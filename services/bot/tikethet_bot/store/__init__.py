"""What the bot remembers, in its own schema."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeAlias

import asyncpg
from asyncpg.pool import PoolConnectionProxy

SCHEMA: Final = Path(__file__).parent.parent / "schema"
"""The numbered SQL files."""

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
Effect = Callable[[Connection], Awaitable[None]]
"""Rows written together with the mark that a journal entry is done."""
