"""Who is calling: short signed tokens between services, and the access tokens people carry. Both are EdDSA JWTs.

A caller token says ``iss`` (the service), ``sub`` (for whom it speaks), ``aud`` (to whom) and lives 60 s. Only the
services in `SPEAKERS` may speak for somebody else; the others speak for themselves (``service:<name>``).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tikethet_service.problems import Problem

CALLER_SECONDS = 60
CALLER_REUSE_SECONDS = 45
"""A cached caller token is handed out again while it still has a quarter of its life."""
ACCESS_SECONDS = 900
ACCESS_AUDIENCE = "tikethet"
ACCESS_ISSUER = "gateway"
LEEWAY_SECONDS = 5
"""How far the clocks of two machines may be apart."""
SPEAKERS = frozenset({"gateway", "bot"})
"""Services that may speak for a member."""
CACHE_SIZE = 10_000

Clock = Callable[[], float]
K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: ``subject`` is a member id, ``service:<name>`` or ``account:<hash of its token>``."""

    service: str
    subject: str
    session_id: str | None = None

    @property
    def member_id(self) -> str | None:
        """The member spoken for, if it is one."""
        return None if ":" in self.subject else self.subject


@dataclass(frozen=True, slots=True)
class Access:
    """A person's verified access token; ``expires_at`` is in seconds since the epoch."""

    member_id: str
    session_id: str
    expires_at: int


class CallerSigner:
    """Signs caller tokens of ``service`` with its 32-byte Ed25519 seed and keeps them for most of their life."""

    def __init__(self, service: str, seed: bytes, *, clock: Clock = time.time) -> None:
        self._service = service
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self._clock = clock
        self._kept: dict[tuple[str, str, str | None], tuple[float, str]] = {}

    def token(self, subject: str, audience: str, *, session_id: str | None = None) -> str:
        """A token to call ``audience`` on behalf of ``subject``, good for at least 15 s."""
        now = self._clock()
        wanted = (subject, audience, session_id)
        kept = self._kept.get(wanted)
        if kept is not None and kept[0] > now:
            return kept[1]
        claims: dict[str, Any] = {"iss": self._service, "sub": subject, "aud": audience}
        claims["exp"] = int(now) + CALLER_SECONDS
        if session_id is not None:
            claims["sid"] = session_id
        token = jwt.encode(claims, self._key, algorithm="EdDSA")
        _keep(self._kept, wanted, (now + CALLER_REUSE_SECONDS, token))
        return token

    def own(self, audience: str) -> str:
        """A token to call ``audience`` in the service's own name."""
        return self.token(f"service:{self._service}", audience)


class CallerVerifier:
    """Checks caller tokens addressed to ``audience`` against the raw public ``keys`` of the services."""

    def __init__(self, audience: str, keys: Mapping[str, bytes], *, clock: Clock = time.time) -> None:
        self._audience = audience
        self._keys = {name: Ed25519PublicKey.from_public_bytes(key) for name, key in keys.items()}
        self._clock = clock
        self._kept: dict[str, tuple[float, Caller]] = {}

    def verify(self, token: str) -> Caller:
        """Who sent this token; raises ``Problem("unauthorized")`` for one that is forged, stale or not for us."""
        now = self._clock()
        kept = self._kept.get(token)
        if kept is not None and kept[0] > now:
            return kept[1]
        claims = _claims(token, self._key_of(token), audience=self._audience)
        service, subject, session = claims["iss"], claims["sub"], claims.get("sid")
        until = _expiry(claims)
        if until <= now or not _may_speak(service, subject):
            raise Problem("unauthorized")
        caller = Caller(service, subject, session if isinstance(session, str) else None)
        _keep(self._kept, token, (until, caller))
        return caller

    def verify_header(self, authorization: str | None) -> Caller:
        """The same from an ``Authorization: Bearer …`` header."""
        return self.verify(bearer(authorization))

    def _key_of(self, token: str) -> Ed25519PublicKey:
        try:
            issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        except jwt.PyJWTError:
            raise Problem("unauthorized") from None
        key = self._keys.get(issuer) if isinstance(issuer, str) else None
        if key is None:
            raise Problem("unauthorized")
        return key


class AccessTokens:
    """The 15-minute tokens people carry: issued by the gateway, verified by gateway and notify."""

    def __init__(self, public_key: bytes, seed: bytes | None = None, *, clock: Clock = time.time) -> None:
        self._public = Ed25519PublicKey.from_public_bytes(public_key)
        self._private = Ed25519PrivateKey.from_private_bytes(seed) if seed is not None else None
        self._clock = clock
        self._kept: dict[str, Access] = {}

    def issue(self, member_id: str, session_id: str) -> str:
        """A token for a member's session, good for `ACCESS_SECONDS`; only where the seed is."""
        if self._private is None:
            raise TypeError("only the gateway holds the seed that signs access tokens")
        now = int(self._clock())
        claims = {"iss": ACCESS_ISSUER, "aud": ACCESS_AUDIENCE, "sub": member_id, "sid": session_id}
        return jwt.encode(claims | {"iat": now, "exp": now + ACCESS_SECONDS}, self._private, algorithm="EdDSA")

    def verify(self, token: str) -> Access:
        """Whose token this is; raises ``Problem`` ``token_expired`` or ``unauthorized``."""
        access = self._kept.get(token)
        if access is None:
            claims = _claims(token, self._public, audience=ACCESS_AUDIENCE)
            session = claims.get("sid")
            if claims["iss"] != ACCESS_ISSUER or not isinstance(session, str):
                raise Problem("unauthorized")
            access = Access(claims["sub"], session, int(_expiry(claims)) - LEEWAY_SECONDS)
            _keep(self._kept, token, access)
        if access.expires_at <= self._clock():
            raise Problem("token_expired")
        return access


def bearer(authorization: str | None) -> str:
    """The token of an ``Authorization: Bearer …`` header; raises ``Problem("unauthorized")`` without one."""
    scheme, _, token = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Problem("unauthorized")
    return token.strip()


def public_key_of(seed: bytes) -> bytes:
    """The raw 32-byte public key that belongs to ``seed``."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _may_speak(service: str, subject: str) -> bool:
    if subject.startswith("service:"):
        return subject == f"service:{service}"
    return service in SPEAKERS


def _claims(token: str, key: Ed25519PublicKey, *, audience: str) -> dict[str, Any]:
    # The expiry is checked by the callers against their own clock, on cached tokens too.
    options: Any = {"require": ["exp", "iss", "sub", "aud"], "verify_exp": False, "verify_iat": False}
    try:
        claims = jwt.decode(token, key, algorithms=["EdDSA"], audience=audience, options=options)
    except jwt.PyJWTError:
        raise Problem("unauthorized") from None
    if not isinstance(claims["iss"], str) or not isinstance(claims["sub"], str) or not claims["sub"]:
        raise Problem("unauthorized")
    return claims


def _expiry(claims: dict[str, Any]) -> float:
    expiry = claims["exp"]
    if not isinstance(expiry, int | float):
        raise Problem("unauthorized")
    return expiry + LEEWAY_SECONDS


def _keep(kept: dict[K, V], key: K, value: V) -> None:
    """Remember within bounds: the oldest entry makes room."""
    if len(kept) >= CACHE_SIZE:
        kept.pop(next(iter(kept)))
    kept[key] = value
