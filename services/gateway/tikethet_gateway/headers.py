"""Which headers cross the gateway, and what every answer carries.

Inwards only what is on the list goes on, so nothing a client makes up can pass for ours. Outwards everything goes but
what belongs to one connection.
"""

from collections.abc import Iterable

from starlette.types import Message

RawHeaders = Iterable[tuple[bytes, bytes]]

_INWARDS = {
    name.encode(): title
    for title in (
        *("Accept", "Accept-Encoding", "Accept-Language", "Content-Type", "Content-Length", "Idempotency-Key"),
        *("If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "Range", "User-Agent"),
    )
    for name in (title.lower(),)
}

_HOP_BY_HOP = frozenset(
    {
        *(b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te"),
        *(b"trailer", b"transfer-encoding", b"upgrade", b"server", b"date", b"x-request-id"),
    }
)

API_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""Answers of the API are data: opened as a page they may do nothing."""

_EVERYWHERE = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin-allow-popups"),
    (b"permissions-policy", b"geolocation=(), payment=(), usb=()"),
    (b"content-security-policy", API_POLICY.encode()),
    (b"cache-control", b"no-store"),
)
_OVER_TLS = (*_EVERYWHERE, (b"strict-transport-security", b"max-age=31536000"))


def inwards(headers: RawHeaders) -> dict[str, str]:
    """The client's headers that another service gets to see."""
    return {_INWARDS[name]: value.decode("latin-1") for name, value in headers if name in _INWARDS}


def outwards(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """Another service's headers that the client gets to see."""
    kept, connection = [], b""
    for given, value in headers:
        name = given.lower()
        if name == b"connection":
            connection = value.lower()
        if name not in _HOP_BY_HOP:
            kept.append((name, value))
    if not connection:
        return kept
    named = {part.strip() for part in connection.split(b",")}
    return [pair for pair in kept if pair[0] not in named]


def of(headers: RawHeaders, name: bytes) -> str | None:
    """The first value of one header."""
    return next((value.decode("latin-1") for known, value in headers if known == name), None)


def secured(message: Message, *, https: bool) -> Message:
    """An answer's first message with the security headers it does not set itself."""
    given = list(message.get("headers", ()))
    present = dict(given)
    wanted = _OVER_TLS if https else _EVERYWHERE
    message["headers"] = given + [pair for pair in wanted if pair[0] not in present]
    return message
