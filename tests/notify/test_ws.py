"""A member opens a socket and hears what is theirs, as it happens."""

import aiohttp
import pytest
from tikethet_devstack.engines import Nats
from tikethet_notify.wiring import Notify

from tests.notify.client import Connect
from tests.notify.desk import Desk, new_id, until
from tests.notify.within import notifying, settled


async def test_a_customer_hears_their_own_tickets_at_once(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer, other = await desk.join(), await desk.join()
    client = await connect(notify)
    ready = await client.authenticate(await desk.token(customer))
    assert ready["epoch"] == (await desk.head()).epoch
    assert ready["resumed"] is False
    ticket = await desk.open_ticket(customer)
    await desk.open_ticket(other)
    await desk.post(ticket, "заметка", note=True)
    await desk.add_category()
    last = await desk.post(ticket)
    await client.hears(last)
    heard = await desk.heard_by(customer, "USER", ready["position"])
    assert client.positions == [event.position for event in heard]
    # Where notify had not come so far yet, their joining is heard first.
    types = [frame["event"]["type"] for frame in client.of("event")]
    assert [each for each in types if each != "tikethet.MemberJoined"] == [
        "tikethet.TicketOpened",
        "tikethet.MessagePosted",
    ]
    client.check_order()


async def test_staff_hear_everything_in_order(desk: Desk, notify: Notify, connect: Connect) -> None:
    helper, customer = await desk.join("HELPER"), await desk.join()
    client = await connect(notify)
    ready = await client.authenticate(await desk.token(helper))
    ticket = await desk.open_ticket(customer)
    await desk.post(ticket, "заметка", note=True)
    await desk.add_category()
    last = await desk.block(customer)
    await client.hears(last)
    assert client.positions == list(range(ready["position"] + 1, last + 1))
    client.check_order()


async def test_the_event_is_the_one_that_the_log_gives(desk: Desk, notify: Notify, connect: Connect) -> None:
    customer = await desk.join()
    client = await connect(notify)
    await client.authenticate(await desk.token(customer))
    ticket = await desk.open_ticket(customer)
    await client.hears((await desk.head()).position)
    event = client.of("event")[-1]["event"]
    assert event["specversion"] == "1.0"
    assert event["subject"] == ticket
    assert event["requester"] == customer
    assert event["audience"] == "public"
    assert event["data"]["title"] == "Сервер молчит"


async def test_an_idle_cursor_moves_with_progress(desk: Desk, connect: Connect) -> None:
    async with notifying(desk, progress_every=0.2) as notify:
        customer, other = await desk.join(), await desk.join()
        await settled(desk, notify)
        client = await connect(notify)
        await client.authenticate(await desk.token(customer))
        ticket = await desk.open_ticket(other)
        last = await desk.post(ticket)
        await until(lambda: client.cursor == last)
        assert client.positions == []
        mine = await desk.open_ticket(customer)
        last = await desk.post(mine)
        await client.hears(last)
        client.check_order()


async def test_one_who_is_ahead_of_the_feed_hears_what_comes_after(
    desk: Desk, nats: Nats, notify: Notify, connect: Connect
) -> None:
    customer = await desk.join()
    before = await settled(desk, notify)
    await nats.kill()
    ticket = await desk.open_ticket(customer)  # the client knows of it already: its answer said so
    head = await desk.head()
    assert notify.hub.position == before.position < head.position
    client = await connect(notify)
    ready = await client.authenticate(await desk.token(customer), head.epoch, head.position)
    assert (ready["position"], ready["resumed"]) == (head.position, True)
    await nats.restart()
    last = await desk.post(ticket)
    await client.hears(last)
    assert client.positions == [last]
    client.check_order()


@pytest.mark.parametrize("beyond", [1, 99_999])
async def test_one_who_is_ahead_of_the_log_begins_afresh(
    desk: Desk, notify: Notify, connect: Connect, beyond: int
) -> None:
    customer = await desk.join()
    head = await settled(desk, notify)
    client = await connect(notify)
    ready = await client.authenticate(await desk.token(customer), head.epoch, head.position + beyond)
    assert (ready["position"], ready["resumed"]) == (head.position, False)
    ticket = await desk.open_ticket(customer)
    last = await desk.post(ticket)
    await client.hears(last)
    assert client.positions == [last - 1, last]
    client.check_order()


async def test_whether_one_is_ahead_of_the_log_only_tickets_can_say(
    desk: Desk, notify: Notify, connect: Connect
) -> None:
    customer = await desk.join()
    head = await settled(desk, notify)
    first = await connect(notify)
    await first.authenticate(await desk.token(customer))  # from here on their standing is known without asking
    desk.reachable = False
    ahead = await connect(notify)
    await ahead.authenticate(await desk.token(customer), head.epoch, head.position + 1)
    assert await ahead.closed() == 1013
    there = await connect(notify)
    assert (await there.authenticate(await desk.token(customer), head.epoch, head.position))["resumed"] is True


async def test_ping_and_what_makes_no_sense(desk: Desk, notify: Notify, connect: Connect) -> None:
    client = await connect(notify)
    await client.say(type="ping")
    await until(lambda: bool(client.of("pong")))
    for nonsense in ("{", "[]", '{"type":"sing"}'):
        await client.socket.send_str(nonsense)
    await client.say(type="typing", ticket_id=new_id())
    await until(lambda: len(client.of("error")) == 4)
    assert [frame["code"] for frame in client.of("error")] == ["malformed_json", "invalid", "invalid", "unauthorized"]
    assert all(frame["detail"] for frame in client.of("error"))
    assert await client.authenticate(await desk.token(await desk.join()))


async def test_errors_come_in_the_members_language(desk: Desk, notify: Notify) -> None:
    async with (
        aiohttp.ClientSession(headers={"Accept-Language": "en"}) as http,
        http.ws_connect(f"ws://127.0.0.1:{notify.ws_port}/ws") as socket,
    ):
        await socket.send_str("{}")
        assert (await socket.receive_json())["detail"] == "Some fields are not right."
        await socket.send_json({"type": "authenticate", "token": await desk.token(await desk.join())})
        assert (await socket.receive_json())["type"] == "ready"
        await socket.send_str("{}")
        async for message in socket:
            if (frame := message.json())["type"] == "error":
                break
        assert frame["detail"] == "Некоторые поля заполнены неверно."


@pytest.mark.parametrize("fragments", [1, 3])
async def test_a_frame_beyond_64_kib_is_too_big(notify: Notify, connect: Connect, fragments: int) -> None:
    client = await connect(notify)
    writer = client.socket._writer
    assert writer is not None
    part = b"x" * (65_536 // fragments + 1)
    for number in range(fragments):
        opcode = aiohttp.WSMsgType.TEXT if number == 0 else aiohttp.WSMsgType.CONTINUATION
        await _fragment(client.socket, opcode, part, last=number == fragments - 1)
    assert await client.closed() == 1009


async def test_a_frame_in_pieces_is_one_frame(notify: Notify, connect: Connect) -> None:
    client = await connect(notify)
    await _fragment(client.socket, aiohttp.WSMsgType.TEXT, b'{"type":', last=False)
    await _fragment(client.socket, aiohttp.WSMsgType.CONTINUATION, b'"ping"}', last=True)
    await until(lambda: bool(client.of("pong")))


async def test_binary_frames_are_not_spoken_here(notify: Notify, connect: Connect) -> None:
    client = await connect(notify)
    await client.socket.send_bytes(b'{"type":"ping"}')
    assert await client.closed() == 1008


async def test_too_many_frames_are_refused_then_the_socket_is(desk: Desk, connect: Connect) -> None:
    async with notifying(desk, frames_burst=5, frames_rate=0.001, frames_refused=5) as notify:
        client = await connect(notify)
        for _ in range(12):
            await client.say(type="ping")
        assert await client.closed() == 1008
        assert len(client.of("pong")) == 5
        assert [frame["code"] for frame in client.of("error")] == ["rate_limited"]


@pytest.mark.parametrize("connection", ["keep-alive, Upgrade", "upgrade"])
async def test_every_browsers_way_to_ask_is_understood(notify: Notify, connection: str) -> None:
    headers = {
        "Connection": connection,
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"http://127.0.0.1:{notify.ws_port}/ws", headers=headers) as answer,
    ):
        assert answer.status == 101


@pytest.mark.parametrize(("path", "status"), [("/", 404), ("/wss", 404), ("/ws/x", 404), ("/ws", 400)])
async def test_nothing_else_is_served_there(notify: Notify, path: str, status: int) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{notify.ws_port}{path}") as answer:
        assert answer.status == status


async def test_where_there_is_no_room_it_says_so(desk: Desk, connect: Connect) -> None:
    async with notifying(desk, sockets=1) as notify:
        await connect(notify)
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await connect(notify)
        assert refused.value.status == 503


async def _fragment(
    socket: aiohttp.ClientWebSocketResponse, opcode: aiohttp.WSMsgType, payload: bytes, *, last: bool
) -> None:
    """aiohttp sends whole messages only: write the frame by hand, masked with zeros."""
    header = bytes([(0x80 if last else 0) | opcode])
    if len(payload) < 126:
        header += bytes([0x80 | len(payload)])
    elif len(payload) < 65_536:
        header += bytes([0x80 | 126]) + len(payload).to_bytes(2, "big")
    else:
        header += bytes([0x80 | 127]) + len(payload).to_bytes(8, "big")
    transport = socket._conn.transport if socket._conn is not None else None
    assert transport is not None
    transport.write(header + bytes(4) + payload)
