"""Commands that everybody has."""

from collections.abc import Callable
from datetime import datetime

from tikethet_bot.context import Context
from tikethet_bot.customers.asking import categories, own_tickets
from tikethet_bot.customers.taps import show
from tikethet_bot.desk import Desk
from tikethet_bot.rules.links import GivesRole, OpensTicket, link_of
from tikethet_bot.screens import customers as screens
from tikethet_bot.steps import Do, Tell, tell


class Commands:
    """``app_url`` is the Mini App's address where Telegram can open it."""

    def __init__(self, desk: Desk, app_url: str | None, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._app_url = app_url
        self._now = now

    async def command(self, name: str, argument: str, context: Context) -> Do | Tell | None:
        """What a command leads to; ``None`` when it is none of everybody's. Raises `Away`, `Refusal`."""
        match name:
            case "start" if argument:
                return await self._linked(argument, context)
            case "start":
                return await self._start(context)
            case "help":
                return context.say("help_staff" if context.member.staff else "help")
            case "support":
                return tell(screens.categories(context, await categories(self._desk, context), "support"))
            case "tickets" | "status":
                found, count = await own_tickets(self._desk, context)
                return tell(screens.tickets(context, found, count, self._now(), self._app_url))
            case "language":
                return tell(screens.languages(context))
            case "privacy":
                return tell(screens.privacy(context))
            case _:
                return None

    async def _start(self, context: Context) -> Tell:
        desk = await self._desk.ask(context.member.id, "desk")
        found = await categories(self._desk, context)
        return tell(screens.start(context, found, desk["greeting"], self._app_url))

    async def _linked(self, payload: str, context: Context) -> Do | Tell:
        """The link that opened the bot says what for."""
        match link_of(payload):
            case OpensTicket(number):
                return await show(self._desk, str(number), self._now(), context)
            case GivesRole(secret):
                body = {"member_id": context.member.id, "token": secret}
                return Do("link", "POST", "internal/invites/use", body, context.key, own=True)
            case None:
                return await self._start(context)
