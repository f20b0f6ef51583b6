"""What the desk is asked before something can be shown or decided."""

from typing import Any, Final

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk

_LISTED: Final = 10
_OPEN: Final = (("status", "OPEN"), ("status", "IN_PROGRESS"), ("status", "WAITING_RESPONSE"))


async def categories(desk: Desk, context: Context) -> list[Any]:
    """What a question may be about. Raises `Away`, `Refusal`."""
    found: list[Any] = (await desk.ask(context.member.id, "categories"))["items"]
    return found


async def own_tickets(desk: Desk, context: Context) -> tuple[list[Any], int]:
    """What the person has open, the newest of it, and how many that is in all. Raises `Away`, `Refusal`."""
    params = [*_OPEN, ("requester", "me"), ("size", str(_LISTED))]
    page = await desk.ask(context.member.id, "tickets", params)
    return page["items"], page["total"]
