"""Every word said about the desk itself: its categories. One stream, ``desk``; nothing in it is personal."""

from msgspec import Struct

from tikethet_events.word import CategoryId, Command, Event, Language

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


DeskCommand = AddCategory | AddDefaultCategories | ChangeCategoryDetails | ArchiveCategory

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


DeskEvent = CategoryAdded | CategoryChanged | CategoryArchived
