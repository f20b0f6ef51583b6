"""Commands of staff."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.screens import staff as screens
from tikethet_bot.staff.asking import going, whom
from tikethet_bot.steps import Do, Tell, tell
from tikethet_bot.store.people import People

_ROLES: Final = ("USER", "HELPER", "MODERATOR", "ADMIN", "DEVELOPER")
_RETURN: Final = ("return", "вернуть")
"""What stands behind ``/off`` when one's open tickets go back into the queue."""
_LISTED: Final = 8


class Commands:
    """What a command of staff leads to."""

    def __init__(self, desk: Desk, known: People, now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._people = known
        self._now = now

    async def command(self, name: str, argument: str, context: Context) -> Do | Tell:
        """A staff command, from whoever sends it. Raises `Away`, `Refusal`."""
        if not context.member.staff:
            return context.say("not_staff")
        match name:
            case "admin" | "stats":
                return await self._queue(context)
            case "on" | "off":
                kept = "return" if argument.casefold() in _RETURN else "keep"
                return Do(name, "PUT", "duty", {"on_duty": name == "on", "open_tickets": kept}, context.key)
            case "role":
                return await self._role(argument, context)
            case _:
                return await self._block(argument, context, blocked=name == "block")

    async def _queue(self, context: Context) -> Tell:
        counts = await self._desk.ask(context.member.id, "tickets/counts")
        found = await going(self._desk, context, ("sort", "waiting"), ("size", str(_LISTED)))
        return tell(screens.queue(context, found, counts, self._now()))

    async def _role(self, argument: str, context: Context) -> Do | Tell:
        who, _, wanted = argument.rpartition(" ")
        role = wanted.upper()
        if role not in _ROLES:
            return context.say("role_usage")
        found = await whom(self._desk, self._people, who.strip(), context)
        if isinstance(found, Tell):
            return found
        return Do("role", "PUT", f"members/{found}/role", {"role": role}, context.key)

    async def _block(self, argument: str, context: Context, *, blocked: bool) -> Do | Tell:
        who, _, reason = argument.partition(" ")
        found = await whom(self._desk, self._people, who, context)
        if isinstance(found, Tell):
            return found
        body: dict[str, Any] = {"blocked": blocked}
        if blocked and reason.strip():
            body["reason"] = reason.strip()
        return Do("block" if blocked else "unblock", "PUT", f"members/{found}/blocked", body, context.key)
