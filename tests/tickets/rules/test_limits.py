"""How long somebody has to wait who asked too much."""

from datetime import UTC, datetime, timedelta

import pytest
from tikethet_events.desk import DeskSettings
from tikethet_tickets.rules.limits import WINDOW, Limit, wait

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("ages", "allowed", "expected"),
    [
        ((), 2, None),
        ((10,), 2, None),
        ((10, 20), 2, 40),
        ((20, 10), 2, 40),
        ((10, 20, 30), 2, 40),
        ((10, 61), 2, None),
        ((10, 60), 2, None),
        ((0.2, 59.9), 2, 1),
        ((1,) * 50, 0, None),
        ((0,), 1, 60),
    ],
)
def test_how_long(ages: tuple[float, ...], allowed: int, expected: int | None) -> None:
    times = [NOW - timedelta(seconds=age) for age in ages]
    assert wait(times, allowed, MINUTE, NOW) == expected


def test_every_limit_is_a_setting_and_has_a_window() -> None:
    assert set(WINDOW) == set(Limit)
    assert {limit.value for limit in Limit} <= set(DeskSettings.__struct_fields__)
