"""Updates on their way into the journal: in order, without a gap, each together with the state behind it.

Telegram counts the changes of all private chats (pts), and those of each group by themselves. What does not fit the
count is held back and fetched as a difference, which is also asked for on every new connection and now and then.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from pyrogram import raw
from pyrogram.errors import BadRequest, Forbidden

from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.store.journal import Entry, Journal, State
from tikethet_bot.telegram.channels import Channels, Fit, channel_of
from tikethet_bot.telegram.client import Unreachable
from tikethet_bot.telegram.translate import incoming_of, own_message

EVERY_S: Final = 60.0
"""So often a difference is asked for although nothing seems to be missing."""
GAP_S: Final = 0.15
"""So long an update may be overtaken by its successor before the difference is asked for."""

Call = Callable[[Any], Awaitable[Any]]
Poke = Callable[[list[Entry]], None]
Recognise = Callable[[int, int, str], Awaitable[None]]

types = raw.types
_log = structlog.get_logger("tikethet.bot.mailbox")


class _Recover:
    """Asks for a difference, among the updates in the queue."""


class Mailbox:
    """Fed by `put`; `run` journals, and tells ``poke`` which entries are new. ``me`` is the bot's own id."""

    def __init__(self, me: int, journal: Journal, poke: Poke, recognise: Recognise) -> None:
        self._me = me
        self._journal = journal
        self._poke = poke
        self._recognise = recognise
        self._queue: asyncio.Queue[Any] = asyncio.Queue()
        self._held: list[tuple[Any, dict[int, Any]]] = []
        self._state: State | None = None
        self._channels = Channels({})
        self._asked = self._answered = 0
        """How often `recover` was called, and how many of these calls a difference followed."""
        self._level_at: float | None = None

    @property
    def level_s(self) -> float | None:
        """For how many seconds nothing has been missing in the journal, as far as one knows; ``None``: something is."""
        return time.monotonic() - self._level_at if self._level_at is not None else None

    def put(self, updates: Any) -> None:
        """Something Telegram said, as a push or as the answer to a call of ours."""
        self._queue.put_nowait(updates)

    def recover(self) -> None:
        """Ask what was missed, soon."""
        self._asked += 1
        self._level_at = None
        self._queue.put_nowait(_Recover())

    async def run(self, call: Call) -> None:
        """Work until cancelled, after `begin`. Raises what ``call`` raises."""
        self._held.clear()
        self.recover()
        while True:
            item = await self._next()
            if item is None or isinstance(item, _Recover | types.UpdatesTooLong):
                self._channels.suspect()
                await self._difference(call)
            else:
                await self._take(item)
                while self._held:
                    await self._wait_for_the_missing(call)
            await self._catch_up(call)
            if self._level_at is None and self._answered == self._asked and not self._channels.behind:
                self._level_at = time.monotonic()

    async def begin(self, call: Call) -> None:
        """Find where to go on; the very first time, that is now. Raises what ``call`` raises."""
        self._channels = Channels(await self._journal.channels())
        state = await self._journal.state()
        if state is None:
            now = await call(raw.functions.updates.GetState())
            state = State(now.pts, now.qts, now.date)
            await self._journal.take([], state)
        self._state = state

    async def _next(self) -> Any:
        try:
            async with asyncio.timeout(EVERY_S):
                return await self._queue.get()
        except TimeoutError:
            return None

    async def _wait_for_the_missing(self, call: Call) -> None:
        try:
            async with asyncio.timeout(GAP_S):
                item = await self._queue.get()
        except TimeoutError:
            await self._difference(call)
        else:
            if isinstance(item, _Recover | types.UpdatesTooLong):
                self._channels.suspect()
                await self._difference(call)
            else:
                await self._take(item)

    async def _take(self, updates: Any) -> None:
        """Journal what fits the count, with everything else that is waiting already."""
        state = self._now
        fitting: list[Incoming] = []
        before = (state.pts, state.qts)
        self._channels.met(getattr(updates, "chats", ()))
        for update, users in _single(updates):
            self._fit(update, users, fitting)
        for update, users in list(self._held):  # in the order of their pts: each may make room for the next
            self._fit(update, users, fitting)
        self._held = [each for each in self._held if each[0].pts > state.pts]
        if fitting or self._channels.changed or before != (state.pts, state.qts):
            await self._keep(fitting, state)

    def _fit(self, update: Any, users: dict[int, Any], fitting: list[Incoming]) -> None:
        state = self._now
        pts, count = getattr(update, "pts", None), getattr(update, "pts_count", 0) or 0
        if isinstance(update, types.UpdateBotStopped | types.UpdateChannelParticipant):
            state.qts = max(state.qts, update.qts)
        elif isinstance(update, types.UpdateChannelTooLong | types.UpdateChannel):
            self._channels.suspect(update.channel_id)
            return
        elif pts is not None and channel_of(update):
            if self._channels.fit(update) is not Fit.NEXT:
                return
        elif pts is not None:
            if pts <= state.pts:
                return
            if pts - count != state.pts:
                if all(held is not update for held, _ in self._held):
                    self._held.append((update, users))
                    self._held.sort(key=lambda each: each[0].pts)
                return
            state.pts = pts
        fitting += incoming_of(update, users, self._me)

    async def _keep(self, incoming: list[Incoming], state: State) -> None:
        """Journal; what was learnt of groups goes with it."""
        self._poke(await self._journal.take(incoming, state, self._channels.changed))
        self._channels.changed.clear()

    async def _catch_up(self, call: Call) -> None:
        """Fetch what groups have that we do not."""
        for chat_id in list(self._channels.behind):
            try:
                while not await self._channel_slice(chat_id, call):
                    pass
            except Unreachable:
                return  # a new connection asks again
            except (BadRequest, Forbidden) as failure:
                await self._shut_out(chat_id, failure)

    async def _channel_slice(self, chat_id: int, call: Call) -> bool:
        found = await call(self._channels.query(chat_id))
        users = {user.id: user for user in getattr(found, "users", ())}
        if isinstance(found, types.updates.ChannelDifferenceTooLong):
            _log.error("Telegram no longer has all updates of a group since we were last there", chat=chat_id)
        new: Any = getattr(found, "new_messages", None) or getattr(found, "messages", ())
        other: Any = getattr(found, "other_updates", ())
        news: list[Any] = [types.UpdateNewChannelMessage(message=each, pts=0, pts_count=0) for each in new]
        final = self._channels.reached(chat_id, found)
        incoming = [each for update in [*news, *other] for each in incoming_of(update, users, self._me)]
        await self._keep(incoming, self._now)
        return final

    async def _shut_out(self, chat_id: int, failure: BadRequest | Forbidden) -> None:
        """The group is gone, or we are; in case nobody told us, we tell ourselves."""
        _log.warning("a group cannot be looked into any more", chat=chat_id, why=failure.ID)
        self._channels.lost(chat_id)
        out = Incoming(kind="place", chat_id=chat_id, date=self._now.date, data="out", query_id=self._now.pts)
        await self._keep([out], self._now)

    async def _difference(self, call: Call) -> None:
        """Everything since the state, journalled with it, slice by slice."""
        asked = self._asked
        while True:
            state = self._now
            query = raw.functions.updates.GetDifference(pts=state.pts, date=state.date, qts=state.qts)
            try:
                found = await call(query)
            except Unreachable:
                self._held.clear()  # a new connection asks again, and hears of them then
                return
            if isinstance(found, types.updates.DifferenceEmpty):
                break
            if isinstance(found, types.updates.DifferenceTooLong):
                _log.error("Telegram no longer has the updates since we were last here", pts=state.pts, now=found.pts)
                state.pts = found.pts
                await self._journal.take([], state)
                continue
            await self._learn(found)
            if isinstance(found, types.updates.Difference):
                break
        self._held = [each for each in self._held if each[0].pts > self._now.pts]
        self._answered = asked

    async def _learn(self, found: Any) -> None:
        users = {user.id: user for user in found.users}
        news: list[Any] = [types.UpdateNewMessage(message=each, pts=0, pts_count=0) for each in found.new_messages]
        self._channels.met(found.chats)
        for each in found.other_updates:
            if isinstance(each, types.UpdateChannelTooLong | types.UpdateChannel):
                self._channels.suspect(each.channel_id)
        told = [*news, *(each for each in found.other_updates if not _counted_in_a_channel(each))]
        incoming = [each for update in told for each in incoming_of(update, users, self._me)]
        reached = found.state if isinstance(found, types.updates.Difference) else found.intermediate_state
        state = State(reached.pts, reached.qts, reached.date)
        await self._keep(incoming, state)
        self._state = state
        for own in filter(None, map(own_message, news)):
            await self._recognise(*own)

    @property
    def _now(self) -> State:
        if self._state is None:
            raise RuntimeError("the mailbox does not run")
        return self._state


def _single(updates: Any) -> list[tuple[Any, dict[int, Any]]]:
    """The updates in what Telegram says, each with the people it speaks of."""
    if isinstance(updates, types.Updates | types.UpdatesCombined):
        users = {user.id: user for user in updates.users}
        return [(update, users) for update in updates.updates]
    if isinstance(updates, types.UpdateShort):
        return [(updates.update, {})]
    if hasattr(updates, "pts"):  # short forms and AffectedMessages: they only count
        return [(updates, {})]
    return []


def _counted_in_a_channel(update: Any) -> bool:
    """Such updates come with the group's own difference."""
    return getattr(update, "pts", None) is not None and channel_of(update) != 0
