"""Broadcasts on their way: recipients are pulled from the desk as fast as the outbox empties, outcomes go back.

Nothing is kept but the outbox itself: the desk lists only recipients without an outcome, and a row that is there is
not put in again, so a process that starts anew goes on where the last one was.
"""

import asyncio
from typing import Any, Final

import msgspec
import structlog
from msgspec import Struct

from tikethet_bot.desk import Desk, Refusal
from tikethet_bot.patience import waiting
from tikethet_bot.rules.broadcasts import progress, slot_of
from tikethet_bot.store.broadcasts import Broadcasts, Recipient

LOOK_S: Final = 1.0
IDLE_S: Final = 3.0
PAGE: Final = 100
AHEAD: Final = 200
"""So many rows of a broadcast may wait in the outbox: a cancel stops all but what is under way."""

_log = structlog.get_logger("tikethet.bot.broadcasting")


class _Running(Struct, frozen=True):
    id: str
    total: int


class _Page(Struct, frozen=True):
    items: tuple[Recipient, ...]
    next: str | int | None = None


class Broadcasting:
    """`run` delivers whatever broadcast is running."""

    def __init__(self, desk: Desk, rows: Broadcasts) -> None:
        self._desk = desk
        self._rows = rows
        self._after: dict[str, Any] = {}
        self._told: dict[str, int] = {}

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            busy = False
            with waiting("broadcasts"):
                busy = await self._look()
            await asyncio.sleep(LOOK_S if busy else IDLE_S)

    async def _look(self) -> bool:
        running = msgspec.convert((await self._desk.internal("GET", "broadcasts/running"))["items"], list[_Running])
        known = {each.id for each in running}
        for broadcast_id in await self._rows.waiting():
            if broadcast_id not in known:
                await self._rows.give_up(broadcast_id)
        for each in running:
            await self._fill(each.id)
            await self._show(each)
        await self._report()
        self._after = {key: after for key, after in self._after.items() if key in known}
        return bool(running)

    async def _fill(self, broadcast_id: str) -> None:
        """Put in the next recipients, as long as there is room and there are some."""
        while broadcast_id not in self._after or self._after[broadcast_id] is not None:
            if (await self._rows.sent(broadcast_id)).waiting >= AHEAD:
                return
            params = {"limit": str(PAGE)}
            if after := self._after.get(broadcast_id):
                params["after"] = str(after)
            await self._report()  # the desk skips whom it lists and cannot reach: not whoever has it already
            try:
                found = await self._desk.internal("GET", f"broadcasts/{broadcast_id}/recipients", params=params)
            except Refusal:  # cancelled a moment ago: the next look gives the rest up
                return
            page = msgspec.convert(found, _Page)
            skipped = await self._rows.put(broadcast_id, page.items)
            await self._outcomes(broadcast_id, [{"member_id": each, "outcome": "skipped"} for each in skipped])
            self._after[broadcast_id] = page.next

    async def _report(self) -> None:
        """Tell the desk how it ended for everybody for whom it did."""
        while found := await self._rows.ended():
            for broadcast_id, ended in found.items():
                said = [{"member_id": each.member_id, "outcome": each.outcome} for each in ended if each.member_id]
                await self._outcomes(broadcast_id, said)
                await self._rows.reported(ended)

    async def _outcomes(self, broadcast_id: str, outcomes: list[dict[str, str]]) -> None:
        if outcomes:
            await self._desk.internal("POST", f"broadcasts/{broadcast_id}/outcomes", body={"outcomes": outcomes})

    async def _show(self, running: _Running) -> None:
        """Whoever started it in the chat sees how far it is."""
        sent = await self._rows.sent(running.id)
        done = sent.rows - sent.waiting
        watched = await self._rows.watched(slot_of(running.id)) if done != self._told.get(running.id, 0) else None
        if watched is None:
            return
        chat_id, language = watched
        self._told[running.id] = done
        out = progress(chat_id, "en" if language == "en" else "ru", running.id, done, running.total)
        await self._rows.tell(f"progress:{running.id}:{done}", out)
