"""Numbered SQL files, forward only, under a lock, run by whoever starts first."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import asyncpg

LOG_SCHEMA: Final = Path(__file__).parent / "schema"
"""The log's own folder: pass it first, as ``{"log": LOG_SCHEMA, "tickets": …}``."""


async def migrate(
    connection: "asyncpg.Connection[asyncpg.Record]", folders: Mapping[str, Path], *, schema: str = "tickets"
) -> list[str]:
    """Bring the database up to date: folders in the order given, files (``0001_what.sql``) by number; names those run.

    What ran is kept in ``<schema>.migrations``. Raises Unmigratable when a file that ran is missing or was changed.
    """
