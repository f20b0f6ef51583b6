"""The states of streams, remembered for a while.

What is remembered may be stale when another process wrote: the log's expected version finds that out, and whoever is
refused on the ground of a remembered state loads afresh before the refusal counts (see `core`).
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, Generic, TypeVar

from msgspec import Struct
from tikethet_events.catalogue import kind_of
from tikethet_events.envelope import Recorded
from tikethet_events.log import Log

from tikethet_tickets.rules import broadcast, desk, member, ticket

State = TypeVar("State")

_EVOLVE: Final[dict[str, Callable[[Any, Any, datetime], Any]]] = {
    "ticket": ticket.evolve,
    "member": member.evolve,
    "desk": desk.evolve,
    "broadcast": broadcast.evolve,
}


MAX_AGE_S: Final = 600.0
"""A state is folded anew after this long, so that another process's erasure of a person reaches this memory too."""


class Loaded(Struct, Generic[State], frozen=True):
    """A stream's state and its version; ``state`` is ``None`` and ``version`` 0 for a stream that does not exist.

    ``since`` is the monotonic time from which it has been remembered.
    """

    version: int
    state: State | None
    since: float = 0.0


ABSENT: Final[Loaded[Any]] = Loaded(0, None)


class Streams:
    """Loads states; keeps the ``size`` used last, none longer than `MAX_AGE_S` of ``clock``."""

    def __init__(self, log: Log, *, size: int = 4096, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._size = size
        self._clock = clock
        self._kept: OrderedDict[str, Loaded[Any]] = OrderedDict()

    async def load(self, stream_id: str, *, fresh: bool) -> Loaded[Any]:
        """The state of a stream: as remembered, or, when ``fresh``, with everything the log holds by now."""
        kept = self._known(stream_id)
        if kept.version and not fresh:
            self._kept.move_to_end(stream_id)
            return kept
        tail = await self._log.read_stream(stream_id, after=kept.version)
        return self.keep(stream_id, kept, tail)

    def learn(self, recorded: Sequence[Recorded]) -> None:
        """Carry remembered states on with events that were just appended."""
        by_stream: dict[str, list[Recorded]] = {}
        for each in recorded:
            by_stream.setdefault(each.stream_id, []).append(each)
        for stream_id, events in by_stream.items():
            kept = self._known(stream_id)
            if kept.version == events[0].version - 1:
                self.keep(stream_id, kept, events)

    def keep(self, stream_id: str, known: Loaded[Any], tail: Sequence[Recorded]) -> Loaded[Any]:
        """Fold ``tail`` onto what is ``known`` and remember the outcome."""
        if not tail:
            return known
        since = known.since if known.version else self._clock()
        loaded = fold(known, tail, since)
        self._kept[stream_id] = loaded
        self._kept.move_to_end(stream_id)
        while len(self._kept) > self._size or self._is_old(next(iter(self._kept.values()))):
            self._kept.popitem(last=False)
        return loaded

    def forget(self) -> None:
        """Drop everything: a person was erased, and their words must not linger in memory."""
        self._kept.clear()

    def _known(self, stream_id: str) -> Loaded[Any]:
        kept = self._kept.get(stream_id, ABSENT)
        return ABSENT if self._is_old(kept) else kept

    def _is_old(self, kept: Loaded[Any]) -> bool:
        return self._clock() - kept.since > MAX_AGE_S


def fold(known: Loaded[Any], tail: Sequence[Recorded], since: float = 0.0) -> Loaded[Any]:
    """The state after ``tail``, all of one stream, in order of version."""
    state, version = known.state, known.version
    evolve = _EVOLVE[kind_of(tail[0].stream_id)]
    for each in tail:
        state = evolve(state, each.data, each.recorded_at)
        version = each.version
    return Loaded(version, state, since)
