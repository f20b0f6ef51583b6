"""Making a back-up of a running installation, and keeping the newest few."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import asyncpg
from msgspec import Struct

from tikethet_tickets.backups.archive import Manifest, Schema, Writer, writing
from tikethet_tickets.backups.database import Unfit, dump
from tikethet_tickets.files.keeping import blob_path
from tikethet_tickets.files.store import Missing, Store
from tikethet_tickets.views.rebuild import NAMES

FILES: Final = "files/"
"""The prefix of attachments in a back-up."""
_NAME: Final = "tikethet-%Y%m%dT%H%M%SZ.tar"
_PATTERN: Final = "tikethet-*.tar"
_HEAD: Final = "SELECT position, installation::text, encode(key_check, 'hex') AS key_check FROM tickets.log_head"
_WANTED: Final = "SELECT count(*) FROM tickets.blobs WHERE encode(hash, 'hex') = ANY($1)"
_NOTE: Final = "INSERT INTO tickets.backups (made_at, position, size) VALUES ($1, $2, $3)"


class Made(Struct, frozen=True, kw_only=True):
    """A back-up that was made: where it lies, how far the log in it goes, its size in bytes.

    ``missing``: how many attachments are not in it because they are not where files are kept.
    """

    path: Path
    position: int
    size: int
    missing: int


async def make(database_url: str, bot_database_url: str, store: Store | None, folder: Path, now: datetime) -> Made:
    """Back up both services' schemas as of one moment, and the attachments they speak of, into a folder that is there.

    Raises Unfit; also when not one attachment is there, which rather is the wrong place than a loss.
    """
    path = folder / now.astimezone(UTC).strftime(_NAME)
    with writing(path) as writer:
        async with _one_moment(database_url, bot_database_url) as (tickets, bot):
            head = await tickets.fetchrow(_HEAD) if await _furnished(tickets) else None
            if head is None or head["key_check"] is None:
                raise Unfit("the log was never opened: start tickets once")
            schemas = [await dump(tickets, "tickets", writer, skip=NAMES)]
            schemas += await _of_the_bot(bot, writer)
            hashes = [row[0] for row in await tickets.fetch("SELECT encode(hash, 'hex') FROM tickets.blobs ORDER BY 1")]
        missing = await _missing(database_url, await _take_files(store, hashes, writer)) if store is not None else 0
        if missing and missing == len(hashes):
            raise Unfit(f"not one of {missing} attachments is where FILES_URL says")
        writer.finish(
            Manifest(
                made_at=now.astimezone(UTC).isoformat(),
                installation=head["installation"],
                position=head["position"],
                key_check=head["key_check"],
                schemas=tuple(schemas),
                files=store is not None,
            )
        )
    made = Made(path=path, position=head["position"], size=path.stat().st_size, missing=missing)
    await _note(database_url, made, now)
    return made


def kept(folder: Path) -> list[Path]:
    """The back-ups in a folder, newest first."""
    return sorted(folder.glob(_PATTERN), reverse=True)


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest ``keep``; those removed."""
    old = kept(folder)[keep:]
    for path in old:
        path.unlink()
    return old


def made_at(path: Path) -> datetime:
    """When a back-up was made, from its name."""
    return datetime.strptime(path.name, _NAME).replace(tzinfo=UTC)


def next_one(last: datetime | None, now: datetime, *, hour: int, minute: int) -> datetime:
    """When the next nightly back-up is due (UTC): the first such time after the last one, or now."""
    if last is None:
        return now
    due = last.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return due if due > last else due + timedelta(days=1)


async def _furnished(connection: "asyncpg.Connection[Any]") -> bool:
    return bool(await connection.fetchval("SELECT to_regclass('tickets.log_head') IS NOT NULL"))


async def _of_the_bot(connection: "asyncpg.Connection[Any]", writer: Writer) -> list[Schema]:
    """Nothing where no bot ever ran."""
    if not await connection.fetchval("SELECT to_regclass('bot.migrations') IS NOT NULL"):
        return []
    return [await dump(connection, "bot", writer, skip=())]


async def _take_files(store: Store, hashes: list[str], writer: Writer) -> list[str]:
    """Put attachments into a back-up; the hashes of those that were not there."""
    absent = []
    for digest in hashes:
        path = writer.folder / digest
        try:
            with path.open("wb") as file:
                async for piece in store.whole(blob_path(digest)):
                    file.write(piece)
        except Missing:
            path.unlink()
            absent.append(digest)
            continue
        writer.add(f"{FILES}{digest}", path)
    return absent


async def _missing(database_url: str, absent: list[str]) -> int:
    """How many of them somebody still wants; the others were collected since."""
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        wanted: int = await connection.fetchval(_WANTED, absent)
        return wanted
    finally:
        await connection.close()


async def _note(database_url: str, made: Made, now: datetime) -> None:
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        await connection.execute(_NOTE, now, made.position, made.size)
    finally:
        await connection.close()


@asynccontextmanager
async def _one_moment(
    database_url: str, bot_database_url: str
) -> AsyncIterator[tuple["asyncpg.Connection[Any]", "asyncpg.Connection[Any]"]]:
    """Two roles that see the same: the second one's transaction takes the first one's snapshot."""
    tickets = await asyncpg.connect(database_url, timeout=10)
    try:
        bot = await asyncpg.connect(bot_database_url, timeout=10)
        try:
            async with tickets.transaction(isolation="repeatable_read", readonly=True):
                snapshot = await tickets.fetchval("SELECT pg_export_snapshot()")
                async with bot.transaction(isolation="repeatable_read", readonly=True):
                    await bot.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
                    yield tickets, bot
        finally:
            await bot.close()
    finally:
        await tickets.close()
