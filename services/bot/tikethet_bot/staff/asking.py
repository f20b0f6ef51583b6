"""What the desk is asked before something can be shown or decided."""

from typing import Any, Final

from tikethet_bot.context import Context
from tikethet_bot.desk import Desk
from tikethet_bot.steps import Tell
from tikethet_bot.store.people import People

ROLES: Final = ("USER", "HELPER", "MODERATOR", "ADMIN", "DEVELOPER")
GOING: Final = (("status", "OPEN"), ("status", "IN_PROGRESS"), ("status", "WAITING_RESPONSE"))
"""The states of tickets that go on."""
STAFF_ROLES: Final = tuple(("role", role) for role in ROLES[1:])
_COLLEAGUES: Final = 20
_PAGES: Final = 20


async def going(desk: Desk, context: Context, *more: tuple[str, str]) -> list[Any]:
    """Tickets that go on, narrowed by ``more``. Raises `Away`, `Refusal`."""
    found: list[Any] = (await desk.ask(context.member.id, "tickets", [*GOING, *more]))["items"]
    return found


async def colleagues(desk: Desk, context: Context) -> list[Any]:
    """Who else could answer. Raises `Away`, `Refusal`."""
    params = [*STAFF_ROLES, ("blocked", "false"), ("size", str(_COLLEAGUES))]
    found = (await desk.ask(context.member.id, "members", params))["items"]
    return [each for each in found if each["id"] != context.member.id]


async def whom(desk: Desk, known: People, who: str, context: Context) -> str | Tell:
    """The member meant: by @name, by Telegram id, or by replying to something of their ticket."""
    if not who and context.incoming.reply_to is not None:
        where = await known.where(context.chat_id, context.incoming.reply_to)
        if where is not None:
            ticket = await desk.ask(context.member.id, f"tickets/{where.ticket_id}")
            return str(ticket["user"]["id"])
    if not who:
        return context.say("whom")
    found = await _named(desk, who.removeprefix("@").casefold(), context)
    return found if found is not None else context.say("nobody", who=who)


async def _named(desk: Desk, name: str, context: Context) -> str | None:
    """Whoever has exactly this name or Telegram id, among those whose names begin like it. Raises `Away`, `Refusal`."""
    params = {"q": name, "size": "100"}
    for _ in range(_PAGES):
        page = await desk.ask(context.member.id, "members", params)
        for each in page["items"]:
            if name in {(each["username"] or "").casefold(), str(each.get("telegram_id"))}:
                return str(each["id"])
        if page["next_cursor"] is None:
            return None
        params["cursor"] = page["next_cursor"]
    return None
