"""The panel: queue, statistics, members and what they may do."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.screens import panel as screens
from tikethet_bot.staff.asking import ROLES, STAFF_ROLES, going
from tikethet_bot.steps import Do, Tell, tell

_LISTED: Final = 8
_MEMBERS: Final = 12


class Panel:
    """Screens of the panel. ``app_url`` is the Mini App's address where Telegram can open it."""

    def __init__(self, desk: Desk, app_url: str | None, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._app_url = app_url
        self._now = now

    async def tapped(self, action: str, target: str, context: Context) -> Do | Tell | None:
        """What a tap leads to; ``None`` when it is none of the panel's. Raises `Away`, `Refusal`."""
        match action:
            case "panel":
                return await self.open(context)
            case "queue":
                return await self.queue(target, context)
            case "stats":
                return await self.statistics(context)
            case "members":
                found = await self._desk.ask(context.member.id, "members", [*STAFF_ROLES, ("size", str(_MEMBERS))])
                return tell(screens.members(context, found["items"]))
            case "member":
                return tell(screens.member(context, await self._desk.ask(context.member.id, f"members/{target}")))
            case "role":
                member_id, _, role = target.partition(":")
                return Do("role", "PUT", f"members/{member_id}/role", {"role": role}, context.key)
            case "block" | "unblock":
                body = {"blocked": action == "block"}
                return Do(action, "PUT", f"members/{target}/blocked", body, context.key)
            case "invite":
                return invite(target, context)
            case _:
                return None

    async def open(self, context: Context) -> Tell:
        """Everything staff have, as buttons, with the numbers of now."""
        counts = await self._desk.ask(context.member.id, "tickets/counts")
        return tell(screens.panel(context, counts, self._app_url))

    async def queue(self, which: str, context: Context) -> Tell:
        """What waits longest first: everything, or (``mine``) one's own."""
        more = [("assigned_to", "me")] if which == "mine" else []
        found = await going(self._desk, context, ("sort", "waiting"), ("size", str(_LISTED)), *more)
        return tell(screens.queue(context, found, which, self._now()))

    async def statistics(self, context: Context) -> Tell:
        """Today, the week, the load per helper."""
        return tell(screens.statistics(context, await self._desk.ask(context.member.id, "statistics/dashboard")))


def invite(role: str, context: Context) -> Do | Tell:
    """A link that gives a role, or the question which."""
    if role.upper() not in ROLES[1:]:
        return tell(screens.invites(context))
    return Do("invite", "POST", "invites", {"role": role.upper()}, context.key)
