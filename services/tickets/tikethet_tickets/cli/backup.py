"""``tikethet backup``: everything that cannot be made again into one file; with ``--nightly`` every night, for ever."""

import argparse
import asyncio
import contextlib
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Final

import asyncpg
from pydantic import BeforeValidator, Field
from tikethet_service.settings import load

from tikethet_tickets.backups.database import Unfit
from tikethet_tickets.backups.making import kept, made_at, make, next_one, prune
from tikethet_tickets.cli.installation import Keys, say
from tikethet_tickets.files.store import BadStore, StoreAway, opened
from tikethet_tickets.settings import Database, Files

HELP = "put log, rows and attachments into one file; the keys are not in it"
_LOOK_S: Final = 60.0


def _time(value: object) -> str:
    text = str(value)
    datetime.strptime(text, "%H:%M").replace(tzinfo=UTC)
    return text


class Settings(Keys):
    """What back-up and restore need of the environment."""

    bot_database_url: Database = Field(description="postgresql://… of the bot's role, same database")
    files_url: Files | None = Field(None, description="where files are kept, as tickets has it")
    backup_files: bool = Field(
        default=True,
        description="whether attachments are part of a back-up; false where a bucket keeps versions of its own",
    )
    backup_dir: Path = Field(Path("backups/data"), description="the folder for back-ups")
    backup_keep: int = Field(7, ge=1, description="how many nightly back-ups are kept")
    backup_at: Annotated[str, BeforeValidator(_time)] = Field("03:15", description="when, HH:MM in UTC")


def arguments(parser: argparse.ArgumentParser) -> None:
    """One, or one every night."""
    parser.add_argument("--nightly", action="store_true", help="stay, and make one every night at BACKUP_AT (UTC)")


async def run(given: argparse.Namespace) -> int:
    """Make one; 1 when that was not possible."""
    settings = load(Settings)
    if given.nightly:
        await _every_night(settings)
        return 0
    return 0 if await _one(settings) else 1


async def _one(settings: Settings) -> bool:
    try:
        settings.backup_dir.mkdir(parents=True, exist_ok=True)
        async with opened(settings.files_url) as store:
            made = await make(
                settings.database_url.get_secret_value(),
                settings.bot_database_url.get_secret_value(),
                store if settings.backup_files else None,
                settings.backup_dir,
                datetime.now(UTC),
            )
    except StoreAway as failure:
        say(f"no back-up was made: where files are kept does not answer as it should ({failure}); see FILES_URL, AWS_*")
        return False
    except (Unfit, BadStore, OSError, asyncpg.PostgresError) as failure:
        say(f"no back-up was made: {str(failure) or type(failure).__name__}")
        return False
    say(f"back-up made  {made.path} ({made.size / 1024 / 1024:.1f} MiB, log up to {made.position})")
    if made.missing:
        say(f"missing       {made.missing} attachments: they are not where FILES_URL says")
    if settings.files_url is not None and not settings.backup_files:
        say("left out      attachments, as BACKUP_FILES says: keep them in another way")
    return True


async def _every_night(settings: Settings) -> None:
    hour, minute = map(int, settings.backup_at.split(":"))
    with _until_told() as told:
        while not told.is_set():
            there = kept(settings.backup_dir)
            due = next_one(made_at(there[0]) if there else None, datetime.now(UTC), hour=hour, minute=minute)
            if due <= datetime.now(UTC) and await _one(settings):
                for path in prune(settings.backup_dir, settings.backup_keep):
                    say(f"removed       {path}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), _LOOK_S)


@contextlib.contextmanager
def _until_told() -> Iterator[asyncio.Event]:
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    try:
        yield told
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
