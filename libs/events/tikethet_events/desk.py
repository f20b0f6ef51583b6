"""Every word said about the desk itself: categories, settings, templates (and, from `integration`, programs outside).

One stream, ``desk``; nothing in it is personal.
"""

from typing import ClassVar, Literal

from msgspec import Struct

from tikethet_events.integration import IntegrationCommand, IntegrationEvent
from tikethet_events.upkeep import UpkeepCommand, UpkeepEvent
from tikethet_events.word import Audience, CategoryId, Command, Event, Language, TemplateId

DESK_STREAM = "desk"

Texts = dict[Language, str]
"""What people read, per language. At least one language; a missing one falls back to the desk's default."""


class Category(Struct, frozen=True, kw_only=True):
    """One kind of question; ``icon`` is one emoji, ``color`` is ``#RRGGBB``, ``order`` sorts ascending."""

    id: CategoryId
    names: Texts
    descriptions: Texts
    icon: str
    color: str
    order: int
    active: bool = True


Weekday = Literal["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"]
WEEKDAYS: tuple[Weekday, ...] = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
Assignment = Literal["manual", "automatic"]


class Opening(Struct, frozen=True, kw_only=True):
    """One stretch of a day on which the desk is open: wall-clock times, ``09:00`` to ``18:00`` (at most ``24:00``)."""

    day: Weekday
    opens: str
    closes: str


class DeskSettings(Struct, frozen=True, kw_only=True):
    """How the desk works, whole. Numbers: 0 means not at all.

    ``time_zone`` is an IANA name; no ``hours`` mean always open; ``holidays`` are dates (``2026-12-31``).
    ``auto_close_days`` after its resolution a ticket closes; unanswered for ``reminder_hours`` open hours it is
    overdue; ``retention_days`` after closing it is forgotten. The last two limit one customer.
    """

    names: Texts
    greetings: Texts
    default_language: Language
    time_zone: str
    hours: tuple[Opening, ...]
    holidays: tuple[str, ...]
    auto_close_days: int
    reminder_hours: int
    retention_days: int
    assignment: Assignment
    tickets_per_hour: int
    messages_per_minute: int


class Template(Struct, frozen=True, kw_only=True):
    """An answer that staff need not write anew: its text per language, with placeholders (``{customer.first_name}``).

    It is offered under ``category_ids`` (none: under all).
    """

    id: TemplateId
    name: str
    texts: Texts
    category_ids: tuple[CategoryId, ...]
    order: int


# ---------------------------------------------------------------- commands


class AddCategory(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new kind of question."""

    category: Category


class AddDefaultCategories(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The six that a gaming community's desk has; those already there stay. Ids are drawn by the handler."""

    categories: tuple[Category, ...]


class ChangeCategoryDetails(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Replace what a category says of itself."""

    category: Category


class ArchiveCategory(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take it out of the list for new tickets; old tickets keep it."""

    category_id: CategoryId


class ChangeDeskSettings(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let the desk work another way."""

    settings: DeskSettings


class SaveTemplate(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Keep a template, a new one or another version of it."""

    template: Template


class RemoveTemplate(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Offer it no longer."""

    template_id: TemplateId


DeskCommand = (
    AddCategory
    | AddDefaultCategories
    | ChangeCategoryDetails
    | ArchiveCategory
    | ChangeDeskSettings
    | SaveTemplate
    | RemoveTemplate
    | IntegrationCommand
    | UpkeepCommand
)

# ---------------------------------------------------------------- events


class CategoryAdded(Event, frozen=True, kw_only=True):
    """There is a new kind of question."""

    category: Category


class CategoryChanged(Event, frozen=True, kw_only=True):
    """A category says something else of itself now."""

    category: Category


class CategoryArchived(Event, frozen=True, kw_only=True):
    """No new tickets come under it."""

    category_id: CategoryId


class DeskSettingsChanged(Event, frozen=True, kw_only=True):
    """The desk works another way now: its settings, whole."""

    heard_by: ClassVar[Audience] = "staff"

    settings: DeskSettings


class TemplateSaved(Event, frozen=True, kw_only=True):
    """There is a template, or it says something else now."""

    heard_by: ClassVar[Audience] = "staff"

    template: Template


class TemplateRemoved(Event, frozen=True, kw_only=True):
    """A template is offered no longer."""

    heard_by: ClassVar[Audience] = "staff"

    template_id: TemplateId


DeskEvent = (
    CategoryAdded
    | CategoryChanged
    | CategoryArchived
    | DeskSettingsChanged
    | TemplateSaved
    | TemplateRemoved
    | IntegrationEvent
    | UpkeepEvent
)
