"""Who of those on duty gets a new ticket."""

from datetime import UTC, datetime, timedelta

import pytest
from tikethet_events.word import CategoryId, MemberId
from tikethet_tickets.rules.assignment import OnDuty, chosen

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
BANS, DONATIONS = CategoryId("bans"), CategoryId("donations")
CUSTOMER = MemberId("customer")


def staff(name: str, load: int = 0, *categories: CategoryId, minutes: int = 0) -> OnDuty:
    return OnDuty(member_id=MemberId(name), categories=categories, since=NINE + timedelta(minutes=minutes), load=load)


CASES = [
    ((), None),
    ((staff("maria"),), "maria"),
    ((staff("maria", 0, DONATIONS),), None),
    ((staff("maria", 3, BANS), staff("oleg", 2)), "oleg"),
    ((staff("maria", 0, DONATIONS), staff("oleg", 9, BANS)), "oleg"),
    ((staff("maria", 1, minutes=5), staff("oleg", 1)), "oleg"),
    ((staff("oleg", 1), staff("maria", 1)), "maria"),
    ((staff("customer"),), None),
    ((staff("customer"), staff("oleg", 50)), "oleg"),
]


@pytest.mark.parametrize(("people", "expected"), CASES)
def test_who_gets_it(people: tuple[OnDuty, ...], expected: str | None) -> None:
    assert chosen(people, BANS, CUSTOMER) == expected
