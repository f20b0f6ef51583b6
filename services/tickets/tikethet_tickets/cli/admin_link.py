"""``tikethet admin-link``: the way in for the first admin, when no ADMIN_TELEGRAM_IDS are set."""

import argparse
import re
from datetime import UTC, datetime, timedelta
from typing import Final

from tikethet_tickets.cli.installation import open_log, say
from tikethet_tickets.queries.first_admin import ADMINS, LIVES, bot_username, new_admin_link
from tikethet_tickets.queries.members import count_with_roles

HELP = "print a one-time link whose opener becomes the first administrator"
_USERNAME: Final = re.compile(r"@?([A-Za-z][A-Za-z0-9_]{3,31})")


def _username(text: str) -> str:
    found = _USERNAME.fullmatch(text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no username in Telegram")
    return found[1]


def arguments(parser: argparse.ArgumentParser) -> None:
    """Takes the bot's name, for a bot that has not signed in yet."""
    parser.add_argument("--bot", type=_username, metavar="NAME", help="the bot's username (default: as it signed in)")


async def run(given: argparse.Namespace) -> int:
    """Print the link; 1 when there is an administrator already, or nobody knows the bot's name."""
    async with open_log() as opened:
        if await count_with_roles(opened.pool, ADMINS):
            say("there is an administrator already; they give roles in the app, or with /invite in the bot")
            return 1
        bot = given.bot or await bot_username(opened.pool)
        if bot is None:
            say("the bot has not signed in to Telegram yet: start it first, or give --bot NAME")
            return 1
        token = await new_admin_link(opened.pool, datetime.now(UTC))
    say(f"https://t.me/{bot}?start=admin_{token}")
    say(f"Whoever opens it first becomes the administrator. It works once, for {LIVES // timedelta(hours=1)} hours.")
    return 0
