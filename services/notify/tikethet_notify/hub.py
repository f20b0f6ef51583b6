"""Every open feed of this process, and the newest events: one publish reaches exactly those who may hear it."""

import asyncio
from collections.abc import Iterator

from tikethet_notify import frames, measures, rules
from tikethet_notify.feeds import CloseCode, Feed
from tikethet_notify.ring import Entry, Ring


class Hub:
    """Feeds by role and by member. ``epoch`` is empty until `begin` was called for the first time."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self.epoch = ""
        self._begun = asyncio.Event()
        self._head = 0
        self._staff: dict[str, set[Feed]] = {role: set() for role in rules.STAFF}
        self._by_member: dict[str, set[Feed]] = {}
        measures.SOCKETS.set_function(self.count)

    def __iter__(self) -> Iterator[Feed]:
        """Every feed; a copy, so that they may leave meanwhile."""
        return iter([feed for feeds in self._by_member.values() for feed in feeds])

    @property
    def position(self) -> int:
        """The newest position there is."""
        return self.ring.last

    def count(self) -> int:
        """How many feeds there are."""
        return sum(map(len, self._by_member.values()))

    def members(self) -> list[str]:
        """Who has at least one feed."""
        return list(self._by_member)

    def of(self, member_id: str) -> list[Feed]:
        """One member's feeds."""
        return list(self._by_member.get(member_id, ()))

    async def begun(self) -> None:
        """Wait until every event up to the head that was there at the start has been heard."""
        await self._begun.wait()

    @property
    def up_to_date(self) -> bool:
        """Whether `begun` returns at once."""
        return self._begun.is_set()

    def begin(self, epoch: str, position: int, *, head: int) -> None:
        """Start from here: at first, in a new epoch, or when the way from the last event to here is not known.

        Events up to ``head`` are history. Open feeds start anew as well, so their clients fetch afresh.
        """
        self.epoch = epoch
        self.ring.restart(position)
        self._head = head
        for feed in self:
            self._restart(feed)
        self._arrived()

    def forget(self) -> None:
        """Drop the events in memory (somebody was erased); who still had to hear them resumes from elsewhere."""
        self.ring.restart(self.position)

    def publish(self, entry: Entry) -> None:
        """Tell one new event to everyone who may hear it."""
        self.ring.append(entry)
        told = 0
        for role in rules.ROLES_BY_AUDIENCE.get(entry.audience, ()):
            feeds = self._staff[role]
            told += len(feeds)
            for feed in feeds:
                feed.offer(entry)
        if entry.requester is not None:
            for feed in self._by_member.get(entry.requester, ()):
                if feed.peer.role not in rules.STAFF and entry.heard_by(entry.requester, feed.peer.role):
                    feed.offer(entry)
                    told += 1
        measures.DELIVERIES.inc(told)
        self._arrived()

    def join(self, feed: Feed) -> None:
        """From now on this feed hears what its member may."""
        self._by_member.setdefault(feed.peer.member_id, set()).add(feed)
        if feed.peer.role in rules.STAFF:
            self._staff[feed.peer.role].add(feed)

    def leave(self, feed: Feed) -> None:
        """It hears nothing more."""
        feeds = self._by_member.get(feed.peer.member_id, set())
        feeds.discard(feed)
        if not feeds:
            self._by_member.pop(feed.peer.member_id, None)
        for staff in self._staff.values():
            staff.discard(feed)

    def change_role(self, member_id: str, role: str) -> None:
        """A member may hear more or less from here on: their feeds start anew, so their clients fetch afresh."""
        for feed in self.of(member_id):
            if feed.peer.role != role:
                self.leave(feed)
                feed.peer.role = role
                self.join(feed)
                self._restart(feed)

    def close_member(self, member_id: str, code: CloseCode, reason: str) -> None:
        """Shut a member's feeds."""
        for feed in self.of(member_id):
            feed.close(code, reason)

    def close_session(self, session_id: str) -> None:
        """A session ended: so do its feeds."""
        for feed in self:
            if feed.peer.session_id == session_id:
                feed.close(CloseCode.UNAUTHORIZED, "the session has ended")

    def say(self, audience: str, requester: str, frame: bytes, *, but: str) -> None:
        """Something ephemeral for those who hear it, ``but`` the member it comes from."""
        for feed in self:
            peer = feed.peer
            if peer.member_id != but and rules.hears(audience, requester, peer.member_id, peer.role):
                feed.say(frame)

    def tell(self, member_id: str, frame: bytes) -> None:
        """Something ephemeral for one member, on all their sockets."""
        for feed in self._by_member.get(member_id, ()):
            feed.say(frame)

    def tell_presence(self, online: int) -> None:
        """So many members are online: said to those who do not know it yet."""
        frame = frames.presence(online)
        for feed in self:
            if feed.online != online:
                feed.online = online
                feed.say(frame)

    def check(self, now: float, wall: float) -> None:
        """Close those who are too slow (``now`` on the loop's clock) or whose token expired (``wall`` time)."""
        for feed in self:
            if feed.slow(now):
                feed.close(CloseCode.SLOW, "too slow; resume")
            elif feed.peer.expires_at <= wall:
                feed.close(CloseCode.UNAUTHORIZED, "the token has expired")

    def sweep(self) -> None:
        """Move idle cursors to the head."""
        for feed in self:
            feed.sweep(self.position)

    def _arrived(self) -> None:
        measures.POSITION.set(self.position)
        measures.RING_BYTES.set(self.ring.bytes)
        if self.position >= self._head:
            self._begun.set()

    def _restart(self, feed: Feed) -> None:
        feed.start(self.epoch, self.position, resumed=False, scanned=self.position)
