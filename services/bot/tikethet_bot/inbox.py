"""The journal on its way to the desk: in order per chat, chats side by side, each entry until it is done."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from tikethet_service import tracing

from tikethet_bot.desk import Away
from tikethet_bot.store.journal import Entry, Journal

AT_ONCE: Final = 16
AGAIN_S: Final = (0.1, 0.3, 1.0, 2.0, 5.0)
TRIES: Final = 4
"""So often an entry of its own fault is tried; what the desk's absence makes wait, waits for ever."""

Act = Callable[[Entry], Awaitable[None]]
GiveUp = Callable[[Entry, str], Awaitable[None]]

_log = structlog.get_logger("tikethet.bot.inbox")


class Inbox:
    """``act`` does an entry and marks it done; ``give_up`` marks one done that cannot be acted upon."""

    def __init__(self, journal: Journal, act: Act, give_up: GiveUp) -> None:
        self._journal = journal
        self._act = act
        self._give_up = give_up
        self._chats: dict[int, deque[Entry | int]] = {}
        self._new: asyncio.Queue[Entry] = asyncio.Queue()
        self._room = asyncio.Semaphore(AT_ONCE)

    def poke(self, entries: list[Entry]) -> None:
        """These were journalled."""
        for each in entries:
            self._new.put_nowait(each)

    async def run(self) -> None:
        """Act until cancelled: first on what was left, then on what comes."""
        left = await self._journal.waiting()
        known = left[-1][0] if left else 0
        async with asyncio.TaskGroup() as group:
            for entry_id, chat_id in left:
                self._queue(group, entry_id, chat_id)
            while True:
                entry = await self._new.get()
                if entry.id > known:
                    self._queue(group, entry, entry.incoming.chat_id)

    def _queue(self, group: asyncio.TaskGroup, entry: Entry | int, chat_id: int) -> None:
        waiting = self._chats.get(chat_id)
        if waiting is not None:
            waiting.append(entry)
            return
        self._chats[chat_id] = deque([entry])
        group.create_task(self._work_off(chat_id))

    async def _work_off(self, chat_id: int) -> None:
        waiting = self._chats[chat_id]
        while waiting:
            async with self._room:
                with tracing.within(None):  # an update begins a trace: what follows from it bears its id everywhere
                    await self._settle(waiting.popleft())
        del self._chats[chat_id]

    async def _settle(self, new: Entry | int) -> None:
        failures = waits = 0
        entry: Entry | None = None
        if isinstance(new, Entry) and new.incoming.album is None:  # what is part of an album may be done with the rest
            entry = new
        entry_id = new.id if isinstance(new, Entry) else new
        while True:
            try:
                entry = entry or await self._journal.entry(entry_id)
                if entry is None:
                    return
                try:
                    await self._act(entry)
                except Away:
                    raise
                except Exception as failure:  # noqa: BLE001  whatever it is, the chat must go on
                    failures += 1
                    _log.exception("an update failed", entry=entry_id, tries=failures)
                    if failures >= TRIES:
                        await self._give_up(entry, type(failure).__name__)
                        return
                else:
                    _log.info("an update was acted upon", entry=entry_id, what=entry.incoming.kind)
                    return
            except Away as away:
                if not waits:
                    _log.warning("waiting for the desk", why=str(away))
            except Exception:  # noqa: BLE001  whatever the driver raises, it comes back
                _log.exception("the journal does not answer", entry=entry_id)
            await asyncio.sleep(AGAIN_S[min(waits + failures, len(AGAIN_S) - 1)])
            waits += 1
            entry = None  # its command may be fixed by now
