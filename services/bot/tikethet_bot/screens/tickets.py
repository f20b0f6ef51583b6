"""One ticket in the chat, for whoever may read it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec

from tikethet_bot.context import Context
from tikethet_bot.rules.outgoing import Button, Out, Rows
from tikethet_bot.rules.packing import File
from tikethet_bot.screens.lines import ticket_line

_SHOWN: Final = 500
_STEPS: Final = 25
_DONE: Final = ("RESOLVED", "CLOSED")


def ticket(context: Context, found: Any, messages: Sequence[Any], now: datetime) -> Out:
    """A ticket with its last words; a reply to it goes there."""
    lines = [ticket_line(found, context.language, now), "", found["description"] or ""]
    for each in messages:
        who = "📝" if each["is_internal"] else "💬" if (each["user"] or {}).get("id") != found["user"]["id"] else "👤"
        content = each["content"] if each["deleted_at"] is None else context.text("deleted")
        names = "".join(f" 📎 {file['filename']}" for file in each["attachments"])
        lines += ["", f"{who} {(content or '')[:_SHOWN]}{names}"]
    lines += ["", context.text("reply_here")]
    buttons = _actions(context, found) if context.member.staff else ()
    files = msgspec.convert(found["attachments"], tuple[File, ...])
    return context.out("\n".join(lines), "ticket", buttons=buttons, ticket_id=found["id"], files=files)


def write(context: Context, found: Any, *, note: bool) -> Out:
    """The next words go there."""
    said = context.text("write_note" if note else "write_answer", number=found["number"])
    cancel = ((Button(context.text("cancel"), "cancel"),),)
    return context.out(said, "write", buttons=cancel, ticket_id=found["id"])


def history(context: Context, number: str, found: Sequence[Any], zone: ZoneInfo) -> Out:
    """What happened to a ticket, the newest steps, by the desk's clock."""
    lines = [context.text("history", number=number), ""]
    for each in found[-_STEPS:]:
        at = datetime.fromisoformat(each["at"]).astimezone(zone)
        lines.append(f"{at:%Y-%m-%d %H:%M} · {each['text']}")
    return context.out("\n".join(lines), "history")


def _actions(context: Context, found: Any) -> Rows:
    ticket_id, number = found["id"], found["number"]
    mine = (found["assigned_to"] or {}).get("id") == context.member.id
    done = found["status"] in _DONE
    hold = ("release", f"release:{ticket_id}") if mine else ("take", f"take:{ticket_id}")
    end = ("reopen", f"reopen:{ticket_id}") if done else ("resolve", f"resolve:{ticket_id}")
    rows = (
        (hold, end),
        (("write_an_answer", f"write:answer:{number}"), ("write_a_note", f"write:note:{number}")),
        (("use_template", f"templates:{number}"), ("assign", f"assign:{number}")),
        (("see_history", f"past:{number}"), ("see_member", f"member:{found['user']['id']}")),
    )
    return tuple(tuple(Button(context.text(key), data) for key, data in row) for row in rows)
