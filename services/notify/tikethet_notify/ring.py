"""The last events in memory, each turned into bytes once, shared by all sockets that still have to hear them."""

from collections import deque
from itertools import islice

from tikethet_events.stream import Message, json_of

from tikethet_notify import rules


class Entry:
    """One event as it is sent: the bytes before and after ``prev``, the only part that differs between sockets.

    ``event`` is the CloudEvent as one JSON object; ``requester`` whose it is, if anybody's; ``changed`` the member
    whose role it changed, if it did.
    """

    __slots__ = ("_after", "_before", "_frame", "_prev", "audience", "changed", "end", "position", "requester", "size")

    def __init__(
        self, position: int, event: bytes, audience: str, requester: str | None, changed: str | None = None
    ) -> None:
        self.position = position
        self.audience = audience
        self.requester = requester
        self.changed = changed
        self.size = len(event)
        self.end = 0
        """Bytes of all events up to and with this one since the ring began; set by the ring."""
        self._before = b'{"type":"event","position":%d,"prev":' % position
        self._after = b',"event":' + event + b"}"
        self._prev = -1
        self._frame = b""

    @classmethod
    def of(cls, message: Message) -> "Entry":
        """The entry of a message as the stream or the log gave it."""
        headers = message.headers
        return cls(
            message.position,
            json_of(headers, message.body),
            headers.get("ce-audience", ""),
            headers.get("ce-requester"),
            headers["ce-subject"] if message.type == "RoleChanged" else None,
        )

    def frame(self, prev: int) -> bytes:
        """The frame for a socket whose last frame was at ``prev``; staff mostly share one, so it is kept."""
        if prev != self._prev:
            self._frame = b"%b%d%b" % (self._before, prev, self._after)
            self._prev = prev
        return self._frame

    def heard_by(self, member_id: str, role: str) -> bool:
        """Whether this member, in this role, hears it."""
        return rules.hears(self.audience, self.requester, member_id, role)


class Ring:
    """Consecutive entries up to the newest, bounded by count and bytes; the oldest go first."""

    def __init__(self, *, max_events: int, max_bytes: int) -> None:
        self._entries: deque[Entry] = deque()
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._bytes = 0
        self._end = 0
        self.last = 0
        """The newest position there was, also after `restart`."""

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def bytes(self) -> int:
        """What the events in it weigh."""
        return self._bytes

    def restart(self, last: int) -> None:
        """Forget all that is held; what comes next follows ``last``."""
        self._entries.clear()
        self._bytes = 0
        self.last = last

    def append(self, entry: Entry) -> None:
        """Keep the newest; its position must follow `last`."""
        self.last = entry.position
        self._end += entry.size
        entry.end = self._end
        self._entries.append(entry)
        self._bytes += entry.size
        while len(self._entries) > self._max_events or (self._bytes > self._max_bytes and len(self._entries) > 1):
            self._bytes -= self._entries.popleft().size

    def reaches(self, position: int) -> bool:
        """Whether everything after ``position`` is here."""
        return self.first <= position + 1

    @property
    def first(self) -> int:
        """The oldest position held, or the one to come."""
        return self._entries[0].position if self._entries else self.last + 1

    def after(self, position: int, limit: int | None = None) -> list[Entry]:
        """Entries after ``position``, oldest first; the ring must reach it."""
        start = max(0, position + 1 - self.first)
        return list(islice(self._entries, start, None if limit is None else start + limit))

    def owed(self, position: int) -> int:
        """How many bytes of events came after ``position``, heard or not."""
        for entry in self.after(position, 1):
            return self._end - entry.end + entry.size
        return 0
