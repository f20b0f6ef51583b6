"""Who should hear of an event, and as what. Quiet by default: nobody hears of their own doing, or of one thing twice.

A new ticket goes to the staff on duty who serve its category; everything later only to those who have a part in it:
the requester and whoever is responsible.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct
from tikethet_events.member import MemberUnblocked, RoleChanged
from tikethet_events.ticket import (
    MessagePosted,
    NoteAdded,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    WorkStarted,
)
from tikethet_events.upkeep import BackupOverdue, DiskNearlyFull
from tikethet_events.word import Event, MemberId


class Kind(StrEnum):
    """What a notification is about."""

    NEW_TICKET = "NEW_TICKET"
    TICKET_ASSIGNED = "TICKET_ASSIGNED"
    TICKET_STATUS_CHANGED = "TICKET_STATUS_CHANGED"
    NEW_MESSAGE = "NEW_MESSAGE"
    TICKET_CLOSED = "TICKET_CLOSED"
    SYSTEM = "SYSTEM"


PREFERENCE: Final[dict[Kind, str | None]] = {
    Kind.NEW_TICKET: "new_tickets",
    Kind.TICKET_ASSIGNED: "assigned",
    Kind.TICKET_STATUS_CHANGED: "status",
    Kind.NEW_MESSAGE: "answers",
    Kind.TICKET_CLOSED: "status",
    Kind.SYSTEM: None,
}
"""Which of a member's preferences switches a kind off; what is about themselves they always hear."""


class Notice(Struct, frozen=True, kw_only=True):
    """One thing for ``to`` to hear. ``None``: the staff on duty who serve the ticket's category; of SYSTEM, the admins.

    ``what`` names the text that says it: ``notifications.<what>``.
    """

    to: MemberId | None
    kind: Kind
    what: str


class Facts(Struct, frozen=True, kw_only=True):
    """Who did it, whose ticket it is and who is responsible; whether the same command said something on it."""

    actor: str
    requester: MemberId | None = None
    assignee: MemberId | None = None
    spoken: bool = False


def notices(event: Event, facts: Facts, member: MemberId | None = None) -> list[Notice]:
    """Who hears of ``event`` (on a member's stream: of ``member``). Each hears it once at most."""
    match event:
        case TicketOpened():
            return [Notice(to=None, kind=Kind.NEW_TICKET, what="NEW_TICKET")]
        case TicketAssigned(assignee_id=assignee):
            return _to((assignee,), facts, Kind.TICKET_ASSIGNED, "TICKET_ASSIGNED")
        case MessagePosted():
            return _to((facts.requester, facts.assignee), facts, Kind.NEW_MESSAGE, "NEW_MESSAGE")
        case NoteAdded():
            return _to((facts.assignee,), facts, Kind.NEW_MESSAGE, "NEW_NOTE")
        case WorkStarted() if not facts.spoken:
            return _to((facts.requester,), facts, Kind.TICKET_STATUS_CHANGED, "IN_PROGRESS")
        case TicketResolved():
            return _to((facts.requester, facts.assignee), facts, Kind.TICKET_STATUS_CHANGED, "RESOLVED")
        case TicketReopened() if not facts.spoken:
            return _to((facts.requester, facts.assignee), facts, Kind.TICKET_STATUS_CHANGED, "REOPENED")
        case TicketClosed():
            return _to((facts.requester, facts.assignee), facts, Kind.TICKET_CLOSED, "TICKET_CLOSED")
        case RoleChanged(role=role):
            return _to((member,), facts, Kind.SYSTEM, f"ROLE_{role}")
        case MemberUnblocked():
            return _to((member,), facts, Kind.SYSTEM, "UNBLOCKED")
        case BackupOverdue():
            return [Notice(to=None, kind=Kind.SYSTEM, what="BACKUP_OVERDUE")]
        case DiskNearlyFull():
            return [Notice(to=None, kind=Kind.SYSTEM, what="DISK_NEARLY_FULL")]
        case _:
            return []


def _to(who: tuple[MemberId | None, ...], facts: Facts, kind: Kind, what: str) -> list[Notice]:
    heard = dict.fromkeys(member for member in who if member is not None and member != facts.actor)
    return [Notice(to=member, kind=kind, what=what) for member in heard]
