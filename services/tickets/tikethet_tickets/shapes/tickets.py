"""Tickets, what is said on them, and what happened to them."""

from datetime import datetime
from typing import Any

from msgspec import Struct
from tikethet_events.envelope import Channel
from tikethet_events.word import MessageId, Priority, Status, TicketId

from tikethet_tickets.shapes.desk import CategoryBrief
from tikethet_tickets.shapes.people import Member


class Attachment(Struct, frozen=True, kw_only=True):
    """A file of a message: ``size`` in bytes; ``preview_url`` is ``null`` where there is nothing to preview."""

    id: str
    filename: str
    size: int
    content_type: str
    url: str
    preview_url: str | None


class Ticket(Struct, frozen=True, kw_only=True):
    """A ticket as lists and the detail call show it.

    ``messages_count`` counts public messages that were not deleted; ``unread_count`` what others wrote since the
    caller last read (notes too, for staff), counted to 1000 at most; ``read_to`` is the version up to which the other
    side has read (staff for a customer, the customer for staff); ``snoozed_until`` is when it comes back into the queue
    of the caller, who put it aside; ``waiting_since`` is the first customer word that staff have not answered. ``tags``
    are staff's own and empty for a customer.
    """

    id: TicketId
    number: int
    title: str | None
    description: str | None
    status: Status
    priority: Priority
    category: CategoryBrief | None
    user: Member | None
    assigned_to: Member | None
    tags: list[str]
    rating: int | None
    messages_count: int
    unread_count: int
    read_to: int
    snoozed_until: datetime | None
    last_message_at: datetime | None
    waiting_since: datetime | None
    linked_to: TicketId | None
    merged_into: TicketId | None
    attachments: list[Attachment]
    created_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    version: int


class Message(Struct, frozen=True, kw_only=True):
    """One message or note. A deleted one stays as a mark: ``deleted_at`` set, no content, no attachments."""

    id: MessageId
    ticket_id: TicketId
    content: str | None
    user: Member | None
    attachments: list[Attachment]
    is_internal: bool
    reply_to: MessageId | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    version: int


class Counts(Struct, frozen=True, kw_only=True):
    """How many tickets the caller can see; every status and every priority has an entry.

    ``snoozed`` are out of the caller's queue; the first of them is back at ``next_wake``.
    """

    total: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    mine: int
    unassigned: int
    snoozed: int
    next_wake: datetime | None


class Change(Struct, frozen=True, kw_only=True, rename={"before": "from", "after": "to"}):
    """One field before and after."""

    before: Any
    after: Any


class HistoryItem(Struct, frozen=True, kw_only=True):
    """One thing that happened to a ticket; ``text`` is one readable line in the caller's language."""

    version: int
    position: int
    type: str
    at: datetime
    actor: Member | None
    channel: Channel
    changes: dict[str, Change]
    text: str
