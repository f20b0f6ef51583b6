# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""Categories in their order."""

from collections.abc import Collection

from tikethet_events.desk import Texts
from tikethet_events.word import CategoryId

from tikethet_tickets.queries.shaped import category_shape
from tikethet_tickets.queries.sql import CATEGORY, as_json, is_uuid
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Category


async def list_categories(reader: Reader, viewer: Viewer, *, include_archived: bool = False) -> list[Category]:
    """Those a new ticket may come under; all there ever were when ``include_archived``."""
    rows = await reader.fetch(
        f"""SELECT {as_json("c")} FROM tickets.categories c WHERE c.active OR $1::boolean ORDER BY c."order", c.id""",
        include_archived,
    )
    return [category_shape(CATEGORY.decode(row[0]), viewer.language) for row in rows]


async def get_category(reader: Reader, viewer: Viewer, category_id: str) -> Category | None:
    """One category, archived or not."""
    if not is_uuid(category_id):
        return None
    row = await reader.fetchval(f"SELECT {as_json('c')} FROM tickets.categories c WHERE c.id = $1::uuid", category_id)
    return category_shape(CATEGORY.decode(row), viewer.language) if row else None


async def names_of(reader: Reader, category_ids: Collection[CategoryId]) -> dict[CategoryId, Texts]:
    """The names of several, archived or not."""
    if not category_ids:
        return {}
    rows = await reader.fetch(
        f"SELECT {as_json('c')} FROM tickets.categories c WHERE c.id = ANY($1::uuid[])", list(category_ids)
    )
    return {row.id: row.names for row in (CATEGORY.decode(found[0]) for found in rows)}
