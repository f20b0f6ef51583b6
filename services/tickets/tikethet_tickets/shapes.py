"""How tickets, messages and members look from outside: the JSON shapes of the contract, each defined here once.

Routes encode them with ``msgspec.json.encode``; `json_schemas` describes the same structs for the OpenAPI document. A
field left `UNSET` is not in the JSON at all: that is how staff-only fields stay away from customers.
"""

from collections.abc import Sequence
from datetime import datetime
from inspect import cleandoc
from typing import Any, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, Struct, UnsetType
from tikethet_events.broadcast import BroadcastStatus
from tikethet_events.desk import Assignment, Opening
from tikethet_events.envelope import Channel
from tikethet_events.integration import AccountId, Call, WebhookId
from tikethet_events.word import (
    Audience,
    BroadcastId,
    CategoryId,
    InviteId,
    Language,
    MemberId,
    MessageId,
    Priority,
    Role,
    Status,
    TemplateId,
    TicketId,
)

Item = TypeVar("Item")


class Member(Struct, frozen=True, kw_only=True):
    """A person. Names read as ``null`` once the person was erased; a customer never sees how to reach staff."""

    id: MemberId
    first_name: str | None
    last_name: str | None
    username: str | None
    role: Role
    language: Language
    blocked: bool
    reachable: bool
    telegram_id: int | UnsetType | None = UNSET


class Me(Struct, frozen=True, kw_only=True):
    """A member as they see themselves: all of `Member` and what they chose."""

    id: MemberId
    first_name: str | None
    last_name: str | None
    username: str | None
    role: Role
    language: Language
    blocked: bool
    reachable: bool
    telegram_id: int | None
    preferences: dict[str, bool]


class CategoryBrief(Struct, frozen=True, kw_only=True):
    """A category as a ticket carries it; ``name`` is in the caller's language."""

    id: CategoryId
    name: str
    names: dict[Language, str]
    icon: str
    color: str


class Category(CategoryBrief, frozen=True, kw_only=True):
    """A category in full; ``order`` sorts ascending, one that is not ``active`` takes no new tickets."""

    description: str
    descriptions: dict[Language, str]
    order: int
    active: bool
    created_at: datetime
    updated_at: datetime


class Template(Struct, frozen=True, kw_only=True):
    """An answer that staff need not write anew; ``text`` is in the caller's language; no ``category_ids``: all."""

    id: TemplateId
    name: str
    text: str
    texts: dict[Language, str]
    category_ids: list[CategoryId]
    order: int
    created_at: datetime
    updated_at: datetime


class Account(Struct, frozen=True, kw_only=True):
    """A program outside. ``types``: the events it gets (none: all); ``stream_types``: those it may have over NATS.

    What it gets only in part (notes among public messages, personal fields it has no scope for) does not go over NATS:
    ``GET events`` and webhooks hand it out. ``token`` is there once, in the answer that made the account.
    """

    id: AccountId
    name: str
    types: list[str]
    audience: Audience
    personal: bool
    calls: list[Call]
    requests_per_minute: int
    stream_types: list[str]
    created_at: datetime
    last_used_at: datetime | None
    token: str | UnsetType = UNSET


class Consumer(Struct, frozen=True, kw_only=True):
    """A durable pull consumer that tickets keeps for a program on JetStream: what to name when fetching from it.

    ``subjects`` are its filters; ``first`` and ``last`` the positions between which the stream has messages: what lies
    before ``first`` comes from ``GET events``.
    """

    number: int
    stream: str
    name: str
    api_prefix: str
    inbox_prefix: str
    subjects: list[str]
    epoch: str
    first: int
    last: int


class Webhook(Struct, frozen=True, kw_only=True):
    """An address that events are sent to. ``types``: the events it gets (none: all); ``pending``: how many it is owed.

    ``stopped_because``: ``gone`` (it answered 410) or ``failing`` (it took nothing for days). ``secret`` is there once,
    in the answer that made the webhook.
    """

    id: WebhookId
    name: str
    url: str
    types: list[str]
    audience: Audience
    personal: bool
    active: bool
    stopped_because: str | None
    pending: int
    last_delivered_at: datetime | None
    created_at: datetime
    updated_at: datetime
    secret: str | UnsetType = UNSET


DeliveryState = Literal["PENDING", "DELIVERED"]


class Delivery(Struct, frozen=True, kw_only=True):
    """One event for one webhook. ``event_id`` is its `webhook-id`; ``status`` and ``error`` are the last attempt's."""

    position: int
    event_id: str
    type: str
    subject: str
    state: DeliveryState
    attempts: int
    created_at: datetime
    attempted_at: datetime | None
    delivered_at: datetime | None
    next_at: datetime | None
    status: int | None
    error: str | None


class Rendered(Struct, frozen=True, kw_only=True):
    """A template filled in for one ticket, in the ``language`` of its requester."""

    content: str
    language: Language


class Invite(Struct, frozen=True, kw_only=True):
    """A link that lets one person be of the staff; ``token``, its secret, is only in the answer that made it."""

    id: InviteId
    role: Role
    inviter: Member | None
    created_at: datetime
    expires_at: datetime
    token: str | UnsetType = UNSET


class Duty(Struct, frozen=True, kw_only=True):
    """One's own duty: for which ``categories`` (none: all), with how many open tickets; ``staff`` is who is on duty.

    ``passed_on`` tells, when a duty just ended, how many tickets went back into the queue or to a colleague.
    """

    on_duty: bool
    since: datetime | None
    categories: list[CategoryId]
    open_tickets: int
    staff: list[Member]
    passed_on: int = 0


class Desk(Struct, frozen=True, kw_only=True):
    """The desk: ``name`` and ``greeting`` in the caller's language, whether it is ``open`` now and when it opens next.

    No ``hours`` mean always open; ``opens_at`` is ``null`` while it is. ``bot`` is how the bot is called in Telegram,
    ``null`` as long as it never signed in. ``expectation`` is one line for somebody who asks now: when the desk opens,
    or how soon it usually answers. The rest is for staff; numbers of 0 mean: not at all.
    """

    name: str
    names: dict[Language, str]
    greeting: str
    greetings: dict[Language, str]
    default_language: Language
    time_zone: str
    hours: list[Opening]
    holidays: list[str]
    open: bool
    opens_at: datetime | None
    bot: str | None
    expectation: str
    auto_close_days: int | UnsetType = UNSET
    reminder_hours: int | UnsetType = UNSET
    retention_days: int | UnsetType = UNSET
    assignment: Assignment | UnsetType = UNSET
    tickets_per_hour: int | UnsetType = UNSET
    messages_per_minute: int | UnsetType = UNSET


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
    caller last read (notes too, for staff), counted to 1000 at most; ``waiting_since`` is the first customer word
    that staff have not answered. ``tags`` are staff's own and empty for a customer.
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
    last_message_at: datetime | None
    waiting_since: datetime | None
    linked_to: TicketId | None
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


class Page(Struct, Generic[Item], frozen=True, kw_only=True):
    """One page of a list. ``next_cursor`` is ``null`` on the last one.

    ``total`` (and ``pages`` with it) is a lower bound where ``total_is_exact`` is false: counting every hit of a
    common word would cost more than the page itself.
    """

    items: list[Item]
    total: int
    page: int
    size: int
    pages: int
    next_cursor: str | None
    prev_cursor: str | None = None
    total_is_exact: bool = True


class Counts(Struct, frozen=True, kw_only=True):
    """How many tickets the caller can see; every status and every priority has an entry."""

    total: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    mine: int
    unassigned: int


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


class ReadMarker(Struct, frozen=True, kw_only=True):
    """How far somebody has read a ticket: up to and including this version."""

    ticket_id: TicketId
    version: int
    read_at: datetime


class ExportedTicket(Struct, frozen=True, kw_only=True):
    """A ticket with its public conversation, for the person it belongs to."""

    ticket: Ticket
    messages: list[Message]


class MemberExport(Struct, frozen=True, kw_only=True):
    """Everything kept about a person that is theirs to have: no note of staff is in it."""

    member: Me
    joined_at: datetime
    tickets: list[ExportedTicket]
    messages_elsewhere: list[Message]
    read_markers: list[ReadMarker]


class Spread(Struct, frozen=True, kw_only=True):
    """How long something took: over ``count`` tickets, in whole seconds; ``null`` where there was none."""

    count: int
    median_s: int | None
    p90_s: int | None


class Satisfaction(Struct, frozen=True, kw_only=True):
    """What those who rated gave, 1 to 5; a ticket's last rating counts."""

    count: int
    average: float | None
    by_score: dict[str, int]


class Figures(Struct, frozen=True, kw_only=True):
    """How a set of tickets did, as they are now.

    ``resolved`` of them are resolved or closed, ``open`` are not and ``backlog_age`` old; ``reopened`` were opened
    again at least once, ``reopen_rate`` is their part of those ever resolved.
    """

    tickets: int
    open: int
    resolved: int
    reopened: int
    reopen_rate: float | None
    first_response: Spread
    resolution: Spread
    backlog_age: Spread
    satisfaction: Satisfaction


class FiguresOf(Struct, frozen=True, kw_only=True):
    """The figures of one group; ``key`` is what its tickets have in common, ``null`` for those that have none of it."""

    key: str | None
    figures: Figures


class CategoryCount(Struct, frozen=True, kw_only=True):
    """How many tickets a category has."""

    category: CategoryBrief | None
    tickets: int


class HelperFigures(Struct, frozen=True, kw_only=True):
    """How one member of staff did.

    They are responsible for ``assigned`` tickets (``open`` of them not done), answered first as in ``first_response``,
    and had those of ``resolution`` and ``satisfaction`` when the work ended.
    """

    member: Member | None
    assigned: int
    open: int
    first_response: Spread
    resolution: Spread
    satisfaction: Satisfaction


class TicketStatistics(Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """The tickets opened from ``from`` up to and not including ``to``; days and hours are those of ``tz``."""

    since: datetime
    until: datetime
    tz: str
    group: str | None
    total: Figures
    by_status: dict[str, int]
    by_priority: dict[str, int]
    by_category: list[CategoryCount]
    by_day: dict[str, int]
    by_hour: dict[str, int]
    groups: list[FiguresOf]
    helpers: list[HelperFigures]


class Activity(Struct, frozen=True, kw_only=True):
    """What happened in a stretch of time: tickets opened, answered for the first time, resolved, rated."""

    opened: int
    answered: int
    resolved: int
    first_response: Spread
    resolution: Spread
    satisfaction: Satisfaction


class Backlog(Struct, frozen=True, kw_only=True):
    """Everything that is not resolved, and how old it is."""

    total: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    unassigned: int
    oldest_at: datetime | None
    longest_waiting_since: datetime | None
    older_than_day: int
    older_than_week: int


class HelperLoad(Struct, frozen=True, kw_only=True):
    """What is on one member's table; ``waiting_for_us`` of it waits for staff, not for the customer."""

    member: Member
    open: int
    waiting_for_us: int
    resolved_this_week: int
    resolution: Spread


class Dashboard(Struct, frozen=True, kw_only=True):
    """The desk at a glance; ``week`` is today and the six days before."""

    at: datetime
    tz: str
    today: Activity
    week: Activity
    backlog: Backlog
    helpers: list[HelperLoad]


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


class NotificationList(Struct, frozen=True, kw_only=True):
    """One page of notifications, newest first, and how many are ``unread`` in all (counted to 1000)."""

    items: list[Notification]
    unread: int
    size: int
    next_cursor: str | None


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


TOP_LEVEL: tuple[Any, ...] = (
    Member,
    Me,
    Category,
    Desk,
    Duty,
    Invite,
    Page[Invite],
    Template,
    Page[Template],
    Account,
    Page[Account],
    Consumer,
    Webhook,
    Page[Webhook],
    Delivery,
    Page[Delivery],
    Rendered,
    Ticket,
    Message,
    Page[Ticket],
    Page[Message],
    Page[Member],
    Page[Category],
    Page[HistoryItem],
    Counts,
    HistoryItem,
    MemberExport,
    TicketStatistics,
    Dashboard,
    NotificationList,
    Broadcast,
    Page[Broadcast],
    AudienceCount,
)
"""What a call answers with."""


def name_of(shape: Any) -> str:
    """The name of a shape in the OpenAPI document: ``Ticket``, and ``TicketPage`` for ``Page[Ticket]``."""
    arguments: Sequence[Any] = getattr(shape, "__args__", ())
    return f"{arguments[0].__name__}Page" if arguments else str(shape.__name__)


def json_schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of every shape under its `name_of`, referring to each other under ``#/components/schemas``."""
    _, found = msgspec.json.schema_components(TOP_LEVEL, ref_template="#/components/schemas/{name}")
    renamed = {msgspec_name: name_of(shape) for shape, msgspec_name in _generic_names()}
    text = msgspec.json.encode({renamed.get(name, name): schema for name, schema in found.items()}).decode()
    for old, new in renamed.items():
        text = text.replace(f'"#/components/schemas/{old}"', f'"#/components/schemas/{new}"')
    schemas: dict[str, dict[str, Any]] = msgspec.json.decode(text)
    for schema in schemas.values():
        if "description" in schema:
            schema["description"] = cleandoc(schema["description"])  # Python 3.13 does it by itself, older ones do not
    return schemas


def _generic_names() -> list[tuple[Any, str]]:
    return [(shape, f"Page_{shape.__args__[0].__name__}_") for shape in TOP_LEVEL if getattr(shape, "__args__", ())]
