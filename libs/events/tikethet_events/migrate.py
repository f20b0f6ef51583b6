"""Numbered SQL files, forward only, under a lock, run by whoever starts first."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import asyncpg
from msgspec import Struct

from tikethet_events.errors import Unmigratable

LOG_SCHEMA: Final = Path(__file__).parent / "schema"
"""The log's own folder: pass it first, as ``{"log": LOG_SCHEMA, "tickets": …}``."""

_FILE_NAME: Final = re.compile(r"^(\d{4})_[a-z0-9_]+\.sql$")
_LOCK_SPACE: Final = 0x71CE
_HAS_SOURCE: Final = """
    SELECT true FROM pg_attribute
    WHERE attrelid = to_regclass($1 || '.migrations') AND attname = 'source' AND NOT attisdropped
"""


class _File(Struct, frozen=True):
    folder: str
    number: int
    name: str
    text: str

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.text.encode()).digest()


async def migrate(
    connection: "asyncpg.Connection[asyncpg.Record]", folders: Mapping[str, Path], *, schema: str = "tickets"
) -> list[str]:
    """Bring the database up to date: folders in the order given, files (``0001_what.sql``) by number; names those run.

    What ran is kept in ``<schema>.migrations``, text and all, so that a database says how it was made (`replay`).
    Raises Unmigratable when a file that ran is missing or was changed.
    """
    files = [file for folder, path in folders.items() for file in _files(folder, path)]
    await connection.execute("SELECT pg_advisory_lock($1, hashtext($2))", _LOCK_SPACE, schema)
    try:
        await _prepare(connection, schema)
        ran = await _ran(connection, schema, list(folders))
        pending = _pending(files, ran)
        await _note_sources(connection, schema, files, ran)
        for file in pending:
            await _run(connection, schema, file)
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1, hashtext($2))", _LOCK_SPACE, schema)
    return [f"{file.folder}/{file.name}" for file in pending]


async def replay(connection: "asyncpg.Connection[asyncpg.Record]", schema: str, sources: Iterable[str]) -> None:
    """Make a schema's tables as they once were made: ``sources`` are the texts its ``migrations`` kept, in their order.

    The schema is empty before, and its book of migrations afterwards: whoever fills the tables fills that too.
    """
    await _prepare(connection, schema)
    for source in sources:
        await connection.execute(source)


def _files(folder: str, path: Path) -> Iterator[_File]:
    for number, file in enumerate(sorted(path.glob("*.sql")), 1):
        found = _FILE_NAME.match(file.name)
        if found is None or int(found[1]) != number:
            raise Unmigratable(folder, file.name, f"expected a name like {number:04}_what.sql")
        yield _File(folder, number, file.name, file.read_text(encoding="utf-8"))


async def _prepare(connection: "asyncpg.Connection[asyncpg.Record]", schema: str) -> None:
    # IF NOT EXISTS asks for the right to create before it looks; a service's role may own no more than its schema.
    if not await connection.fetchval("SELECT to_regnamespace($1) IS NOT NULL", schema):
        await connection.execute(f"CREATE SCHEMA {schema}")
    await connection.execute(
        f"""CREATE TABLE IF NOT EXISTS {schema}.migrations (
            folder text, number int, name text NOT NULL, digest bytea NOT NULL,
            applied_at timestamptz NOT NULL DEFAULT clock_timestamp(), source text, PRIMARY KEY (folder, number))"""
    )
    if not await connection.fetchval(_HAS_SOURCE, schema):  # made by a release that did not keep it
        await connection.execute(f"ALTER TABLE {schema}.migrations ADD COLUMN source text")


async def _note_sources(
    connection: "asyncpg.Connection[asyncpg.Record]",
    schema: str,
    files: list[_File],
    ran: Mapping[tuple[str, int], "asyncpg.Record"],
) -> None:
    for file in files:
        row = ran.get((file.folder, file.number))
        if row is not None and row["source"] is None:
            await connection.execute(
                f"UPDATE {schema}.migrations SET source = $3 WHERE folder = $1 AND number = $2",  # noqa: S608 a schema's name cannot be a parameter; it is ours
                file.folder,
                file.number,
                file.text,
            )


async def _ran(
    connection: "asyncpg.Connection[asyncpg.Record]", schema: str, folders: list[str]
) -> dict[tuple[str, int], "asyncpg.Record"]:
    rows = await connection.fetch(f"SELECT * FROM {schema}.migrations WHERE folder = ANY($1) ORDER BY 1, 2", folders)  # noqa: S608 a schema's name cannot be a parameter; it is ours
    return {(row["folder"], row["number"]): row for row in rows}


def _pending(files: list[_File], ran: Mapping[tuple[str, int], "asyncpg.Record"]) -> list[_File]:
    known = {(file.folder, file.number): file for file in files}
    for (folder, number), row in ran.items():
        file = known.get((folder, number))
        if file is None:
            raise Unmigratable(folder, row["name"], "ran here before, and this release does not have it")
        if file.digest != row["digest"]:
            raise Unmigratable(folder, row["name"], "was changed after it ran here")
    return [file for file in files if (file.folder, file.number) not in ran]


async def _run(connection: "asyncpg.Connection[asyncpg.Record]", schema: str, file: _File) -> None:
    async with connection.transaction():
        await connection.execute(file.text)
        await connection.execute(
            f"INSERT INTO {schema}.migrations (folder, number, name, digest, source) VALUES ($1, $2, $3, $4, $5)",  # noqa: S608 same
            file.folder,
            file.number,
            file.name,
            file.digest,
            file.text,
        )
