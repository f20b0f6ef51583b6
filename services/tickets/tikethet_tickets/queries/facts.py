"""Facts that rules ask for and no shape shows."""

from tikethet_events.word import CategoryId

from tikethet_tickets.queries.viewer import Reader


async def next_number(reader: Reader) -> int:
    """The next short number for people: unique and rising; one drawn for a refused command is skipped."""
    return int(await reader.fetchval("SELECT nextval('tickets.ticket_numbers')"))


async def category_active(reader: Reader, category_id: CategoryId) -> bool | None:
    """Whether a category takes new tickets; ``None`` when there is none."""
    active: bool | None = await reader.fetchval(
        "SELECT active FROM tickets.categories WHERE id = $1::uuid", category_id
    )
    return active


async def for_opening(reader: Reader, category_id: CategoryId) -> tuple[bool | None, int]:
    """What `category_active` and `next_number` say, in one question."""
    active, number = await reader.fetchrow(
        """
        SELECT (SELECT active FROM tickets.categories WHERE id = $1::uuid), nextval('tickets.ticket_numbers')
        """,
        category_id,
    )
    return active, int(number)


async def category_ids(reader: Reader) -> frozenset[CategoryId]:
    """All that tickets can come under."""
    rows = await reader.fetch("SELECT id::text FROM tickets.categories WHERE active")
    return frozenset(CategoryId(row[0]) for row in rows)
