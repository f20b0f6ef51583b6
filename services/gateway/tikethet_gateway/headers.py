"""Which headers cross the gateway, and what every answer carries.

Inwards only what is on the list goes on, so nothing a client makes up can pass for ours. Outwards everything goes but
what belongs to one connection.
"""

from collections.abc import Iterable, Mapping

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

_EVERYWHERE = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin-allow-popups",
    b"permissions-policy": b"geolocation=(), payment=(), usb=()",
    b"content-security-policy": API_POLICY.encode(),
    b"cache-control": b"no-store",
}


def inwards(headers: RawHeaders) -> dict[str, str]:
    """The client's headers that another service gets to see."""
    return {_INWARDS[name]: value.decode("latin-1") for name, value in headers if name in _INWARDS}


def outwards(headers: RawHeaders) -> list[tuple[bytes, bytes]]:
    """Another service's headers that the client gets to see."""
    kept = [(name.lower(), value) for name, value in headers]
    named = {part.strip().lower() for name, value in kept if name == b"connection" for part in value.split(b",")}
    return [(name, value) for name, value in kept if name not in _HOP_BY_HOP and name not in named]


def of(headers: RawHeaders, name: bytes) -> str | None:
    """The first value of one header."""
    return next((value.decode("latin-1") for known, value in headers if known == name), None)


def secured(message: Message, *, https: bool) -> Message:
    """An answer's first message with the security headers it does not set itself."""
    given = list(message.get("headers", ()))
    present = {name for name, _ in given}
    wanted: Mapping[bytes, bytes] = _EVERYWHERE
    if https:
        wanted = {**wanted, b"strict-transport-security": b"max-age=31536000"}
    return {**message, "headers": given + [pair for pair in wanted.items() if pair[0] not in present]}
