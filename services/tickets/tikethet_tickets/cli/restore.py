"""``tikethet restore FILE``: put an installation back; the services are stopped before and started after."""

import argparse
from pathlib import Path

import asyncpg
from tikethet_events.errors import Unmigratable, WrongSecret
from tikethet_service.settings import decode_key, load

from tikethet_tickets.backups.archive import BadArchive
from tikethet_tickets.backups.database import Unfit
from tikethet_tickets.backups.restoring import restore
from tikethet_tickets.cli.backup import Settings
from tikethet_tickets.cli.installation import open_log, say
from tikethet_tickets.files.store import BadStore, StoreAway, opened
from tikethet_tickets.views.rebuild import complete
from tikethet_tickets.wiring import VIEWS_SCHEMA

HELP = "put an installation back from a file of `backup`; what it holds now is gone"


def arguments(parser: argparse.ArgumentParser) -> None:
    """The file."""
    parser.add_argument("file", type=Path, help="a file that `tikethet backup` made")


async def run(given: argparse.Namespace) -> int:
    """Restore; 1, with nothing touched, when the file, the keys or the database do not allow it."""
    settings = load(Settings)
    try:
        async with opened(settings.files_url) as store:
            manifest = await restore(
                given.file,
                settings.database_url.get_secret_value(),
                settings.bot_database_url.get_secret_value(),
                store,
                decode_key(settings.secret_key.get_secret_value()),
                VIEWS_SCHEMA,
            )
    except WrongSecret:
        say("nothing was touched: these are not the keys of that installation (put its keys.json back first)")
        return 1
    except (BadArchive, Unfit, Unmigratable, BadStore, StoreAway, asyncpg.PostgresError) as failure:
        say(f"nothing was touched: {failure}")
        return 1
    async with open_log() as log:
        await complete(log.pool, log.log)
    say(
        f"restored      {given.file}: made at {manifest.made_at}, log up to {manifest.position}; start the services now"
    )
    if not manifest.files:
        say("not in it     attachments: put them back where FILES_URL says, if they are not there")
    return 0
