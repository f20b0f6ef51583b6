"""Opening hours as tables: weeks, holidays, and the days when clocks are put forward and back."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace
from tikethet_events.desk import WEEKDAYS, DeskSettings, Opening
from tikethet_tickets.rules import hours
from tikethet_tickets.rules.defaults import DEFAULT_SETTINGS

OFFICE = tuple(Opening(day=day, opens="09:00", closes="18:00") for day in WEEKDAYS[:5])
MOSCOW = replace(DEFAULT_SETTINGS, time_zone="Europe/Moscow", hours=OFFICE, holidays=("2026-11-24",))
BERLIN = replace(
    DEFAULT_SETTINGS,
    time_zone="Europe/Berlin",
    hours=tuple(Opening(day=day, opens="00:00", closes="24:00") for day in WEEKDAYS),
)
NIGHT = replace(DEFAULT_SETTINGS, hours=(Opening(day="MON", opens="22:00", closes="24:00"),))
NEVER = replace(MOSCOW, hours=(Opening(day="MON", opens="09:00", closes="09:01"),), holidays=())
SPLIT = replace(
    DEFAULT_SETTINGS,
    hours=(Opening(day="MON", opens="09:00", closes="12:00"), Opening(day="MON", opens="13:00", closes="17:00")),
)


def at(text: str) -> datetime:
    """``2026-11-23 09:00`` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


# Monday the 23rd of November 2026; Moscow is three hours ahead; Tuesday the 24th is a holiday.
MOMENTS = [
    # settings, at (UTC), open, opens at (UTC)
    (DEFAULT_SETTINGS, "2026-11-22 03:00", True, None),
    (MOSCOW, "2026-11-23 05:59", False, "2026-11-23 06:00"),
    (MOSCOW, "2026-11-23 06:00", True, None),
    (MOSCOW, "2026-11-23 14:59", True, None),
    (MOSCOW, "2026-11-23 15:00", False, "2026-11-25 06:00"),
    (MOSCOW, "2026-11-24 09:00", False, "2026-11-25 06:00"),
    (MOSCOW, "2026-11-27 15:00", False, "2026-11-30 06:00"),
    (NIGHT, "2026-11-23 23:59", True, None),
    (NIGHT, "2026-11-24 00:00", False, "2026-11-30 22:00"),
    (SPLIT, "2026-11-23 12:30", False, "2026-11-23 13:00"),
]


@pytest.mark.parametrize(("settings", "moment", "is_open", "opens"), MOMENTS)
def test_whether_it_is_open(settings: DeskSettings, moment: str, is_open: bool, opens: str | None) -> None:  # noqa: FBT001
    assert hours.is_open(settings, at(moment)) is is_open
    assert hours.opens_at(settings, at(moment)) == (at(opens) if opens else None)


STRETCHES = [
    # settings, from, until, open for
    (DEFAULT_SETTINGS, "2026-11-21 00:00", "2026-11-23 00:00", timedelta(days=2)),
    (MOSCOW, "2026-11-23 14:00", "2026-11-25 09:00", timedelta(hours=4)),
    (MOSCOW, "2026-11-23 15:00", "2026-11-25 06:00", timedelta()),
    (MOSCOW, "2026-11-20 14:30", "2026-11-23 07:00", timedelta(hours=1.5)),
    (MOSCOW, "2026-11-23 07:00", "2026-11-23 07:00", timedelta()),
    (MOSCOW, "2026-11-23 08:00", "2026-11-23 07:00", timedelta()),
    (SPLIT, "2026-11-23 11:00", "2026-11-23 14:00", timedelta(hours=2)),
    (NIGHT, "2026-11-23 00:00", "2026-11-24 12:00", timedelta(hours=2)),
    # The last Sunday of March has 23 hours in Berlin, that of October 25.
    (BERLIN, "2026-03-28 23:00", "2026-03-29 22:00", timedelta(hours=23)),
    (BERLIN, "2026-10-24 22:00", "2026-10-25 23:00", timedelta(hours=25)),
]


@pytest.mark.parametrize(("settings", "start", "end", "expected"), STRETCHES)
def test_how_long_it_was_open(settings: DeskSettings, start: str, end: str, expected: timedelta) -> None:
    assert hours.open_time(settings, at(start), at(end)) == expected


FOUR = timedelta(hours=4)
BACKWARDS = [
    (DEFAULT_SETTINGS, "2026-11-23 12:00", "2026-11-23 08:00"),
    (MOSCOW, "2026-11-23 12:00", "2026-11-23 08:00"),
    (MOSCOW, "2026-11-23 07:00", "2026-11-20 12:00"),
    (MOSCOW, "2026-11-25 08:00", "2026-11-23 13:00"),
    (MOSCOW, "2026-11-24 12:00", "2026-11-23 11:00"),
    (SPLIT, "2026-11-23 15:00", "2026-11-23 10:00"),
    (NIGHT, "2026-11-23 23:00", "2026-11-09 23:00"),
]


@pytest.mark.parametrize(("settings", "end", "expected"), BACKWARDS)
def test_since_when_it_was_open_four_hours(settings: DeskSettings, end: str, expected: str) -> None:
    assert hours.since(settings, at(end), FOUR) == at(expected)
    assert hours.open_time(settings, at(expected), at(end)) == FOUR


def test_a_desk_that_hardly_opens() -> None:
    assert hours.since(NEVER, at("2026-11-23 12:00"), FOUR) is None


@pytest.mark.parametrize(("zone", "day"), [("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25")])
def test_wall_clock_hours_hold_when_clocks_change(zone: str, day: str) -> None:
    office = replace(
        DEFAULT_SETTINGS, time_zone=zone, hours=(Opening(day="SUN", opens="09:00", closes="18:00"),), holidays=()
    )
    summer = day == "2026-03-29"  # from this very morning on
    opens = at(f"{day} 07:00") if summer else at(f"{day} 08:00")
    assert hours.opens_at(office, at(f"{day} 00:00")) == opens
    assert hours.open_time(office, at(f"{day} 00:00"), at(f"{day} 23:00")) == timedelta(hours=9)


def test_an_opening_that_clocks_skip_is_none() -> None:
    night = replace(
        DEFAULT_SETTINGS,
        time_zone="Europe/Berlin",
        hours=(Opening(day="SUN", opens="02:30", closes="03:00"), Opening(day="MON", opens="09:00", closes="18:00")),
        holidays=(),
    )
    assert hours.opens_at(night, at("2026-03-28 12:00")) == at("2026-03-30 07:00")
    assert hours.opens_at(night, at("2026-04-04 12:00")) == at("2026-04-05 00:30")


@pytest.mark.parametrize(
    ("settings", "moment", "expected"),
    [
        (DEFAULT_SETTINGS, "2026-11-22 08:59", False),
        (DEFAULT_SETTINGS, "2026-11-22 09:00", True),
        (replace(DEFAULT_SETTINGS, time_zone="Europe/Moscow"), "2026-11-22 06:00", True),
        (replace(DEFAULT_SETTINGS, time_zone="Europe/Moscow"), "2026-11-22 05:59", False),
        (MOSCOW, "2026-11-23 05:59", False),
        (MOSCOW, "2026-11-23 06:00", True),
        (MOSCOW, "2026-11-23 15:00", False),
        (MOSCOW, "2026-11-24 09:00", False),
    ],
)
def test_when_the_desk_is_reminded(settings: DeskSettings, moment: str, expected: bool) -> None:  # noqa: FBT001
    assert hours.reminds(settings, at(moment)) is expected
