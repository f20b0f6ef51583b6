"""Every word said about a broadcast: one message to many. Stream ``broadcast-<id>``; first event `BroadcastStarted`.

Nothing in it is personal: the text is the desk's own, and who received it stands in rows outside the log.
"""

from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from tikethet_events.desk import Texts
from tikethet_events.word import Audience, BroadcastId, Command, Event, Language, Role


class Recipients(Struct, frozen=True, kw_only=True):
    """Whom a broadcast is for: no ``roles`` or ``languages`` mean all of them.

    ``active_within_days`` leaves out who neither joined, wrote nor read anything in that time; ``None`` leaves out
    nobody.
    """

    roles: tuple[Role, ...] = ()
    languages: tuple[Language, ...] = ()
    active_within_days: int | None = None


class BroadcastStatus(StrEnum):
    """Where a broadcast stands."""

    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    CANCELLED = "CANCELLED"


class Outcome(StrEnum):
    """What became of it for one recipient: ``skipped`` when it should not reach them any more."""

    DELIVERED = "delivered"
    FAILED = "failed"
    SKIPPED = "skipped"


# ---------------------------------------------------------------- commands


class StartBroadcast(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say something to many. The id is drawn, and the ``total`` who can be reached are noted, by the handler."""

    broadcast_id: BroadcastId
    texts: Texts
    recipients: Recipients
    total: int


class FinishBroadcast(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The house's: everybody has it, or it is known that they will not."""

    delivered: int
    failed: int
    skipped: int


class CancelBroadcast(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send it to nobody else; the numbers are those of this moment."""

    delivered: int
    failed: int
    skipped: int


BroadcastCommand = StartBroadcast | FinishBroadcast | CancelBroadcast

# ---------------------------------------------------------------- events


class BroadcastStarted(Event, frozen=True, kw_only=True):
    """Something is said to ``total`` people. (Whom it is for is not called audience: that is who hears the event.)"""

    heard_by: ClassVar[Audience] = "admin"

    broadcast_id: BroadcastId
    texts: Texts
    recipients: Recipients
    total: int


class BroadcastFinished(Event, frozen=True, kw_only=True):
    """It reached whom it could: ``failed`` could not be reached, ``skipped`` should not be any more."""

    heard_by: ClassVar[Audience] = "admin"

    delivered: int
    failed: int
    skipped: int


class BroadcastCancelled(Event, frozen=True, kw_only=True):
    """It goes to nobody else. What was under way at that moment may still arrive and is not in the numbers."""

    heard_by: ClassVar[Audience] = "admin"

    delivered: int
    failed: int
    skipped: int


BroadcastEvent = BroadcastStarted | BroadcastFinished | BroadcastCancelled


def broadcast_stream(broadcast_id: BroadcastId) -> str:
    """The name of a broadcast's stream."""
    return f"broadcast-{broadcast_id}"
