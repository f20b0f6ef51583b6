"""What a socket missed and memory no longer holds: from the stream, and where that has nothing, from the log."""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import aclosing

from nats.aio.client import Client
from nats.errors import Error as NatsError
from tikethet_events.feed import Epoch, Feed, Fill
from tikethet_events.stream import STREAM, Message

from tikethet_notify.ring import Entry
from tikethet_notify.rules import Limits

REPLAY_SECONDS = 15.0
ASK_SECONDS = 2.0

Wanted = Callable[[Entry], bool]


class History:
    """Reads old events for sockets that come back; `Limits.replays_at_once` of them at a time, the others wait."""

    def __init__(self, connection: Client, fill: Fill, limits: Limits, *, prefix: str) -> None:
        self._connection = connection
        self._fill = fill
        self._limits = limits
        self._prefix = prefix
        self._turns = asyncio.Semaphore(limits.replays_at_once)

    async def between(self, epoch: str, after: int, upto: int, wanted: Wanted) -> tuple[list[Entry], str] | None:
        """The wanted events in ``(after, upto]`` and where they came from (``stream`` or ``log``).

        ``None`` when they cannot be had: another epoch, too slow, or heavier than `Limits.resume_bytes`.
        """
        source = "stream"

        async def fill(start: int, end: int) -> Sequence[Message]:
            nonlocal source
            source = "log"
            return await self._fill(start, end)

        async with self._turns:
            try:
                async with asyncio.timeout(REPLAY_SECONDS):
                    entries = await self._read(fill, epoch, after, upto, wanted)
            except TimeoutError:
                return None
        return None if entries is None else (entries, source)

    async def requester(self, ticket_id: str) -> str | None:
        """Whose ticket it is, by its newest event on the stream; ``None`` when there is none, or nobody to ask."""
        question = json.dumps({"last_by_subj": f"tikethet.events.*.{ticket_id}.>"}).encode()
        try:
            answer = await self._connection.request(f"{self._prefix}.DIRECT.GET.{STREAM}", question, ASK_SECONDS)
        except (NatsError, OSError, TimeoutError):
            return None
        subject = (answer.headers or {}).get("Nats-Subject")
        return subject.split(".")[2] if subject is not None else None

    async def _read(self, fill: Fill, epoch: str, after: int, upto: int, wanted: Wanted) -> list[Entry] | None:
        entries: list[Entry] = []
        weight = 0
        feed = Feed(self._connection, fill, prefix=self._prefix)
        async with aclosing(feed.items(after=after)) as items:
            async for item in items:
                if isinstance(item, Epoch):
                    if item.lineage.epoch != epoch:
                        return None
                    continue
                if item.position > upto:
                    break
                entry = Entry.of(item)
                if wanted(entry):
                    entries.append(entry)
                    weight += entry.size
                if weight > self._limits.resume_bytes:
                    return None
                if item.position == upto:
                    break
        return entries
