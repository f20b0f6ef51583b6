"""How packets stand in a stream (core.telegram.org/mtproto/mtproto-transports): what a client opens with says it."""

import asyncio
import secrets
from typing import Protocol

ABRIDGED_MARK = b"\xef"
INTERMEDIATE_MARK = b"\xee\xee\xee\xee"
PADDED_MARK = b"\xdd\xdd\xdd\xdd"


class Framing(Protocol):
    """Both directions of one connection."""

    async def read(self, reader: asyncio.StreamReader) -> bytes:
        """One packet. Raises IncompleteReadError at the end."""

    def framed(self, packet: bytes) -> bytes:
        """The packet as it goes out."""


class Abridged:
    """A length in words, in one byte or in four."""

    async def read(self, reader: asyncio.StreamReader) -> bytes:
        """One packet."""
        length = (await reader.readexactly(1))[0]
        if length == 0x7F:  # noqa: PLR2004 - the mark of a three-byte length
            length = int.from_bytes(await reader.readexactly(3), "little")
        return await reader.readexactly(length * 4)

    def framed(self, packet: bytes) -> bytes:
        """The packet with its length in front."""
        words = len(packet) // 4
        return (bytes([words]) if words < 0x7F else b"\x7f" + words.to_bytes(3, "little")) + packet  # noqa: PLR2004


class Intermediate:
    """A length in bytes; `padded` hides the true one with up to 15 bytes of noise behind."""

    def __init__(self, *, padded: bool) -> None:
        self._padded = padded

    async def read(self, reader: asyncio.StreamReader) -> bytes:
        """One packet; its noise is cut off where it is opened."""
        return await reader.readexactly(int.from_bytes(await reader.readexactly(4), "little"))

    def framed(self, packet: bytes) -> bytes:
        """The packet with its length in front."""
        noise = secrets.token_bytes(secrets.randbelow(16)) if self._padded else b""
        return (len(packet) + len(noise)).to_bytes(4, "little") + packet + noise


async def opened(reader: asyncio.StreamReader) -> Framing:
    """The framing that a client asks for with its first bytes. Raises ValueError for any other."""
    first = await reader.readexactly(1)
    if first == ABRIDGED_MARK:
        return Abridged()
    mark = first + await reader.readexactly(3)
    if mark in (INTERMEDIATE_MARK, PADDED_MARK):
        return Intermediate(padded=mark == PADDED_MARK)
    raise ValueError("a transport that is not spoken here")
