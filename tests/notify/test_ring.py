"""The events in memory: bounded, dense, each turned into bytes once."""

import json

from hypothesis import given
from hypothesis import strategies as st
from tikethet_notify.ring import Entry, Ring


def entry(position: int, size: int = 10) -> Entry:
    return Entry(position, b'{"a":"' + b"x" * (size - 8) + b'"}', "public", "me")


def test_a_frame_is_json_and_made_once_per_prev() -> None:
    event = Entry(141, b'{"type":"tikethet.MessagePosted"}', "public", "me")
    frame = event.frame(123)
    assert json.loads(frame) == {
        "type": "event",
        "position": 141,
        "prev": 123,
        "event": {"type": "tikethet.MessagePosted"},
    }
    assert event.frame(123) is frame
    assert json.loads(event.frame(7))["prev"] == 7


@given(st.lists(st.integers(8, 200), max_size=60), st.integers(1, 20), st.integers(50, 1000), st.integers(0, 80))
def test_it_holds_the_newest_within_bounds(sizes: list[int], events: int, room: int, cursor: int) -> None:
    ring = Ring(max_events=events, max_bytes=room)
    ring.restart(5)
    for position, size in enumerate(sizes, 6):
        ring.append(entry(position, size))
    held = ring.after(ring.first - 1)
    assert [one.position for one in held] == list(range(ring.first, ring.last + 1))
    assert len(ring) == len(held) <= events
    assert ring.bytes == sum(one.size for one in held)
    assert ring.bytes <= room or len(held) == 1
    assert ring.last == 5 + len(sizes)
    if ring.reaches(cursor):
        assert [one.position for one in ring.after(cursor)] == list(range(cursor + 1, ring.last + 1))
        assert ring.owed(cursor) == sum(one.size for one in ring.after(cursor))
        assert ring.after(cursor, 3) == ring.after(cursor)[:3]


def test_after_a_restart_nothing_old_is_reached() -> None:
    ring = Ring(max_events=10, max_bytes=1000)
    for position in range(1, 4):
        ring.append(entry(position))
    ring.restart(3)
    assert ring.reaches(3)
    assert not ring.reaches(2)
    assert ring.after(3) == []
    assert ring.owed(3) == 0
