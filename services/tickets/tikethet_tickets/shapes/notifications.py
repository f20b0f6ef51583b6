"""What members were told."""

from datetime import datetime

from msgspec import Struct
from tikethet_events.word import MemberId, TicketId

from tikethet_tickets.shapes.page import Page


class Notification(Struct, frozen=True, kw_only=True):
    """One thing a member was told; ``text`` is one readable line in their language."""

    id: str
    kind: str
    text: str
    ticket_id: TicketId | None
    ticket_number: int | None
    actor_id: MemberId | None
    created_at: datetime
    read_at: datetime | None


class ListedNotification(Notification, frozen=True, kw_only=True):
    """The same in one's list; ``ticket_title`` is what the ticket is called now, if one may (still) see it."""

    ticket_title: str | None


class NotificationList(Page[ListedNotification], frozen=True, kw_only=True):
    """One page of notifications, newest first, and how many are ``unread`` in all. Both are counted to 1000."""

    unread: int
