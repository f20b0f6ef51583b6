"""Topics for the tickets that were open when the staff group was connected, the ones with the newest activity first.

They wait in the outbox behind everything else, so what happens now is shown first. A process that starts anew lists
them again, and what is in the outbox already is not put in twice.
"""

import asyncio
from typing import Any, Final

import structlog

from tikethet_bot.desk import Desk
from tikethet_bot.mirror.hearing import look
from tikethet_bot.patience import waiting
from tikethet_bot.rules.outgoing import FILLING
from tikethet_bot.store import Pool
from tikethet_bot.store.groups import Groups, StaffGroup, expect_topic, filled

LOOK_S: Final = 2.0
PAGE: Final = 100
_OPEN: Final = (("status", "OPEN"), ("status", "IN_PROGRESS"), ("status", "WAITING_RESPONSE"))

_log = structlog.get_logger("tikethet.bot.mirror")


class Filling:
    """`run` fills whatever group was connected."""

    def __init__(self, pool: Pool, desk: Desk, known: Groups) -> None:
        self._pool = pool
        self._desk = desk
        self._groups = known

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            with waiting("topics of open tickets"):
                group = await self._groups.staff_group()
                if group is not None and group.filling is not None:
                    await self._fill(group, group.filling)
            await asyncio.sleep(LOOK_S)

    async def _fill(self, group: StaffGroup, origin: str) -> None:
        speaker = await self._groups.speaker(group)
        cursor: str | None = None
        while True:
            more = (("cursor", cursor),) if cursor else ()
            params = (*_OPEN, ("sort", "-updated_at"), ("size", str(PAGE)), *more)
            page = await self._desk.ask(speaker, "tickets", params)
            cursor = page["next_cursor"]
            async with self._pool.acquire() as connection, connection.transaction():
                for ticket in page["items"]:
                    await self._expect(connection, group, origin, ticket["id"])
                if cursor is None:
                    await filled(connection, group.chat_id, origin)
                    return

    async def _expect(self, connection: Any, group: StaffGroup, origin: str, ticket_id: str) -> None:
        await expect_topic(connection, ticket_id, group.chat_id)
        await look(connection, f"{origin}:{ticket_id}", group, ticket_id, FILLING)
