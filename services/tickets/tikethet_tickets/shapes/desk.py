"""The desk itself: its categories, templates and settings."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType
from tikethet_events.desk import Assignment, Opening
from tikethet_events.word import CategoryId, Language, TemplateId


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


class Rendered(Struct, frozen=True, kw_only=True):
    """A template filled in for one ticket, in the ``language`` of its requester."""

    content: str
    language: Language


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
