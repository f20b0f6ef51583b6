# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""Tickets: lists that stay flat however many there are, one by id or number, one as it was."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct, structs
from tikethet_events.word import MemberId, Status, TicketId

from tikethet_tickets.queries.filters import TicketFilter, conditions, counted_conditions, ticket_number
from tikethet_tickets.queries.order import Order, order
from tikethet_tickets.queries.pages import PageRequest, page_of
from tikethet_tickets.queries.search import anywhere, candidates, tagged
from tikethet_tickets.queries.shaped import Found, ticket_shape
from tikethet_tickets.queries.snoozes import asleep
from tikethet_tickets.queries.sql import CATEGORY, MEMBER, TEXT, TICKET, Arguments, as_json, is_uuid, read_to, unread
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Page, Ticket


class TicketKey(Struct, frozen=True, kw_only=True):
    """What a route needs before it lets somebody near a ticket."""

    id: TicketId
    number: int
    requester_id: MemberId
    status: Status
    version: int


async def list_tickets(
    reader: Reader,
    viewer: Viewer,
    wanted: TicketFilter,
    request: PageRequest,
    *,
    sort: str = "-updated_at",
) -> Page[Ticket]:
    """One page of the tickets ``viewer`` may see. Raises `Refused` for a bad filter, sort, page or cursor."""
    listing = Listing(viewer, wanted, request, order(sort, staff=viewer.staff))
    await listing.look_up(reader)
    sql, arguments = listing.page()
    rows = [_found(row) for row in await reader.fetch(sql, *arguments.values)]
    more, rows = len(rows) > request.size, rows[: request.size]
    total, exact = await listing.total(reader)
    if not exact:
        total = max(total, request.offset + len(rows) + more)
    return page_of(
        [ticket_shape(found, viewer) for found in rows],
        request,
        total=total,
        exact=exact,
        next_cursor=listing.order.cursor(rows[-1].ticket) if more else None,
    )


class Listing:
    """One list on its way into SQL.

    Staff lists take a short run from the index of each status and merge them; a customer's, or a requester's, start
    from that person's tickets; those that look for rare words or a rare tag from what these are found in (``hits``).
    """

    def __init__(self, viewer: Viewer, wanted: TicketFilter, request: PageRequest, by: Order) -> None:
        self.viewer = viewer
        self.wanted = wanted
        self.request = request
        self.order = by
        self.hits: set[str] | None = None
        self.all_hits = True
        self.words_to_test = wanted.words

    async def look_up(self, reader: Reader) -> None:
        """See whether there are so few hits for the words or the tag that the list can start from them."""
        if not self.viewer.staff:
            return
        if self.wanted.words:
            found, complete = await candidates(reader, self.wanted.words, self.wanted.number)
            self._found(found, complete=complete)
            self.words_to_test = None if complete else self.wanted.words
        if self.wanted.tag is not None:
            self._found(*await tagged(reader, self.wanted.tag))

    def _found(self, hits: set[str], complete: bool) -> None:  # noqa: FBT001 - half of an answer
        if self.hits is None or (complete and not self.all_hits):
            self.hits, self.all_hits = hits, complete
        elif complete:
            self.hits &= hits

    def page(self) -> tuple[str, Arguments]:
        """The query for one page and one ticket more, and its values."""
        arguments = Arguments()
        me = arguments.add(self.viewer.member_id, "uuid")
        rows = self.rows(arguments)
        return (
            f"""
            SELECT {as_json("t")}, {as_json("x")}, {as_json("c")}, {as_json("u")}, {as_json("a")},
                {unread(self.viewer.staff, me)}, {asleep(me)}, {read_to(me)}
            FROM ({rows}) t {joins(me)} {self.order.clause}
            """,
            arguments,
        )

    def rows(self, arguments: Arguments) -> str:
        """The tickets of the page."""
        where = self.conditions(arguments)
        if self.request.cursor:
            where.append(self.order.after(self.request.cursor, arguments))
        skip, take = self.request.offset, self.request.size + 1
        tail = f"{self.order.clause} OFFSET {skip} LIMIT {take}"
        statuses = arguments.add(self.wanted.statuses, "text[]")
        if self.starts_narrow:
            where.append(f"t.status = ANY({statuses})")
            return f"SELECT * FROM tickets.tickets t WHERE {' AND '.join(where)} {tail}"
        where.append("t.status = s.status")
        return f"""
            SELECT t.* FROM unnest({statuses}) s (status) CROSS JOIN LATERAL (
                SELECT * FROM tickets.tickets t WHERE {" AND ".join(where)} {self.order.clause} LIMIT {skip + take}
            ) t {tail}"""

    @property
    def starts_narrow(self) -> bool:
        """Whether one person's tickets, or the hits of a search, are all there is to look at."""
        found = self.hits is not None and self.all_hits
        return found or not self.viewer.staff or self.wanted.requester is not None or self.wanted.snoozed is True

    def conditions(self, arguments: Arguments) -> list[str]:
        """All but status."""
        where = conditions(self.wanted, self.viewer, arguments)
        if self.hits is not None and self.all_hits:
            where.append(f"t.id = ANY({arguments.add(list(self.hits), 'uuid[]')})")
        if self.words_to_test:
            where.append(anywhere(self.words_to_test, self.wanted.number, arguments, staff=self.viewer.staff))
        return where

    async def total(self, reader: Reader) -> tuple[int, bool]:
        """How many there are in all, and whether that is exact: from the counters wherever they know."""
        arguments = Arguments()
        statuses = arguments.add(self.wanted.statuses, "text[]")
        source = "SELECT count(*) FROM tickets.tickets t WHERE t.status"
        exact = True
        if self.starts_narrow:
            where = self.conditions(arguments)
        elif self.hits is None:
            where = counted_conditions(self.wanted, self.viewer, arguments, "n")
            source = "SELECT coalesce(sum(n.n), 0)::bigint FROM tickets.ticket_counters n WHERE n.status"
        else:
            where = conditions(self.wanted, self.viewer, arguments)
            where.append(f"t.id = ANY({arguments.add(list(self.hits), 'uuid[]')})")
            exact = False
        sql = " AND ".join([f"{source} = ANY({statuses})", *where])
        count = int(await reader.fetchval(sql, *arguments.values))
        if self.wanted.snoozed is False and not self.starts_narrow and self.hits is None:
            count -= await self._asleep(reader)  # the counters know nothing of those
        return count, exact

    async def _asleep(self, reader: Reader) -> int:
        """How many of the list the viewer has snoozed: few, and found by themselves."""
        snoozed = Listing(self.viewer, structs.replace(self.wanted, snoozed=True), self.request, self.order)
        return (await snoozed.total(reader))[0]


def joins(me: str) -> str:
    """Everything a ticket ``t`` is shown with."""
    return f"""
        LEFT JOIN tickets.ticket_texts x ON x.ticket_id = t.id
        LEFT JOIN tickets.categories c ON c.id = t.category_id
        LEFT JOIN tickets.members u ON u.id = t.requester_id
        LEFT JOIN tickets.members a ON a.id = t.assignee_id
        LEFT JOIN tickets.read_markers k ON k.member_id = {me} AND k.ticket_id = t.id
    """


async def get_ticket(reader: Reader, viewer: Viewer, id_or_number: str) -> Ticket | None:
    """One ticket; ``None`` when there is none or ``viewer`` may not see it."""
    arguments = Arguments()
    me = arguments.add(viewer.member_id, "uuid")
    which = _which(id_or_number, arguments)
    if which is None:
        return None
    mine = "true" if viewer.staff else f"t.requester_id = {me}"
    row = await reader.fetchrow(
        f"""
        SELECT {as_json("t")}, {as_json("x")}, {as_json("c")}, {as_json("u")}, {as_json("a")},
            {unread(viewer.staff, me)}, {asleep(me)}, {read_to(me)}
        FROM tickets.tickets t {joins(me)} WHERE {which} AND {mine}
        """,
        *arguments.values,
    )
    return ticket_shape(_found(row), viewer) if row else None


async def find_ticket(reader: Reader, id_or_number: str) -> TicketKey | None:
    """Which ticket that is and whose."""
    arguments = Arguments()
    which = _which(id_or_number, arguments)
    if which is None:
        return None
    row = await reader.fetchrow(
        f"SELECT id::text, number, requester_id::text, status, version FROM tickets.tickets t WHERE {which}",
        *arguments.values,
    )
    if row is None:
        return None
    return TicketKey(
        id=TicketId(row[0]), number=row[1], requester_id=MemberId(row[2]), status=Status(row[3]), version=row[4]
    )


def _which(id_or_number: str, arguments: Arguments) -> str | None:
    number = ticket_number(id_or_number)
    if number is not None:
        return f"t.number = {arguments.add(number, 'bigint')}"
    return f"t.id = {arguments.add(id_or_number, 'uuid')}" if is_uuid(id_or_number) else None


def _found(row: Sequence[Any]) -> Found:
    return Found(
        ticket=TICKET.decode(row[0]),
        text=TEXT.decode(row[1]) if row[1] else None,
        category=CATEGORY.decode(row[2]) if row[2] else None,
        user=MEMBER.decode(row[3]) if row[3] else None,
        assignee=MEMBER.decode(row[4]) if row[4] else None,
        unread=row[5],
        snoozed_until=row[6],
        read_to=row[7],
    )
