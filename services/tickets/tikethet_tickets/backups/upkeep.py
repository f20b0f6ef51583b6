"""A look at the installation now and then: how old the last back-up is, how full the disk, how far each consumer is.

It fills the metrics, and lets the admins hear once a day of what should not stay so: through the log, like all else.
"""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import structlog
from nats.errors import Error as NatsError
from nats.js.errors import Error as JetStreamError
from nats.js.manager import JetStreamManager
from prometheus_client import Gauge
from tikethet_events.errors import LogError
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_events.stream import STREAM
from tikethet_events.word import Role
from tikethet_service.metrics import REGISTRY

from tikethet_tickets.handle.core import of_the_house
from tikethet_tickets.handle.desk import Desk
from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.rules.upkeep import reports

PAUSE_S: Final = 15.0
REPORT_EVERY: Final = 20
"""Looks between two that may report."""
FEEDS: Final = "feeds"
"""What consumers without a name of their own (notify's) are called together; the slowest counts."""
_LAG: Final = Gauge(
    "tikethet_consumer_lag_events",
    "Events a consumer of the stream has not done yet; those without a name together, the slowest of them.",
    ("consumer",),
    registry=REGISTRY,
)
_AGE: Final = Gauge(
    "tikethet_backup_age_seconds", "Time since the last back-up; -1: there never was one.", registry=REGISTRY
)
_DISK: Final = Gauge("tikethet_disk_used_ratio", "Share of the disk with the files that is used.", registry=REGISTRY)
_STATE: Final = """
    SELECT (SELECT max(made_at) FROM tickets.backups) AS last_backup,
        (SELECT recorded_at FROM tickets.events ORDER BY position LIMIT 1) AS begun
"""

_log = structlog.get_logger("tikethet.tickets.upkeep")


class Upkeep:
    """Looks at everything; ``folder`` is where files are kept, if on a disk of ours. Only ``reporting`` says a word."""

    def __init__(
        self,
        reader: Reader,
        desk: Desk,
        manager: Callable[[], JetStreamManager | None],
        now: Callable[[], datetime],
        *,
        folder: Path | None,
        reporting: bool,
    ) -> None:
        self._reader = reader
        self._desk = desk
        self._manager = manager
        self._now = now
        self._folder = folder
        self._reporting = reporting

    async def run(self) -> None:
        """Look again and again."""
        looks = 0
        while True:
            try:
                await self.look(report=looks % REPORT_EVERY == 0)
            except (*DATABASE_TROUBLE, LogError) as failure:
                _log.warning("could not look after the installation", reason=type(failure).__name__)
            looks += 1
            await asyncio.sleep(PAUSE_S)

    async def look(self, *, report: bool) -> None:
        """Measure; and say what is to be said, at most once a day however many processes look."""
        await self._measure_lag()
        now, used = self._now(), self._disk_used()
        row = await self._reader.fetchrow(_STATE)
        _AGE.set((now - row["last_backup"]).total_seconds() if row["last_backup"] else -1)
        _DISK.set(used or 0)
        if not (report and self._reporting):
            return
        for command in reports(now, last_backup=row["last_backup"], begun=row["begun"], disk_used=used):
            name = type(command).__name__
            request = of_the_house(name, "upkeep", f"{name}:{now.date().isoformat()}", actor="timer")
            await self._desk.act(request, Role.DEVELOPER, lambda _state, command=command: command)  # type: ignore[misc]

    def _disk_used(self) -> float | None:
        if self._folder is None or not self._folder.exists():
            return None
        usage = shutil.disk_usage(self._folder)
        return usage.used / (usage.used + usage.free)

    async def _measure_lag(self) -> None:
        manager = self._manager()
        if manager is None:
            return
        try:
            found = await manager.consumers_info(STREAM)
        except (NatsError, JetStreamError, OSError, TimeoutError):
            return  # the health of NATS is somebody else's to tell
        _LAG.clear()
        for name, lag in lags(found).items():
            _LAG.labels(name).set(lag)


def lags(found: list[Any]) -> dict[str, int]:
    """Consumer → how many events it has not done; those that have no name of their own are one."""
    behind: dict[str, int] = {}
    for info in found:
        name = info.name if info.config.durable_name else FEEDS
        behind[name] = max(behind.get(name, 0), (info.num_pending or 0) + (info.num_ack_pending or 0))
    return behind
