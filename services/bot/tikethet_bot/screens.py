"""What people see in the chat: texts and buttons. Plain text always, so nothing anybody wrote can become markup."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.rules.outgoing import REPLY, Button, Out, Rows
from tikethet_bot.steps import Do, Tell
from tikethet_bot.store.people import Member

_SHOWN: Final = 500
_PER_ROW: Final = 2


def plain(
    chat_id: int, said: str, purpose: str, *, reply_to: int | None = None, buttons: Rows = (),
    ticket_id: str | None = None,
) -> Out:  # fmt: skip
    """One text the bot answers with."""
    return Out(
        chat_id=chat_id,
        text=said,
        purpose=purpose,
        priority=REPLY,
        reply_to=reply_to,
        buttons=buttons,
        ticket_id=ticket_id,
    )


def said(incoming: Incoming, language: Language) -> str:
    """What an update says, with the name of what it carries."""
    if incoming.media is None:
        return incoming.text
    named = text(language, f"bot.media_{incoming.media}")
    return f"{incoming.text}\n{named}" if incoming.text else named


def start(incoming: Incoming, member: Member, found: Sequence[Any], app_url: str | None) -> Out:
    """The greeting, and what one can do."""
    name = incoming.sender.first_name if incoming.sender is not None else ""
    greeting = text(member.language, "bot.start_staff" if member.staff else "bot.start", name=name or "👋")
    rows = () if member.staff else _categories(found)
    return plain(incoming.chat_id, greeting, "start", buttons=rows + _app(member.language, app_url))


def categories(incoming: Incoming, member: Member, found: Sequence[Any], key: str) -> Out:
    """Choose what it is about."""
    if not found:
        return plain(incoming.chat_id, text(member.language, "bot.no_categories"), "empty")
    return plain(incoming.chat_id, text(member.language, key), "categories", buttons=_categories(found))


def describe(incoming: Incoming, member: Member, found: Sequence[Any], category_id: str) -> Out:
    """A category was chosen; now the question itself."""
    name = next((each["name"] for each in found if each["id"] == category_id), "…")
    cancel = ((Button(text(member.language, "bot.cancel"), "cancel"),),)
    return plain(incoming.chat_id, text(member.language, "bot.describe", category=name), "describe", buttons=cancel)


def opened(incoming: Incoming, member: Member, ticket_id: str, number: int, *, lost_file: bool) -> Out:
    """A ticket was opened."""
    told = text(member.language, "bot.opened", number=number)
    if lost_file:
        told = f"{told}\n{text(member.language, 'bot.file_not_kept')}"
    reply_to = incoming.message_id if incoming.kind == "message" else None
    return plain(incoming.chat_id, told, "opened", reply_to=reply_to, ticket_id=ticket_id)


def not_kept(incoming: Incoming, member: Member) -> Out:
    """The file did not come along; once for an album."""
    purpose = f"file:{incoming.album}" if incoming.album else "file"
    told = text(member.language, "bot.file_not_kept")
    return plain(incoming.chat_id, told, purpose, reply_to=incoming.message_id)


def tickets(incoming: Incoming, member: Member, found: Sequence[Any], now: datetime, app_url: str | None) -> Out:
    """What is open, each a button."""
    if not found:
        key = "bot.nothing_open"
        return plain(incoming.chat_id, text(member.language, key), "tickets", buttons=_app(member.language, app_url))
    lines = [text(member.language, "bot.your_tickets", count=len(found)), ""]
    lines += [_line(each, member.language, now) for each in found]
    buttons = tuple((Button(f"#{each['number']}", f"show:{each['number']}"),) for each in found)
    return plain(incoming.chat_id, "\n".join(lines), "tickets", buttons=buttons + _app(member.language, app_url))


def ticket(incoming: Incoming, member: Member, found: Any, messages: Sequence[Any], now: datetime) -> Out:
    """One ticket with its last words; a reply to it goes there."""
    lines = [_line(found, member.language, now), "", found["description"] or ""]
    for each in messages:
        who = "📝" if each["is_internal"] else "💬" if (each["user"] or {}).get("id") != found["user"]["id"] else "👤"
        content = each["content"] if each["deleted_at"] is None else text(member.language, "bot.deleted")
        lines += ["", f"{who} {(content or '')[:_SHOWN]}"]
    lines += ["", text(member.language, "bot.reply_here")]
    buttons = staff_buttons(member.language, found["id"]) if member.staff else ()
    return plain(incoming.chat_id, "\n".join(lines), "ticket", buttons=buttons, ticket_id=found["id"])


def languages(incoming: Incoming, member: Member) -> Out:
    """Choose a language."""
    row = (Button("🇷🇺 Русский", "lang:ru"), Button("🇬🇧 English", "lang:en"))
    return plain(incoming.chat_id, text(member.language, "bot.language"), "languages", buttons=(row,))


def privacy(incoming: Incoming, member: Member) -> Out:
    """What is kept, and how to have it forgotten."""
    buttons = ((Button(text(member.language, "bot.erase"), "erase"),),)
    return plain(incoming.chat_id, text(member.language, "bot.privacy"), "privacy", buttons=buttons)


def really_erase(incoming: Incoming, member: Member) -> Out:
    """Ask once more."""
    yes, no = text(member.language, "bot.erase_yes"), text(member.language, "bot.cancel")
    buttons = ((Button(yes, "erase!"),), (Button(no, "cancel"),))
    return plain(incoming.chat_id, text(member.language, "bot.erase_sure"), "erase", buttons=buttons)


def staff_buttons(language: Language, ticket_id: str) -> Rows:
    """What staff do with a ticket at a tap."""
    take, resolve = text(language, "bot.take"), text(language, "bot.resolve")
    return ((Button(take, f"take:{ticket_id}"), Button(resolve, f"resolve:{ticket_id}")),)


def queue(incoming: Incoming, member: Member, found: Sequence[Any], counts: Any, now: datetime) -> Out:
    """What waits, for staff."""
    by_status = counts["by_status"]
    facts = {
        "open": by_status["OPEN"],
        "progress": by_status["IN_PROGRESS"],
        "waiting": by_status["WAITING_RESPONSE"],
        "resolved": by_status["RESOLVED"],
        "closed": by_status["CLOSED"],
        "mine": counts["mine"],
        "unassigned": counts["unassigned"],
    }
    lines = [text(member.language, "bot.queue", **facts)]
    lines += [_line(each, member.language, now) for each in found]
    buttons = tuple((Button(f"#{each['number']}", f"show:{each['number']}"),) for each in found)
    return plain(incoming.chat_id, "\n".join(lines), "queue", buttons=buttons)


def where_to(incoming: Incoming, member: Member, found: Sequence[Any]) -> Out:
    """A member of staff wrote and did not say to whom."""
    draft = incoming.message_id
    rows = tuple(
        (
            Button(text(member.language, "bot.answer_to", number=each["number"]), f"answer:{draft}:{each['id']}"),
            Button(text(member.language, "bot.note_to", number=each["number"]), f"note:{draft}:{each['id']}"),
        )
        for each in found
    )
    own = ((Button(text(member.language, "bot.own_question"), f"own:{draft}"),),)
    told = text(member.language, "bot.where_to")
    return plain(incoming.chat_id, told, "where", reply_to=draft, buttons=rows + own)


def staff_done(step: Do, answer: Any, incoming: Incoming, member: Member) -> Tell:
    """What staff are told when a command of theirs was carried out."""
    facts: dict[str, object] = {}
    if isinstance(answer, dict):
        facts = {"number": answer.get("number", ""), "role": answer.get("role", "")}
        facts["name"] = answer.get("first_name") or answer.get("username") or ""
    told = text(member.language, f"bot.done_{step.kind}", **facts)
    ticket_id = step.ticket_id or None
    return Tell((plain(incoming.chat_id, told, "done", ticket_id=ticket_id),))


def _line(found: Any, language: Language, now: datetime) -> str:
    status = text(language, f"bot.status_{found['status']}")
    line = text(language, "bot.ticket_line", number=found["number"], title=found["title"] or "…", status=status)
    waiting = found.get("waiting_since")
    if waiting is None:
        return line
    minutes = max(0, int((now - datetime.fromisoformat(waiting)).total_seconds() // 60))
    return f"{line} · {text(language, 'bot.waits', time=_span(minutes, language))}"


def _span(minutes: int, language: Language) -> str:
    if minutes < 60:  # noqa: PLR2004 minutes in an hour
        return text(language, "bot.minutes", count=minutes)
    hours = minutes // 60
    return text(language, "bot.hours", count=hours) if hours < 48 else text(language, "bot.days", count=hours // 24)  # noqa: PLR2004 two days


def _categories(found: Sequence[Any]) -> Rows:
    buttons = [Button(f"{each['icon']} {each['name']}", f"cat:{each['id']}") for each in found]
    return tuple(tuple(buttons[at : at + _PER_ROW]) for at in range(0, len(buttons), _PER_ROW))


def _app(language: Language, app_url: str | None) -> Rows:
    return ((Button(text(language, "bot.open_app"), app=app_url),),) if app_url else ()
