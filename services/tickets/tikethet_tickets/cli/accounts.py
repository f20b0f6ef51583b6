"""``tikethet accounts``: service accounts, for an operator without the Mini App at hand."""

import argparse
from typing import Final, get_args

from tikethet_events.errors import Refused
from tikethet_events.integration import CALLS, AccountId, Hearing
from tikethet_events.word import Audience, Role

from tikethet_tickets.cli.installation import Opened, open_log, say
from tikethet_tickets.handle.core import Handler, of_the_house
from tikethet_tickets.handle.desk import Desk
from tikethet_tickets.handle.ids import is_id
from tikethet_tickets.handle.programs import NewAccount, Programs
from tikethet_tickets.handle.streams import Streams
from tikethet_tickets.queries.accounts import list_accounts
from tikethet_tickets.views.project import project
from tikethet_tickets.wiring import utc_now

HELP = "list, add, rotate and revoke service accounts of programs outside"
ACTOR: Final = "service:tickets"


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def arguments(parser: argparse.ArgumentParser) -> None:
    """Takes what to do, and what a new account may."""
    actions = parser.add_subparsers(dest="action", required=True)
    actions.add_parser("list", help="those that were not revoked, and when each was last used")
    add = actions.add_parser("add", help="let a program in; prints its token, once")
    add.add_argument("name", help="what people call it")
    add.add_argument("--types", type=_words, default=(), metavar="A,B", help="the events it gets (default: all)")
    add.add_argument("--audience", choices=get_args(Audience), default="public", help="how private an event may be")
    add.add_argument("--personal", action="store_true", help="with personal data")
    add.add_argument("--calls", type=_words, default=("events",), metavar="A,B", help=f"of {', '.join(CALLS)}")
    add.add_argument("--requests-per-minute", type=int, default=600, metavar="N", help="over HTTP (default: 600)")
    rotate = actions.add_parser("rotate", help="give it another token; prints it, once")
    rotate.add_argument("account", help="its id")
    rotate.add_argument("--now", action="store_true", help="the one before ends at once (default: in 24 hours)")
    revoke = actions.add_parser("revoke", help="let it in no longer")
    revoke.add_argument("account", help="its id")


async def run(given: argparse.Namespace) -> int:
    """Do it; 1 when the rules refuse."""
    async with open_log(project=project) as opened:
        try:
            await _ACTIONS[given.action](opened, given)
        except Refused as refused:
            facts = ", ".join(f"{name} {value}" for name, value in refused.facts.items())
            say(f"refused: {refused.code}{f' ({facts})' if facts else ''}")
            return 1
    return 0


async def _list(opened: Opened, _given: argparse.Namespace) -> None:
    for each in await list_accounts(opened.pool):
        used = f"last used {each.last_used_at:%Y-%m-%d %H:%M} UTC" if each.last_used_at else "never used"
        hears = f"{each.audience}{', personal' if each.personal else ''}: {', '.join(each.types) or 'all events'}"
        say(f"{each.id}  {each.name}  [{', '.join(each.calls)}]  {hears}  {used}")


async def _add(opened: Opened, given: argparse.Namespace) -> None:
    unknown = sorted(set(given.calls) - set(CALLS))
    if unknown:
        raise Refused("invalid", field="calls", reason="not_allowed")
    new = NewAccount(
        name=given.name,
        hearing=Hearing(types=given.types, audience=given.audience, personal=given.personal),
        calls=given.calls,
        requests_per_minute=given.requests_per_minute,
    )
    _, account_id, token = await _programs(opened).add_account(of_the_house("AddAccount", ACTOR), Role.DEVELOPER, new)
    say(f"account  {account_id}")
    _say_once(token)


async def _rotate(opened: Opened, given: argparse.Namespace) -> None:
    request, account = of_the_house("RotateAccount", ACTOR), _named(given)
    _, token = await _programs(opened).rotate_account(request, Role.DEVELOPER, account, at_once=given.now)
    _say_once(token)
    say("The one before " + ("ends now." if given.now else "works for 24 hours more."))


async def _revoke(opened: Opened, given: argparse.Namespace) -> None:
    await _programs(opened).revoke_account(of_the_house("RevokeAccount", ACTOR), Role.DEVELOPER, _named(given))
    say("revoked")


def _named(given: argparse.Namespace) -> AccountId:
    if not is_id(given.account):
        raise Refused("not_found")
    return AccountId(given.account)


def _say_once(token: str) -> None:
    say(f"token    {token}")
    say("The token is kept nowhere: this is the only time that it is shown.")


_ACTIONS: Final = {"list": _list, "add": _add, "rotate": _rotate, "revoke": _revoke}


def _programs(opened: Opened) -> Programs:
    handler = Handler(opened.log, Streams(opened.log))
    return Programs(Desk(handler, utc_now), secret=opened.secret)
