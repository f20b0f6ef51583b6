"""Personal fields sealed: SECRET_KEY wraps member keys, a member key wraps the keys of that member's streams.

Destroying one member key so makes every text ever sealed for that member unreadable, in the log, its copies and its
back-ups. Nothing here does I/O; `keys.py` looks keys up and remembers them.
"""

import binascii
import hashlib
import os
import uuid
from typing import Final

from asyncpg.pgproto.pgproto import UUID
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tikethet_events.errors import WrongSecret
from tikethet_events.word import MemberId

_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_UUID_BYTES: Final = 16
_FINGERPRINT_BYTES: Final = 32
_FEWEST_SECRET_BYTES: Final = 32


def _locked(key: AESGCM, plain: bytes, about: str) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + key.encrypt(nonce, plain, about.encode())


def _unlocked(key: AESGCM, sealed: bytes, about: str) -> bytes:
    return key.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about.encode())


class StreamKey:
    """Seals and opens the personal fields of one stream's events; bound to where they stand (stream, id, type)."""

    __slots__ = ("_aes", "owner", "stream_id")

    def __init__(self, stream_id: str, owner: MemberId | None, key: bytes) -> None:
        self.stream_id = stream_id
        self.owner = owner
        self._aes = AESGCM(key)

    def seal(self, event_id: str, type_: str, schema: int, plain: bytes) -> str:
        """The text kept as ``data["sealed"]``: base64 of nonce and ciphertext."""
        return binascii.b2a_base64(
            _locked(self._aes, plain, f"{self.stream_id}|{event_id}|{type_}|{schema}"), newline=False
        ).decode()

    def open(self, event_id: str, type_: str, schema: int, sealed: str) -> bytes:
        """What was sealed. Raises InvalidTag when it was sealed elsewhere or changed."""
        return _unlocked(self._aes, binascii.a2b_base64(sealed), f"{self.stream_id}|{event_id}|{type_}|{schema}")


class Keyring:
    """``Keyring(secret)``: ``secret`` is SECRET_KEY, at least 32 bytes. Everything keyed in the log derives from it."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < _FEWEST_SECRET_BYTES:
            raise ValueError(f"SECRET_KEY needs at least {_FEWEST_SECRET_BYTES} bytes")
        self._wrapping = AESGCM(_derived(secret, b"tikethet/log/wrap"))
        self._digests = _derived(secret, b"tikethet/log/digest")

    # ------------------------------------------------------------ keys

    def new_member_key(self, member_id: MemberId) -> tuple[bytes, bytes]:
        """A fresh member key, and the same wrapped for keeping."""
        key = os.urandom(_KEY_BYTES)
        return key, _locked(self._wrapping, key, f"member|{member_id}")

    def member_key(self, member_id: MemberId, wrapped: bytes) -> bytes:
        """A kept member key. Raises WrongSecret."""
        return self._unwrapped(self._wrapping, wrapped, f"member|{member_id}")

    def new_stream_key(
        self, stream_id: str, owner: MemberId | None, member_key: bytes | None
    ) -> tuple[StreamKey, bytes]:
        """A fresh stream key, and the same wrapped for keeping: by the owner's key, or directly without an owner."""
        key = os.urandom(_KEY_BYTES)
        return StreamKey(stream_id, owner, key), _locked(self._over(member_key), key, f"stream|{stream_id}")

    def stream_key(self, stream_id: str, owner: MemberId | None, member_key: bytes | None, wrapped: bytes) -> StreamKey:
        """A kept stream key. Raises WrongSecret."""
        return StreamKey(stream_id, owner, self._unwrapped(self._over(member_key), wrapped, f"stream|{stream_id}"))

    def _over(self, member_key: bytes | None) -> AESGCM:
        return self._wrapping if member_key is None else AESGCM(member_key)

    @staticmethod
    def _unwrapped(key: AESGCM, wrapped: bytes, about: str) -> bytes:
        try:
            return _unlocked(key, wrapped, about)
        except InvalidTag:
            raise WrongSecret from None

    # ------------------------------------------------------------ digests

    def check(self) -> bytes:
        """The same for the same secret; the head row keeps it, so that a wrong one is noticed before it seals."""
        return self._digest(b"check", b"", _FINGERPRINT_BYTES)

    def command_uuid(self, caller: str, command_id: str) -> uuid.UUID:
        """What stands for a command in the log. Keyed, because the id itself may name a Telegram chat."""
        scope = caller.encode()
        digest = self._digest(b"command", len(scope).to_bytes(4) + scope + command_id.encode(), _UUID_BYTES)
        return _uuid(digest, version=8)  # RFC 9562: made our own way

    def fingerprint(self, command: uuid.UUID, body: bytes) -> bytes:
        """What tells a repeated command from another one under the same id."""
        return self._digest(b"body", command.bytes + body, _FINGERPRINT_BYTES)

    def _digest(self, purpose: bytes, text: bytes, size: int) -> bytes:
        return hashlib.blake2b(text, key=self._digests, person=purpose, digest_size=size).digest()


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=purpose).derive(secret)


def event_uuid(command: uuid.UUID, index: int) -> uuid.UUID:
    """The id of a command's event, ``uuid5(command, index)``: the same command gives the same ids."""
    digest = hashlib.sha1(command.bytes + str(index).encode(), usedforsecurity=False).digest()
    return _uuid(digest[:_UUID_BYTES], version=5)


def _uuid(digest: bytes, *, version: int) -> uuid.UUID:
    # The driver's own class reads, writes and prints itself ten times faster than the standard library's.
    whole = bytearray(digest)
    whole[6] = whole[6] & 0x0F | version << 4
    whole[8] = whole[8] & 0x3F | 0x80
    return UUID(bytes(whole))
