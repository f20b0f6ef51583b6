"""The console script ``tikethet``: what an operator asks of an installation. One module per subcommand.

Exit codes: 0 all is well, 1 something is not as it should be (or could not be done now), 2 a bad call or setting.
"""

import argparse
import asyncio
from collections.abc import Sequence
from typing import Final, Protocol

import asyncpg
from tikethet_events.errors import LogError

from tikethet_tickets.cli import accounts, admin_link, backup, doctor, rebuild, restore, verify
from tikethet_tickets.cli.installation import say


class Command(Protocol):
    """What a module of this room has."""

    @property
    def HELP(self) -> str:  # noqa: N802 - a module's constant
        """One line for ``tikethet --help``."""

    def arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what the subcommand takes."""

    async def run(self, given: argparse.Namespace) -> int:
        """Do it and return the exit code."""


COMMANDS: Final[dict[str, Command]] = {
    "accounts": accounts,
    "admin-link": admin_link,
    "backup": backup,
    "doctor": doctor,
    "rebuild": rebuild,
    "restore": restore,
    "verify": verify,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The console script; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tikethet", description="Look after an installation of TiketHet.")
    subparsers = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        command.arguments(subparsers.add_parser(name, help=command.HELP, description=command.HELP))
    given = parser.parse_args(arguments)
    try:
        return asyncio.run(COMMANDS[given.command].run(given))
    except LogError as failure:
        say(str(failure))
    except (OSError, asyncpg.PostgresError) as failure:
        say(f"the database does not answer: {type(failure).__name__}")
    return 1
