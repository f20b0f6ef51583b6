"""The words spoken on ``/ws``: what a client may say, read strictly, and what it hears, as bytes ready to send."""

from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

Position = Annotated[int, Meta(ge=0, le=2**62)]


class Resume(Struct, frozen=True):
    """Where a client's cursor stands."""

    epoch: Annotated[str, Meta(max_length=100)]
    position: Position


class Authenticate(Struct, frozen=True, tag_field="type", tag="authenticate"):
    """Who the client is; sent again it renews. ``token`` is the access JWT."""

    token: Annotated[str, Meta(max_length=4096)]
    resume: Resume | None = None


class Typing(Struct, frozen=True, tag_field="type", tag="typing"):
    """The member is writing something on this ticket."""

    ticket_id: Annotated[str, Meta(pattern="^[0-9a-f-]{36}$")]


class Looking(Struct, frozen=True, tag_field="type", tag="looking"):
    """The member has this ticket open before them, or (``gone``) no longer has."""

    ticket_id: Annotated[str, Meta(pattern="^[0-9a-f-]{36}$")]
    gone: bool = False


class Read(Struct, frozen=True, tag_field="type", tag="read"):
    """The member has read this ticket up to a version; they told tickets so before."""

    ticket_id: Annotated[str, Meta(pattern="^[0-9a-f-]{36}$")]
    version: Position


class Ping(Struct, frozen=True, tag_field="type", tag="ping"):
    """Is anybody there?"""


ClientFrame = Authenticate | Typing | Looking | Read | Ping

_decoder: Final[msgspec.json.Decoder[ClientFrame]] = msgspec.json.Decoder(ClientFrame)
_encode: Final = msgspec.json.Encoder().encode

PONG: Final = b'{"type":"pong"}'


class Unreadable(Exception):
    """A frame that is no sentence of this protocol; ``code`` is a problem code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read(text: bytes) -> ClientFrame:
    """What a client said; raises `Unreadable`."""
    try:
        return _decoder.decode(text)
    except msgspec.ValidationError:
        raise Unreadable("invalid") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable("malformed_json") from None


def ready(epoch: str, position: int, *, resumed: bool) -> bytes:
    """Where the feed starts."""
    return _encode({"type": "ready", "epoch": epoch, "position": position, "resumed": resumed})


def progress(position: int) -> bytes:
    """An idle cursor moves here."""
    return b'{"type":"progress","position":%d}' % position


def presence(online: int) -> bytes:
    """So many members have a socket open somewhere."""
    return b'{"type":"presence","online":%d}' % online


def typing(ticket_id: str, member_id: str) -> bytes:
    """Somebody is writing on a ticket."""
    return _encode({"type": "typing", "ticket_id": ticket_id, "member_id": member_id})


def looking(ticket_id: str, member_id: str, *, gone: bool) -> bytes:
    """Somebody of the staff looks at a ticket, or no longer does."""
    return _encode({"type": "looking", "ticket_id": ticket_id, "member_id": member_id, "gone": gone})


def read_to(ticket_id: str, member_id: str, version: int) -> bytes:
    """Somebody has read a ticket up to a version."""
    return _encode({"type": "read", "ticket_id": ticket_id, "member_id": member_id, "version": version})


def error(code: str, detail: str) -> bytes:
    """Something the client asked for was not done."""
    return _encode({"type": "error", "code": code, "detail": detail})
