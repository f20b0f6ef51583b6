"""Rows → shapes, for one viewer: the one place that decides what a customer is not told. Pure."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import UNSET, Struct
from tikethet_events import ticket as words
from tikethet_events.word import Language

from tikethet_tickets.queries.files import File
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.rules.files import PREVIEWED
from tikethet_tickets.shapes import Attachment, Category, CategoryBrief, Me, Member, Message, Ticket
from tikethet_tickets.views.rows import PRIORITIES, CategoryRow, MemberRow, MessageRow, TextRow, TicketRow


class Found(Struct, frozen=True, kw_only=True):
    """A ticket with what is joined to it."""

    ticket: TicketRow
    text: TextRow | None
    category: CategoryRow | None
    user: MemberRow | None
    assignee: MemberRow | None
    unread: int
    snoozed_until: datetime | None = None
    read_to: int = 0


def ticket_shape(found: Found, viewer: Viewer) -> Ticket:
    """A ticket as ``viewer`` may see it."""
    row, text = found.ticket, found.text
    return Ticket(
        id=row.id,
        number=row.number,
        title=text.title if text else None,
        description=text.description if text else None,
        status=row.status,
        priority=PRIORITIES[row.priority],
        category=category_brief(found.category, viewer.language) if found.category else None,
        user=member_shape(found.user, viewer) if found.user else None,
        assigned_to=member_shape(found.assignee, viewer) if found.assignee else None,
        tags=list(row.tags) if viewer.staff else [],
        rating=row.rating,
        messages_count=row.messages_count,
        unread_count=found.unread,
        read_to=found.read_to,
        snoozed_until=found.snoozed_until,
        last_message_at=row.last_message_at,
        waiting_since=row.waiting_since,
        linked_to=row.linked_to,
        merged_into=row.merged_into,
        attachments=attachment_shapes(text.attachments if text else None),
        created_at=row.created_at,
        updated_at=row.updated_at if viewer.staff else row.public_updated_at,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        version=row.version,
    )


def message_shape(row: MessageRow, author: MemberRow | None, viewer: Viewer) -> Message:
    """A message as ``viewer`` may see it; whether they may see it at all is the query's business."""
    return Message(
        id=row.id,
        ticket_id=row.ticket_id,
        content=row.content,
        user=member_shape(author, viewer) if author else None,
        attachments=attachment_shapes(row.attachments),
        is_internal=row.is_internal,
        reply_to=row.reply_to,
        created_at=row.created_at,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        version=row.version,
    )


def member_shape(row: MemberRow, viewer: Viewer) -> Member:
    """A person as ``viewer`` may see them: a customer learns nobody's standing and no way to reach staff."""
    known = viewer.staff or row.id == viewer.member_id
    return Member(
        id=row.id,
        first_name=row.first_name,
        last_name=row.last_name,
        username=row.username if known else None,
        role=row.role,
        language=row.language,
        blocked=known and row.blocked,
        reachable=row.reachable or not known,
        telegram_id=row.telegram_id if viewer.staff else UNSET,
    )


def me_shape(row: MemberRow) -> Me:
    """A person as they see themselves."""
    return Me(
        id=row.id,
        first_name=row.first_name,
        last_name=row.last_name,
        username=row.username,
        role=row.role,
        language=row.language,
        blocked=row.blocked,
        reachable=row.reachable,
        telegram_id=row.telegram_id,
        preferences=row.preferences,
    )


def category_brief(row: CategoryRow, language: Language) -> CategoryBrief:
    """A category as a ticket carries it."""
    names = dict(row.names)
    return CategoryBrief(id=row.id, name=in_language(names, language), names=names, icon=row.icon, color=row.color)


def category_shape(row: CategoryRow, language: Language) -> Category:
    """A category in full."""
    names, descriptions = dict(row.names), dict(row.descriptions)
    return Category(
        id=row.id,
        name=in_language(names, language),
        names=names,
        icon=row.icon,
        color=row.color,
        description=in_language(descriptions, language),
        descriptions=descriptions,
        order=row.order,
        active=row.active,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def in_language(texts: dict[Language, str], language: Language, default: Language = "ru") -> str:
    """What people read: in ``language``, else in the desk's default, else in any there is."""
    return texts.get(language) or texts.get(default) or next(iter(texts.values()), "")


def attachment_shapes(attachments: Sequence[words.Attachment] | None) -> list[Attachment]:
    """Files with the addresses they are fetched from."""
    return [attachment_shape(file) for file in attachments or ()]


def attachment_shape(file: words.Attachment | File) -> Attachment:
    """One file with its addresses."""
    return Attachment(
        id=file.id,
        filename=file.filename,
        size=file.size,
        content_type=file.content_type,
        url=f"/api/v1/files/{file.id}",
        preview_url=f"/api/v1/files/{file.id}/preview" if file.content_type in PREVIEWED else None,
    )
