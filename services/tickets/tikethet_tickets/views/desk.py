"""Events of the desk → rows of categories, settings and templates. Pure and total."""

from msgspec.structs import asdict, replace
from tikethet_events.desk import (
    Category,
    CategoryAdded,
    CategoryArchived,
    CategoryChanged,
    DeskSettingsChanged,
    TemplateRemoved,
    TemplateSaved,
)
from tikethet_events.envelope import Recorded
from tikethet_events.errors import UnknownEvent
from tikethet_events.integration import (
    AccountAdded,
    AccountRevoked,
    AccountRotated,
    WebhookRemoved,
    WebhookRotated,
    WebhookSaved,
)
from tikethet_events.upkeep import BackupOverdue, DiskNearlyFull
from tikethet_events.word import CategoryId, TemplateId

from tikethet_tickets.views.rows import THE_DESK, CategoryRow, DeskRow, TemplateRow


def category_of(recorded: Recorded) -> CategoryId | None:
    """The category an event of the desk speaks of, if it does. Raises UnknownEvent for a word this release lacks."""
    event = recorded.data
    match event:
        case CategoryAdded() | CategoryChanged():
            return event.category.id
        case CategoryArchived():
            return event.category_id
        case DeskSettingsChanged() | TemplateSaved() | TemplateRemoved():
            return None
        case (
            AccountAdded() | AccountRotated() | AccountRevoked() | WebhookSaved() | WebhookRotated() | WebhookRemoved()
        ):
            return None
        case BackupOverdue() | DiskNearlyFull():
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


def template_of(recorded: Recorded) -> TemplateId | None:
    """The template an event of the desk speaks of, if it does."""
    match recorded.data:
        case TemplateSaved(template=template):
            return template.id
        case TemplateRemoved(template_id=template_id):
            return template_id
        case _:
            return None


def fold_template(row: TemplateRow | None, recorded: Recorded) -> TemplateRow | None:
    """The template after one more event that speaks of it."""
    event, at = recorded.data, recorded.recorded_at
    match event:
        case TemplateSaved():
            created_at = row.created_at if row is not None else at
            return TemplateRow(**asdict(event.template), removed=False, created_at=created_at, updated_at=at)
        case TemplateRemoved() if row is not None:
            return replace(row, removed=True, updated_at=at)
        case _:
            return row


def fold_desk(row: DeskRow | None, recorded: Recorded) -> DeskRow | None:
    """The settings after one more event."""
    if isinstance(recorded.data, DeskSettingsChanged):
        return DeskRow(id=THE_DESK, settings=recorded.data.settings, updated_at=recorded.recorded_at)
    return row


def _row(category: Category, recorded: Recorded) -> CategoryRow:
    return CategoryRow(**asdict(category), created_at=recorded.recorded_at, updated_at=recorded.recorded_at)
