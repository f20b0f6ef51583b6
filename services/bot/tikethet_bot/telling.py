"""What the desk wants told in Telegram, pulled from its queue: who hears of what, and when, is decided there alone."""

import asyncio
from typing import Any, Final

import msgspec
import structlog

from tikethet_bot.desk import Away, Desk, Refusal
from tikethet_bot.patience import waiting
from tikethet_bot.rules import notices
from tikethet_bot.rules.notices import Notice
from tikethet_bot.rules.outgoing import Out
from tikethet_bot.store.notices import Notices

LOOK_S: Final = 1.0
PAGE: Final = 100

_log = structlog.get_logger("tikethet.bot.telling")


class Telling:
    """`run` tells; `poke` says that something happened. A notice told twice, after a crash, is sent once."""

    def __init__(self, desk: Desk, kept: Notices) -> None:
        self._desk = desk
        self._kept = kept
        self._awake = asyncio.Event()

    def poke(self) -> None:
        """There may be something to tell."""
        self._awake.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._awake.clear()
            with waiting("notices"):
                while await self._tell():
                    pass
            try:
                async with asyncio.timeout(LOOK_S):
                    await self._awake.wait()
            except TimeoutError:
                continue

    async def _tell(self) -> bool:
        """One page; whether there may be more."""
        found = await self._desk.internal("GET", "notices", params={"limit": str(PAGE)})
        due = msgspec.convert(found["items"], list[Notice])
        for notice in due:
            await self._kept.put(notice, await self._safely(notice))
        if due:
            await self._desk.internal("POST", "notices/told", body={"ids": [notice.id for notice in due]})
        return len(due) == PAGE

    async def _safely(self, notice: Notice) -> Out | None:
        """One that cannot be shown as it should is told in its one line: it must not hold up the others."""
        try:
            return await self._out(notice)
        except Away:
            raise
        except Exception:  # noqa: BLE001  whatever the desk's answer lacks
            _log.exception("a notice is told in one line", notice=notice.id)
            return notices.plain(notice)

    async def _out(self, notice: Notice) -> Out | None:
        """What they see; nothing when what it is about is none of theirs any more."""
        try:
            if notice.what in notices.CARDS | notices.ACTED_ON and notice.ticket_id:
                ticket = await self._desk.ask(notice.member_id, f"tickets/{notice.ticket_id}")
                return (notices.card if notice.what in notices.CARDS else notices.plain)(notice, ticket)
            if notice.what in notices.WORDS and notice.ticket_id:
                return notices.words(notice, await self._messages(notice))
        except Refusal:
            return None
        return notices.plain(notice)

    async def _messages(self, notice: Notice) -> list[Any]:
        """The messages a notice is of, as they are now. Raises `Away`, `Refusal`."""
        path, params = f"tickets/{notice.ticket_id}/messages", {"size": "100", "latest": "true"}
        found: dict[str, Any] = {}
        while True:
            page = await self._desk.ask(notice.member_id, path, params)
            found |= {each["id"]: each for each in page["items"] if each["id"] in notice.message_ids}
            cursor = page.get("prev_cursor")
            if cursor is None or len(found) == len(notice.message_ids):
                return [found[each] for each in notice.message_ids if each in found]
            params = {"size": "100", "cursor": cursor}

    async def anew(self, message_id: str) -> list[Out]:
        """Words that were edited or taken back, wherever they were told; never while they cannot be read."""
        outs = []
        for notice in await self._kept.of(message_id):
            try:
                outs.append(notices.anew(notice, await self._messages(notice)))
            except (Away, Refusal):
                continue
        return outs
