"""Who should hear of an event, as what, and where. Quiet by default: nobody hears of their own doing, or twice.

A new ticket goes to the staff on duty who serve its category; everything later only to those who have a part in it:
the requester and whoever is responsible. Words on somebody's tickets are joined in Telegram instead of each being told.
"""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct
from tikethet_events.integration import Webhook, WebhookSaved
from tikethet_events.member import MemberUnblocked, RoleChanged
from tikethet_events.ticket import (
    MessagePosted,
    NoteAdded,
    ResponseOverdue,
    TicketAssigned,
    TicketClosed,
    TicketMerged,
    TicketOpened,
    TicketReopened,
    TicketResolved,
    TicketUnmerged,
    WorkStarted,
)
from tikethet_events.upkeep import BackupOverdue, DiskNearlyFull
from tikethet_events.word import Event, MemberId, Status, TicketId


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
    Kind.TICKET_CLOSED: "closed",
    Kind.SYSTEM: None,
}
"""Which of a member's preferences switches a kind off; what the desk itself has to say they always hear."""

CHANNELS: Final = ("app", "telegram")
PREFERENCES: Final = frozenset(
    f"{name}{channel}"
    for name in PREFERENCE.values()
    if name is not None
    for channel in ("", *(f".{each}" for each in CHANNELS))
)
"""What a member may switch: ``status`` everywhere, ``status.app`` or ``status.telegram`` in that channel alone."""

AT_ONCE: Final = timedelta(0)
JOINED: Final = timedelta(seconds=60)
"""How long words wait in Telegram for more of them; what was read meanwhile is not told there at all."""


NOBODY: Final = {"NEW_TICKET": "NOBODY_ON_DUTY"}
"""What the admins are told instead, when nobody is on duty for it."""


class Notice(Struct, frozen=True, kw_only=True):
    """One thing for ``to`` to hear (``None``: the staff on duty who serve the ticket's category, or else the admins).

    What is the ``admins_own`` goes to them, whoever is on duty.

    ``what`` names the text that says it: ``notifications.<what>``. In Telegram it is told ``telegram`` after the event;
    ``None``: the bot tells it there anyhow, as part of the conversation.
    """

    to: MemberId | None
    kind: Kind
    what: str
    telegram: timedelta | None = AT_ONCE
    admins_own: bool = False


class Facts(Struct, frozen=True, kw_only=True):
    """Who did it, to which ticket, whose it is, who is responsible; whether the same command said something on it."""

    actor: str
    ticket: TicketId | None = None
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
            return _both(facts, Kind.NEW_MESSAGE, "NEW_MESSAGE", JOINED)
        case NoteAdded():
            return _to((facts.assignee,), facts, Kind.NEW_MESSAGE, "NEW_NOTE", JOINED)
        case WorkStarted() if not facts.spoken:
            return _to((facts.requester,), facts, Kind.TICKET_STATUS_CHANGED, "IN_PROGRESS", None)
        case TicketResolved():
            return _both(facts, Kind.TICKET_STATUS_CHANGED, "RESOLVED")
        case TicketReopened() if not facts.spoken:
            return _both(facts, Kind.TICKET_STATUS_CHANGED, "REOPENED")
        case TicketClosed():
            return _both(facts, Kind.TICKET_CLOSED, "TICKET_CLOSED")
        case TicketMerged(from_id=ended) if ended == facts.ticket:
            return _both(facts, Kind.TICKET_CLOSED, "MERGED")
        case TicketUnmerged(from_id=parted, status=Status.OPEN | Status.IN_PROGRESS) if parted == facts.ticket:
            return _both(facts, Kind.TICKET_STATUS_CHANGED, "REOPENED")
        case ResponseOverdue():
            return [
                *_to((facts.requester,), facts, Kind.SYSTEM, "WAITS_LONG"),
                *_to((facts.assignee,), facts, Kind.SYSTEM, "OVERDUE"),
                Notice(to=None, kind=Kind.SYSTEM, what="OVERDUE"),
            ]
        case RoleChanged(role=role):
            return _to((member,), facts, Kind.SYSTEM, f"ROLE_{role}")
        case MemberUnblocked():
            return _to((member,), facts, Kind.SYSTEM, "UNBLOCKED")
        case BackupOverdue():
            return [Notice(to=None, kind=Kind.SYSTEM, what="BACKUP_OVERDUE", admins_own=True)]
        case DiskNearlyFull():
            return [Notice(to=None, kind=Kind.SYSTEM, what="DISK_NEARLY_FULL", admins_own=True)]
        case WebhookSaved(webhook=Webhook(active=False, stopped_because=str())):
            return [Notice(to=None, kind=Kind.SYSTEM, what="WEBHOOK_STOPPED", admins_own=True)]
        case _:
            return []


def _both(facts: Facts, kind: Kind, what: str, telegram: timedelta = AT_ONCE) -> list[Notice]:
    """The requester, in whose chat the bot shows it anyhow, and whoever is responsible."""
    theirs = _to((facts.requester,), facts, kind, what, None)
    return theirs + [
        notice for notice in _to((facts.assignee,), facts, kind, what, telegram) if notice.to != facts.requester
    ]


def _to(
    who: tuple[MemberId | None, ...], facts: Facts, kind: Kind, what: str, telegram: timedelta | None = AT_ONCE
) -> list[Notice]:
    heard = dict.fromkeys(member for member in who if member is not None and member != facts.actor)
    return [Notice(to=member, kind=kind, what=what, telegram=telegram) for member in heard]
