"""Events of the desk → rows of categories and settings. Pure and total."""

from msgspec.structs import asdict, replace
from tikethet_events.desk import Category, CategoryAdded, CategoryArchived, CategoryChanged, DeskSettingsChanged
from tikethet_events.envelope import Recorded
from tikethet_events.errors import UnknownEvent
from tikethet_events.word import CategoryId

from tikethet_tickets.views.rows import THE_DESK, CategoryRow, DeskRow


def category_of(recorded: Recorded) -> CategoryId | None:
    """The category an event of the desk speaks of, if it does. Raises UnknownEvent for a word this release lacks."""
    event = recorded.data
    match event:
        case CategoryAdded() | CategoryChanged():
            return event.category.id
        case CategoryArchived():
            return event.category_id
        case DeskSettingsChanged():
            return None
        case _:
            raise UnknownEvent(recorded.stream_id, recorded.type, recorded.schema_version)


def fold_category(row: CategoryRow | None, recorded: Recorded) -> CategoryRow | None:
    """The category after one more event; one that was never added stays absent."""
    event, at = recorded.data, recorded.recorded_at
    match event:
        case CategoryAdded():
            return _row(event.category, recorded)
        case CategoryChanged() if row is not None:
            return replace(_row(event.category, recorded), created_at=row.created_at)
        case CategoryArchived() if row is not None:
            return replace(row, active=False, updated_at=at)
        case _:
            return row


def fold_desk(row: DeskRow | None, recorded: Recorded) -> DeskRow | None:
    """The settings after one more event."""
    if isinstance(recorded.data, DeskSettingsChanged):
        return DeskRow(id=THE_DESK, settings=recorded.data.settings, updated_at=recorded.recorded_at)
    return row


def _row(category: Category, recorded: Recorded) -> CategoryRow:
    return CategoryRow(**asdict(category), created_at=recorded.recorded_at, updated_at=recorded.recorded_at)
