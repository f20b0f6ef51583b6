"""What NATS believes: its requests to let somebody in, and our signed answers. JWTs with nkeys (auth callout).

Formats: nats.go/nkeys (base32 of a prefix byte, the Ed25519 key and a CRC-16/XMODEM, little endian) and nats-io/jwt v2.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

ACCOUNT: Final = "SUBSCRIBERS"
"""The NATS account that all programs outside are users of."""
_ACCOUNT_PREFIX: Final = 0
_HEADER: Final = {"typ": "JWT", "alg": "ed25519-nkey"}


class _Options(Struct, frozen=True):
    auth_token: str = ""
    password: str = msgspec.field(default="", name="pass")


class _Server(Struct, frozen=True):
    id: str


class _Request(Struct, frozen=True):
    user_nkey: str
    server_id: _Server
    connect_opts: _Options


class _Claims(Struct, frozen=True):
    nats: _Request


class Knock(Struct, frozen=True):
    """Somebody who wants in: their ``token``, the key and the server that the answer is for."""

    token: str
    user: str
    server: str


def knock_of(request: bytes) -> Knock:
    """Who is at the door. Raises ValueError for what no server sends.

    The request came over our own account of the server, where nobody else may speak, so its signature is not looked at;
    what the answer allows, it allows to the very connection that was asked about.
    """
    try:
        payload = request.split(b".")[1]
        found = msgspec.json.decode(base64.urlsafe_b64decode(payload + b"=="), type=_Claims).nats
    except (IndexError, binascii.Error, msgspec.DecodeError) as error:
        raise ValueError("no authorization request") from error
    return Knock(found.connect_opts.auth_token or found.connect_opts.password, found.user_nkey, found.server_id.id)


class Passes:
    """Signs answers with a key made from SECRET_KEY, whose public half the server's configuration names."""

    def __init__(self, secret: bytes, *, clock: Callable[[], float] = time.time) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(hmac.digest(secret, b"tikethet nats issuer", "sha256"))
        body = bytes([_ACCOUNT_PREFIX]) + self._key.public_key().public_bytes_raw()
        checked = body + binascii.crc_hqx(body, 0).to_bytes(2, "little")
        self.issuer = base64.b32encode(checked).rstrip(b"=").decode()
        """The public nkey to put into the server's configuration."""
        self._clock = clock

    def welcome(self, knock: Knock, name: str, *, publish: Sequence[str], subscribe: Sequence[str]) -> bytes:
        """Let them in as user ``name``, who may publish and subscribe to these subjects and no others."""
        rights = {"pub": {"allow": list(publish)}, "sub": {"allow": list(subscribe)}}
        bounds = {"subs": -1, "data": -1, "payload": -1}  # -1: the server's own
        user = {"type": "user", "version": 2, **bounds, **rights}
        token = self._signed({"sub": knock.user, "name": name, "aud": ACCOUNT, "nats": user})
        return self._answer(knock, jwt=token)

    def refusal(self, knock: Knock, because: str) -> bytes:
        """Keep them out; ``because`` stands in the server's log."""
        return self._answer(knock, error=because)

    def _answer(self, knock: Knock, **what: str) -> bytes:
        answer = {"type": "authorization_response", "version": 2, **what}
        return self._signed({"sub": knock.user, "aud": knock.server, "nats": answer}).encode()

    def _signed(self, claims: dict[str, Any]) -> str:
        claims = {**claims, "iss": self.issuer, "iat": int(self._clock())}
        digest = hashlib.sha256(json.dumps(claims, sort_keys=True).encode()).digest()
        claims["jti"] = base64.b32encode(digest).rstrip(b"=").decode()
        text = f"{_text(_HEADER)}.{_text(claims)}"
        return f"{text}.{_base64(self._key.sign(text.encode()))}"


def _text(value: object) -> str:
    return _base64(json.dumps(value).encode())


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
