"""A socket that does not read is closed, may come back, and costs the others nothing."""

import asyncio
import socket
from contextlib import suppress
from typing import Any

import msgspec
from tikethet_notify.wiring import Notify

from tests.notify.client import Connect
from tests.notify.desk import Desk, until
from tests.notify.within import notifying, settled

HANDSHAKE = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)


class Deaf:
    """A client that authenticates and then reads nothing, until told to."""

    def __init__(self) -> None:
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.socket.setblocking(False)  # noqa: FBT003 - the name of the call says it

    async def connect(self, notify: Notify, token: str) -> None:
        loop = asyncio.get_running_loop()
        await loop.sock_connect(self.socket, ("127.0.0.1", notify.ws_port))
        await loop.sock_sendall(self.socket, HANDSHAKE)
        assert b"101" in await loop.sock_recv(self.socket, 400)
        text = msgspec.json.encode({"type": "authenticate", "token": token})
        header = bytes([0x81, 0x80 | 126]) + len(text).to_bytes(2, "big") + bytes(4)
        await loop.sock_sendall(self.socket, header + text)

    async def rest(self) -> bytes:
        """Everything up to the end."""
        loop, got = asyncio.get_running_loop(), b""
        with suppress(ConnectionError):
            while part := await loop.sock_recv(self.socket, 65_536):
                got += part
        return got


def kept_for(notify: Notify, member: str) -> int:
    """Bytes that wait in this process for a member's sockets."""
    sends: list[Any] = [feed._wire.send for feed in notify.hub.of(member)]
    return sum(send.func.__self__.underlying_transport.get_write_buffer_size() for send in sends)


async def test_one_that_does_not_read_is_closed_within_bounds(desk: Desk, connect: Connect) -> None:
    async with notifying(desk, write_buffer=16_384, unsent_bytes=200_000, unsent_seconds=30) as notify:
        slow, quick, customer = await desk.join("HELPER"), await desk.join("HELPER"), await desk.join()
        await settled(desk, notify)
        deaf = Deaf()
        await deaf.connect(notify, await desk.token(slow))
        client = await connect(notify)
        await client.authenticate(await desk.token(quick))
        await until(lambda: bool(notify.hub.of(slow)))
        ticket = await desk.open_ticket(customer)
        most = 0
        while notify.hub.of(slow):
            last = await desk.post(ticket, "ж" * 4000)
            await client.hears(last)  # the quick one hears everything meanwhile
            most = max(most, kept_for(notify, slow))
        assert most < 16_384 + 20_000  # one write buffer, and the event that filled it
        client.check_order()
        await deaf.rest()
        deaf.socket.close()


async def test_one_that_reads_nothing_for_too_long_is_closed(desk: Desk) -> None:
    async with notifying(desk, write_buffer=16_384, unsent_seconds=1) as notify:
        slow, customer = await desk.join("HELPER"), await desk.join()
        await settled(desk, notify)
        deaf = Deaf()
        await deaf.connect(notify, await desk.token(slow))
        await until(lambda: bool(notify.hub.of(slow)))
        ticket = await desk.open_ticket(customer)
        while notify.hub.of(slow) and not notify.hub.of(slow)[0].behind:
            await desk.post(ticket, "ж" * 4000)
        await until(lambda: not notify.hub.of(slow))
        await deaf.rest()
        deaf.socket.close()


async def test_one_that_reads_late_but_in_time_misses_nothing(desk: Desk) -> None:
    async with notifying(desk, write_buffer=16_384, unsent_seconds=60) as notify:
        slow, customer = await desk.join("HELPER"), await desk.join()
        head = await settled(desk, notify)
        deaf = Deaf()
        await deaf.connect(notify, await desk.token(slow))
        await until(lambda: bool(notify.hub.of(slow)))
        ticket = await desk.open_ticket(customer)
        while not notify.hub.of(slow)[0].behind:
            last = await desk.post(ticket, "ж" * 4000)
        for _ in range(20):
            last = await desk.post(ticket, "после паузы")
        await settled(desk, notify)
        got = b""
        while b'"position":%d,' % last not in got:
            got += await asyncio.get_running_loop().sock_recv(deaf.socket, 65_536)
        starts = [got.index(b'{"type":"event","position":%d,' % at) for at in range(head.position + 1, last + 1)]
        assert starts == sorted(starts)
        assert got.count(b'{"type":"event"') == last - head.position
        await until(lambda: not notify.hub.of(slow)[0].behind)
        deaf.socket.close()
