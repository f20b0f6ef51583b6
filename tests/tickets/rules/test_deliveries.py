"""When a delivery is tried again, and when an address is given up."""

from datetime import UTC, datetime, timedelta

import pytest
from tikethet_tickets.rules.deliveries import BACK_OFF, GIVE_UP, again_at, reason_to_stop

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def test_the_pauses_grow_to_hours() -> None:
    assert again_at(1, NOW) == NOW + timedelta(seconds=5)
    assert [again_at(n, NOW) for n in range(1, 30)] == sorted(again_at(n, NOW) for n in range(1, 30))
    assert again_at(1000, NOW) == NOW + BACK_OFF[-1] == NOW + timedelta(hours=8)


@pytest.mark.parametrize(
    ("status", "failing_for", "reason"),
    [
        (500, timedelta(), None),
        (None, GIVE_UP - timedelta(seconds=1), None),
        (None, GIVE_UP, "failing"),
        (404, GIVE_UP * 2, "failing"),
        (410, timedelta(), "gone"),
    ],
)
def test_an_address_is_given_up_after_days_or_when_it_is_gone(
    status: int | None, failing_for: timedelta, reason: str | None
) -> None:
    assert reason_to_stop(status, NOW - failing_for, NOW) == reason
