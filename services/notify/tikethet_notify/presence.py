"""How many members have a socket open, over all notify processes.

A sorted set in Redis: a member's score is the time until which they count as online.
"""

import asyncio
import time

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from tikethet_notify.hub import Hub

KEY = "tikethet:presence"
BEATS = 2.5
"""A member counts as online for so many beats after the last; a reconnecting one never went away."""

_log = structlog.get_logger("tikethet.notify.presence")


async def beat(redis: Redis, hub: Hub, every: float) -> None:
    """Every so many seconds: say who is here, count who is anywhere, tell it. Goes on without Redis, silently."""
    away = False
    while True:
        try:
            hub.tell_presence(await _count(redis, hub.members(), every * BEATS))
            away = False
        except (RedisError, OSError, TimeoutError) as failure:
            if not away:
                _log.warning("redis is away; nobody is told who is online", error=str(failure))
            away = True
        await asyncio.sleep(every)


async def _count(redis: Redis, members: list[str], seconds: float) -> int:
    now = time.time()
    pipeline = redis.pipeline(transaction=False)
    if members:
        pipeline.zadd(KEY, dict.fromkeys(members, now + seconds))
    pipeline.zremrangebyscore(KEY, 0, now)
    pipeline.zcard(KEY)
    return int((await pipeline.execute())[-1])
