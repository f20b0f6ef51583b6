"""Small real proxies for the tests: SOCKS5, HTTP CONNECT and MTProxy in all its dresses, each on its own loopback port.

`async with Socks5("user", "password") as proxy:` then `proxy.url` is what `TELEGRAM_PROXY` takes; `proxy.lines` counts
the connections it let through, `proxy.cut()` cuts them, `proxy.refuse` turns new ones away.
"""

import asyncio
import base64
import contextlib
import hmac
import secrets
import struct
from collections.abc import Callable
from hashlib import sha256
from typing import Final, Self

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from tikethet_devstack.telegram.framing import ABRIDGED_MARK, PADDED_MARK

CHUNK: Final = 65536
SOCKS: Final = 5
IPV4, NAME = 1, 3
ANY_ADDRESS: Final = bytes((IPV4,)) + bytes(6)

HEADER: Final = 64
"""Bytes that begin an obfuscated stream."""
RECORD_HEAD, RECORD_MAX = 5, 2878
TLS_RANDOM: Final = slice(11, 43)
"""Where a hello has its random bytes."""
CHANGE_CIPHER_SPEC: Final = b"\x14\x03\x03\x00\x01\x01"

Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Change = Callable[[bytes], bytes]


class NotTaken(Exception):
    """The client is not let through."""


class Forwarder:
    """Takes a connection, agrees with the client on where it goes, then carries bytes both ways."""

    def __init__(self, username: str = "", password: str = "") -> None:
        self.username, self.password = username, password
        self.lines = 0
        self.targets: list[tuple[str, int]] = []
        self.refuse = False
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """Where it listens. Raises RuntimeError before it does."""
        if self._server is None:
            raise RuntimeError("the proxy was not started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """What `TELEGRAM_PROXY` takes."""
        raise NotImplementedError

    @property
    def _login(self) -> str:
        return f"{self.username}:{self.password}@" if self.username else ""

    def cut(self) -> None:
        """Cut every line."""
        for writer in list(self._writers):
            writer.transport.abort()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
            self.cut()
            await self._server.wait_closed()

    async def greet(self, line: Line) -> tuple[Line, Change, Change]:
        """Agree with the client; returns the line to where it goes and what is done to bytes out and back."""
        raise NotImplementedError

    async def reach(self, host: str, port: int) -> Line:
        """Open the line to where the client goes."""
        self.targets.append((host, port))
        there = await asyncio.open_connection(host, port)
        self.lines += 1
        return there

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held = {writer}
        self._writers |= held
        try:
            if self.refuse:
                return
            (there, out), going, coming = await self.greet((reader, writer))
            held.add(out)
            self._writers.add(out)
            async with asyncio.TaskGroup() as both:
                both.create_task(_carry(reader, out, going))
                both.create_task(_carry(there, writer, coming))
        except* (NotTaken, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass  # the client is turned away, or one end is gone: both are closed
        finally:
            self._writers -= held
            for each in held:
                each.close()


class Socks5(Forwarder):
    """RFC 1928, with a password as in RFC 1929 when one is given."""

    @property
    def url(self) -> str:
        """What `TELEGRAM_PROXY` takes."""
        return f"socks5://{self._login}127.0.0.1:{self.port}"

    async def greet(self, line: Line) -> tuple[Line, Change, Change]:
        """Method, password, address."""
        reader, writer = line
        version, count = await reader.readexactly(2)
        offered = await reader.readexactly(count)
        wanted = 2 if self.username else 0
        if version != SOCKS or wanted not in offered:
            writer.write(b"\x05\xff")
            raise NotTaken
        writer.write(bytes((SOCKS, wanted)))
        if self.username:
            await self._password(reader, writer)
        _, command, _, kind = await reader.readexactly(4)
        host = await _host(reader, kind)
        (port,) = struct.unpack("!H", await reader.readexactly(2))
        if command != 1:
            writer.write(b"\x05\x07\x00" + ANY_ADDRESS)
            raise NotTaken
        there = await self.reach(host, port)
        writer.write(b"\x05\x00\x00" + ANY_ADDRESS)
        return there, _same, _same

    async def _password(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, length = await reader.readexactly(2)
        name = (await reader.readexactly(length)).decode()
        word = (await reader.readexactly((await reader.readexactly(1))[0])).decode()
        fits = (name, word) == (self.username, self.password)
        writer.write(b"\x01\x00" if fits else b"\x01\x01")
        if not fits:
            raise NotTaken


class HttpConnect(Forwarder):
    """``CONNECT host:port``, with Basic authorization when a name is given."""

    @property
    def url(self) -> str:
        """What `TELEGRAM_PROXY` takes."""
        return f"http://{self._login}127.0.0.1:{self.port}"

    async def greet(self, line: Line) -> tuple[Line, Change, Change]:
        """One request, one answer."""
        reader, writer = line
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target, _ = head.split("\r\n", 1)[0].split(" ")
        told = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        if self.username and f"Basic {told}" not in head:
            writer.write(b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
            raise NotTaken
        if method != "CONNECT":
            writer.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            raise NotTaken
        host, _, port = target.rpartition(":")
        there = await self.reach(host, int(port))
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        return there, _same, _same


class MtProxy(Forwarder):
    """Telegram's own: an obfuscated stream under a shared secret, on to the server behind (`port`).

    `padded` gives a ``dd`` secret, whose clients hide the lengths of their packets.
    """

    def __init__(self, port: int, *, padded: bool = False) -> None:
        super().__init__()
        self.secret = secrets.token_bytes(16)
        self._behind = port
        self._padded = padded

    @property
    def url(self) -> str:
        """What `TELEGRAM_PROXY` takes."""
        secret = ("dd" if self._padded else "") + self.secret.hex()
        return f"tg://proxy?server=127.0.0.1&port={self.port}&secret={secret}"

    async def greet(self, line: Line) -> tuple[Line, Change, Change]:
        """The first 64 bytes hold both keys; who does not know the secret is not answered."""
        return await self._agree(await line[0].readexactly(HEADER))

    async def _agree(self, first: bytes) -> tuple[Line, Change, Change]:
        incoming = self._stream(first[8:56])
        outgoing = self._stream(first[8:56][::-1])
        tag = incoming.update(first)[56:60]
        wanted = PADDED_MARK if self._padded else ABRIDGED_MARK * 4
        if tag != wanted:
            raise NotTaken
        there = await self.reach("127.0.0.1", self._behind)
        there[1].write(tag if self._padded else ABRIDGED_MARK)
        return there, incoming.update, outgoing.update

    def _stream(self, seed: bytes) -> CipherContext:
        key = sha256(seed[:32] + self.secret).digest()
        return Cipher(AES(key), CTR(seed[32:])).encryptor()


class FakeTls(MtProxy):
    """The same dressed up as a browser's TLS: an ``ee`` secret, which ends with the `domain` it pretends to be.

    Nothing is encrypted by it: the greeting proves the secret, and then the obfuscated stream goes in TLS records.
    """

    def __init__(self, port: int, domain: str = "an.example") -> None:
        super().__init__(port, padded=True)
        self._domain = domain

    @property
    def url(self) -> str:
        """What `TELEGRAM_PROXY` takes."""
        secret = base64.urlsafe_b64encode(b"\xee" + self.secret + self._domain.encode()).decode().rstrip("=")
        return f"tg://proxy?server=127.0.0.1&port={self.port}&secret={secret}"

    async def greet(self, line: Line) -> tuple[Line, Change, Change]:
        """ClientHello, ServerHello; the first record begins with the header of the stream."""
        reader, writer = line
        hello = await _record(reader)
        random = hello[TLS_RANDOM]
        proof = self._proof(_blank(hello))
        if self._domain.encode() not in hello or proof[:28] != random[:28]:  # the rest of it hides the time
            raise NotTaken
        writer.write(self._answer(random))
        await reader.readexactly(len(CHANGE_CIPHER_SPEC))
        first = _Records().unwrapped(await _record(reader))
        there, going, coming = await self._agree(first[:HEADER])
        there[1].write(going(first[HEADER:]))
        records = _Records()
        return there, lambda data: going(records.unwrapped(data)), lambda data: _wrapped(coming(data))

    def _answer(self, client_random: bytes) -> bytes:
        body = b"\x02\x00\x00\x4c\x03\x03" + bytes(32) + secrets.token_bytes(42)
        hello = b"\x16\x03\x03" + len(body).to_bytes(2, "big") + body
        said = hello + CHANGE_CIPHER_SPEC + _wrapped(secrets.token_bytes(1000))
        return said[: TLS_RANDOM.start] + self._proof(client_random + said) + said[TLS_RANDOM.stop :]

    def _proof(self, said: bytes) -> bytes:
        return hmac.digest(self.secret, said, "sha256")


class _Records:
    """The payload of TLS records, however the bytes come in."""

    def __init__(self) -> None:
        self._held = b""

    def unwrapped(self, data: bytes) -> bytes:
        """What the records that are complete now carry."""
        self._held += data
        found = b""
        while len(self._held) >= RECORD_HEAD:
            size = RECORD_HEAD + int.from_bytes(self._held[3:RECORD_HEAD], "big")
            if len(self._held) < size:
                break
            found += self._held[RECORD_HEAD:size]
            self._held = self._held[size:]
        return found


async def _record(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readexactly(RECORD_HEAD)
    return head + await reader.readexactly(int.from_bytes(head[3:], "big"))


def _wrapped(data: bytes) -> bytes:
    """The bytes in as many records as they need."""
    pieces = [data[start : start + RECORD_MAX] for start in range(0, len(data), RECORD_MAX)]
    return b"".join(b"\x17\x03\x03" + len(piece).to_bytes(2, "big") + piece for piece in pieces)


def _blank(hello: bytes) -> bytes:
    return hello[: TLS_RANDOM.start] + bytes(32) + hello[TLS_RANDOM.stop :]


async def _host(reader: asyncio.StreamReader, kind: int) -> str:
    if kind == IPV4:
        return ".".join(map(str, await reader.readexactly(4)))
    if kind == NAME:
        return (await reader.readexactly((await reader.readexactly(1))[0])).decode()
    raise NotTaken  # IPv6: everything here is 127.0.0.1


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, change: Change) -> None:
    """Bytes one way until the end; then the other end is closed too."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(change(data))
            await writer.drain()
    finally:
        with contextlib.suppress(OSError):
            writer.close()


def _same(data: bytes) -> bytes:
    return data
