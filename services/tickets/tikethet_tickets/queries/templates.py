"""Reply templates, and what fills their placeholders."""

from typing import Any, Final

import msgspec
from tikethet_events.desk import DeskSettings
from tikethet_events.word import CategoryId, Language

from tikethet_tickets.queries.shaped import in_language
from tikethet_tickets.queries.sql import is_uuid
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules.templates import rendered
from tikethet_tickets.shapes import Member, Rendered, Template, Ticket
from tikethet_tickets.views.rows import MemberRow, TemplateRow

_TEMPLATE: Final = msgspec.json.Decoder(TemplateRow)


async def list_templates(reader: Reader, viewer: Viewer, category_id: CategoryId | None = None) -> list[Template]:
    """All of them in their order, or those offered under one category."""
    rows = await reader.fetch(
        """
        SELECT to_json(t)::text FROM tickets.templates t
        WHERE NOT t.removed AND ($1::uuid IS NULL OR t.category_ids = '{}' OR $1::uuid = ANY(t.category_ids))
        ORDER BY t."order", t.name, t.id
        """,
        category_id,
    )
    return [_shape(_TEMPLATE.decode(row[0]), viewer) for row in rows]


async def get_template(reader: Reader, viewer: Viewer, template_id: str) -> Template | None:
    """One of them."""
    if not is_uuid(template_id):
        return None
    row = await reader.fetchval(
        "SELECT to_json(t)::text FROM tickets.templates t WHERE t.id = $1::uuid AND NOT t.removed", template_id
    )
    return _shape(_TEMPLATE.decode(row), viewer) if row else None


def _shape(row: TemplateRow, viewer: Viewer) -> Template:
    texts = dict(row.texts)
    return Template(
        id=row.id,
        name=row.name,
        text=in_language(texts, viewer.language),
        texts=texts,
        category_ids=list(row.category_ids),
        order=row.order,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def filled(template: Template, ticket: Ticket, helper: MemberRow, settings: DeskSettings) -> Rendered:
    """A template for one ticket, in the requester's language."""
    language: Language = ticket.user.language if ticket.user is not None else settings.default_language
    values = {
        **_of_person("customer", ticket.user),
        **_of_person("helper", helper),
        "ticket.number": str(ticket.number),
        "ticket.title": ticket.title,
        "ticket.category": in_language(ticket.category.names, language) if ticket.category is not None else None,
        "desk.name": in_language(settings.names, language, settings.default_language),
    }
    text = in_language(template.texts, language, settings.default_language)
    return Rendered(content=rendered(text, values), language=language)


def _of_person(who: str, person: Member | MemberRow | None) -> dict[str, Any]:
    return {f"{who}.{name}": getattr(person, name, None) for name in ("first_name", "last_name", "username")}
