"""Stretches of time as people name them, in zones that shift their clocks and zones with half hours."""

from datetime import UTC, datetime, timedelta

import pytest
from tikethet_events.errors import Refused
from tikethet_tickets.rules.period import Period, last_days, period

NOW = datetime(2026, 3, 30, 22, 30, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("since", "until", "zone", "expected"),
    [
        ("2026-03-01", "2026-03-02", "UTC", ("2026-03-01T00:00:00Z", "2026-03-03T00:00:00Z")),
        ("2026-03-01", "2026-03-01", "Europe/Moscow", ("2026-02-28T21:00:00Z", "2026-03-01T21:00:00Z")),
        ("2026-03-01", "2026-03-01", "Asia/Kolkata", ("2026-02-28T18:30:00Z", "2026-03-01T18:30:00Z")),
        ("2026-03-29", "2026-03-29", "Europe/Berlin", ("2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z")),
        ("2026-03-01T10:00:00 03:00", "2026-03-01T08:00:00Z", "UTC", ("2026-03-01T07:00:00Z", "2026-03-01T08:00:00Z")),
        (None, "2026-03-30", "UTC", ("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z")),
        (None, None, "Europe/Moscow", ("2026-03-01T21:00:00Z", "2026-03-31T21:00:00Z")),
        ("2026-03-30", None, "UTC", ("2026-03-30T00:00:00Z", "2026-03-31T00:00:00Z")),
    ],
)
def test_periods(since: str | None, until: str | None, zone: str, expected: tuple[str, str]) -> None:
    assert period(since, until, zone, NOW) == Period(at(expected[0]), at(expected[1]), zone)


def test_the_day_the_clocks_change_is_23_hours_long() -> None:
    day = period("2026-03-29", "2026-03-29", "Europe/Berlin", NOW)
    assert day.until - day.since == timedelta(hours=23)


def test_days_up_to_the_end_of_today() -> None:
    assert last_days(7, "Europe/Moscow", NOW) == Period(
        at("2026-03-24T21:00:00Z"), at("2026-03-31T21:00:00Z"), "Europe/Moscow"
    )


@pytest.mark.parametrize(
    ("since", "until", "zone", "field"),
    [
        ("2026-03-02", "2026-03-01", "UTC", "to"),
        ("2000-01-01", "2026-03-01", "UTC", "to"),
        ("yesterday", None, "UTC", "from"),
        ("2026-03-01T10:00:00", None, "UTC", "from"),
        ("0001-01-01", None, "Asia/Tokyo", "from"),
        ("2026-03-01", "9999-12-31", "UTC", "to"),
        ("2026-02-30", None, "UTC", "from"),
        (None, "2026-13-01", "UTC", "to"),
        (None, None, "Mars/Olympus", "tz"),
        (None, None, "../../etc/passwd", "tz"),
        (None, None, "Europe", "tz"),
        (None, None, "", "tz"),
    ],
)
def test_what_is_no_period(since: str | None, until: str | None, zone: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        period(since, until, zone, NOW)
    assert (refused.value.code, refused.value.facts["field"]) == ("invalid", field)
