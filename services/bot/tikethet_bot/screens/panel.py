"""The panel of staff: numbers, the queue, members."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tikethet_bot.context import Context
from tikethet_bot.rules.outgoing import Button, Out, Rows
from tikethet_bot.screens.lines import app_button, name_of, span, ticket_buttons, ticket_line

_ADMINS: Final = ("ADMIN", "DEVELOPER")
_ROLES: Final = ("USER", "HELPER", "MODERATOR", "ADMIN", "DEVELOPER")
_A_MINUTE: Final = 60


def panel(context: Context, counts: Any, app_url: str | None) -> Out:
    """What is going on, and everything one can open."""
    by_status = counts["by_status"]
    facts = {
        "open": by_status["OPEN"],
        "progress": by_status["IN_PROGRESS"],
        "waiting": by_status["WAITING_RESPONSE"],
        "mine": counts["mine"],
        "unassigned": counts["unassigned"],
    }
    buttons: Rows = (
        (_button(context, "queue", "queue:all"), _button(context, "mine", "queue:mine")),
        (_button(context, "stats", "stats"), _button(context, "members", "members")),
    )
    if context.member.role in _ADMINS:
        buttons += ((_button(context, "invite", "invite"), _button(context, "broadcast", "broadcast")),)
    return context.out(context.text("panel", **facts), "panel", buttons=buttons + app_button(context.language, app_url))


def queue(context: Context, found: Sequence[Any], which: str, now: datetime) -> Out:
    """What waits."""
    if not found:
        return context.out(context.text("queue_empty"), "queue")
    head = context.text("queue_mine" if which == "mine" else "queue_all")
    lines = [head, "", *(ticket_line(each, context.language, now) for each in found)]
    return context.out("\n".join(lines), "queue", buttons=ticket_buttons(found))


def statistics(context: Context, found: Any) -> Out:
    """Today, the week, the load per helper."""
    lines = [context.text("stats_head"), _activity(context, "stats_today", found["today"])]
    lines += [_activity(context, "stats_week", found["week"])]
    backlog = found["backlog"]
    lines += ["", context.text("stats_backlog", total=backlog["total"], unassigned=backlog["unassigned"])]
    for each in found["helpers"]:
        facts = {"open": each["open"], "waiting": each["waiting_for_us"], "resolved": each["resolved_this_week"]}
        lines.append(context.text("stats_helper", name=name_of(each["member"]), **facts))
    return context.out("\n".join(lines), "stats")


def _activity(context: Context, key: str, each: Any) -> str:
    median, rated = each["first_response"].get("median_s"), each["satisfaction"]
    facts = {
        "opened": each["opened"],
        "answered": each["answered"],
        "resolved": each["resolved"],
        "first": span(int(median) // _A_MINUTE, context.language) if median is not None else "—",
        "stars": f"{rated['average']:.1f} ★" if rated["count"] else "—",
    }
    return context.text(key, **facts)


def members(context: Context, found: Sequence[Any]) -> Out:
    """Who is of the staff; each opens."""
    buttons = tuple((Button(f"{name_of(each)} · {each['role']}", f"member:{each['id']}"),) for each in found)
    return context.out(context.text("members"), "members", buttons=buttons)


def member(context: Context, found: Any) -> Out:
    """One member, with what may be done about them."""
    facts = {"name": name_of(found), "username": found["username"] or "—", "role": found["role"]}
    roles = [Button(("• " if role == found["role"] else "") + role, f"role:{found['id']}:{role}") for role in _ROLES]
    shut = "unblock" if found["blocked"] else "block"
    buttons: Rows = (tuple(roles[:3]), tuple(roles[3:]), (_button(context, shut, f"{shut}:{found['id']}"),))
    return context.out(context.text("member", **facts), "member", buttons=buttons)


def invites(context: Context) -> Out:
    """Which role a link should give."""
    buttons = tuple((Button(role, f"invite:{role}"),) for role in _ROLES[1:])
    return context.out(context.text("invite_which"), "invites", buttons=buttons)


def way_in(context: Context, link: str) -> Out:
    """A link into the desk, for a browser."""
    return context.out(context.text("desk_link", link=link), "desk")


def _button(context: Context, key: str, data: str) -> Button:
    return Button(context.text(f"button_{key}"), data)
