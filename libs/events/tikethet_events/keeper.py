"""What makes the stream a true copy of the log: it is made, compared, begun anew in another epoch, and forgets.

It takes nothing from its own memory: everything is read from the stream and the log each time it is asked.
"""

import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from msgspec import Struct
from nats.js.errors import NotFoundError
from nats.js.manager import JetStreamManager

from tikethet_events.bus import MAX_AGE_S, Lineage, StreamState, configuration, state_of
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Broken, ForeignStream
from tikethet_events.log import Head
from tikethet_events.stream import STREAM, SUBJECTS, member_subjects, ticket_subjects

_ERASURES: Final = frozenset({"MemberErased", "TicketErased"})
_PAGE: Final = 500

_log = logging.getLogger(__name__)


class Source(Protocol):
    """What the relay needs of `tikethet_events.log.Log`."""

    async def read(self, after: int, limit: int, *, types: Collection[str] | None = None) -> list[Recorded]:
        """At most ``limit`` events behind a position."""

    async def head(self) -> Head:
        """Where the log ends."""

    async def start_epoch(self, base: int) -> Head:
        """Positions mean something else from now on."""


class Mark(Struct, frozen=True):
    """How far the stream goes: its last sequence, and the id of that event where it is still there."""

    position: int
    event_id: str | None
    lineage: Lineage


class Keeper:
    """Works through ``manager`` (the stream's own account) for one log."""

    def __init__(
        self, log: Source, manager: JetStreamManager, *, replicas: int = 1, max_age_s: float = MAX_AGE_S
    ) -> None:
        self._log = log
        self._manager = manager
        self._replicas = replicas
        self._max_age_s = max_age_s

    async def survey(self) -> Mark:
        """Look at the stream, then at the log; make the stream what it must be. Raises ForeignStream."""
        state = await state_of(self._manager)
        head = await self._log.head()
        if state is None:
            return await self._make(head)
        if state.lineage is None or state.lineage.installation != head.installation:
            raise ForeignStream(state.lineage.installation if state.lineage else "of nobody", head.installation)
        if state.lineage == _lineage(head) and state.last <= head.position:
            at = await self._at_or_after(state.last if state.messages else None, state)
            if at is None or at[1] == await self._id_in_log(at[0]):
                await self._configure(state)
                return Mark(state.last, at[1] if at and at[0] == state.last else None, state.lineage)
        return await self._start_epoch(state, state.lineage, head)

    async def forget(self, erasure: Recorded) -> None:
        """Take everything about an erased member or ticket, up to their erasure, off the stream."""
        match erasure.type:
            case "MemberErased" if erasure.owner is not None:
                subjects = member_subjects(erasure.owner)
            case "TicketErased":
                subjects = ticket_subjects(erasure.stream_id.removeprefix("ticket-"))
            case _:
                return
        await self._manager.purge_stream(STREAM, seq=erasure.position, subject=subjects)

    async def forget_all(self, upto: int) -> None:
        """Every erasure up to a position once more: a relay may have died between publishing one and forgetting."""
        after = 0
        while erasures := await self._log.read(after, _PAGE, types=_ERASURES):
            for erasure in erasures:
                if erasure.position <= upto:
                    await self.forget(erasure)
            after = erasures[-1].position

    async def _make(self, head: Head) -> Mark:
        first = await self._first_young(head)
        lineage = _lineage(head)
        config = configuration(lineage, first=first, replicas=self._replicas, max_age_s=self._max_age_s)
        await self._manager.add_stream(config)
        _log.warning("stream made from position %d, epoch %s", first, lineage.epoch)
        return Mark(first - 1, None, lineage)

    async def _configure(self, state: StreamState) -> None:
        wanted = {"num_replicas": self._replicas, "max_age": self._max_age_s}
        if any(getattr(state.config, name) != value for name, value in wanted.items()):
            await self._manager.update_stream(state.config, **wanted)

    async def _start_epoch(self, state: StreamState, lineage: Lineage, head: Head) -> Mark:
        """The log was restored behind or beside its stream. A base stays true for every epoch before: the least."""
        common = await self._common(state, head)
        base = min([common, *(base for base in (lineage.base, head.base) if base > 0)])
        _log.error(
            "the log (%d, epoch %s) is not what the stream (%d, epoch %s) copied: new epoch, base %d",
            head.position,
            head.epoch,
            state.last,
            lineage.epoch,
            base,
        )
        head = await self._log.start_epoch(base)
        await self._manager.delete_stream(STREAM)
        return await self._make(head)

    async def _common(self, state: StreamState, head: Head) -> int:
        """The last position where log and stream are known to hold the same event; before it they do everywhere."""
        same, differs = 0, min(state.last, head.position) + 1
        while same + 1 < differs:
            middle = (same + differs) // 2
            at = await self._at_or_after(middle, state)
            if at is None or not middle <= at[0] < differs:
                differs = middle
            elif at[1] == await self._id_in_log(at[0]):
                same = at[0]
            else:
                differs = middle
        return same

    async def _at_or_after(self, position: int | None, state: StreamState) -> tuple[int, str] | None:
        """Sequence and event id of the stream's message there, or of the next one kept; at its end, the last kept."""
        if position is None:
            return None
        try:
            if position >= state.last:
                message = await self._manager.get_last_msg(STREAM, SUBJECTS)
            else:
                message = await self._manager.get_msg(STREAM, seq=position, subject=SUBJECTS, next=True)
        except NotFoundError:
            return None
        if message.seq is None:
            return None
        return message.seq, (message.headers or {}).get("ce-id", "")

    async def _id_in_log(self, position: int) -> str | None:
        events = await self._log.read(position - 1, 1)
        return events[0].event_id if events and events[0].position == position else None

    async def _first_young(self, head: Head) -> int:
        """The first position that is not older than the stream keeps; behind the head when all are."""
        oldest = datetime.now(UTC) - timedelta(seconds=self._max_age_s)
        old, young = 0, head.position + 1
        while old + 1 < young:
            middle = (old + young) // 2
            events = await self._log.read(middle - 1, 1)
            if not events:
                raise Broken(middle, "nothing there although the head is further")
            if events[0].recorded_at < oldest:
                old = middle
            else:
                young = middle
        return young


def _lineage(head: Head) -> Lineage:
    return Lineage(head.installation, head.epoch, head.base)
