"""Sessions in Redis: opened by a sign-in, carried on by rotating refresh tokens, ended by logout or misuse.

A refresh token is ``<session>.<generation>.<mac>``. Its mac covers session and generation under a key made of the
gateway's own key and a nonce kept with the session, so Redis holds nothing that could be presented, and a token that
was once ours can be told from a guess. Each use makes the next generation the valid one; the last one answers the same
successor for `GRACE_S` seconds (two tabs, a lost answer), any older one ends the session.
"""

import hashlib
import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio import Redis
from tikethet_service.problems import Problem

GRACE_S = 30
TOKEN_MAX = 128
SESSIONS_MAX = 50
"""A member's sessions; one more ends the one unused for longest."""
ENDED_CHANNEL = "tikethet:sessions:ended"
"""The id of every session that ends is published here; its key is gone by then."""

_log = structlog.get_logger("tikethet.sessions")

_ROTATE = """
local kept = redis.call('HMGET', KEYS[1], 'generation', 'rotated_ms', 'member')
if not kept[1] then return {'gone', 0, ''} end
local current, presented, now = tonumber(kept[1]), tonumber(ARGV[1]), tonumber(ARGV[2])
local next = current
if presented >= current then
  next = presented + 1
  redis.call('HSET', KEYS[1], 'generation', next, 'rotated_ms', ARGV[2], 'used_ms', ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[4])
  redis.call('EXPIRE', ARGV[5] .. kept[3], ARGV[4])
elseif presented < current - 1 or now - tonumber(kept[2]) > tonumber(ARGV[3]) then
  return {'reused', 0, kept[3]}
end
return {'next', next, kept[3]}
"""
# `presented` above `current` is ours too (the mac says so): Redis came back from a crash a moment older.

_END = """
local member = redis.call('HGET', KEYS[1], 'member')
redis.call('DEL', KEYS[1])
if member then redis.call('SREM', ARGV[2] .. member, ARGV[1]) end
redis.call('PUBLISH', ARGV[3], ARGV[1])
return member and 1 or 0
"""


@dataclass(frozen=True, slots=True)
class Session:
    """A session as its owner may see it; times are seconds since the epoch."""

    id: str
    client: str
    created_at: float
    used_at: float


@dataclass(frozen=True, slots=True)
class Grant:
    """What a sign-in or a refresh hands out."""

    member_id: str
    session_id: str
    refresh_token: str


def session_key(session_id: str) -> str:
    """Where a session is kept; it exists exactly as long as the session does."""
    return f"tikethet:session:{session_id}"


class Sessions:
    """Opens, rotates, lists and ends sessions; ``seed`` is the gateway's own key, ``days`` the life of an idle one."""

    def __init__(self, redis: "Redis", seed: bytes, *, days: int) -> None:
        self._redis = redis
        self._key = hmac.digest(seed, b"tikethet refresh tokens", hashlib.sha256)
        self._seconds = days * 86_400
        self._rotate = redis.register_script(_ROTATE)
        self._end = redis.register_script(_END)

    async def open(self, member_id: str, client: str) -> Grant:
        """A new session of a member; ``client`` is a short name of the program they use."""
        session_id, nonce, now = secrets.token_urlsafe(18), secrets.token_hex(16), _now_ms()
        facts: dict[Any, Any] = {"member": member_id, "nonce": nonce, "client": client, "generation": 1}
        facts |= {"created_ms": now, "used_ms": now, "rotated_ms": 0}
        async with self._redis.pipeline(transaction=True) as together:
            together.hset(session_key(session_id), mapping=facts)
            together.expire(session_key(session_id), self._seconds)
            together.sadd(_member_key(member_id), session_id)
            together.expire(_member_key(member_id), self._seconds)
            together.scard(_member_key(member_id))
            *_, count = await together.execute()
        if count > SESSIONS_MAX:
            for forgotten in (await self.of(member_id))[SESSIONS_MAX:]:
                await self.end(forgotten.id)
        return Grant(member_id, session_id, self._token(session_id, 1, nonce))

    async def whose(self, token: str) -> str:
        """The member a refresh token belongs to, without using it up; raises like `rotate`."""
        return (await self._authentic(token))[3]

    async def rotate(self, token: str) -> Grant:
        """The successor of a refresh token; raises ``Problem`` ``unauthorized`` or ``session_ended``."""
        session_id, generation, nonce, _ = await self._authentic(token)
        found = await self._rotate(
            keys=[session_key(session_id)],
            args=[generation, _now_ms(), GRACE_S * 1000, self._seconds, _member_key("")],
        )
        outcome, following, member_id = found[0].decode(), int(found[1]), found[2].decode()
        if outcome == "reused":
            _log.warning("a used refresh token came again: its session ends", member_id=member_id)
            await self.end(session_id)
        if outcome != "next":
            raise Problem("session_ended")
        return Grant(member_id, session_id, self._token(session_id, following, nonce))

    async def end(self, session_id: str) -> bool:
        """End a session and tell every process; whether there was one."""
        args = [session_id, _member_key(""), ENDED_CHANNEL]
        return bool(await self._end(keys=[session_key(session_id)], args=args))

    async def end_all(self, member_id: str) -> None:
        """End every session of a member."""
        for session in await self.of(member_id):
            await self.end(session.id)

    async def of(self, member_id: str) -> list[Session]:
        """A member's sessions, the last used first."""
        key = _member_key(member_id)
        ids = sorted(entry.decode() for entry in await _answer(self._redis.smembers(key)))
        async with self._redis.pipeline(transaction=False) as together:
            for session_id in ids:
                together.hmget(session_key(session_id), "client", "created_ms", "used_ms")
            rows = await together.execute()
        gone = [session_id for session_id, row in zip(ids, rows, strict=True) if row[1] is None]
        if gone:
            await _answer(self._redis.srem(key, *gone))
        found = [_session(session_id, row) for session_id, row in zip(ids, rows, strict=True) if row[1] is not None]
        return sorted(found, key=lambda session: -session.used_at)

    async def _authentic(self, token: str) -> tuple[str, int, str, str]:
        session_id, _, rest = token.partition(".")
        generation, _, _ = rest.partition(".")
        if len(token) > TOKEN_MAX or not token.isascii() or not generation.isdigit():
            raise Problem("unauthorized")
        nonce, member = await _answer(self._redis.hmget(session_key(session_id), "nonce", "member"))
        if nonce is None:
            raise Problem("session_ended")
        expected = self._token(session_id, int(generation), nonce.decode())
        if not hmac.compare_digest(expected, token):
            raise Problem("unauthorized")
        return session_id, int(generation), nonce.decode(), member.decode()

    def _token(self, session_id: str, generation: int, nonce: str) -> str:
        mac = hmac.digest(self._key, f"{session_id}.{generation}.{nonce}".encode(), hashlib.sha256)
        return f"{session_id}.{generation}.{urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def _session(session_id: str, row: list[bytes]) -> Session:
    return Session(session_id, row[0].decode(), int(row[1]) / 1000, int(row[2]) / 1000)


def _member_key(member_id: str) -> str:
    return f"tikethet:sessions:of:{member_id}"


def _now_ms() -> int:
    return int(time.time() * 1000)


async def _answer(reply: Any) -> Any:
    # redis-py types its asynchronous commands as "a value or an awaitable of it".
    return await reply
