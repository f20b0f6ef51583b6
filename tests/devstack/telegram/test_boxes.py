"""What a box remembers of its changes."""

from types import SimpleNamespace

import pytest
from tikethet_devstack.telegram import boxes
from tikethet_devstack.telegram.boxes import Box


def changes(box: Box, number: int) -> None:
    for _ in range(number):
        box.changed(SimpleNamespace(pts=0, pts_count=0))


def test_a_difference_is_what_came_after() -> None:
    box = Box()
    changes(box, 3)
    assert [pts for pts, _ in box.since(2, 100) or []] == [3, 4]
    assert [pts for pts, _ in box.since(1, 2) or []] == [2, 3]


def test_nothing_is_missed_from_before_a_box_began() -> None:
    box = Box(pts=1000)
    assert box.since(7, 100) == []
    changes(box, 1)
    assert [pts for pts, _ in box.since(7, 100) or []] == [1001]


def test_what_is_no_longer_kept_is_said_to_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "KEPT", 2)
    box = Box()
    changes(box, 4)
    assert box.since(2, 100) is None
    assert [pts for pts, _ in box.since(3, 100) or []] == [4, 5]
