from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tikethet_events.upkeep import ReportBackupOverdue, ReportDiskNearlyFull
from tikethet_tickets.rules.upkeep import reports

NOW = datetime(2026, 3, 3, 12, tzinfo=UTC)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"begun": ago(35)}, []),
        ({"begun": ago(37)}, [ReportBackupOverdue(last_at=None)]),
        ({"begun": ago(1000), "last_backup": ago(36)}, []),
        ({"begun": ago(1000), "last_backup": ago(36.1)}, [ReportBackupOverdue(last_at=ago(36.1))]),
        ({"disk_used": 0.85}, []),
        ({"disk_used": 0.86}, [ReportDiskNearlyFull(used_percent=86)]),
        (
            {"begun": ago(99), "disk_used": 1.0},
            [ReportBackupOverdue(last_at=None), ReportDiskNearlyFull(used_percent=100)],
        ),
    ],
)
def test_what_is_reported(facts: dict[str, Any], expected: list[Any]) -> None:
    assert reports(NOW, **({"last_backup": None, "begun": None, "disk_used": None} | facts)) == expected
