"""How a client and the server agree on an auth key (core.telegram.org/mtproto/auth_key). No I/O."""

import secrets
import time
from hashlib import sha1
from io import BytesIO
from typing import Any

from pyrogram import raw
from pyrogram.crypto import aes, prime
from pyrogram.raw.core import TLObject

from tikethet_devstack.telegram.keys import ServerKey

# The sample factors of Telegram's own documentation: both fit four bytes, as clients expect.
P, Q = 1229739323, 1402015859
G = 3


class BadHandshake(Exception):
    """The client said something that does not belong here."""


class Handshake:
    """One exchange, three questions; then `auth_key` (256 bytes) and `salt` (signed 64 bits) are set."""

    def __init__(self, key: ServerKey) -> None:
        self._key = key
        self._server_nonce = secrets.token_bytes(16)
        self._secret = int.from_bytes(secrets.token_bytes(256), "big")
        self._new_nonce = b""
        self.auth_key: bytes | None = None
        self.salt = 0

    def answer(self, query: TLObject[Any]) -> TLObject[Any]:
        """Answer one question. Raises BadHandshake."""
        match query:
            case raw.functions.ReqPqMulti() | raw.functions.ReqPq():
                return raw.types.ResPQ(
                    nonce=query.nonce,
                    server_nonce=_number(self._server_nonce),
                    pq=(P * Q).to_bytes(8, "big"),
                    server_public_key_fingerprints=[self._key.fingerprint],
                )
            case raw.functions.ReqDHParams():
                return self._dh_params(query)
            case raw.functions.SetClientDHParams():
                return self._dh_done(query)
            case _:
                raise BadHandshake(query.QUALNAME)

    def _dh_params(self, query: Any) -> TLObject[Any]:
        inner = TLObject.read(BytesIO(self._key.decrypt(query.encrypted_data)[20:]))
        if _number(self._server_nonce) != inner.server_nonce:
            raise BadHandshake("another server_nonce")
        self._new_nonce = inner.new_nonce.to_bytes(32, "little", signed=True)
        inside = raw.types.ServerDHInnerData(
            nonce=query.nonce,
            server_nonce=query.server_nonce,
            g=G,
            dh_prime=prime.CURRENT_DH_PRIME.to_bytes(256, "big"),
            g_a=pow(G, self._secret, prime.CURRENT_DH_PRIME).to_bytes(256, "big"),
            server_time=int(time.time()),
        ).write()
        hashed = _sha1(inside) + inside
        return raw.types.ServerDHParamsOk(
            nonce=query.nonce,
            server_nonce=query.server_nonce,
            encrypted_answer=aes.ige256_encrypt(hashed + secrets.token_bytes(-len(hashed) % 16), *self._temporary()),
        )

    def _dh_done(self, query: Any) -> TLObject[Any]:
        inner = TLObject.read(BytesIO(aes.ige256_decrypt(query.encrypted_data, *self._temporary())[20:]))
        shared = pow(int.from_bytes(inner.g_b, "big"), self._secret, prime.CURRENT_DH_PRIME)
        self.auth_key = shared.to_bytes(256, "big")
        xored = bytes(a ^ b for a, b in zip(self._new_nonce[:8], self._server_nonce[:8], strict=True))
        self.salt = int.from_bytes(xored, "little", signed=True)
        proof = _sha1(self._new_nonce + b"\x01" + _sha1(self.auth_key)[:8])[4:]
        return raw.types.DhGenOk(nonce=query.nonce, server_nonce=query.server_nonce, new_nonce_hash1=_number(proof))

    def _temporary(self) -> tuple[bytes, bytes]:
        new, server = self._new_nonce, self._server_nonce
        crossed = _sha1(server + new)
        return _sha1(new + server) + crossed[:12], crossed[12:] + _sha1(new + new) + new[:4]


def _number(value: bytes) -> int:
    return int.from_bytes(value, "little", signed=True)


def _sha1(data: bytes) -> bytes:
    return sha1(data).digest()  # noqa: S324 - MTProto's choice
