"""On duty and off; whoever goes says what becomes of their open tickets."""

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.screens import staff as screens
from tikethet_bot.staff.asking import colleagues
from tikethet_bot.steps import Do, Tell, tell


class Duty:
    """`on`, `off` and what is asked in between."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def on(self, context: Context) -> Do:
        """Take new tickets."""
        return Do("on", "PUT", "duty", {"on_duty": True}, context.key)

    async def off(self, context: Context) -> Do | Tell:
        """At once with an empty table; else first ask who gets what is on it. Raises `Away`, `Refusal`."""
        found = await self._desk.ask(context.member.id, "duty")
        if not found["open_tickets"]:
            return _off(context, {"open_tickets": "keep"})
        return tell(screens.off(context, found["open_tickets"]))

    async def tapped(self, action: str, target: str, context: Context) -> Do | Tell | None:
        """What a tap leads to; ``None`` when it is not about duty. Raises `Away`, `Refusal`."""
        match action, target:
            case "off", "keep" | "return":
                return _off(context, {"open_tickets": target})
            case "off", "hand":
                return tell(screens.colleagues(context, await colleagues(self._desk, context), "hand", ""))
            case "hand", _:
                return _off(context, {"hand_over_to": target.rstrip(":")})
            case _:
                return None


def _off(context: Context, table: dict[str, str]) -> Do:
    return Do("off", "PUT", "duty", {"on_duty": False, **table}, context.key)
