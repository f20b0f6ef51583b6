"""Tickets as a table for spreadsheets: any number of them, a thousand in memory at a time.

The table goes by number, and every part is asked for anew behind the last number sent: a slow reader holds no
connection and no snapshot, and every ticket there was at the start comes exactly once, as it is when its part is read.
"""

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from tikethet_service.texts import text

from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.order import order
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.queries.sql import Arguments
from tikethet_tickets.queries.tickets import Listing
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.views.rows import PRIORITIES

PART: Final = 1_000
COLUMNS: Final = (
    *("number", "title", "status", "priority", "category", "requester", "requester_username", "assignee", "tags"),
    *("rating", "messages", "created_at", "updated_at", "first_response_at", "resolved_at", "closed_at", "id"),
)
FORMULA: Final = frozenset("=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH COMMERCIAL AT}")
"""What a cell must not begin with: spreadsheets would take it for a formula, or cut it off and look at what follows."""
BOM: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"

_ROWS: Final = """
    SELECT t.number, x.title, t.status, t.priority, coalesce(c.names ->> {language}, c.names ->> 'ru'),
        concat_ws(' ', u.first_name, u.last_name), u.username, concat_ws(' ', a.first_name, a.last_name),
        array_to_string(t.tags, ', '), t.rating, t.messages_count, t.created_at, t.updated_at, f.responded_at,
        t.resolved_at, t.closed_at, t.id::text
    FROM {source}
        LEFT JOIN tickets.ticket_texts x ON x.ticket_id = t.id
        LEFT JOIN tickets.ticket_times f ON f.ticket_id = t.id
        LEFT JOIN tickets.categories c ON c.id = t.category_id
        LEFT JOIN tickets.members u ON u.id = t.requester_id
        LEFT JOIN tickets.members a ON a.id = t.assignee_id
    WHERE {where} ORDER BY t.number LIMIT {limit}
"""


async def tickets_csv(reader: Reader, viewer: Viewer, wanted: TicketFilter, zone: ZoneInfo) -> AsyncIterator[bytes]:
    """The table in parts, the first of which is read before this returns. Raises `Refused` for a bad filter.

    Heads are in the viewer's language, times in ``zone``; UTF-8 with a byte order mark, lines as in RFC 4180.
    """
    listing = Listing(viewer, wanted, PageRequest(), order("created_at", staff=viewer.staff))
    await listing.look_up(reader)
    first = await _part(reader, listing, 0)
    heads = [text(viewer.language, f"export.{column}") for column in COLUMNS]

    async def parts() -> AsyncIterator[bytes]:
        rows = first
        yield (BOM + _lines([heads])).encode() + _table(rows, zone)
        while len(rows) == PART:
            rows = await _part(reader, listing, rows[-1][0])
            yield _table(rows, zone)

    return parts()


async def _part(reader: Reader, listing: Listing, after: int) -> Sequence[Any]:
    return await reader.fetch(*part(listing, after))


def part(listing: Listing, after: int) -> tuple[str, *tuple[object, ...]]:
    """The query for the tickets behind number ``after``, and its values."""
    arguments = Arguments()
    language = arguments.add(listing.viewer.language, "text")
    where = listing.conditions(arguments)
    where.append(f"t.number > {arguments.add(after, 'bigint')}")
    if listing.wanted.status:
        where.append(f"t.status = ANY({arguments.add(listing.wanted.statuses, 'text[]')})")
    return _ROWS.format(
        language=language, source=listing.source(arguments), where=" AND ".join(where), limit=PART
    ), *arguments.values


def _table(rows: Sequence[Sequence[Any]], zone: ZoneInfo) -> bytes:
    return _lines([[_cell(value, zone) for value in _named(row)] for row in rows]).encode()


def _named(row: Sequence[Any]) -> list[Any]:
    cells = list(row)
    cells[3] = PRIORITIES[cells[3]].value
    return cells


def _cell(value: Any, zone: ZoneInfo) -> str:
    match value:
        case None:
            return ""
        case datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
        case str():
            return harmless(value)
        case _:
            return str(value)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in FORMULA or cell.lstrip(" \xa0")[:1] in FORMULA else cell


def _lines(rows: Sequence[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
