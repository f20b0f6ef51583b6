"""What `TELEGRAM_PROXY` may say: the usual addresses of proxies, and Telegram's own links to them."""

import base64
import binascii
from typing import Final, Literal
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct

Kind = Literal["socks5", "socks4", "http", "mtproxy"]

WANTED: Final = "must be the address of a proxy"
_DIALED: Final[dict[str, Kind]] = {"socks5": "socks5", "socks5h": "socks5", "socks4": "socks4", "http": "http"}
_HOSTS: Final = frozenset({"t.me", "telegram.me", "telegram.dog"})
_PORTS: Final = range(1, 65536)
_KEY: Final = 16
"""Bytes of an MTProxy's key; one byte before it (dd: padded, ee: disguised, then a host name follows) says how."""
_NAME_MAX: Final = 182
"""Bytes of that host name; every client of Telegram has this limit."""


class Proxy(Struct, frozen=True, kw_only=True):
    """A way to Telegram; ``secret`` is an MTProxy's, in hex."""

    kind: Kind
    host: str
    port: int
    username: str | None = None
    password: str | None = None
    secret: str | None = None

    @property
    def address(self) -> str:
        """Where it stands, without anything secret."""
        return f"{self.host}:{self.port}"


def proxy_of(text: str) -> Proxy:
    """The proxy that a setting names. Raises ValueError with a line that says what is wrong and gives nothing away."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise ValueError(WANTED) from None
    if parts.scheme == "tg" or (parts.scheme in {"http", "https"} and parts.hostname in _HOSTS):
        kind = parts.netloc if parts.scheme == "tg" else parts.path.strip("/")
        return _linked(kind, _query(parts.query))
    if parts.scheme == "mtproxy":
        return _mtproxy(parts.hostname, port, _query(parts.query).get("secret"))
    if parts.scheme not in _DIALED or parts.path.strip("/") or parts.query:
        raise ValueError(WANTED)
    return _dialed(_DIALED[parts.scheme], parts.hostname, port, parts.username, parts.password)


def _query(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}


def _linked(kind: str, given: dict[str, str]) -> Proxy:
    port = int(given["port"]) if given.get("port", "").isdecimal() else None
    match kind:
        case "proxy":
            return _mtproxy(given.get("server"), port, given.get("secret"))
        case "socks":
            return _dialed("socks5", given.get("server"), port, given.get("user"), given.get("pass"))
        case _:
            raise ValueError(WANTED)


def _dialed(kind: Kind, host: str | None, port: int | None, username: str | None, password: str | None) -> Proxy:
    if not host or port not in _PORTS:
        raise ValueError("must name host and port of the proxy")
    return Proxy(
        kind=kind,
        host=host,
        port=port or 0,
        username=unquote(username) if username else None,
        password=unquote(password) if password else None,
    )


def _mtproxy(host: str | None, port: int | None, secret: str | None) -> Proxy:
    if not host or port not in _PORTS:
        raise ValueError("must name host and port of the proxy")
    return Proxy(kind="mtproxy", host=host, port=port or 0, secret=_secret(secret or "").hex())


def _secret(text: str) -> bytes:
    """The secret's bytes, written in hex or base64 as Telegram's links have them."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        try:
            standard = text.strip().replace(" ", "+").translate(str.maketrans("-_", "+/"))
            found = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
        except (binascii.Error, ValueError):
            raise ValueError("has an MTProxy secret that is neither hex nor base64") from None
    plain = len(found) == _KEY
    padded = len(found) == _KEY + 1 and found[0] == 0xDD  # noqa: PLR2004  Telegram's marks
    disguised = len(found) > _KEY + 1 and found[0] == 0xEE  # noqa: PLR2004
    if disguised and not (found[_KEY + 1 :].isascii() and len(found) <= _KEY + 1 + _NAME_MAX):
        raise ValueError(f"has an MTProxy secret whose host name is not ASCII or longer than {_NAME_MAX} bytes")
    if not (plain or padded or disguised):
        raise ValueError("has an MTProxy secret of the wrong length: 16 bytes, dd and 16, or ee, 16 and a host name")
    return found
