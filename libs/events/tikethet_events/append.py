"""What is handed to the log, and what it answers."""

from msgspec import Struct

from tikethet_events.envelope import Metadata, Recorded
from tikethet_events.word import Event, MemberId


class Write(Struct, frozen=True, kw_only=True, gc=False):
    """Events for one stream, which must stand at version ``expected`` (0: it must not exist yet).

    ``owner`` is the member whose key seals a *new* stream (a ticket's requester, the member itself, ``None`` for the
    desk); for a stream that exists it is not looked at. Without events a write only demands the version, and is the
    stream an answer without events speaks of.
    """

    stream_id: str
    expected: int
    events: tuple[Event, ...] = ()
    owner: MemberId | None = None


class Guard(Struct, frozen=True, kw_only=True, gc=False):
    """A named row that must stand at ``version`` (0: never used); it moves on by one with the append.

    Rules over a set (the last admin) read it with `Log.guard` before they look, so that two of them cannot both pass.
    """

    name: str
    version: int


class Append(Struct, frozen=True, kw_only=True, gc=False):
    """Everything one command does to the log: all of it, once, or nothing.

    ``caller`` scopes ``command_id``; ``fingerprint`` is any canonical form of the command's body (only its keyed hash
    is kept); ``forget`` names a member whose key is destroyed together with these events.
    """

    caller: str
    command_id: str
    fingerprint: bytes
    metadata: Metadata
    writes: tuple[Write, ...] = ()
    guards: tuple[Guard, ...] = ()
    forget: MemberId | None = None


class Appended(Struct, frozen=True, kw_only=True, gc=False):
    """What the log remembers of a command.

    ``position`` is that of its last event (or the head's, when it wrote none); ``stream_id`` and ``version`` those of
    its first write; ``versions`` holds every stream it named; ``recorded`` is empty when ``replayed``.
    """

    position: int
    stream_id: str | None
    version: int
    versions: dict[str, int]
    replayed: bool = False
    recorded: tuple[Recorded, ...] = ()
