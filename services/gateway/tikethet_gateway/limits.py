"""How often somebody may ask: rates kept in Redis, so that they hold over all gateways.

Each rate is a "generic cell rate": one number per key, the time at which everything taken so far is paid for.
"""

from dataclasses import dataclass

from redis.asyncio import Redis
from tikethet_service.problems import Problem

TAKE = """
local function take(key, interval, burst, want)
  local clock = redis.call('TIME')
  local now = clock[1] * 1000000 + clock[2]
  local paid = tonumber(redis.call('GET', key) or now)
  if paid < now then paid = now end
  local room = math.floor((now + burst * interval - paid) / interval + 0.000001)
  if room < 1 then return {0, math.ceil(paid + interval - burst * interval - now)} end
  local granted = math.min(room, want)
  paid = paid + granted * interval
  redis.call('SET', key, string.format('%.0f', paid), 'PX', math.ceil((paid - now) / 1000) + 1000)
  return {granted, 0}
end
"""
"""Lua: takes up to ``want`` from ``key``; answers how many were granted, or 0 and the microseconds until the next."""

_ONE = TAKE + "return take(KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), 1)"

_COUNT = """
local count = redis.call('INCR', KEYS[1])
if count == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return {count, redis.call('TTL', KEYS[1])}
"""


@dataclass(frozen=True, slots=True)
class Rate:
    """``per_second`` in the long run, ``burst`` at once; ``name`` keeps rates of the same key apart."""

    name: str
    per_second: float
    burst: int

    def key(self, who: str) -> str:
        """Where this rate of ``who`` is kept."""
        return f"tikethet:rate:{self.name}:{who}"

    @property
    def interval_us(self) -> int:
        """Microseconds that one costs."""
        return max(1, round(1_000_000 / self.per_second))


class Limits:
    """Rates and counts in Redis."""

    def __init__(self, redis: "Redis") -> None:
        self._one = redis.register_script(_ONE)
        self._count = redis.register_script(_COUNT)

    async def take(self, rate: Rate, who: str) -> None:
        """Take one; raises ``Problem("rate_limited")`` with the seconds to wait."""
        granted, wait_us = await self._one(keys=[rate.key(who)], args=[rate.interval_us, rate.burst])
        if granted < 1:
            raise too_often(wait_us)

    async def count(self, key: str, limit: int, seconds: int) -> None:
        """Count one use of ``key`` in a window; raises ``Problem("init_data_overused")`` above ``limit``."""
        count, left = await self._count(keys=[key], args=[seconds])
        if count > limit:
            raise Problem("init_data_overused", headers={"Retry-After": str(max(1, left))}, retry_after=max(1, left))


def too_often(wait_us: int) -> Problem:
    """The refusal of somebody who has to wait ``wait_us`` microseconds."""
    seconds = max(1, -(-wait_us // 1_000_000))
    return Problem("rate_limited", headers={"Retry-After": str(seconds)}, retry_after=seconds)
