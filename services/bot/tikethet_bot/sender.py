"""The outbox on its way to Telegram: in order per chat, urgent chats first, never faster than Telegram likes."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, Protocol

import msgspec
import structlog
from prometheus_client import Counter, Gauge
from pyrogram.errors import RPCError
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_service.metrics import REGISTRY

from tikethet_bot.desk import Away, Refusal
from tikethet_bot.rules.pace import Pace
from tikethet_bot.store.outbox import Outbox, Waiting
from tikethet_bot.telegram.client import Unreachable
from tikethet_bot.telegram.sending import (
    AsDocuments,
    Barred,
    Closed,
    Delivered,
    Later,
    Outcome,
    Refused,
    Shown,
    Slower,
    Stepped,
    TooLong,
    WithoutReply,
    delivered,
    outcome_of,
    peer_of,
    query_of,
)
from tikethet_bot.telegram.uploads import Content, Uploads

AT_ONCE: Final = 16
LOOK_S: Final = 1.0
LOOKED_AT: Final = 64
"""So many rows one look at the outbox reads at most."""
AGAIN_S: Final = 0.5
_SENT: Final = Counter(
    "tikethet_bot_sends_total", "Rows of the outbox by what Telegram said.", ("outcome",), registry=REGISTRY
)
_FLOODS: Final = Counter(
    "tikethet_bot_flood_waits_total", "Times Telegram wanted a chat left alone (FloodWait).", registry=REGISTRY
)
_QUEUE: Final = Gauge("tikethet_bot_queue_messages", "Rows of the outbox not sent yet.", registry=REGISTRY)
QUEUE_S: Final = 5.0
_log = structlog.get_logger("tikethet.bot.sender")


class Way(Protocol):
    """How Telegram is asked."""

    @property
    def up(self) -> bool:
        """Whether it makes sense to send now."""

    async def call(self, query: Any) -> Any:
        """Ask once. Raises RPCError, `Unreachable`."""


class Clock(Protocol):
    """What time it is, and how it passes."""

    def now(self) -> float:
        """Seconds since whenever."""

    async def rest(self, awake: asyncio.Event, seconds: float) -> None:
        """Return after so many seconds, or as soon as ``awake`` is set."""


class WallClock:
    """The time of the machine."""

    def now(self) -> float:
        """Seconds that only go forward."""
        return time.monotonic()

    async def rest(self, awake: asyncio.Event, seconds: float) -> None:
        """Return after so many seconds, or as soon as ``awake`` is set."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await awake.wait()


class Sender:
    """`run` sends; `poke` says that there is something new. ``allowed`` is asked right before every send.

    ``content`` gives out the files of a message; ``to_groups`` does the next write of a row that goes to a group.
    """

    def __init__(
        self,
        outbox: Outbox,
        way: Way,
        allowed: Callable[[], bool],
        content: Content,
        to_groups: Callable[[Waiting], Awaitable[Outcome]],
        clock: Clock | None = None,
    ) -> None:
        self._to_groups = to_groups
        self._outbox = outbox
        self._way = way
        self._allowed = allowed
        self._uploads = Uploads(way.call, content)
        self._clock = clock or WallClock()
        self._pace = Pace()
        self._busy: set[int] = set()
        self._resting: dict[int, float] = {}
        self._awake = asyncio.Event()

    def poke(self) -> None:
        """There may be something to send."""
        self._awake.set()

    def resume(self, chat_id: int) -> None:
        """A chat may be written to again: what it waited for came."""
        self._resting.pop(chat_id, None)
        self._pace.resume(chat_id)
        self._awake.set()

    @property
    def busy(self) -> bool:
        """Whether anything is on its way right now."""
        return bool(self._busy)

    async def run(self) -> None:
        """Send until cancelled."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._awake.clear()
                wait = await self._start_what_may(group)
                await asyncio.sleep(0)  # what was begun goes out before the next look
                await self._clock.rest(self._awake, wait)

    async def count(self) -> None:
        """Keep the queue's length in the metrics, until cancelled."""
        while True:
            with contextlib.suppress(*DATABASE_TROUBLE):
                _QUEUE.set(await self._outbox.waiting())
            await asyncio.sleep(QUEUE_S)

    async def _start_what_may(self, group: asyncio.TaskGroup) -> float:
        """Begin every send that the limits allow now; seconds until it is worth looking again."""
        while self._way.up and self._allowed():
            now = self._clock.now()
            self._resting = {chat: until for chat, until in self._resting.items() if until > now}
            room = AT_ONCE - len(self._busy)
            if room <= 0:
                break  # whatever ends first wakes us
            rows = await self._outbox.next(LOOKED_AT, [*self._busy, *self._resting])
            for row in rows[:room]:
                if wait := self._pace.all_wait(now):
                    return wait
                if wait := self._pace.chat_wait(row.chat_id, now):
                    self._resting[row.chat_id] = now + wait
                    continue
                self._pace.take(row.chat_id, now)
                self._busy.add(row.chat_id)
                group.create_task(self._deliver(row))
            if len(rows) < min(room, LOOKED_AT):  # that was all; whatever comes wakes us
                return min((until - now for until in self._resting.values()), default=LOOK_S)
        return LOOK_S

    async def _deliver(self, row: Waiting) -> None:
        try:
            outcome = await self._send(row)
            _SENT.labels(type(outcome).__name__).inc()
            await self._settle(row, outcome)
        except Exception:  # noqa: BLE001  whatever it is, the other chats go on
            _log.exception("a send failed; it will be tried again", row=row.id)
            self._pace.pause(row.chat_id, self._clock.now() + LOOK_S)
        finally:
            self._busy.discard(row.chat_id)
            self._awake.set()

    async def _send(self, row: Waiting) -> Outcome:
        if row.chat_id < 0:
            return await self._to_groups(row)
        copies = await self._outbox.changed_by(row) if row.action != "send" else []
        outcome = await self._try(row, copies)
        if isinstance(outcome, AsDocuments):
            outcome = await self._try(row, copies, plain=True)
        if isinstance(outcome, TooLong) and copies:  # it no longer fits under its file: it is said beside it
            outcome = await self._try(msgspec.structs.replace(row, action="send", reply_to=copies[0]), [])
        return await self._try(row, copies, reply=False) if isinstance(outcome, WithoutReply) else outcome

    async def _try(self, row: Waiting, copies: list[int], *, reply: bool = True, plain: bool = False) -> Outcome:
        try:
            media = await self._media(row, plain=plain)
            if row.files and not media:  # the desk no longer has them: their names say what there was
                names = "\n".join(f"📎 {each.filename}" for each in row.files)
                row = msgspec.structs.replace(row, text=f"{row.text}\n{names}".strip(), files=())
            query = query_of(row, copies, media, reply=reply)
            if query is None:
                return Delivered(None)
            if not self._allowed():
                return Later()
            return delivered(await self._way.call(query))
        except RPCError as failure:
            return outcome_of(failure, action=row.action)
        except (Unreachable, Away):
            return Later()

    async def _media(self, row: Waiting, *, plain: bool) -> list[Any]:
        """The files of a row as Telegram takes them; none when the desk gives one of them out no more."""
        if not row.files or row.member_id is None:
            return []
        try:
            if len(row.files) == 1:
                return [await self._uploads.single(row.member_id, row.files[0], plain=plain)]
            return await self._uploads.album(peer_of(row), row.member_id, row.files, plain=plain)
        except Refusal:
            return []

    async def _settle(self, row: Waiting, outcome: Outcome) -> None:
        now = self._clock.now()
        match outcome:
            case Delivered(telegram_id, others):
                await self._outbox.delivered(row, telegram_id, others)
            case Shown():
                await self._outbox.shown(row)
            case Stepped():
                pass
            case Slower(seconds):
                _FLOODS.inc()
                _log.warning("Telegram wants a chat left alone", seconds=seconds)
                self._pace.pause(row.chat_id, now + seconds)
            case Barred(seconds):
                self._pace.pause(row.chat_id, now + seconds)
            case Closed(why):
                await self._outbox.stopped(row.chat_id, why)
            case TooLong():
                await self._outbox.refused(row, "TOO_LONG")
            case Refused(why):
                _log.error("Telegram refused a message", why=why, row=row.id)
                await self._outbox.refused(row, why)
            case Later() | WithoutReply() | AsDocuments():
                self._pace.pause(row.chat_id, now + AGAIN_S)
