"""What the desk is asked before something can be shown or decided."""

from typing import Any, Final

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.steps import Tell
from tikethet_bot.store.people import People

ROLES: Final = ("USER", "HELPER", "MODERATOR", "ADMIN", "DEVELOPER")
GOING: Final = (("status", "OPEN"), ("status", "IN_PROGRESS"), ("status", "WAITING_RESPONSE"))
"""The states of tickets that go on."""


async def going(desk: Desk, context: Context, *more: tuple[str, str]) -> list[Any]:
    """Tickets that go on, narrowed by ``more``. Raises `Away`, `Refusal`."""
    found: list[Any] = (await desk.ask(context.member.id, "tickets", [*GOING, *more]))["items"]
    return found


async def whom(desk: Desk, known: People, who: str, context: Context) -> str | Tell:
    """The member meant: by @name, by Telegram id, or by replying to something of their ticket."""
    if not who and context.incoming.reply_to is not None:
        where = await known.where(context.chat_id, context.incoming.reply_to)
        if where is not None:
            ticket = await desk.ask(context.member.id, f"tickets/{where.ticket_id}")
            return str(ticket["user"]["id"])
    if not who:
        return context.say("whom")
    name = who.removeprefix("@").casefold()
    found = (await desk.ask(context.member.id, "members", {"q": name, "size": "20"}))["items"]
    exact = [each for each in found if name in {(each["username"] or "").casefold(), str(each.get("telegram_id"))}]
    if len(exact) != 1:
        return context.say("nobody", who=who)
    return str(exact[0]["id"])
