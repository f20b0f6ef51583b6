"""May this session's request go on? The session must still exist and its member must not ask too often.

Both are asked of Redis in one round trip, and a busy session gets several requests granted at once (a lease of at most
a second), so that Redis is not asked each time. A session's end is announced on a channel and drops its lease; while
the announcements cannot be heard, nothing is leased and every request is asked for. A lease that is not used up is
lost, so a member may be charged up to twice what they asked for, never less than that.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError
from tikethet_service.problems import Problem

from tikethet_gateway.limits import TAKE, Rate, too_often
from tikethet_gateway.sessions import ENDED_CHANNEL, session_key

LEASE_S = 1.0
LEASE_MAX = 128
LEASES_KEPT = 20_000
ENDED_KEPT = 1_000
LISTEN_S = 5.0
"""How long to wait for an announcement at a time."""

_ADMIT = (
    TAKE
    + """
if redis.call('EXISTS', KEYS[1]) == 0 then return {-1, 0} end
return take(KEYS[2], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]))
"""
)

_log = structlog.get_logger("tikethet.admission")


@dataclass(slots=True)
class _Lease:
    left: int
    size: int
    until: float


class Admission:
    """Admits requests of sessions at ``rate`` per member."""

    def __init__(self, redis: "Redis", rate: Rate, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._rate = rate
        self._clock = clock
        self._admit = redis.register_script(_ADMIT)
        self._leases: dict[str, _Lease] = {}
        self._ended: dict[str, None] = {}
        self._asking: dict[str, asyncio.Event] = {}
        self._hearing = False
        self._deafened = 0

    async def admit(self, session_id: str, member_id: str) -> None:
        """Let one request of a session through; raises ``Problem`` ``session_ended`` or ``rate_limited``."""
        while not self._take_leased(session_id):
            asking = self._asking.get(session_id)
            if asking is None:
                await self._ask(session_id, member_id)
                return
            # Somebody is asking for this session already: what they get may be enough for both.
            await asking.wait()

    def _take_leased(self, session_id: str) -> bool:
        lease = self._leases.get(session_id)
        if lease is None or lease.left < 1 or self._clock() >= lease.until:
            return False
        lease.left -= 1
        return True

    async def _ask(self, session_id: str, member_id: str) -> None:
        answered = self._asking[session_id] = asyncio.Event()
        try:
            await self._ask_redis(session_id, member_id)
        finally:
            del self._asking[session_id]
            answered.set()

    async def _ask_redis(self, session_id: str, member_id: str) -> None:
        lease = self._leases.get(session_id)
        deafened = self._deafened
        granted, wait_us = await self._admit(
            keys=[session_key(session_id), self._rate.key(member_id)],
            args=[self._rate.interval_us, self._rate.burst, self._wanted(lease)],
        )
        if granted < 0:
            self.forget(session_id)
            raise Problem("session_ended")
        if granted == 0:
            raise too_often(wait_us)
        if self._hearing and deafened == self._deafened and session_id not in self._ended:
            self._keep(session_id, granted)

    def forget(self, session_id: str) -> None:
        """Drop what was leased to a session that ended, and what Redis may just be granting it."""
        self._leases.pop(session_id, None)
        self._ended[session_id] = None
        if len(self._ended) > ENDED_KEPT:
            self._ended.pop(next(iter(self._ended)))

    async def listen(self) -> None:
        """Hear of ended sessions for ever; reconnects by itself and leases nothing meanwhile."""
        while True:
            try:
                await self._hear()
            except (RedisError, OSError) as failure:
                _log.warning("ended sessions cannot be heard, trying again", error=type(failure).__name__)
                self._deaf()
                await asyncio.sleep(0.5)

    async def _hear(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
            await channel.subscribe(ENDED_CHANNEL)
            try:
                while True:
                    message = await channel.get_message(timeout=LISTEN_S)
                    # The first answer is the subscription's: from here on no end goes unheard. (Should the library
                    # reconnect on its own in between, what it misses matters for one lease's second at most.)
                    self._hearing = True
                    if message is not None:
                        self.forget(message["data"].decode())
            finally:
                self._deaf()

    def _deaf(self) -> None:
        self._hearing = False
        self._deafened += 1
        self._leases.clear()

    def _wanted(self, lease: _Lease | None) -> int:
        if not self._hearing:
            return 1
        used_up_in_time = lease is not None and lease.left == 0 and self._clock() < lease.until
        return min(LEASE_MAX, lease.size * 2) if lease is not None and used_up_in_time else 1

    def _keep(self, session_id: str, granted: int) -> None:
        if len(self._leases) >= LEASES_KEPT:
            self._leases.pop(next(iter(self._leases)))
        self._leases[session_id] = _Lease(granted - 1, granted, self._clock() + LEASE_S)
