"""What somebody who asks now may expect: when the desk opens, or how soon it usually answers."""

import math
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from tikethet_events.desk import DeskSettings
from tikethet_events.word import Language
from tikethet_service.texts import text

from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.rules import hours

LOOKED_BACK: Final = timedelta(days=7)
_MINUTES_UP_TO: Final = timedelta(hours=1)
_HOURS_UP_TO: Final = timedelta(hours=48)


async def expectation(reader: Reader, settings: DeskSettings, language: Language, now: datetime) -> str:
    """One line for a customer."""
    opens = hours.opens_at(settings, now)
    if opens is not None:
        return opening(opens.astimezone(ZoneInfo(settings.time_zone)), now, language)
    if not hours.is_open(settings, now):
        return text(language, "desk.soon")
    return answering(await usual_response(reader, now), language)


async def usual_response(reader: Reader, now: datetime) -> timedelta | None:
    """The median time to a first answer among those of the last seven days; ``None`` when there were none."""
    seconds = await reader.fetchval(
        """
        SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY response_s) FROM tickets.ticket_times
        WHERE responded_at > $1 AND responded_at <= $2
        """,
        now - LOOKED_BACK,
        now,
    )
    return timedelta(seconds=seconds) if seconds is not None else None


def opening(opens: datetime, now: datetime, language: Language) -> str:
    """When the desk opens, by the clock and calendar of ``opens``'s own zone. Pure."""
    days = (opens.date() - now.astimezone(opens.tzinfo).date()).days
    key = {0: "opens_today", 1: "opens_tomorrow"}.get(days, "opens_later")
    day = format_date(opens.date(), "EEEE, d MMMM", locale=language)
    return text(language, f"desk.{key}", day=day, time=f"{opens:%H:%M}", zone=_offset(opens))


def answering(usual: timedelta | None, language: Language) -> str:
    """How soon the desk answers, rounded up so that it promises no more than it kept. Pure."""
    if usual is None:
        return text(language, "desk.soon")
    if usual <= _MINUTES_UP_TO:
        return text(language, "desk.usually_minutes", count=max(1, math.ceil(usual / timedelta(minutes=1))))
    if usual <= _HOURS_UP_TO:
        return text(language, "desk.usually_hours", count=math.ceil(usual / timedelta(hours=1)))
    return text(language, "desk.usually_days", count=math.ceil(usual / timedelta(days=1)))


def _offset(at: datetime) -> str:
    """``UTC``, ``UTC+3``, ``UTC-3:30``."""
    minutes = round((at.utcoffset() or timedelta()) / timedelta(minutes=1))
    if not minutes:
        return "UTC"
    whole, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{whole}" + (f":{rest:02}" if rest else "")
