"""Lines and buttons that several screens share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules.outgoing import Button, Rows

_HOUR: Final = 60
_TWO_DAYS: Final = 48


def ticket_line(found: Any, language: Language, now: datetime) -> str:
    """A ticket in one line: number, title, state, and how long it waits."""
    status = text(language, f"bot.status_{found['status']}")
    line = text(language, "bot.ticket_line", number=found["number"], title=found["title"] or "…", status=status)
    waiting = found.get("waiting_since")
    if waiting is None:
        return line
    minutes = max(0, int((now - datetime.fromisoformat(waiting)).total_seconds() // 60))
    return f"{line} · {text(language, 'bot.waits', time=span(minutes, language))}"


def span(minutes: int, language: Language) -> str:
    """So many minutes in words."""
    if minutes < _HOUR:
        return text(language, "bot.minutes", count=minutes)
    hours = minutes // _HOUR
    return (
        text(language, "bot.hours", count=hours) if hours < _TWO_DAYS else text(language, "bot.days", count=hours // 24)
    )


def ticket_buttons(found: Sequence[Any]) -> Rows:
    """A button per ticket that opens it."""
    return tuple((Button(f"#{each['number']}", f"show:{each['number']}"),) for each in found)


def app_button(language: Language, app_url: str | None) -> Rows:
    """The Mini App, where Telegram can open it."""
    return ((Button(text(language, "bot.open_app"), app=app_url),),) if app_url else ()


def name_of(member: Any) -> str:
    """What a member is called."""
    names = " ".join(filter(None, (member["first_name"], member["last_name"])))
    return names or member["username"] or "…"
