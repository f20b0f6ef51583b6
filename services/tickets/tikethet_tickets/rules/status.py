"""A ticket's status: trigger x standing x who → events, as one piece of data.

`decide` reads it, `markdown` draws it for the docs, the tests hold it against a table written by hand. A (trigger,
who) that has no row is forbidden.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from tikethet_events.word import Status

REOPEN_WINDOW: Final = timedelta(days=7)
"""How long after closing a customer's message still reopens the ticket; later it opens a new one."""


class Trigger(StrEnum):
    """What happens to a ticket, as far as its status is concerned."""

    MESSAGE = "message"
    NOTE = "note"
    ASSIGN = "assign"
    CHANGE = "change"
    START = "start"
    AWAIT = "await"
    RESOLVE = "resolve"
    CLOSE = "close"
    REOPEN = "reopen"


class Standing(StrEnum):
    """The status as rules see it: a ticket closed for `REOPEN_WINDOW` or longer stands apart."""

    OPEN = "OPEN"
    IN_PROGRESS = "IN_PROGRESS"
    WAITING_RESPONSE = "WAITING_RESPONSE"
    RESOLVED = "RESOLVED"
    CLOSED = "CLOSED"
    LONG_CLOSED = "CLOSED for 7 days"


class Who(StrEnum):
    """On whose side of the desk somebody sits.

    For a message the requester is the customer, whatever their role; for everything else the role decides.
    """

    CUSTOMER = "customer"
    STAFF = "staff"


class Move(StrEnum):
    """An event that changes the status, by its name."""

    WORK_STARTED = "WorkStarted"
    REPLY_AWAITED = "ReplyAwaited"
    RESOLVED = "TicketResolved"
    CLOSED = "TicketClosed"
    REOPENED = "TicketReopened"


Refusal = Literal["bad_transition", "ticket_closed", "forbidden"]
Cell = tuple[Move, ...] | Refusal | Literal["new_ticket"]
"""What follows: events (none: the status stays), a refusal, or a new ticket linked to this one."""

_STAYS: Final[Cell] = ()
_STARTS: Final[Cell] = (Move.WORK_STARTED,)
_WAITS: Final[Cell] = (Move.REPLY_AWAITED,)
_STARTS_AND_WAITS: Final[Cell] = (Move.WORK_STARTED, Move.REPLY_AWAITED)
_RESOLVES: Final[Cell] = (Move.RESOLVED,)
_CLOSES: Final[Cell] = (Move.CLOSED,)
_REOPENS: Final[Cell] = (Move.REOPENED,)
_NO: Final[Cell] = "bad_transition"
_SHUT: Final[Cell] = "ticket_closed"
_NEW: Final[Cell] = "new_ticket"

_CUSTOMER, _STAFF = Who.CUSTOMER, Who.STAFF

TABLE: Final[dict[tuple[Trigger, Who], tuple[Cell, Cell, Cell, Cell, Cell, Cell]]] = {
    # (trigger, who):             OPEN               IN_PROGRESS WAITING    RESOLVED  CLOSED    LONG_CLOSED
    (Trigger.MESSAGE, _CUSTOMER): (_STAYS,            _STAYS,    _STARTS,   _REOPENS, _REOPENS, _NEW),
    (Trigger.MESSAGE, _STAFF):    (_STARTS_AND_WAITS, _WAITS,    _STAYS,    _STAYS,   _SHUT,    _SHUT),
    (Trigger.NOTE, _STAFF):       (_STAYS,            _STAYS,    _STAYS,    _STAYS,   _STAYS,   _STAYS),
    (Trigger.ASSIGN, _STAFF):     (_STAYS,            _STAYS,    _STAYS,    _STAYS,   _SHUT,    _SHUT),
    (Trigger.CHANGE, _STAFF):     (_STAYS,            _STAYS,    _STAYS,    _STAYS,   _SHUT,    _SHUT),
    (Trigger.START, _STAFF):      (_STARTS,           _NO,       _STARTS,   _NO,      _NO,      _NO),
    (Trigger.AWAIT, _STAFF):      (_STARTS_AND_WAITS, _WAITS,    _NO,       _NO,      _NO,      _NO),
    (Trigger.RESOLVE, _CUSTOMER): (_RESOLVES,         _RESOLVES, _RESOLVES, _NO,      _NO,      _NO),
    (Trigger.RESOLVE, _STAFF):    (_RESOLVES,         _RESOLVES, _RESOLVES, _NO,      _NO,      _NO),
    (Trigger.CLOSE, _CUSTOMER):   (_CLOSES,           _CLOSES,   _CLOSES,   _CLOSES,  _NO,      _NO),
    (Trigger.CLOSE, _STAFF):      (_CLOSES,           _CLOSES,   _CLOSES,   _CLOSES,  _NO,      _NO),
    (Trigger.REOPEN, _CUSTOMER):  (_NO,               _NO,       _NO,       _REOPENS, _REOPENS, _SHUT),
    (Trigger.REOPEN, _STAFF):     (_NO,               _NO,       _NO,       _REOPENS, _REOPENS, _REOPENS),
}  # fmt: skip

_COLUMNS: Final = {standing: column for column, standing in enumerate(Standing)}

ASKED: Final[dict[Status, Trigger]] = {
    Status.OPEN: Trigger.REOPEN,
    Status.IN_PROGRESS: Trigger.START,
    Status.WAITING_RESPONSE: Trigger.AWAIT,
    Status.RESOLVED: Trigger.RESOLVE,
    Status.CLOSED: Trigger.CLOSE,
}
"""Which trigger somebody pulls who asks for a status by its name."""


def standing(status: Status, closed_at: datetime | None, now: datetime) -> Standing:
    """Where a ticket stands at ``now``, closed at ``closed_at`` if it is closed."""
    if status is Status.CLOSED and closed_at is not None and now - closed_at >= REOPEN_WINDOW:
        return Standing.LONG_CLOSED
    return Standing(status.value)


def cell(trigger: Trigger, stands: Standing, who: Who) -> Cell:
    """What the table says."""
    row = TABLE.get((trigger, who))
    return "forbidden" if row is None else row[_COLUMNS[stands]]


def markdown() -> str:
    """The table as a page of the docs shows it."""
    lines = [
        "| trigger | who | " + " | ".join(Standing) + " |",
        "| --- | --- |" + " --- |" * len(Standing),
    ]
    for trigger in Trigger:
        for who in Who:
            cells = (_said(cell(trigger, stands, who)) for stands in Standing)
            lines.append(f"| {trigger} | {who} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _said(found: Cell) -> str:
    if isinstance(found, str):
        return "a new ticket" if found == "new_ticket" else f"*{found}*"
    return ", ".join(f"`{move}`" for move in found) or "stays"
