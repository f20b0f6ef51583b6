"""What the gateway decides, without I/O or clock: is this sign-in real, where may a request go, who sent it."""

import hashlib
import ipaddress
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from urllib.parse import unquote

from init_data_py import InitData, validate_by_hash, validate_by_signature
from init_data_py.errors import InvalidInitDataError
from tikethet_service.problems import Problem
from tikethet_service.settings import Language
from tikethet_service.texts import language_of

INIT_DATA_MAX_BYTES = 8192
CLOCK_SKEW_S = 60
"""How far in the future Telegram's clock may be."""
TELEGRAM_ID_MAX = 2**52
API = "/api/v1/"
INTERNAL = "/api/v1/internal/"
"""What services ask each other; never reached from outside."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_UNUSABLE = (InvalidInitDataError, TypeError, UnicodeError, RecursionError)
"""What the library raises for data that nobody honest sends; beside its own: wrong JSON types, surrogates, nesting."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who opened the Mini App, as Telegram signed it; ``exchange_key`` tells one piece of init data from another."""

    telegram_id: int
    first_name: str
    last_name: str | None
    username: str | None
    language: Language
    exchange_key: str


@dataclass(frozen=True, slots=True)
class TokenHash:
    """Init data is checked with the hash of the bot's token: HMAC-SHA256("WebAppData", token) in hex."""

    hex: str


@dataclass(frozen=True, slots=True)
class BotId:
    """Init data is checked with Telegram's own Ed25519 signature for this bot; no secret is needed."""

    number: int
    public_key: str | None = None
    """Hex of another key than Telegram's."""


Proof = TokenHash | BotId


def check_init_data(raw: str, proof: Proof, *, now: datetime, max_age_s: int) -> Person:
    """Who signed in with ``raw``; raises ``Problem`` ``init_data_invalid`` or ``init_data_expired``."""
    if len(raw.encode(errors="surrogatepass")) > INIT_DATA_MAX_BYTES:
        raise Problem("init_data_invalid")
    try:
        data = _validate(raw, proof)
    except _UNUSABLE:
        raise Problem("init_data_invalid") from None
    age = now.timestamp() - data.auth_date
    if age < -CLOCK_SKEW_S or _has_control_characters(data):
        raise Problem("init_data_invalid")
    if age > max_age_s:
        raise Problem("init_data_expired")
    return _person(data)


def _validate(raw: str, proof: Proof) -> InitData:
    # The age is looked at after the signature, or a forger would be told that only the date is wrong.
    match proof:
        case TokenHash(token_hash):
            return validate_by_hash(raw, token_hash, token_hashed=True, expires_in=None)
        case BotId(number, public_key):
            return validate_by_signature(raw, number, public_key=public_key, expires_in=None)
        case _:
            assert_never(proof)


def _has_control_characters(data: InitData) -> bool:
    # A line break inside a value folds one field into another under a valid signature ("newline-merge").
    return any(unicodedata.category(character) == "Cc" for pair in data.pairs for part in pair for character in part)


def _person(data: InitData) -> Person:
    user = data.user
    if user is None or user.is_bot or not 0 < user.id < TELEGRAM_ID_MAX:
        raise Problem("init_data_invalid")
    # The library does not look at the types of all fields.
    texts: tuple[object, ...] = (user.first_name, user.last_name, user.username, user.language_code)
    if not all(text is None or (isinstance(text, str) and _is_plain(text)) for text in texts):
        raise Problem("init_data_invalid")
    language = language_of(user.language_code, default="en") if user.language_code else "ru"
    return Person(user.id, user.first_name, user.last_name, user.username, language, _exchange_key(data))


def _exchange_key(data: InitData) -> str:
    # Of the signed fields themselves: the hash is not covered by Ed25519, a signature can be written in several ways.
    signed = sorted(pair for pair in data.pairs if pair[0] not in {"hash", "signature"})
    return hashlib.sha256(json.dumps(signed).encode()).hexdigest()


def _is_plain(text: str) -> bool:
    # Control characters may hide in JSON escapes; lone surrogates cannot be stored.
    return not any(unicodedata.category(character) in {"Cc", "Cs"} for character in text)


_DOTS = re.compile(r"(^|/)\.{1,2}(/|$)")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]|//|%2f|%5c|%00", re.IGNORECASE)


_PLAIN = re.compile(r"(/[A-Za-z0-9_-]+)+")


def routable(raw_path: str) -> bool:
    """Whether a raw request path leads into the public API and nowhere else, however it is spelled."""
    if not raw_path.startswith(API):
        return False
    if _PLAIN.fullmatch(raw_path):  # nearly always
        return not (raw_path + "/").startswith(INTERNAL)
    if _UNSAFE.search(raw_path):
        return False
    decoded = unquote(raw_path)
    inside = (decoded + "/").startswith(INTERNAL)
    return (
        "%" not in decoded
        and not inside
        and _DOTS.search(decoded) is None
        and _UNSAFE.search(decoded.replace(" ", "")) is None
    )


def area_of(path: str, known: Iterable[str]) -> str:
    """A bounded name for a path, for metrics: ``/api/v1/tickets``, or ``/api/v1/…`` for an area nobody knows."""
    area = path.removeprefix(API).partition("/")[0]
    return API + area if area in known else API + "…"


def client_address(peer: str | None, forwarded_for: str | None, trusted: Sequence[Network]) -> str:
    """Who is at the other end: the peer, or the last address in X-Forwarded-For that is not one of our proxies."""
    address = peer or "unknown"
    for entry in reversed((forwarded_for or "").split(",")):
        if not _inside(address, trusted) or not entry.strip():
            break
        address = entry.strip()[:45]
    return address


def _inside(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


_LOCAL_HOST = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?")


def is_local_visit(peer: str | None, headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether a request was made on this machine by its own user: loopback peer, local Host, not passed on."""
    given = list(headers)
    if any(name in {b"forwarded", b"via"} or name.startswith(b"x-forwarded-") for name, _ in given):
        return False
    seen = dict(given)
    if seen.get(b"sec-fetch-site", b"none") in {b"cross-site", b"same-site"}:
        return False
    host = seen.get(b"host", b"").decode("latin-1").lower()
    once = sum(name == b"host" for name, _ in given) == 1
    return (
        once
        and _LOCAL_HOST.fullmatch(host) is not None
        and _inside(peer or "", (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")))
    )


def telegram_user_json(telegram_id: int, first_name: str, last_name: str, username: str) -> str:
    """The ``user`` field of init data for a demo person."""
    user = {"id": telegram_id, "first_name": first_name, "last_name": last_name, "username": username}
    return json.dumps(user | {"language_code": "ru"}, ensure_ascii=False, separators=(",", ":"))
