"""A stretch of time as people name it: days of a zone, or instants."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from msgspec import Struct
from tikethet_events.errors import Refused

DEFAULT_DAYS: Final = 30
"""How long a period is that nobody named, today included."""
LONGEST: Final = timedelta(days=3_700)
_ZONE: Final = re.compile(r"[A-Za-z0-9_+\-]{1,32}(/[A-Za-z0-9_+\-]{1,32}){0,2}")


class Period(Struct, frozen=True):
    """From ``since`` up to and not including ``until``, as seen in ``zone`` (an IANA name)."""

    since: datetime
    until: datetime
    zone: str


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises `Refused` for what is none."""
    if not _ZONE.fullmatch(name):
        raise Refused("invalid", field="tz", reason="pattern")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise Refused("invalid", field="tz", reason="not_found") from wrong


def period(since: str | None, until: str | None, zone: str, now: datetime) -> Period:
    """The period between two days (both included) or instants; one without a beginning is `DEFAULT_DAYS` long.

    Raises `Refused` for what is neither, for an end before the beginning and for more than `LONGEST`.
    """
    local = zone_of(zone)
    end = _instant(until, "to", local, 1) if until else _midnight(now.astimezone(local).date(), 1, local)
    if since:
        start = _instant(since, "from", local, 0)
    else:
        start = _midnight(end.astimezone(local).date(), -DEFAULT_DAYS, local)
    if end <= start or end - start > LONGEST:
        raise Refused("invalid", field="to", reason="range")
    return Period(start, end, zone)


def last_days(days: int, zone: str, now: datetime) -> Period:
    """Today and the days before it, ``days`` in all, up to the end of today."""
    local = zone_of(zone)
    today = now.astimezone(local).date()
    return Period(_midnight(today, 1 - days, local), _midnight(today, 1, local), zone)


def _instant(text: str, field: str, zone: ZoneInfo, days: int) -> datetime:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return _midnight(date.fromisoformat(text), days, zone)
        # A plus sign that was not escaped arrives as a space.
        moment = datetime.fromisoformat(text.replace(" ", "+"))
    except (ValueError, OverflowError) as wrong:
        raise Refused("invalid", field=field, reason="pattern") from wrong
    if moment.tzinfo is None or not 1 < moment.year < 9_999:  # noqa: PLR2004 - room for any offset
        raise Refused("invalid", field=field, reason="pattern")
    return moment.astimezone(UTC)


def _midnight(day: date, days: int, zone: ZoneInfo) -> datetime:
    """The first instant of the day ``days`` later, in UTC."""
    return datetime.combine(day + timedelta(days=days), time(), zone).astimezone(UTC)
