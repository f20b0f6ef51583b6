"""Buttons of staff."""

from tikethet_bot.context import Context
from tikethet_bot.staff.broadcasts import Broadcasts
from tikethet_bot.staff.duty import Duty
from tikethet_bot.staff.panel import Panel
from tikethet_bot.staff.tickets import Tickets
from tikethet_bot.steps import Do, Tell


class Taps:
    """What a button of staff leads to. The desk checks whether they may."""

    def __init__(self, tickets: Tickets, panel: Panel, duty: Duty, broadcasts: Broadcasts) -> None:
        self._rooms = (tickets, panel, duty, broadcasts)

    async def tapped(self, action: str, target: str, context: Context) -> Do | Tell:
        """What a tap leads to. Raises `Away`, `Refusal`."""
        if not context.member.staff:
            return context.say("not_staff")
        for room in self._rooms:
            found = await room.tapped(action, target, context)
            if found is not None:
                return found
        return Tell()
