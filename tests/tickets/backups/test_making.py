from datetime import UTC, datetime
from pathlib import Path

import pytest
from tikethet_tickets.backups.making import kept, made_at, next_one, prune


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, at(1, 12), at(1, 12)),
        (at(1, 2), at(1, 12), at(1, 3, 15)),  # its night has passed: at once
        (at(1, 3, 15), at(1, 12), at(2, 3, 15)),
        (at(1, 12), at(1, 12), at(2, 3, 15)),
        (at(1, 12), at(9, 12), at(2, 3, 15)),  # nights were missed: one now, not seven
    ],
)
def test_every_night_once(last: datetime | None, now: datetime, due: datetime) -> None:
    assert next_one(last, now, hour=3, minute=15) == due


def test_the_newest_are_kept(tmp_path: Path) -> None:
    names = [f"tikethet-202603{day:02}T031500Z.tar" for day in range(1, 10)]
    for name in [*names, "keys.json", ".tikethet-20260310T031500Z.tar.partial"]:
        (tmp_path / name).touch()
    assert [path.name for path in prune(tmp_path, 7)] == [names[1], names[0]]
    assert [path.name for path in kept(tmp_path)] == names[:1:-1]
    assert made_at(kept(tmp_path)[0]) == at(9, 3, 15)
    assert (tmp_path / "keys.json").exists()
