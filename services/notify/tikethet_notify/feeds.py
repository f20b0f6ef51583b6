"""One socket's place in the stream of events: what it was sent, what it is still owed, and when that is too much.

A feed that keeps up gets every event pushed. One whose peer reads slowly is not pushed anything: it is *behind*, a
cursor into the ring that all feeds share, and is pumped from there as its peer takes what was handed over. So a slow
socket costs no memory beyond one write buffer, and a quick one never waits for it.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from tikethet_notify import frames
from tikethet_notify.ring import Entry, Ring
from tikethet_notify.rules import Limits

BURST = 256
"""Events pumped in one go before others get their turn."""


class CloseCode(IntEnum):
    """Why the server closes a socket. After 4008, 1012 and 1013 the client comes back and resumes."""

    POLICY = 1008
    TOO_BIG = 1009
    INTERNAL = 1011
    RESTART = 1012
    TRY_LATER = 1013
    SLOW = 4008
    UNAUTHORIZED = 4401
    BLOCKED = 4403
    LATE = 4408


@dataclass(slots=True)
class Peer:
    """Whom a feed is for, and until when: ``expires_at`` in seconds since the epoch."""

    member_id: str
    session_id: str
    role: str
    language: str
    expires_at: float


@dataclass(frozen=True, slots=True)
class Wire:
    """The way to the peer: send a text frame, close with a code and a reason, run something a little later."""

    send: Callable[[bytes], None]
    close: Callable[[CloseCode, str], None]
    later: Callable[[Callable[[], None]], object]
    clock: Callable[[], float]


class Feed:
    """Sends a peer every event it may hear, once and in order, from `start` until the socket closes."""

    __slots__ = (
        "_backlog", "_limits", "_paused_at", "_pumping", "_ring", "_scanned", "_swept", "_wire",
        "behind", "cursor", "online", "peer",
    )  # fmt: skip

    def __init__(self, peer: Peer, wire: Wire, ring: Ring, limits: Limits) -> None:
        self.peer = peer
        self.cursor = 0
        """The position of the last ready, event or progress frame."""
        self.behind = True
        """Whether there is something it must hear first before it can be pushed what is new."""
        self.online = -1
        """The presence count it was told last."""
        self._wire = wire
        self._ring = ring
        self._limits = limits
        self._backlog: deque[Entry] = deque()
        self._scanned = 0
        self._swept = -1
        self._paused_at: float | None = None
        self._pumping = False

    def start(self, epoch: str, position: int, *, resumed: bool, backlog: Iterable[Entry] = (), scanned: int) -> None:
        """Say where the feed starts, then catch up: the ``backlog``, then the ring after ``scanned``."""
        self._backlog = deque(backlog)
        self._scanned = scanned
        self.cursor = position
        self.behind = True
        self._wire.send(frames.ready(epoch, position, resumed=resumed))
        self.pump()

    def offer(self, entry: Entry) -> None:
        """Push one new event, unless older ones come first; those and this one are then in the ring."""
        prev = self.cursor
        if self.behind or entry.position <= prev:
            return
        self.cursor = entry.position
        self._wire.send(entry.frame(prev))

    def say(self, frame: bytes) -> None:
        """Send something ephemeral, or drop it: facts go first where there is little room."""
        if self._paused_at is None:
            self._wire.send(frame)

    def pause(self) -> None:
        """The peer has not taken what was handed over: hand over no more."""
        if self._paused_at is None:
            self._paused_at = self._wire.clock()
        if not self.behind:
            self.behind = True
            self._scanned = self.cursor

    def resume(self) -> None:
        """The peer took it: go on from where it stands."""
        self._paused_at = None
        if not self._pumping:
            self.pump()

    def pump(self) -> None:
        """Hand over what is owed, a burst at a time, until the peer pauses or nothing is left."""
        self._pumping = True
        for _ in range(BURST):
            if self._paused_at is not None:
                break
            entry = self._next()
            if entry is None:
                self.behind = False
                break
            prev, self.cursor = self.cursor, entry.position
            self._wire.send(entry.frame(prev))
        else:
            self._wire.later(self.pump)
            return
        self._pumping = False

    def sweep(self, head: int) -> None:
        """Every `Limits.progress_every`: move an idle cursor."""
        if not self.behind and self.cursor == self._swept and self.cursor < head:
            self.cursor = head
            self._wire.send(frames.progress(head))
        self._swept = self.cursor

    def slow(self, now: float) -> bool:
        """Whether it is owed more, or for longer, than a socket may be; such a one is closed and may resume."""
        if self._paused_at is None:
            return False
        if now - self._paused_at > self._limits.unsent_seconds:
            return True
        return self._ring.owed(self._scanned) > self._limits.unsent_bytes

    def close(self, code: CloseCode, reason: str) -> None:
        """Hang up."""
        self._wire.close(code, reason)

    def _next(self) -> Entry | None:
        """The next event this peer may hear; ``None`` when it heard all there is."""
        member_id, role = self.peer.member_id, self.peer.role
        while True:
            while self._backlog:
                entry = self._backlog.popleft()
                if entry.position > self.cursor and entry.heard_by(member_id, role):
                    return entry
            if not self._ring.reaches(self._scanned):
                self._wire.close(CloseCode.SLOW, "too slow; resume")
                return None
            chunk = self._ring.after(self._scanned, BURST)
            if not chunk:
                return None
            self._scanned = chunk[-1].position
            self._backlog.extend(chunk)
