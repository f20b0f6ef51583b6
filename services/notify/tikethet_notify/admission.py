"""Letting a socket in: who is it, may it come, and where does its feed start?"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tikethet_service.callers import Access, AccessTokens
from tikethet_service.problems import Problem

from tikethet_notify import measures, rules
from tikethet_notify.feeds import CloseCode, Feed, Peer, Wire
from tikethet_notify.frames import Resume
from tikethet_notify.history import History
from tikethet_notify.hub import Hub
from tikethet_notify.members import Members, NoSuchMember, Standing, Unreachable
from tikethet_notify.ring import Entry
from tikethet_notify.rules import Limits
from tikethet_notify.sessions import Sessions

START_SECONDS = 10.0
"""How long a socket waits for a process that does not know yet where the log stands."""

Who = tuple[str, str]
"""A member and their role."""


class NotAdmitted(Exception):
    """The socket is closed with ``close``; ``code`` is the problem code told before."""

    def __init__(self, close: CloseCode, code: str, language: str | None = None) -> None:
        super().__init__(code)
        self.close = close
        self.code = code
        self.language = language


@dataclass(frozen=True, slots=True)
class Start:
    """Where a feed starts, and what it hears first: ``backlog``, then the ring after ``scanned``."""

    position: int
    resumed: bool
    kind: str
    scanned: int
    backlog: tuple[Entry, ...] = ()


class Admission:
    """Checks tokens, standing and sessions, and finds what a returning socket missed."""

    def __init__(
        self,
        tokens: AccessTokens,
        members: Members,
        sessions: Sessions,
        hub: Hub,
        history: History,
        limits: Limits,
        log_head: Callable[[], Awaitable[int]],
    ) -> None:
        self._tokens = tokens
        self._members = members
        self._sessions = sessions
        self._hub = hub
        self._history = history
        self._limits = limits
        self._log_head = log_head

    async def admit(self, token: str, resume: Resume | None, wire: Wire, attach: Callable[[Feed], bool]) -> None:
        """Give a new socket its feed (``attach``; ``False``: the socket left meanwhile) and start it.

        Raises `NotAdmitted`.
        """
        access = await self._checked(token)
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._hub.begun()
        except TimeoutError:
            raise NotAdmitted(CloseCode.TRY_LATER, "unavailable") from None
        furthest = await self._furthest(resume)
        while True:
            standing = await self._standing(access)
            who = (access.member_id, standing.role)
            start = self._near(who, resume, furthest) or await self._far(who, resume)
            # From here on nothing waits, so nothing can happen between the last look and joining.
            if start is not None and self._members.known(access.member_id) == standing:
                self._join(access, standing, start, wire, attach)
                return

    async def renew(self, token: str, feed: Feed) -> None:
        """Take a newer token of the same member for an open feed. Raises `NotAdmitted`."""
        access = await self._checked(token)
        if access.member_id != feed.peer.member_id:
            raise NotAdmitted(CloseCode.UNAUTHORIZED, "unauthorized", feed.peer.language)
        feed.peer.session_id = access.session_id
        feed.peer.expires_at = access.expires_at

    async def _checked(self, token: str) -> Access:
        try:
            access = self._tokens.verify(token)
        except Problem as problem:
            raise NotAdmitted(CloseCode.UNAUTHORIZED, problem.code) from None
        if not await self._sessions.alive(access.session_id):
            raise NotAdmitted(CloseCode.UNAUTHORIZED, "session_ended")
        return access

    async def _standing(self, access: Access) -> Standing:
        try:
            standing = await self._members.standing(access.member_id)
        except NoSuchMember:
            raise NotAdmitted(CloseCode.UNAUTHORIZED, "unauthorized") from None
        except Unreachable:
            raise NotAdmitted(CloseCode.TRY_LATER, "unavailable") from None
        if standing.blocked:
            raise NotAdmitted(CloseCode.BLOCKED, "blocked", standing.language)
        return standing

    async def _furthest(self, resume: Resume | None) -> int:
        """How far the log is known to be; asked for only where a cursor is ahead of what was heard here."""
        if resume is None or resume.position <= self._hub.position:
            return self._hub.position
        try:
            return await self._log_head()
        except Unreachable:
            raise NotAdmitted(CloseCode.TRY_LATER, "unavailable") from None

    def _near(self, who: Who, resume: Resume | None, furthest: int) -> Start | None:
        """The start, unless events must be fetched from outside this process for it."""
        head = self._hub.position
        if resume is None:
            return Start(head, resumed=False, kind="fresh", scanned=head)
        afresh = Start(head, resumed=False, kind="not_resumable", scanned=head)
        if resume.epoch != self._hub.epoch or not rules.resumable(resume.position, head, furthest, self._limits):
            return afresh
        if not self._hub.ring.reaches(resume.position):
            return None
        missed = self._hub.ring.after(resume.position)
        if not self._light(who, missed):
            return afresh
        return Start(resume.position, resumed=True, kind="memory", scanned=resume.position)

    async def _far(self, who: Who, resume: Resume | None) -> Start | None:
        """The start with a backlog from stream or log; ``None`` when what is in memory moved on meanwhile."""
        if resume is None:
            return None
        epoch, upto = self._hub.epoch, self._hub.position
        found = await self._history.between(epoch, resume.position, upto, lambda entry: entry.heard_by(*who))
        head = self._hub.position
        afresh = Start(head, resumed=False, kind="not_resumable", scanned=head)
        if found is None or epoch != self._hub.epoch:
            return afresh
        entries, source = found
        if not self._hub.ring.reaches(upto):
            return None
        if not self._light(who, entries + self._hub.ring.after(upto)):
            return afresh
        return Start(resume.position, resumed=True, kind=source, scanned=upto, backlog=tuple(entries))

    def _light(self, who: Who, missed: list[Entry]) -> bool:
        """Whether this is little enough to be caught up, and heard in one role from end to end."""
        if any(entry.changed == who[0] for entry in missed):
            return False
        return sum(entry.size for entry in missed if entry.heard_by(*who)) <= self._limits.resume_bytes

    def _join(
        self, access: Access, standing: Standing, start: Start, wire: Wire, attach: Callable[[Feed], bool]
    ) -> None:
        if self._sessions.heard_end(access.session_id):
            raise NotAdmitted(CloseCode.UNAUTHORIZED, "session_ended", standing.language)
        if len(self._hub.of(access.member_id)) >= self._limits.sockets_per_member:
            raise NotAdmitted(CloseCode.TRY_LATER, "rate_limited", standing.language)
        peer = Peer(access.member_id, access.session_id, standing.role, standing.language, access.expires_at)
        feed = Feed(peer, wire, self._hub.ring, self._limits)
        if not attach(feed):
            return
        self._hub.join(feed)
        feed.start(self._hub.epoch, start.position, resumed=start.resumed, backlog=start.backlog, scanned=start.scanned)
        measures.STARTS.labels(start.kind).inc()
