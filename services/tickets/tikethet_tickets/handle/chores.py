"""What the house does by the clock for itself: the desk is reminded once a day, old rows are thrown away.

Nothing here is in the log. Any number of processes may do it: a day is claimed by its row, deleting twice does no harm.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import asyncpg
import structlog
from tikethet_events.errors import LogError

from tikethet_tickets.queries.desk import desk_settings
from tikethet_tickets.queries.reminders import remind
from tikethet_tickets.queries.tidying import tidy
from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.rules import hours
from tikethet_tickets.views.notices import Told

PAUSE_S: Final = 30.0
"""Between two looks at the clock."""
TIDIED_EVERY: Final = timedelta(hours=1)
_A_DAY: Final = timedelta(days=1)

_log = structlog.get_logger("tikethet.tickets.chores")


class Chores:
    """Does them at ``now``; ``say`` hears of the notifications that were written, to push them."""

    def __init__(
        self, reader: Reader, now: Callable[[], datetime], say: Callable[[Sequence[Told]], None] = lambda _: None
    ) -> None:
        self._reader = reader
        self._now = now
        self._say = say
        self._tidied: datetime | None = None

    async def run(self) -> None:
        """Look again and again; a database that is away for a while is waited for."""
        while True:
            try:
                await self.turn()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, LogError) as failure:
                _log.warning("chores have to wait", reason=type(failure).__name__)
            await asyncio.sleep(PAUSE_S)

    async def turn(self) -> None:
        """Do what there is to do now."""
        now = self._now()
        await self._remind(now)
        if self._tidied is None or not -TIDIED_EVERY < now - self._tidied < TIDIED_EVERY:
            await tidy(self._reader, now)
            self._tidied = now

    async def _remind(self, now: datetime) -> None:
        settings = await desk_settings(self._reader)
        if not hours.reminds(settings, now):
            return
        long = timedelta(hours=settings.reminder_hours) if settings.reminder_hours else _A_DAY
        since = hours.since(settings, now, long)
        if since is not None:
            self._say(await remind(self._reader, now.astimezone(ZoneInfo(settings.time_zone)).date(), since, now))
