"""Which sessions have ended: heard from the gateway over Redis, and looked up where hearing is not enough."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

ENDED_CHANNEL = "tikethet:sessions:ended"
SESSION_KEY = "tikethet:session:"
REMEMBERED = 10_000
RETRY_SECONDS = 0.5
LISTEN_SECONDS = 5.0
"""Silence for so long is checked with a ping, so that a dead connection is noticed."""
RECHECK_SECONDS = 60.0
"""Every open session is looked up so often: pub/sub promises nothing."""

_log = structlog.get_logger("tikethet.notify.sessions")


class Sessions:
    """Watches sessions end. ``ended`` is called once for each end heard or found; ``open_ones`` names those in use."""

    def __init__(self, redis: Redis, *, ended: Callable[[str], None], open_ones: Callable[[], Iterable[str]]) -> None:
        self._redis = redis
        self._ended = ended
        self._open_ones = open_ones
        self._remembered: OrderedDict[str, None] = OrderedDict()
        self.listening = False

    def heard_end(self, session_id: str) -> bool:
        """Whether its end was heard since this process started (the newest `REMEMBERED` are known)."""
        return session_id in self._remembered

    async def alive(self, session_id: str) -> bool:
        """Whether a session goes on.

        When Redis cannot be asked the answer is yes: the token is good for minutes only, and the check is made up for
        as soon as Redis is back.
        """
        if self.heard_end(session_id):
            return False
        try:
            return bool(await self._redis.exists(SESSION_KEY + session_id))
        except (RedisError, OSError, TimeoutError):
            return True

    async def listen(self) -> None:
        """Hear of ends for ever; after every (re)connection, which may have missed some, look all open ones up."""
        while True:
            try:
                await self._listen()
            except (RedisError, OSError, TimeoutError) as failure:
                if self.listening:
                    _log.warning("redis is away; ends of sessions are checked when it is back", error=str(failure))
                self.listening = False
                await asyncio.sleep(RETRY_SECONDS)

    async def _listen(self) -> None:
        async with self._redis.pubsub() as channel:
            await channel.subscribe(ENDED_CHANNEL)
            check_at = float("inf")
            while True:
                message = await channel.get_message(timeout=LISTEN_SECONDS)
                if message is None:
                    await channel.ping()
                elif message["type"] == "subscribe":
                    check_at = 0.0  # what ended before this is found now, what ends from here on is heard
                elif message["type"] == "message":
                    self._end(_text(message["data"]))
                if time.monotonic() >= check_at:
                    await self._check_open_ones()
                    check_at = time.monotonic() + RECHECK_SECONDS
                    self.listening = True

    async def _check_open_ones(self) -> None:
        sessions = list(set(self._open_ones()))
        pipeline = self._redis.pipeline(transaction=False)
        for session_id in sessions:
            pipeline.exists(SESSION_KEY + session_id)
        for session_id, there in zip(sessions, await pipeline.execute() if sessions else (), strict=True):
            if not there:
                self._end(session_id)

    def _end(self, session_id: str) -> None:
        self._remembered[session_id] = None
        if len(self._remembered) > REMEMBERED:
            self._remembered.popitem(last=False)
        self._ended(session_id)


def _text(data: object) -> str:
    return data.decode("utf-8", "replace") if isinstance(data, bytes) else str(data)
