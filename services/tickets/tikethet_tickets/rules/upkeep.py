"""When those who look after the installation should hear of it."""

from datetime import datetime, timedelta
from typing import Final

from tikethet_events.upkeep import ReportBackupOverdue, ReportDiskNearlyFull, UpkeepCommand

BACKUP_EVERY: Final = timedelta(hours=36)
"""A back-up older than this is overdue: a night may be late, not left out."""
DISK_FULL: Final = 0.85
"""More of the disk used than this share is nearly full."""


def reports(
    now: datetime, *, last_backup: datetime | None, begun: datetime | None, disk_used: float | None
) -> list[UpkeepCommand]:
    """What is to be reported. ``begun`` is when the log began (``None``: empty, so there is nothing to lose).

    ``disk_used`` is a share, ``None`` where files lie on no disk of ours.
    """
    said: list[UpkeepCommand] = []
    since = last_backup or begun
    if since is not None and now - since > BACKUP_EVERY:
        said.append(ReportBackupOverdue(last_at=last_backup))
    if disk_used is not None and disk_used > DISK_FULL:
        said.append(ReportDiskNearlyFull(used_percent=round(disk_used * 100)))
    return said
