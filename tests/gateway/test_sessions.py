import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from tikethet_gateway import sessions as module
from tikethet_gateway.sessions import ENDED_CHANNEL, Sessions, session_key
from tikethet_service.problems import Problem

MEMBER = "0198c0de-0000-7000-8000-000000000001"
SEED = b"g" * 32


@pytest.fixture
async def redis(valkey: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(valkey) as client:
        yield client


@pytest.fixture
def sessions(redis: Redis) -> Sessions:
    return Sessions(redis, SEED, days=30)


async def refused(sessions: Sessions, token: str) -> str:
    with pytest.raises(Problem) as problem:
        await sessions.rotate(token)
    return problem.value.code


async def test_each_token_is_used_once_and_the_last_one_is_good(sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "Android")
    tokens = [grant.refresh_token]
    for _ in range(5):
        following = await sessions.rotate(tokens[-1])
        assert (following.member_id, following.session_id) == (MEMBER, grant.session_id)
        tokens.append(following.refresh_token)
    assert len(set(tokens)) == 6
    assert await sessions.whose(tokens[-1]) == MEMBER


async def test_a_race_gets_the_same_successor(sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "Android")
    found = await asyncio.gather(*(sessions.rotate(grant.refresh_token) for _ in range(20)))
    assert len({one.refresh_token for one in found}) == 1
    following = await sessions.rotate(found[0].refresh_token)
    assert following.refresh_token != found[0].refresh_token


async def test_reuse_after_the_grace_ends_the_session(sessions: Sessions, monkeypatch: pytest.MonkeyPatch) -> None:
    grant = await sessions.open(MEMBER, "Android")
    now = module._now_ms()
    monkeypatch.setattr(module, "_now_ms", lambda: now)
    first = await sessions.rotate(grant.refresh_token)
    monkeypatch.setattr(module, "_now_ms", lambda: now + 30_000)
    assert (await sessions.rotate(grant.refresh_token)).refresh_token == first.refresh_token
    monkeypatch.setattr(module, "_now_ms", lambda: now + 30_001)
    assert await refused(sessions, grant.refresh_token) == "session_ended"
    assert await refused(sessions, first.refresh_token) == "session_ended"


async def test_a_grandparent_ends_the_session_at_once(sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "Android")
    second = await sessions.rotate(grant.refresh_token)
    third = await sessions.rotate(second.refresh_token)
    assert await refused(sessions, grant.refresh_token) == "session_ended"
    assert await refused(sessions, third.refresh_token) == "session_ended"
    assert await sessions.of(MEMBER) == []


async def test_a_guess_harms_nobody(sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "Android")
    session_id, generation, mac = grant.refresh_token.split(".")
    for guess in (
        f"{session_id}.0.{mac}",
        f"{session_id}.{generation}.{mac[:-1]}{'E' if mac[-1] == 'A' else 'A'}",
        f"{session_id}.7.{mac}",
        f"{session_id}..{mac}",
        f"{session_id}.1",
        f"{session_id}.\u0661.{mac}",
        f"{session_id}.-1.{mac}",
        "x" * 500,
        "\u0440.1.x",
        "",
    ):
        assert await refused(sessions, guess) in {"unauthorized", "session_ended"}
    await sessions.rotate(grant.refresh_token)


async def test_another_gateways_key_signs_nothing(redis: Redis, sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "Android")
    assert await refused(Sessions(redis, b"x" * 32, days=30), grant.refresh_token) == "unauthorized"


async def test_a_redis_a_moment_older_believes_its_own_tokens(redis: Redis, sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "Android")
    second = await sessions.rotate(grant.refresh_token)
    await redis.hset(session_key(grant.session_id), "generation", "1")
    assert (await sessions.rotate(second.refresh_token)).refresh_token.split(".")[1] == "3"


async def test_redis_holds_nothing_to_present(redis: Redis, sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "Android")
    kept = await redis.hgetall(session_key(grant.session_id))
    assert grant.refresh_token.split(".")[2] not in str(kept)


async def test_an_end_is_announced_after_the_key_is_gone(redis: Redis, sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "Android")
    async with redis.pubsub(ignore_subscribe_messages=True) as channel:
        await channel.subscribe(ENDED_CHANNEL)
        await channel.get_message(timeout=5)
        assert await sessions.end(grant.session_id)
        message = await channel.get_message(timeout=5)
        assert message is not None
        assert message["data"].decode() == grant.session_id
        assert not await redis.exists(session_key(grant.session_id))
        assert not await sessions.end(grant.session_id)


async def test_sessions_are_listed_and_all_end_together(redis: Redis, sessions: Sessions) -> None:
    first, second = await sessions.open(MEMBER, "Android"), await sessions.open(MEMBER, "Windows")
    other = await sessions.open("somebody-else", "Linux")
    assert {session.client for session in await sessions.of(MEMBER)} == {"Android", "Windows"}
    await redis.delete(session_key(first.session_id))  # it ran out
    assert [session.id for session in await sessions.of(MEMBER)] == [second.session_id]
    await sessions.end_all(MEMBER)
    assert await sessions.of(MEMBER) == []
    assert len(await sessions.of("somebody-else")) == 1
    await sessions.rotate(other.refresh_token)


async def test_one_too_many_ends_the_one_unused_for_longest(
    redis: Redis, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SESSIONS_MAX", 3)
    grants = []
    for moment in range(1, 6):
        monkeypatch.setattr(module, "_now_ms", lambda moment=moment: moment * 1000)
        grants.append(await sessions.open(MEMBER, "Android"))
    kept = [session.id for session in await sessions.of(MEMBER)]
    assert kept == [grant.session_id for grant in reversed(grants[2:])]
    assert not await redis.exists(session_key(grants[0].session_id))


async def test_an_unused_session_runs_out(redis: Redis, sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "Android")
    assert 29 * 86_400 < await redis.ttl(session_key(grant.session_id)) <= 30 * 86_400
    await redis.expire(session_key(grant.session_id), 100)
    await sessions.rotate(grant.refresh_token)
    assert await redis.ttl(session_key(grant.session_id)) > 29 * 86_400
