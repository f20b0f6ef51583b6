"""When the desk is open: a week of opening hours in one time zone, without its holidays. Pure arithmetic on instants.

Hours are wall-clock times: on the days when clocks are put forward or back, an opening is as much shorter or longer.
A desk that keeps no hours is always open.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from tikethet_events.desk import WEEKDAYS, DeskSettings

Span = tuple[datetime, datetime]

FARTHEST: Final = timedelta(days=400)
"""How far a search goes before it says never: a year and all its holidays."""
REMINDED_AT: Final = time(9)
_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = "24:00"


def is_open(settings: DeskSettings, at: datetime) -> bool:
    """Whether the desk is open at ``at``."""
    return not settings.hours or any(start <= at < end for start, end in _spans(settings, at, at + _DAY))


def opens_at(settings: DeskSettings, at: datetime) -> datetime | None:
    """The next opening after ``at``; ``None`` while it is open, and for a desk that never opens again."""
    if is_open(settings, at):
        return None
    return next((start for start, _ in _spans(settings, at, at + FARTHEST) if start > at), None)


def reminds(settings: DeskSettings, at: datetime) -> bool:
    """Whether the desk's daily reminder may come at ``at``: from the day's first opening on, while the desk is open.

    A desk that keeps no hours is reminded from `REMINDED_AT` on, by its own clock.
    """
    if settings.hours:
        return is_open(settings, at)
    return at.astimezone(ZoneInfo(settings.time_zone)).time() >= REMINDED_AT


def open_time(settings: DeskSettings, start: datetime, end: datetime) -> timedelta:
    """How long the desk was open between two instants."""
    if start >= end:
        return timedelta()
    if not settings.hours:
        return end - start
    found = (min(closes, end) - max(opens, start) for opens, closes in _spans(settings, start, end))
    return sum((each for each in found if each > timedelta()), timedelta())


def since(settings: DeskSettings, end: datetime, amount: timedelta) -> datetime | None:
    """The last instant from which the desk was open for ``amount`` until ``end``; ``None``: never that long."""
    if not settings.hours:
        return end - amount
    missing = amount
    for opens, closes in reversed(list(_spans(settings, end - FARTHEST, end))):
        closed = min(closes, end)
        if opens < closed:
            if closed - opens >= missing:
                return closed - missing
            missing -= closed - opens
    return None


def _spans(settings: DeskSettings, start: datetime, end: datetime) -> Iterator[Span]:
    """Every opening that touches the days between two instants, in order, in UTC."""
    zone = ZoneInfo(settings.time_zone)
    day, last = start.astimezone(zone).date() - _DAY, end.astimezone(zone).date()
    while day <= last:
        if day.isoformat() not in settings.holidays:
            yield from _of_day(settings, zone, day)
        day += _DAY


def _of_day(settings: DeskSettings, zone: ZoneInfo, day: date) -> Iterator[Span]:
    for opening in settings.hours:
        if opening.day == WEEKDAYS[day.weekday()]:
            opens, closes = _instant(day, opening.opens, zone), _instant(day, opening.closes, zone)
            if opens < closes:  # else clocks were put forward over it
                yield opens, closes


def _instant(day: date, clock: str, zone: ZoneInfo) -> datetime:
    if clock == _MIDNIGHT:
        return _instant(day + _DAY, "00:00", zone)
    return datetime.combine(day, time.fromisoformat(clock), zone).astimezone(UTC)
