"""Who hears what, and the bounds of one feed. Pure: no clock, no wire, no ids drawn.

An event's ``audience`` says who may hear it: ``public`` the requester and all staff, ``staff`` HELPER and up,
``admin`` ADMIN and up. Anything else, and any role not known here, hears nothing: a word this release does not know
is never a leak.
"""

from dataclasses import dataclass
from typing import Final

STAFF: Final = frozenset({"HELPER", "MODERATOR", "ADMIN", "DEVELOPER"})
ADMINS: Final = frozenset({"ADMIN", "DEVELOPER"})
ROLES_BY_AUDIENCE: Final[dict[str, frozenset[str]]] = {"public": STAFF, "staff": STAFF, "admin": ADMINS}
"""The roles that hear an audience whoever the requester is."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of everything one process and one socket may take; seconds and bytes unless said otherwise."""

    authenticate_within: float = 10.0
    frame_bytes: int = 64 * 1024
    sockets: int = 20_000
    sockets_per_member: int = 16
    frames_burst: int = 40
    """So many frames a client may send at once; the allowance refills at `frames_rate` a second."""
    frames_rate: float = 5.0
    frames_refused: int = 200
    """So many frames over the allowance and the socket is closed."""
    resume_events: int = 5_000
    resume_bytes: int = 1024 * 1024
    replays_at_once: int = 8
    """Replays from the stream or the log; those from memory cost nothing and are not counted."""
    ring_events: int = 10_000
    ring_bytes: int = 32 * 1024 * 1024
    unsent_bytes: int = 1024 * 1024
    unsent_seconds: float = 5.0
    write_buffer: int = 64 * 1024
    """Bytes handed to a socket ahead of what its peer has taken; more waits in the ring, shared by all."""
    progress_every: float = 10.0
    typing_every: float = 2.0
    presence_every: float = 5.0


def role_hears(audience: str, role: str) -> bool:
    """Whether everybody of this role hears the audience."""
    return role in ROLES_BY_AUDIENCE.get(audience, frozenset())


def hears(audience: str, requester: str | None, member_id: str, role: str) -> bool:
    """Whether one member hears one event: by role, or because a public event is about something of theirs."""
    return role_hears(audience, role) or (audience == "public" and requester is not None and requester == member_id)


def may_type(requester: str, member_id: str, role: str) -> bool:
    """Whether a member takes part in the conversation of this requester's ticket."""
    return role in STAFF or requester == member_id


def may_look(role: str) -> bool:
    """Whether colleagues are told at what ticket a member of this role looks."""
    return role in STAFF


def resumable(cursor: int, head: int, log_head: int, limits: Limits) -> bool:
    """Whether a cursor of the same epoch is near enough to the feed's head to be caught up.

    One beyond it is fine, as far as the log goes: an answer over HTTP can be ahead of the feed, which then skips what
    that answer held. One beyond the log is nobody's: what would be skipped has not happened yet.
    """
    return cursor <= max(head, log_head) and head - cursor <= limits.resume_events
