"""Facts that rules ask for and no shape shows."""

from tikethet_tickets.queries.viewer import Reader


async def next_number(reader: Reader) -> int:
    """The next short number for people: unique and rising; one drawn for a refused command is skipped."""
    return int(await reader.fetchval("SELECT nextval('tickets.ticket_numbers')"))


async def tickets_in_category(reader: Reader, category_id: str) -> int:
    """How many tickets come under a category, whatever their status."""
    return int(
        await reader.fetchval(
            "SELECT coalesce(sum(n), 0)::bigint FROM tickets.ticket_counters WHERE category_id = $1::uuid", category_id
        )
    )
