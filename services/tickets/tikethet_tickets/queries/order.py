"""The orders of ticket lists, and how a list goes on exactly where a page of it ended."""

from datetime import UTC, datetime
from typing import Final, Literal, get_args

from msgspec import Struct
from tikethet_events.errors import Refused

from tikethet_tickets.queries.pages import Cursor, seal, unseal
from tikethet_tickets.queries.sql import Arguments, must_be_uuid
from tikethet_tickets.views.rows import PRIORITIES, TicketRow

Sort = Literal["created_at", "-created_at", "updated_at", "-updated_at", "priority", "-priority", "waiting", "-waiting"]
"""``-`` turns it round. ``waiting``: who waits longest for staff's answer comes first, who does not wait last."""

NEVER: Final = datetime.max.replace(tzinfo=UTC)
"""PostgreSQL's ``infinity`` in asyncpg's eyes: the key of a ticket that does not wait."""


class Order(Struct, frozen=True):
    """One order, for staff or for a customer (who is not told when a note moved a ticket)."""

    sort: str
    staff: bool

    @property
    def by(self) -> str:
        """The field it goes by."""
        return self.sort.removeprefix("-")

    @property
    def key(self) -> str:
        """The expression it sorts by, as the indexes have it."""
        match self.by:
            case "waiting":
                return "coalesce(t.waiting_since, 'infinity'::timestamptz)"
            case "updated_at" if not self.staff:
                return "t.public_updated_at"
            case by:
                return f"t.{by}"

    @property
    def clause(self) -> str:
        """ORDER BY; the id makes it total."""
        direction = "DESC" if self.sort.startswith("-") else "ASC"
        return f"ORDER BY {self.key} {direction}, t.id {direction}"

    def after(self, cursor: str, arguments: Arguments) -> str:
        """The condition that goes on behind ``cursor``. Raises `Refused` for one that is not of this order."""
        last = unseal(cursor, self.sort)
        number = self.by == "priority"
        value = _rank(last.key) if number else _moment(last.key)
        key = arguments.add(value, "smallint" if number else "timestamptz")
        row_id = arguments.add(must_be_uuid(last.id, "cursor"), "uuid")
        return f"({self.key}, t.id) {'<' if self.sort.startswith('-') else '>'} ({key}, {row_id})"

    def seen(self, cursor: str) -> int:
        """How many came up to ``cursor``. Raises `Refused` for one that is not of this order."""
        return unseal(cursor, self.sort).seen

    def cursor(self, row: TicketRow, seen: int) -> str:
        """The cursor behind ``row``, the last of ``seen``."""
        match self.by:
            case "priority":
                return seal(Cursor(self.sort, row.priority, row.id, seen))
            case "waiting":
                moment = row.waiting_since or NEVER
            case "created_at":
                moment = row.created_at
            case _:
                moment = row.updated_at if self.staff else row.public_updated_at
        return seal(Cursor(self.sort, moment.isoformat(), row.id, seen))


def order(sort: str, *, staff: bool) -> Order:
    """The order of that name. Raises `Refused` for a name that is none."""
    if sort not in get_args(Sort):
        raise Refused("invalid", field="sort")
    return Order(sort, staff)


def _rank(key: object) -> int:
    if not isinstance(key, int) or not 0 <= key < len(PRIORITIES):
        raise Refused("invalid", field="cursor")
    return key


def _moment(key: object) -> datetime:
    try:
        return datetime.fromisoformat(key if isinstance(key, str) else "").astimezone(UTC)
    except (ValueError, OverflowError) as wrong:
        raise Refused("invalid", field="cursor") from wrong
