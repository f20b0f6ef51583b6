"""A socket on its way to notify."""

import asyncio
import socket

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.gateway.conftest import Build, House, served, until


async def connected(client: socket.socket, house: House) -> socket.socket:
    host, _, port = house.url.removeprefix("http://").partition(":")
    await asyncio.get_running_loop().sock_connect(client, (host, int(port)))
    return client


async def test_frames_pass_both_ways_as_they_are(house: House) -> None:
    async with connect(house.ws, additional_headers={"Accept-Language": "en"}) as socket:
        await socket.send('{"type":"ping"}')
        assert await socket.recv() == '{"type":"ping"}'
        await socket.send("привет")
        assert await socket.recv() == "привет"
        await socket.send(b"\x00\xff")
        assert await socket.recv() == b"\x00\xff"
    assert house.notify.headers["accept-language"] == "en"
    assert "traceparent" in house.notify.headers
    await until(lambda: house.notify.open == 0)


async def test_notifys_close_codes_reach_the_client(house: House) -> None:
    for code in (1000, 1001, 1009, 1012, 4008, 4401, 4408):
        async with connect(house.ws) as socket:
            await socket.send(f"close {code}")
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert (socket.close_code, socket.close_reason) == (code, "as you wish")


async def test_the_clients_close_reaches_notify(house: House) -> None:
    for code in (1000, 1001, 4000):
        socket = await connect(house.ws)
        await socket.send("hello")
        await socket.recv()
        await socket.close(code)
    await until(lambda: house.notify.closed_with == [1000, 1001, 4000])


async def test_a_client_that_vanishes_is_told_to_notify(house: House) -> None:
    socket = await connect(house.ws)
    await socket.send("hello")
    await socket.recv()
    socket.transport.abort()
    await until(lambda: house.notify.open == 0)
    await socket.wait_closed()


async def test_too_big_is_1009(house: House) -> None:
    async with connect(house.ws) as socket:
        await socket.send("x" * 70_000)
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 1009
    await until(lambda: house.notify.open == 0)


async def test_a_client_that_does_not_read_stops_notify(house: House) -> None:
    async with connect(house.ws, max_queue=1, close_timeout=0.1) as socket:
        await socket.send("flood")
        await socket.recv()
        flooded = -1

        async def stands_still() -> bool:
            nonlocal flooded
            before, flooded = flooded, house.notify.flooded
            await asyncio.sleep(0.2)
            return before == house.notify.flooded

        await until(stands_still)
        assert house.notify.flooded < 3_000  # 30 MB are the kernel's and the servers' buffers, not more
        for _ in range(flooded + 100):
            assert len(await socket.recv()) == 10_000


async def test_a_client_that_is_deaf_is_sent_little(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tikethet_gateway.sockets.STALL_S", 0.3)
    with socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.setblocking(False)  # noqa: FBT003 - the name of the call says it
        async with connect(house.ws, sock=await connected(deaf, house), close_timeout=0.1) as client:
            await client.send("hello")
            await client.recv()
            client.transport.pause_reading()
            await client.send("flood")
            await until(lambda: house.notify.open == 0)
            assert (
                house.notify.flooded * 10_000 < 2_000_000
            )  # of what every hop buffers, and the kernels would take nine


async def test_a_client_that_never_reads_again_is_cut(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tikethet_gateway.sockets.STALL_S", 0.3)
    async with connect(house.ws, max_queue=1, close_timeout=0.1) as socket:
        await socket.send("flood")
        await socket.recv()
        await until(lambda: house.notify.open == 0)


async def test_notify_is_away(houses: Build) -> None:
    house = await houses()
    async with served(house.notify, lifespan="off") as at:
        gone = at
    away = await houses(notify_ws_url=f"ws://{gone}/ws")
    with pytest.raises(InvalidStatus) as refused:
        await connect(away.ws, additional_headers={"Accept-Language": "en"})
    assert refused.value.response.status_code == 503
    assert refused.value.response.headers["content-type"] == "application/problem+json"
    assert b'"unavailable"' in (refused.value.response.body or b"")


async def test_notify_refuses_the_handshake(houses: Build) -> None:
    house = await houses()
    odd = await houses(notify_ws_url=f"ws://{house.settings.tickets_url.removeprefix('http://')}/health")
    with pytest.raises(InvalidStatus) as refused:
        await connect(odd.ws)
    assert refused.value.response.status_code == 502


async def test_new_sockets_are_limited_by_address(houses: Build) -> None:
    house = await houses(sockets_burst=2, sockets_per_second=0.01)
    async with connect(house.ws), connect(house.ws):
        with pytest.raises(InvalidStatus) as refused:
            await connect(house.ws)
        assert refused.value.response.status_code == 429
        assert int(refused.value.response.headers["retry-after"]) >= 1


async def test_open_sockets_are_limited_in_all(houses: Build) -> None:
    full = await houses(sockets_max=1, sockets_burst=1000, sockets_per_second=1000)
    async with connect(full.ws):
        with pytest.raises(InvalidStatus) as refused:
            await connect(full.ws)
        assert refused.value.response.status_code == 503
    await until(lambda: full.notify.open == 0)

    async def opens() -> bool:
        try:
            async with connect(full.ws):
                return True
        except InvalidStatus:
            return False

    await until(opens)


async def test_open_sockets_do_not_use_up_the_way_to_tickets(houses: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tikethet_gateway.wiring.CONNECTIONS_MAX", 2)
    house = await houses()
    async with connect(house.ws), connect(house.ws), connect(house.ws):
        found = await house.http.get("/api/v1/tickets/echo", headers=await house.bearer())
        assert found.status_code == 200


async def test_redis_is_away(houses: Build) -> None:
    house = await houses(redis_url="redis://127.0.0.1:1/0")
    with pytest.raises(InvalidStatus) as refused:
        await connect(house.ws)
    assert refused.value.response.status_code == 503


async def test_there_is_one_socket_and_it_is_no_page(house: House) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(house.ws + "x")
    assert refused.value.response.status_code == 404
    assert (await house.http.get("/ws")).status_code == 404
    assert isinstance(house.http, httpx.AsyncClient)
