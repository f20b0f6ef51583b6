"""What time does: due commands are claimed and carried out, once however many processes look after them.

The rows are derived from events (`views/due.py`); the command that follows removes its row with its own events. Should
two processes get hold of the same one after all, its command id is the same, and the log keeps it once.
"""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final, assert_never

import structlog
from tikethet_events.desk import DeskSettings
from tikethet_events.errors import LogError, Refused
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_events.member import EndBlock
from tikethet_events.ticket import CloseResolved, ForgetTicket, ReportOverdue
from tikethet_events.word import MemberId, TicketId

from tikethet_tickets.handle.broadcasts import Broadcasts
from tikethet_tickets.handle.core import Request, of_the_house
from tikethet_tickets.handle.members import Members
from tikethet_tickets.handle.tickets import Tickets
from tikethet_tickets.queries.desk import desk_settings
from tikethet_tickets.queries.due import claim, release
from tikethet_tickets.queries.duty import on_duty
from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.rules import hours
from tikethet_tickets.views.due import DueCommand, DueRow

ACTOR: Final = "timer"
PAUSE_S: Final = 2.0
"""Between two looks."""
CLAIM: Final = timedelta(minutes=5)
"""How long a claim keeps others away; after that somebody tries again."""
BATCH: Final = 50

_log = structlog.get_logger("tikethet.tickets.timers")


class Timers:
    """Carries out what is due at ``now``."""

    def __init__(
        self,
        reader: Reader,
        tickets: Tickets,
        members: Members,
        broadcasts: Broadcasts,
        now: Callable[[], datetime],
    ) -> None:
        self._reader = reader
        self._tickets = tickets
        self._members = members
        self._broadcasts = broadcasts
        self._now = now

    async def run(self) -> None:
        """Look again and again; a database that is away for a while is waited for."""
        while True:
            try:
                await self.turn()
            except (*DATABASE_TROUBLE, LogError) as failure:
                _log.warning("due commands have to wait", reason=type(failure).__name__)
            await asyncio.sleep(PAUSE_S)

    async def turn(self) -> int:
        """Carry out everything that is due now; how many commands that were."""
        settings = await desk_settings(self._reader)
        now, count = self._now(), 0
        staffed = settings.assignment == "automatic" and bool(await on_duty(self._reader))
        for command, reached in _reached(settings, now, staffed=staffed):
            while found := await claim(self._reader, command, reached, now=now, until=now + CLAIM, limit=BATCH):
                for row in found:
                    count += await self._carry_out(row)
        return count + await self._broadcasts.finish()

    async def _carry_out(self, row: DueRow) -> bool:
        """Whether it could be done; if not, its claim keeps it away for a while."""
        request = of_the_house(f"due_{row.command}", ACTOR, f"due:{row.key}:{row.at.astimezone(UTC).isoformat()}")
        try:
            if not await self._command(request, row):
                return False
        except Refused as refused:
            _log.warning("a due command was refused", command=row.command, code=refused.code)
            return False
        await release(self._reader, [row.key])
        return True

    async def _command(self, request: Request, row: DueRow) -> bool:
        """Whether there was anything to do it with."""
        about = row.key.partition(":")[2]
        match row.command:
            case "assign":
                return await self._tickets.assign_on_duty(request, TicketId(about))
            case "close":
                await self._tickets.on_time(request, TicketId(about), CloseResolved())
            case "forget":
                await self._tickets.on_time(request, TicketId(about), ForgetTicket())
            case "overdue":
                await self._tickets.on_time(request, TicketId(about), ReportOverdue())
            case "unblock":
                await self._members.on_time(request, MemberId(about), EndBlock())
            case _:
                assert_never(row.command)
        return True


def _reached(settings: DeskSettings, now: datetime, *, staffed: bool) -> Iterator[tuple[DueCommand, datetime]]:
    """For each command: rows up to which moment are due; those that are switched off are left out."""
    yield "unblock", now
    if staffed:
        yield "assign", now
    if settings.auto_close_days:
        yield "close", now - timedelta(days=settings.auto_close_days)
    if settings.retention_days:
        yield "forget", now - timedelta(days=settings.retention_days)
    if settings.reminder_hours:
        since = hours.since(settings, now, timedelta(hours=settings.reminder_hours))
        if since is not None:
            yield "overdue", since
