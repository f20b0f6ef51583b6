"""Programs outside: accounts, consumers, webhooks and what they were sent."""

from datetime import datetime
from typing import Literal

from msgspec import UNSET, Struct, UnsetType
from tikethet_events.integration import AccountId, Call, WebhookId
from tikethet_events.word import Audience


class Account(Struct, frozen=True, kw_only=True):
    """A program outside. ``types``: the events it gets (none: all); ``stream_types``: those it may have over NATS.

    What it gets only in part (notes among public messages, personal fields it has no scope for) does not go over NATS:
    ``GET events`` and webhooks hand it out. ``token`` is there once, in the answer that made it;
    ``old_token_until``: until when the one before works, after it was replaced.
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
    old_token_until: datetime | None
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
    in the answer that made it; ``old_secret_until``: until when messages are signed with the one before as well.
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
    old_secret_until: datetime | None
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
