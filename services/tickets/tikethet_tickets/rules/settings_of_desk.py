"""What the desk's settings may be; all of them are checked together."""

import re
from datetime import date
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec.structs import replace
from tikethet_events.desk import WEEKDAYS, DeskSettings, Opening, Texts
from tikethet_events.errors import Refused

from tikethet_tickets.rules import bounds

LIMITS: Final = {
    "auto_close_days": 365,
    "reminder_hours": 168,
    "retention_days": 3650,
    "tickets_per_hour": 1000,
    "messages_per_minute": 1000,
}
"""The greatest value of each number; 0 always means: not at all."""
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MIDNIGHT: Final = "24:00"


def checked(settings: DeskSettings) -> DeskSettings:
    """The settings in the form they are kept in. Raises `Refused` ``invalid``."""
    if not settings.names:
        raise Refused("invalid", field="names", reason="blank", limit=1)
    for field, limit in LIMITS.items():
        if not 0 <= getattr(settings, field) <= limit:
            raise Refused("invalid", field=field, reason="out_of_range", limit=limit)
    return replace(
        settings,
        names=_each(settings.names, "names", bounds.DESK_NAME_MAX, least=1),
        greetings=_texts(settings.greetings, "greetings"),
        time_zone=time_zone(settings.time_zone),
        hours=hours(settings.hours),
        holidays=holidays(settings.holidays),
    )


def time_zone(name: str) -> str:
    """``name`` again, if it is an IANA time zone."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("invalid", field="time_zone", reason="not_a_time_zone") from None
    return name


def hours(openings: tuple[Opening, ...]) -> tuple[Opening, ...]:
    """In order; each opens before it closes, none overlaps another of its day."""
    if len(openings) > bounds.OPENINGS_MAX:
        raise Refused("invalid", field="hours", reason="too_many", limit=bounds.OPENINGS_MAX)
    for each in openings:
        closes = each.closes == _MIDNIGHT or _CLOCK.fullmatch(each.closes)
        if not _CLOCK.fullmatch(each.opens) or not closes or each.opens >= each.closes:
            raise Refused("invalid", field="hours", reason="not_hours")
    ordered = sorted(openings, key=lambda each: (WEEKDAYS.index(each.day), each.opens))
    for one, other in pairwise(ordered):
        if one.day == other.day and other.opens < one.closes:
            raise Refused("invalid", field="hours", reason="overlapping")
    return tuple(ordered)


def holidays(days: tuple[str, ...]) -> tuple[str, ...]:
    """In order, without repeats; dates as ``2026-12-31``."""
    if len(days) > bounds.HOLIDAYS_MAX:
        raise Refused("invalid", field="holidays", reason="too_many", limit=bounds.HOLIDAYS_MAX)
    try:
        return tuple(sorted({date.fromisoformat(day).isoformat() for day in days}))
    except ValueError:
        raise Refused("invalid", field="holidays", reason="not_a_date") from None


def _each(texts: Texts, field: str, limit: int, *, least: int) -> Texts:
    return {language: bounds.line(value, field, limit, least=least) for language, value in texts.items()}


def _texts(texts: Texts, field: str) -> Texts:
    return {language: bounds.text(value, field, bounds.GREETING_MAX) for language, value in texts.items()}
