import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from tikethet_gateway.admission import Admission
from tikethet_gateway.limits import Limits, Rate
from tikethet_gateway.sessions import Sessions
from tikethet_service.problems import Problem

from tests.gateway.conftest import until

MEMBER = "0198c0de-0000-7000-8000-000000000001"
SLOW = Rate("test", per_second=0.001, burst=5)


@pytest.fixture
async def redis(valkey: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(valkey) as client:
        yield client


@pytest.fixture
def sessions(redis: Redis) -> Sessions:
    return Sessions(redis, b"g" * 32, days=30)


async def outcomes(count: int, admission: Admission, session_id: str) -> list[str]:
    found = []
    for _ in range(count):
        try:
            await admission.admit(session_id, MEMBER)
            found.append("ok")
        except Problem as problem:
            found.append(problem.code)
    return found


async def test_the_burst_is_exact_even_at_once(redis: Redis) -> None:
    limits = Limits(redis)
    found = await asyncio.gather(*(limits.take(SLOW, "me") for _ in range(20)), return_exceptions=True)
    refusals = [one for one in found if isinstance(one, Problem)]
    assert len(refusals) == 15
    assert {one.code for one in refusals} == {"rate_limited"}
    assert 995 <= int(refusals[0].headers["Retry-After"]) <= 1000
    await limits.take(SLOW, "somebody else")
    await limits.take(Rate("other", 0.001, 5), "me")


async def test_what_was_taken_comes_back(redis: Redis) -> None:
    limits, fast = Limits(redis), Rate("fast", per_second=20, burst=1)
    await limits.take(fast, "me")

    async def taken() -> bool:
        try:
            await limits.take(fast, "me")
        except Problem:
            return False
        return True

    await until(taken)


async def test_uses_are_counted_in_a_window(redis: Redis) -> None:
    limits = Limits(redis)
    for _ in range(20):
        await limits.count("key", 20, 3600)
    with pytest.raises(Problem, match="init_data_overused") as refused:
        await limits.count("key", 20, 3600)
    assert 3590 <= int(refused.value.headers["Retry-After"]) <= 3600
    assert 3590 <= await redis.ttl("key") <= 3600


async def test_a_session_that_never_was_is_not_admitted(redis: Redis) -> None:
    assert await outcomes(1, Admission(redis, SLOW), "nobody") == ["session_ended"]


async def test_without_hearing_every_request_is_asked_for(redis: Redis, sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "x")
    admission = Admission(redis, SLOW)
    assert await outcomes(7, admission, grant.session_id) == ["ok"] * 5 + ["rate_limited"] * 2


async def test_an_end_elsewhere_is_felt_although_leased(redis: Redis, sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "x")
    admission = Admission(redis, Rate("test", 1000, 1000), clock=lambda: 0.0)
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(admission.listen())
        await until(lambda: admission._hearing)
        assert await outcomes(100, admission, grant.session_id) == ["ok"] * 100
        assert admission._leases[grant.session_id].left > 0
        await sessions.end(grant.session_id)
        await until(lambda: grant.session_id not in admission._leases)
        assert await outcomes(1, admission, grant.session_id) == ["session_ended"]
        listening.cancel()


async def test_a_slow_session_is_not_charged_for_leases(redis: Redis, sessions: Sessions) -> None:
    now = 0.0
    grant = await sessions.open(MEMBER, "x")
    admission = Admission(redis, Rate("test", 0.001, 10), clock=lambda: now)
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(admission.listen())
        await until(lambda: admission._hearing)
        for _ in range(10):
            assert await outcomes(1, admission, grant.session_id) == ["ok"]
            now += 1.5
        assert await outcomes(1, admission, grant.session_id) == ["rate_limited"]
        listening.cancel()


async def test_a_cut_listener_leases_nothing_until_it_hears_again(redis: Redis, sessions: Sessions) -> None:
    grant = await sessions.open(MEMBER, "x")
    admission = Admission(redis, Rate("test", 1000, 1000), clock=lambda: 0.0)
    async with asyncio.TaskGroup() as group:
        listening = group.create_task(admission.listen())
        await until(lambda: admission._hearing)
        await outcomes(3, admission, grant.session_id)
        assert admission._leases
        deaf = admission._deafened
        admission._deaf()
        assert not admission._leases
        assert await outcomes(3, admission, grant.session_id) == ["ok"] * 3
        assert not admission._leases
        assert admission._deafened == deaf + 1
        listening.cancel()
