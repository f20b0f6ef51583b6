"""Two tickets that become one, and two again: each command writes to both streams, or to none."""

from collections.abc import Callable
from datetime import datetime

from tikethet_events.append import Write
from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    LetTicketGo,
    MergeTicket,
    TakeInTicket,
    TicketUnmerged,
    UnmergeTicket,
    ticket_stream,
)
from tikethet_events.word import TicketId

from tikethet_tickets.handle.core import Done, Handler, Plan, Request, demand
from tikethet_tickets.handle.streams import Loaded
from tikethet_tickets.handle.tickets import facts_of
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.rules import ticket as rules


class Merging:
    """Merges tickets and takes them apart; every answer is about the ticket that ends, or is by itself again."""

    def __init__(self, handler: Handler, now: Callable[[], datetime]) -> None:
        self._handler = handler
        self._now = now

    async def merge(self, request: Request, viewer: Viewer, ticket_id: TicketId, into_id: TicketId) -> Done:
        """End a ticket that goes on in another one of the same customer."""
        facts = facts_of(viewer)

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            here, ended = await self._load(ticket_id, facts, fresh=fresh)
            demand(request, here.version)
            there, goes_on = await self._load(into_id, facts, fresh=fresh)
            left = rules.decide(MergeTicket(into_id=into_id, into_number=goes_on.number), ended, self._now(), facts)
            coming = TakeInTicket(from_id=ended.id, from_number=ended.number, requester_id=ended.requester_id)
            came = rules.decide(coming, goes_on, self._now(), facts)
            return Plan(
                writes=(
                    Write(stream_id=ticket_stream(ticket_id), expected=here.version, events=tuple(left)),
                    Write(stream_id=ticket_stream(into_id), expected=there.version, events=tuple(came)),
                )
            )

        return await self._handler.carry_out(request, ticket_stream(ticket_id), plan)

    async def unmerge(self, request: Request, viewer: Viewer, ticket_id: TicketId) -> Done:
        """Let a merged ticket go on by itself; where it was merged into a mark stays, unless that is forgotten."""
        facts = facts_of(viewer)

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            here, ended = await self._load(ticket_id, facts, fresh=fresh)
            demand(request, here.version)
            left = rules.decide(UnmergeTicket(), ended, self._now(), facts)
            writes = [Write(stream_id=ticket_stream(ticket_id), expected=here.version, events=tuple(left))]
            for parted in left:
                if isinstance(parted, TicketUnmerged):
                    writes += await self._let_go(parted, facts, fresh=fresh)
            return Plan(writes=tuple(writes))

        return await self._handler.carry_out(request, ticket_stream(ticket_id), plan)

    async def _let_go(self, parted: TicketUnmerged, facts: rules.Facts, *, fresh: bool) -> list[Write]:
        there, whole = await self._load(parted.into_id, facts, fresh=fresh)
        if whole.erased:
            return []
        going = LetTicketGo(from_id=parted.from_id, from_number=parted.from_number, status=parted.status)
        gone = rules.decide(going, whole, self._now(), facts)
        return [Write(stream_id=ticket_stream(whole.id), expected=there.version, events=tuple(gone))]

    async def _load(
        self, ticket_id: TicketId, facts: rules.Facts, *, fresh: bool
    ) -> tuple[Loaded[rules.Ticket], rules.Ticket]:
        """A ticket with its version. Raises `Refused` ``not_found``."""
        loaded: Loaded[rules.Ticket] = await self._handler.streams.load(ticket_stream(ticket_id), fresh=fresh)
        rules.need_visible(loaded.state, facts)
        if loaded.state is None:
            raise Refused("not_found")
        return loaded, loaded.state
