"""Packets: encryption with the auth key, message ids (core.telegram.org/mtproto/description)."""

import secrets
import struct
import time
from dataclasses import dataclass
from hashlib import sha1, sha256
from io import BytesIO
from typing import Any, Final

from pyrogram.crypto import aes, mtproto
from pyrogram.raw.core import TLObject

NOT_FOUND: Final = struct.pack("<i", -404)
"""The transport error for an auth key nobody knows."""

REPLY, PUSH = 1, 3
"""The low two bits of a server's message id: an answer, or something nobody asked for."""


@dataclass
class AuthKey:
    """What a client and the server share; `salt` may be turned to make the client learn a new one."""

    key: bytes
    salt: int
    bot_id: int | None = None
    """Who signed in with it."""

    @property
    def id(self) -> bytes:
        """How packets name it."""
        return key_id(self.key)


@dataclass(frozen=True)
class Incoming:
    """One message of a client, still as bytes."""

    session_id: bytes
    salt: int
    msg_id: int
    seq_no: int
    body: bytes


class Clock:
    """Server message ids: the time in 2⁻³² seconds, strictly rising, the low two bits by `kind`."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, kind: int) -> int:
        """The next id."""
        base = max(int(time.time() * 2**32), self._last + 4) & ~3
        self._last = base
        return base | kind


def key_id(key: bytes) -> bytes:
    """The low 64 bits of the key's SHA-1."""
    return sha1(key).digest()[-8:]  # noqa: S324 - MTProto's choice


def decrypt(packet: bytes, auth: AuthKey) -> Incoming:
    """Open a client's packet. Raises ValueError when it was not sealed with this key."""
    msg_key = packet[8:24]
    sealed = packet[24 : len(packet) - (len(packet) - 24) % 16]  # a padded transport leaves its noise behind
    plain = aes.ige256_decrypt(sealed, *mtproto.kdf(auth.key, msg_key, True))  # noqa: FBT003 - the library's way
    if sha256(auth.key[88:120] + plain).digest()[8:24] != msg_key:
        raise ValueError("the message key does not fit")
    salt, session_id, msg_id, seq_no, length = struct.unpack_from("<q8sqii", plain)
    return Incoming(session_id, salt, msg_id, seq_no, plain[32 : 32 + length])


def encrypt(body: bytes, auth: AuthKey, session_id: bytes, msg_id: int, seq_no: int) -> bytes:
    """Seal one message for the client."""
    data = struct.pack("<q8sqii", auth.salt, session_id, msg_id, seq_no, len(body)) + body
    data += secrets.token_bytes(-(len(data) + 12) % 16 + 12)
    msg_key = sha256(auth.key[96:128] + data).digest()[8:24]
    return auth.id + msg_key + aes.ige256_encrypt(data, *mtproto.kdf(auth.key, msg_key, False))  # noqa: FBT003


def plain(answer: TLObject[Any], msg_id: int) -> bytes:
    """An unencrypted message, as the handshake uses them."""
    body = answer.write()
    return bytes(8) + struct.pack("<qi", msg_id, len(body)) + body


def read_plain(packet: bytes) -> TLObject[Any]:
    """The question in an unencrypted message."""
    found: TLObject[Any] = TLObject.read(BytesIO(packet[20:]))
    return found
