"""One ticket in the chat, for whoever may read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.context import Context
from tikethet_bot.rules.outgoing import Button, Out, Rows
from tikethet_bot.screens.lines import ticket_line

_SHOWN: Final = 500


def ticket(context: Context, found: Any, messages: Sequence[Any], now: datetime) -> Out:
    """A ticket with its last words; a reply to it goes there."""
    lines = [ticket_line(found, context.language, now), "", found["description"] or ""]
    for each in messages:
        who = "📝" if each["is_internal"] else "💬" if (each["user"] or {}).get("id") != found["user"]["id"] else "👤"
        content = each["content"] if each["deleted_at"] is None else context.text("deleted")
        lines += ["", f"{who} {(content or '')[:_SHOWN]}"]
    lines += ["", context.text("reply_here")]
    buttons = staff_buttons(context.language, found["id"]) if context.member.staff else ()
    return context.out("\n".join(lines), "ticket", buttons=buttons, ticket_id=found["id"])


def staff_buttons(language: Language, ticket_id: str) -> Rows:
    """What staff do with a ticket at a tap."""
    take, resolve = text(language, "bot.take"), text(language, "bot.resolve")
    return ((Button(take, f"take:{ticket_id}"), Button(resolve, f"resolve:{ticket_id}")),)
