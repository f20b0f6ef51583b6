"""Words said about the installation itself, for those who look after it. They live on the desk's stream."""

from datetime import datetime
from typing import ClassVar

from tikethet_events.word import Audience, Command, Event


class ReportBackupOverdue(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """No back-up was made for too long; ``last_at`` is when the last one was."""

    last_at: datetime | None


class ReportDiskNearlyFull(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So many percent of the disk with the files are used."""

    used_percent: int


UpkeepCommand = ReportBackupOverdue | ReportDiskNearlyFull


class BackupOverdue(Event, frozen=True, kw_only=True):
    """The last back-up is older than one should be; ``last_at`` is ``None`` where there never was one."""

    heard_by: ClassVar[Audience] = "admin"

    last_at: datetime | None


class DiskNearlyFull(Event, frozen=True, kw_only=True):
    """Of the disk with the files so many percent are used."""

    heard_by: ClassVar[Audience] = "admin"

    used_percent: int


UpkeepEvent = BackupOverdue | DiskNearlyFull
