"""The rows of the read models, field for field as in ``schema/``. Personal fields are ``None`` once erased."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct
from tikethet_events.broadcast import BroadcastStatus, Recipients
from tikethet_events.desk import DeskSettings, Texts
from tikethet_events.integration import AccountId, Call, Hearing, WebhookId
from tikethet_events.ticket import Attachment
from tikethet_events.word import (
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

PRIORITIES: Final = tuple(Priority)
"""By their number in `TicketRow.priority`."""


class TicketRow(Struct, frozen=True, kw_only=True):
    """A ticket without its long texts. ``public_updated_at`` is what its requester may know of ``updated_at``."""

    id: TicketId
    number: int
    requester_id: MemberId
    category_id: CategoryId
    status: Status
    priority: int
    assignee_id: MemberId | None
    tags: Sequence[str]
    rating: int | None
    linked_to: TicketId | None
    merged_into: TicketId | None
    messages_count: int
    last_message_at: datetime | None
    waiting_since: datetime | None
    created_at: datetime
    updated_at: datetime
    public_updated_at: datetime
    resolved_at: datetime | None
    closed_at: datetime | None
    version: int
    erased: bool


class TextRow(Struct, frozen=True, kw_only=True):
    """What the requester wrote when they opened the ticket."""

    ticket_id: TicketId
    title: str | None
    description: str | None
    attachments: Sequence[Attachment] | None


class MessageRow(Struct, frozen=True, kw_only=True):
    """One message or note; a deleted one keeps its place and loses its text."""

    ticket_id: TicketId
    id: MessageId
    version: int
    author_id: MemberId
    content: str | None
    is_internal: bool
    attachments: Sequence[Attachment] | None
    reply_to: MessageId | None
    created_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


class MemberRow(Struct, frozen=True, kw_only=True):
    """A person."""

    id: MemberId
    telegram_id: int | None
    first_name: str | None
    last_name: str | None
    username: str | None
    role: Role
    language: Language
    blocked: bool
    reachable: bool
    preferences: dict[str, bool]
    joined_at: datetime
    updated_at: datetime
    version: int
    erased: bool


class CategoryRow(Struct, frozen=True, kw_only=True):
    """A kind of question."""

    id: CategoryId
    names: Texts
    descriptions: Texts
    icon: str
    color: str
    order: int
    active: bool
    created_at: datetime
    updated_at: datetime


THE_DESK: Final = "00000000-0000-7000-8000-000000000000"
"""The key of the one row of `DeskRow`."""


class DeskRow(Struct, frozen=True, kw_only=True):
    """How the desk works; there is none as long as nobody changed its defaults."""

    id: str
    settings: DeskSettings
    updated_at: datetime


class DutyRow(Struct, frozen=True, kw_only=True):
    """Whether a member of staff is on duty, ``since`` when, and for which categories (none: all)."""

    member_id: MemberId
    on_duty: bool
    categories: Sequence[CategoryId]
    since: datetime


class TemplateRow(Struct, frozen=True, kw_only=True):
    """An answer that staff need not write anew; one that was removed keeps its row."""

    id: TemplateId
    name: str
    texts: Texts
    category_ids: Sequence[CategoryId]
    order: int
    removed: bool
    created_at: datetime
    updated_at: datetime


class InviteRow(Struct, frozen=True, kw_only=True):
    """A link that lets one person be of the staff; ``ended_at`` when it was used or revoked."""

    id: InviteId
    inviter_id: MemberId
    role: Role
    token_hash: str
    created_at: datetime
    expires_at: datetime
    used_by: MemberId | None
    ended_at: datetime | None


class AccountRow(Struct, frozen=True, kw_only=True):
    """A program outside with a token of its own; one that was revoked keeps its row.

    ``key`` is what its token was made from, when it is no longer the first one; the one before works until
    ``old_until``.
    """

    id: AccountId
    name: str
    hearing: Hearing
    calls: Sequence[Call]
    requests_per_minute: int
    token_hash: str
    created_at: datetime
    revoked_at: datetime | None
    key: str | None = None
    old_token_hash: str | None = None
    old_until: datetime | None = None


class WebhookRow(Struct, frozen=True, kw_only=True):
    """An address that events are sent to; ``since`` is the position behind which they begin. A removed one stays.

    ``key`` is what its secret was made from, when it is no longer the first one; until ``old_until`` messages are
    signed with the one made from ``old_key`` as well.
    """

    id: WebhookId
    name: str
    url: str
    hearing: Hearing
    active: bool
    stopped_because: str | None
    since: int
    removed: bool
    created_at: datetime
    updated_at: datetime
    key: str | None = None
    old_key: str | None = None
    old_until: datetime | None = None


class BroadcastRow(Struct, frozen=True, kw_only=True):
    """One message to many; the numbers are those of its end, and 0 until then."""

    id: BroadcastId
    author_id: MemberId | None
    texts: Texts
    recipients: Recipients
    status: BroadcastStatus
    total: int
    delivered: int
    failed: int
    skipped: int
    created_at: datetime
    finished_at: datetime | None
