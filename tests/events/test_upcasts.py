"""Old shapes become today's one step at a time."""

from typing import Any

import pytest
from tikethet_events.catalogue import EVENTS
from tikethet_events.upcasts import UPCASTS, upcast


def _split(data: dict[str, Any]) -> dict[str, Any]:
    first, _, last = data.pop("name").partition(" ")
    return data | {"first": first, "last": last}


def _count(data: dict[str, Any]) -> dict[str, Any]:
    return data | {"length": len(data["first"])}


STEPS = {("ticket", "Named", 1): _split, ("ticket", "Named", 2): _count}


@pytest.mark.parametrize(
    ("stored", "data"),
    [(1, {"name": "Ada L"}), (2, {"first": "Ada", "last": "L"}), (3, {"first": "Ada", "last": "L", "length": 3})],
)
def test_every_step_from_the_stored_version_on_is_taken(stored: int, data: dict[str, Any]) -> None:
    assert upcast("ticket", "Named", stored, 3, data, STEPS) == {"first": "Ada", "last": "L", "length": 3}


def test_there_is_a_step_for_every_version_before_todays() -> None:
    wanted = {
        (kind, name, version)
        for kind, events in EVENTS.items()
        for name, event in events.items()
        for version in range(1, event.schema)
    }
    assert set(UPCASTS) == wanted
