"""Words said about the programs outside that listen: service accounts and webhooks. They live on the desk's stream."""

from datetime import datetime
from typing import ClassVar, Literal, NewType

from msgspec import Struct

from tikethet_events.word import Audience, Command, Event

AccountId = NewType("AccountId", str)
"""UUIDv7, lower case, with dashes."""
WebhookId = NewType("WebhookId", str)
"""UUIDv7, lower case, with dashes."""

Call = Literal["events", "tickets"]
"""What an account may do: hear events (over HTTP and NATS), open tickets on behalf of members."""
CALLS: tuple[Call, ...] = ("events", "tickets")


class Hearing(Struct, frozen=True, kw_only=True):
    """Which events a program outside gets, and how much of them.

    ``types`` are names of events (none: all); ``audience`` is how private an event may be; without ``personal`` what a
    person wrote or is called reads as ``null``.
    """

    types: tuple[str, ...] = ()
    audience: Audience = "public"
    personal: bool = False


class Account(Struct, frozen=True, kw_only=True):
    """A program outside with a token of its own; ``token_hash`` is the token's SHA-256 in hex.

    ``requests_per_minute`` bounds its HTTP calls, as many at once.
    """

    id: AccountId
    name: str
    hearing: Hearing
    calls: tuple[Call, ...]
    requests_per_minute: int
    token_hash: str


class Webhook(Struct, frozen=True, kw_only=True):
    """An address that events are sent to.

    One that is not ``active`` gets nothing for now and goes on where it stopped; ``stopped_because`` says why, when
    the desk itself stopped it.
    """

    id: WebhookId
    name: str
    url: str
    hearing: Hearing
    active: bool = True
    stopped_because: str | None = None


# ---------------------------------------------------------------- commands


class AddAccount(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a program in."""

    account: Account


class RevokeAccount(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let it in no longer."""

    account_id: AccountId


class RotateAccount(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give it another token, made from ``key``; the one before works for a while longer, or ``at_once`` no more."""

    account_id: AccountId
    key: str
    token_hash: str
    at_once: bool = False


class SaveWebhook(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keep a webhook, a new one or another version of it."""

    webhook: Webhook


class RotateWebhook(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign with another secret, made from ``key``; with the one before as well for a while, or ``at_once`` no more."""

    webhook_id: WebhookId
    key: str
    at_once: bool = False


class StopWebhook(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The desk itself gives up on an address for now."""

    webhook_id: WebhookId
    because: str


class RemoveWebhook(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Send it nothing more."""

    webhook_id: WebhookId


IntegrationCommand = (
    AddAccount | RotateAccount | RevokeAccount | SaveWebhook | RotateWebhook | StopWebhook | RemoveWebhook
)

# ---------------------------------------------------------------- events


class AccountAdded(Event, frozen=True, kw_only=True):
    """A program outside has a token now."""

    heard_by: ClassVar[Audience] = "admin"

    account: Account


class AccountRotated(Event, frozen=True, kw_only=True):
    """It has another token now; the one before works until ``old_until``, or no longer.

    ``key`` is what the token is made from, together with SECRET_KEY; ``token_hash`` is its SHA-256 in hex.
    """

    heard_by: ClassVar[Audience] = "admin"

    account_id: AccountId
    key: str
    token_hash: str
    old_until: datetime | None = None


class AccountRevoked(Event, frozen=True, kw_only=True):
    """Its token works no longer."""

    heard_by: ClassVar[Audience] = "admin"

    account_id: AccountId


class WebhookSaved(Event, frozen=True, kw_only=True):
    """Events are sent to an address, or are sent another way now."""

    heard_by: ClassVar[Audience] = "admin"

    webhook: Webhook


class WebhookRotated(Event, frozen=True, kw_only=True):
    """It is signed with another secret now; with the one before as well until ``old_until``, or no longer.

    ``key`` is what the secret is made from, together with SECRET_KEY.
    """

    heard_by: ClassVar[Audience] = "admin"

    webhook_id: WebhookId
    key: str
    old_until: datetime | None = None


class WebhookRemoved(Event, frozen=True, kw_only=True):
    """Nothing is sent there any more."""

    heard_by: ClassVar[Audience] = "admin"

    webhook_id: WebhookId


IntegrationEvent = AccountAdded | AccountRotated | AccountRevoked | WebhookSaved | WebhookRotated | WebhookRemoved
