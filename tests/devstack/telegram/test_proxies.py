"""The local Telegram behind a proxy: the library finds it through each kind."""

import asyncio
import base64
import contextlib
import secrets
from collections.abc import Callable

import pytest
from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.proxies import Forwarder, HttpConnect, MtProxy, Socks5

from tests.devstack.telegram.chat import ANNA, client_of

KINDS: dict[str, Callable[[int], Forwarder]] = {
    "socks5": lambda _: Socks5(),
    "socks5 with a password": lambda _: Socks5("bot", "p@ss:word"),
    "http": lambda _: HttpConnect(),
    "http with a password": lambda _: HttpConnect("bot", "word"),
    "mtproxy": MtProxy,
    "mtproxy, padded": lambda port: MtProxy(port, padded=True),
}


@pytest.mark.parametrize("kind", KINDS)
async def test_a_word_through_a_proxy(telegram: LocalTelegram, kind: str) -> None:
    async with KINDS[kind](telegram.port) as proxy, client_of(telegram, proxy=proxy.url) as client:
        await client.send_message(ANNA, "Через посредника")
        assert proxy.lines > 0
        assert {port for _, port in proxy.targets} == {telegram.port}
    [sent] = telegram.world.bots[7000000000].box.messages.values()
    assert sent.message == "Через посредника"


async def said(proxy: Forwarder, *words: bytes) -> bytes:
    """All that a proxy answers to these words until it closes the line."""
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"".join(words))
    answer = await reader.read()
    writer.close()
    return answer


async def test_a_wrong_password_is_not_let_through() -> None:
    async with HttpConnect("bot", "right") as http, Socks5("bot", "right") as socks:
        wrong = base64.b64encode(b"bot:wrong")
        asked = b"CONNECT 127.0.0.1:80 HTTP/1.1\r\nProxy-Authorization: Basic " + wrong + b"\r\n\r\n"
        assert b" 407 " in await said(http, asked)
        assert await said(socks, b"\x05\x01\x02", b"\x01\x03bot\x05wrong") == b"\x05\x02\x01\x01"
        assert await said(socks, b"\x05\x01\x00") == b"\x05\xff"
        assert (http.targets, socks.targets) == ([], [])


async def test_who_does_not_know_the_secret_is_not_answered(telegram: LocalTelegram) -> None:
    async with MtProxy(telegram.port) as proxy:
        assert await said(proxy, secrets.token_bytes(64)) == b""
        assert proxy.lines == 0


async def test_a_proxy_can_turn_away_and_cut(telegram: LocalTelegram) -> None:
    async with HttpConnect() as proxy:
        reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
        writer.write(f"CONNECT 127.0.0.1:{telegram.port} HTTP/1.1\r\n\r\n".encode())
        assert b" 200 " in await reader.readuntil(b"\r\n\r\n")
        proxy.cut()
        with contextlib.suppress(ConnectionError):  # cut with or without a farewell
            assert await reader.read() == b""
        writer.close()
        proxy.refuse = True
        assert await said(proxy, b"") == b""
