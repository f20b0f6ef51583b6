"""``tikethet rebuild``: fill every read model from the log alone, while the desk goes on working."""

import argparse

from tikethet_tickets.cli.installation import open_log, progress, say
from tikethet_tickets.views.rebuild import Busy, alone, fill, switch

HELP = "fill every read model from the log alone, beside the live one, and switch"


def arguments(_parser: argparse.ArgumentParser) -> None:
    """Takes nothing."""


async def run(_given: argparse.Namespace) -> int:
    """Rebuild; 1 while another rebuild runs."""
    try:
        async with open_log() as opened, alone(opened.pool) as connection:
            position = await fill(connection, opened.log, progress)
            position = await switch(connection, opened.log, position)
    except Busy as busy:
        say(f"not now: {busy}")
        return 1
    say(f"read models   rebuilt from the log and switched at position {position}")
    return 0
