# ruff: noqa: S608 - values are arguments, the rest is this package's own
"""Tickets: lists that stay flat however many there are, one by id or number, one as it was."""

from collections.abc import Sequence
from typing import Any, Final, Literal

from msgspec import Struct, structs
from tikethet_events.word import MemberId, Status, TicketId

from tikethet_tickets.queries.filters import TicketFilter, conditions, counted_conditions, ticket_number
from tikethet_tickets.queries.order import Order, order
from tikethet_tickets.queries.pages import PageRequest, page_of
from tikethet_tickets.queries.search import (
    anywhere,
    are_few_with_tag,
    are_few_with_words,
    has_tag,
    hits,
    tagged,
)
from tikethet_tickets.queries.shaped import Found, ticket_shape
from tikethet_tickets.queries.snoozes import asleep
from tikethet_tickets.queries.sql import CATEGORY, MEMBER, TEXT, TICKET, Arguments, as_json, is_uuid, read_to, unread
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Page, Ticket

STRIDE: Final = 50
"""So many tickets are looked at for each one that a page wants, before a walk is given up."""

Start = Literal["words", "tag"]


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
    found, total = await listing.read(reader)
    more, found = len(found) > request.size, found[: request.size]
    seen = listing.seen + len(found)
    return page_of(
        [ticket_shape(each, viewer) for each in found],
        request,
        total=seen + more if total is None else total,
        exact=total is not None or not more,
        next_cursor=listing.order.cursor(found[-1].ticket, seen) if more else None,
    )


class Listing:
    """One list on its way into SQL.

    Staff lists take a short run from the index of each status and merge them; a customer's, or a requester's, start
    from that person's tickets; those that look for words or a tag that few have, from the tickets with these
    (``start``). For common ones the runs are walked until the page is full: `STRIDE` tickets at most for each one
    wanted. When the walk ends before that, they were not so common there, and the list starts from all the hits.
    """

    def __init__(self, viewer: Viewer, wanted: TicketFilter, request: PageRequest, by: Order) -> None:
        self.viewer = viewer
        self.wanted = wanted
        self.request = request
        self.order = by
        self.start: Start | None = None
        self.tests: set[Start] = set()
        if wanted.words:
            self.tests.add("words")
        if wanted.tag is not None and viewer.staff:
            self.tests.add("tag")

    async def look_up(self, reader: Reader) -> None:
        """See whether so few have the words or the tag that the list can start from them."""
        if self.is_of_one:
            return
        if self.wanted.words and await are_few_with_words(reader, self.wanted.words, self.wanted.number):
            self._start_from("words")
        elif self.wanted.tag is not None and await are_few_with_tag(reader, self.wanted.tag):
            self._start_from("tag")

    def _start_from(self, start: Start) -> None:
        self.start = start
        self.tests.remove(start)

    async def read(self, reader: Reader) -> tuple[list[Found], int | None]:
        """The tickets of the page and one more, if there is one; how many there are in all, if not after a walk."""
        rows = await self._fetch(reader)
        if self.walks and (any(is_cut for *_, is_cut in rows) or (self.request.offset and not rows)):
            self._start_from("words" if "words" in self.tests else "tag")
            rows = await self._fetch(reader)
        found = [_found(row) for row in rows]
        if self.walks:
            return found, None
        if self.start and rows:
            return found, rows[0][-1] + (self.seen if self.request.cursor else 0)
        return found, await self.total(reader)

    async def _fetch(self, reader: Reader) -> Sequence[Sequence[Any]]:
        sql, arguments = self.page()
        return await reader.fetch(sql, *arguments.values)

    def page(self) -> tuple[str, Arguments]:
        """The query for one page and one ticket more, and its values."""
        arguments = Arguments()
        me = arguments.add(self.viewer.member_id, "uuid")
        rows = self.rows(arguments)
        return (
            f"""
            SELECT {as_json("t")}, {as_json("x")}, {as_json("c")}, {as_json("u")}, {as_json("a")},
                {unread(self.viewer.staff, me)}, {asleep(me)}, {read_to(me)},
                {"t.is_cut" if self.walks else "t.hits" if self.start else "NULL"}
            FROM ({rows}) t {joins(me)} {self.order.clause}
            """,
            arguments,
        )

    def rows(self, arguments: Arguments) -> str:
        """The tickets of the page."""
        where = self.filters(arguments)
        if self.request.cursor:
            where.append(self.order.after(self.request.cursor, arguments))
        skip, take = self.request.offset, self.request.size + 1
        tail = f"{self.order.clause} OFFSET {skip} LIMIT {take}"
        statuses = arguments.add(self.wanted.statuses, "text[]")
        if self.starts_narrow:
            where += [f"t.status = ANY({statuses})", *self.tested(arguments)]
            if not self.start:
                return f"SELECT t.* FROM tickets.tickets t WHERE {' AND '.join(where)} {tail}"
            found = f"FROM {self.source(arguments)} WHERE {' AND '.join(where)}"
            return f"""
                SELECT t.*, n.hits
                FROM (SELECT t.id, count(*) OVER () AS hits {found} {tail}) n JOIN tickets.tickets t ON t.id = n.id"""
        where.append("t.status = s.status")
        run = f"SELECT * FROM tickets.tickets t WHERE {' AND '.join(where)} {self.order.clause}"
        if self.walks:
            return self._walked(run, statuses, arguments, tail)
        return f"""
            SELECT t.* FROM unnest({statuses}) s (status) CROSS JOIN LATERAL ({run} LIMIT {skip + take}) t {tail}"""

    def _walked(self, run: str, statuses: str, arguments: Arguments, tail: str) -> str:
        """The same where a run is tested ticket by ticket. Its last ticket stays whether it is a hit or not: what
        comes behind it in the merged order (``is_cut``) might have others before it.
        """
        wanted = self.request.offset + self.request.size + 1
        steps = STRIDE * wanted
        return f"""
            SELECT t.*, bool_or(t.step = {steps}) OVER ({self.order.clause} ROWS UNBOUNDED PRECEDING) AS is_cut
            FROM unnest({statuses}) s (status) CROSS JOIN LATERAL (
                SELECT * FROM (SELECT t.*, row_number() OVER () AS step FROM ({run} LIMIT {steps}) t) t
                WHERE t.step = {steps} OR {" AND ".join(self.tested(arguments))} LIMIT {wanted}
            ) t {tail}"""

    @property
    def is_of_one(self) -> bool:
        """Whether one person's tickets are all there is to look at."""
        return not self.viewer.staff or self.wanted.requester is not None or self.wanted.snoozed is True

    @property
    def starts_narrow(self) -> bool:
        """Whether those, or the hits of a search, are."""
        return self.is_of_one or self.start is not None

    @property
    def walks(self) -> bool:
        """Whether hits are looked for along the list, which nobody can tell the number of."""
        return bool(self.tests) and not self.starts_narrow

    @property
    def seen(self) -> int:
        """How many tickets the pages before this one had."""
        return self.order.seen(self.request.cursor) if self.request.cursor else self.request.offset

    def source(self, arguments: Arguments) -> str:
        """What the tickets ``t`` are taken from."""
        if self.start == "words":
            return f"({hits(self.wanted.words or '', self.wanted.number, arguments)}) t"
        return "tickets.tickets t"

    def conditions(self, arguments: Arguments) -> list[str]:
        """All but status."""
        return self.filters(arguments) + self.tested(arguments)

    def filters(self, arguments: Arguments) -> list[str]:
        """What an index or the row itself answers."""
        where = conditions(self.wanted, self.viewer, arguments)
        if self.start == "tag":
            where.append(f"t.id = ANY(ARRAY({tagged(self.wanted.tag or '', arguments)}))")
        return where

    def tested(self, arguments: Arguments) -> list[str]:
        """What is looked at ticket by ticket."""
        where = []
        if "tag" in self.tests:
            where.append(has_tag(self.wanted.tag or "", arguments))
        if "words" in self.tests:
            where.append(anywhere(self.wanted.words or "", self.wanted.number, arguments, staff=self.viewer.staff))
        return where

    async def total(self, reader: Reader) -> int:
        """How many there are in all, from the counters wherever they know; only where nothing is walked."""
        arguments = Arguments()
        statuses = arguments.add(self.wanted.statuses, "text[]")
        if self.starts_narrow:
            where = self.conditions(arguments)
            source = f"SELECT count(*) FROM {self.source(arguments)} WHERE t.status"
        else:
            where = counted_conditions(self.wanted, self.viewer, arguments, "n")
            source = "SELECT coalesce(sum(n.n), 0)::bigint FROM tickets.ticket_counters n WHERE n.status"
        sql = " AND ".join([f"{source} = ANY({statuses})", *where])
        count = int(await reader.fetchval(sql, *arguments.values))
        if self.wanted.snoozed is False and not self.starts_narrow:
            count -= await self._asleep(reader)  # the counters know nothing of those
        return count

    async def _asleep(self, reader: Reader) -> int:
        """How many of the list the viewer has snoozed: few, and found by themselves."""
        snoozed = Listing(self.viewer, structs.replace(self.wanted, snoozed=True), self.request, self.order)
        return await snoozed.total(reader)


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
