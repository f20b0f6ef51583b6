"""Which ticket a customer's words belong to when they name none: what they write in the bot's chat and is no reply."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from tikethet_events.word import Status, TicketId

OPEN: Final = frozenset({Status.OPEN, Status.IN_PROGRESS, Status.WAITING_RESPONSE})
STILL_WARM: Final = timedelta(hours=24)
"""So long after a resolution, what a customer writes still belongs to it."""


class Candidate(Struct, frozen=True, kw_only=True):
    """One of the customer's tickets; ``answered_at`` is when staff last wrote there."""

    id: TicketId
    number: int
    status: Status
    updated_at: datetime
    resolved_at: datetime | None = None
    answered_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it still goes on."""
        return self.status in OPEN


class Joins(Struct, frozen=True):
    """It belongs to this ticket; ``others`` it might have meant instead."""

    ticket: Candidate
    others: tuple[Candidate, ...] = ()


class Follows(Struct, frozen=True):
    """It goes on with a ticket that was resolved lately."""

    ticket: Candidate


class Opens(Struct, frozen=True):
    """It is a new question; ``about`` is the last one that is over, which it might belong to after all."""

    about: Candidate | None = None


def route(tickets: Sequence[Candidate], now: datetime) -> Joins | Follows | Opens:
    """Where a message goes."""
    going = sorted((each for each in tickets if each.open), key=_last_answered, reverse=True)
    if going:
        return Joins(going[0], tuple(going[1:]))
    warm = [each for each in tickets if each.status is Status.RESOLVED and _warm(each, now)]
    if warm:
        return Follows(max(warm, key=lambda each: each.resolved_at or each.updated_at))
    over = [each for each in tickets if not each.open]
    return Opens(max(over, key=lambda each: each.updated_at, default=None))


def _last_answered(ticket: Candidate) -> tuple[bool, datetime]:
    return ticket.answered_at is not None, ticket.answered_at or ticket.updated_at


def _warm(ticket: Candidate, now: datetime) -> bool:
    return now - (ticket.resolved_at or ticket.updated_at) < STILL_WARM
