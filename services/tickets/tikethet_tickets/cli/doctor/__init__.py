"""``tikethet doctor``: look at everything the installation stands on, and say what to do about what is amiss."""

import argparse

from pydantic import Field
from tikethet_service.settings import load

from tikethet_tickets.cli.doctor import asking
from tikethet_tickets.cli.doctor.findings import Finding
from tikethet_tickets.cli.installation import say
from tikethet_tickets.settings import Settings

HELP = "look at configuration, reachability, clocks, consumers, disk and back-ups, and say what to do"


class Asked(Settings):
    """The settings of the tickets process, and where every other part can be asked after."""

    gateway_url: str | None = Field(
        None, pattern=r"^https?://", description="http://host:port of the gateway, whose /health knows of every part"
    )


def arguments(parser: argparse.ArgumentParser) -> None:
    """Where to ask after the other parts."""
    parser.add_argument("--gateway", metavar="URL", help="the gateway's address, if GATEWAY_URL does not say it")


async def run(given: argparse.Namespace) -> int:
    """Look, and print a line for everything looked at; 1 when something is broken. A bad setting exits with 2."""
    settings = load(Asked)
    found = [Finding("configuration", "ok", f"complete, mode {settings.mode}")]
    about_rows, head = await asking.database(settings)
    found += about_rows
    found += await asking.stream(settings, head)
    found += await asking.files(settings)
    gateway = given.gateway or settings.gateway_url
    if gateway:
        found += await asking.parts(gateway)
    for finding in found:
        say(f"{finding.state:<5} {finding.what:<16} {finding.said}")
        if finding.cure:
            say(f"      {'':<16} → {finding.cure}")
    broken = sum(finding.state == "BAD" for finding in found)
    worth = sum(finding.state == "LOOK" for finding in found)
    say(f"\n{broken} broken, {worth} worth a look, {len(found) - broken - worth} well")
    return 1 if broken else 0
