"""What every command and every event is made of.

A *command* asks for something in the imperative; it may be refused. An *event* says what happened in the past tense;
it is kept for ever. Class names of events are the storage format: add, never rename. A changed shape gets a higher
``schema`` and an upcast (`upcasts.py`).
"""

from enum import StrEnum
from typing import ClassVar, Literal, NewType

from msgspec import Struct

MemberId = NewType("MemberId", str)
"""UUIDv7, lower case, with dashes."""
TicketId = NewType("TicketId", str)
"""UUIDv7, lower case, with dashes."""
MessageId = NewType("MessageId", str)
"""UUIDv7, lower case, with dashes."""
CategoryId = NewType("CategoryId", str)
"""UUIDv7, lower case, with dashes."""

TemplateId = NewType("TemplateId", str)
"""UUIDv7, lower case, with dashes."""

InviteId = NewType("InviteId", str)
"""UUIDv7, lower case, with dashes."""

BroadcastId = NewType("BroadcastId", str)
"""UUIDv7, lower case, with dashes."""

Audience = Literal["public", "staff", "admin"]
"""Who may hear an event: ``public`` is the requester and all staff, ``staff`` HELPER and up, ``admin`` ADMIN and up."""

Language = Literal["ru", "en"]
LANGUAGES: tuple[Language, ...] = ("ru", "en")


class Priority(StrEnum):
    """How urgent a ticket is."""

    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class Role(StrEnum):
    """What a member may do; each may all that the one before may."""

    USER = "USER"
    HELPER = "HELPER"
    MODERATOR = "MODERATOR"
    ADMIN = "ADMIN"
    DEVELOPER = "DEVELOPER"

    @property
    def rank(self) -> int:
        """0 for USER up to 4 for DEVELOPER."""
        return _RANKS[self]

    def at_least(self, other: "Role") -> bool:
        """Whether this role may all that ``other`` may."""
        return self.rank >= other.rank


_RANKS = {role: rank for rank, role in enumerate(Role)}


class Status(StrEnum):
    """Where a ticket stands."""

    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_RESPONSE = "WAITING_RESPONSE"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"


class Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something somebody asks for; decided by a rule, which may refuse it."""


class Event(Struct, frozen=True, kw_only=True):
    """Something that happened.

    ``personal`` names the fields sealed in the log under the requester's key (after erasure they read as ``None``, so
    their types allow it); ``heard_by`` is the audience unless `audience` says otherwise for one event.
    """

    schema: ClassVar[int] = 1
    personal: ClassVar[frozenset[str]] = frozenset()
    heard_by: ClassVar[Audience] = "public"
    forgets_stream: ClassVar[bool] = False
    """Whether the key of its stream is destroyed with it."""

    @property
    def audience(self) -> Audience:
        """Who may hear this one event."""
        return self.heard_by
