"""One message to many."""

from datetime import datetime

from msgspec import Struct
from tikethet_events.broadcast import BroadcastStatus
from tikethet_events.word import BroadcastId, Language, Role

from tikethet_tickets.shapes.people import Member


class BroadcastAudience(Struct, frozen=True, kw_only=True):
    """Whom a broadcast is for: no ``roles`` or ``languages`` mean all.

    ``active_within_days`` leaves out who neither joined, wrote nor read anything in that time.
    """

    roles: list[Role]
    languages: list[Language]
    active_within_days: int | None


class AudienceCount(Struct, frozen=True, kw_only=True):
    """How many are meant, and how many of them can be reached in Telegram."""

    count: int
    reachable: int


class Broadcast(Struct, frozen=True, kw_only=True):
    """One message to many: of ``total`` recipients ``delivered`` have it.

    ``failed`` could not be reached, ``skipped`` should not be any more; the rest is still to come, unless it was
    cancelled.
    """

    id: BroadcastId
    texts: dict[Language, str]
    audience: BroadcastAudience
    status: BroadcastStatus
    total: int
    delivered: int
    failed: int
    skipped: int
    created_at: datetime
    finished_at: datetime | None
    author: Member | None
