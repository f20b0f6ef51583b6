"""Who is let in, and for how long."""

import asyncio
import secrets
import time

from redis.asyncio import Redis
from tikethet_notify.wiring import Notify
from tikethet_service.callers import AccessTokens, public_key_of

from tests.notify.client import Connect
from tests.notify.desk import Desk, new_id, until
from tests.notify.within import notifying, settled


async def test_one_who_says_nothing_is_sent_away(desk: Desk, connect: Connect) -> None:
    async with notifying(desk, authenticate_within=2.0) as notify:
        silent = await connect(notify)
        chatty = await connect(notify)
        await chatty.say(type="ping")
        assert await silent.closed() == 4408
        assert await chatty.closed() == 4408


async def test_one_who_spoke_in_time_stays(desk: Desk, connect: Connect) -> None:
    async with notifying(desk, authenticate_within=3.0) as notify:
        token = await desk.token(await desk.join())
        client = await connect(notify)
        await client.authenticate(token)
        await asyncio.sleep(3.2)
        await client.say(type="ping")
        await until(lambda: bool(client.of("pong")))


async def test_a_bad_token_is_4401(desk: Desk, notify: Notify, connect: Connect) -> None:
    seed = secrets.token_bytes(32)
    forged = AccessTokens(public_key_of(seed), seed).issue(await desk.join(), await desk.session())
    for token in ("", "nonsense", forged, await desk.token(new_id())):
        client = await connect(notify)
        await client.authenticate(token)
        assert await client.closed() == 4401
        assert client.of("error")[0]["code"] == "unauthorized"


async def test_an_expired_token_is_4401(desk: Desk, notify: Notify, connect: Connect) -> None:
    client = await connect(notify)
    await client.authenticate(await desk.token(await desk.join(), lifetime=-1))
    assert await client.closed() == 4401
    assert client.of("error")[0]["code"] == "token_expired"


async def test_when_the_token_ends_so_does_the_socket(desk: Desk, notify: Notify, connect: Connect) -> None:
    client = await connect(notify)
    assert await client.authenticate(await desk.token(await desk.join(), lifetime=500))
    notify.hub.check(0, time.time() + 400)
    await client.say(type="ping")
    await until(lambda: bool(client.of("pong")))
    notify.hub.check(0, time.time() + 600)
    assert await client.closed() == 4401


async def test_a_renewed_socket_goes_on_where_it_was(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer, session = await desk.join(), await desk.session()
    await settled(desk, notify)
    client = await connect(notify)
    await client.authenticate(await desk.token(customer, session, lifetime=500))
    ticket = await desk.open_ticket(customer)
    await client.hears((await desk.head()).position)
    again = await client.authenticate(await desk.token(customer, session))
    assert (again["resumed"], again["position"]) == (True, client.positions[-1])
    notify.hub.check(0, time.time() + 600)  # past the end of the first token
    last = await desk.post(ticket)
    await client.hears(last)
    client.check_order()


async def test_nobody_becomes_somebody_else(desk: Desk, notify: Notify, connect: Connect) -> None:
    client = await connect(notify)
    await client.authenticate(await desk.token(await desk.join()))
    await client.say(type="authenticate", token=await desk.token(await desk.join()))
    assert await client.closed() == 4401


async def test_a_session_that_ended_is_4401(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer, session, other = await desk.join(), await desk.session(), await desk.session()
    ended, stays = await connect(notify), await connect(notify)
    token = await desk.token(customer, session)
    await ended.authenticate(token)
    await stays.authenticate(await desk.token(customer, other))
    await desk.end_session(session)
    assert await ended.closed() == 4401
    late = await connect(notify)
    await late.authenticate(token)
    assert await late.closed() == 4401
    assert late.of("error")[0]["code"] == "session_ended"
    await stays.say(type="ping")
    await until(lambda: bool(stays.of("pong")))


async def test_an_end_nobody_announced_is_found_when_redis_is_back(
    desk: Desk, notify: Notify, connect: Connect
) -> None:
    session = await desk.session()
    client = await connect(notify)
    await client.authenticate(await desk.token(await desk.join(), session))
    await desk.end_session(session, announce=False)
    async with Redis.from_url(desk.redis_url) as redis:
        await redis.client_kill_filter(_type="pubsub")
    assert await client.closed() == 4401


async def test_a_blocked_member_is_not_let_in(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer = await desk.join()
    await desk.block(customer)
    client = await connect(notify)
    await client.authenticate(await desk.token(customer))
    assert await client.closed() == 4403
    assert client.of("error")[0]["code"] == "blocked"


async def test_when_tickets_is_away_one_may_come_again(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer = await desk.join()
    desk.reachable = False
    client = await connect(notify)
    await client.authenticate(await desk.token(customer))
    assert await client.closed() == 1013
    desk.reachable = True
    again = await connect(notify)
    assert await again.authenticate(await desk.token(customer))


async def test_a_member_has_so_many_sockets_and_no_more(desk: Desk, connect: Connect) -> None:
    async with notifying(desk, sockets_per_member=2) as notify:
        customer = await desk.join()
        clients = [await connect(notify) for _ in range(3)]
        for client in clients[:2]:
            assert await client.authenticate(await desk.token(customer))
        await clients[2].authenticate(await desk.token(customer))
        assert await clients[2].closed() == 1013
        assert clients[2].of("error")[0]["code"] == "rate_limited"
        other = await connect(notify)
        assert await other.authenticate(await desk.token(await desk.join()))


async def test_many_who_come_at_once_are_one_question(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer = await desk.join()
    clients = [await connect(notify) for _ in range(8)]
    token = await desk.token(customer)
    await asyncio.gather(*(client.authenticate(token) for client in clients))
    assert all(client.of("ready") for client in clients)
    assert len([path for path in desk.asked if "access" in path]) == 1
