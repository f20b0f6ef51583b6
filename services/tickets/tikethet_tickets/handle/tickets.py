"""Commands about tickets: the facts they need, the streams they write."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace
from tikethet_events.append import Guard, Write
from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    AssignOnDuty,
    AssignTicket,
    Attachment,
    ChangeCategory,
    CloseResolved,
    ForgetTicket,
    MoveMessage,
    OpenTicket,
    PostMessage,
    ReportOverdue,
    TakeInMessage,
    TicketCommand,
    TicketEvent,
    ticket_stream,
)
from tikethet_events.word import CategoryId, MemberId, MessageId, Priority, Role, TicketId
from tikethet_service.texts import text

from tikethet_tickets.handle.attaching import Held, hold
from tikethet_tickets.handle.core import Done, Handler, Plan, Request, demand
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.queries.duty import on_duty
from tikethet_tickets.queries.facts import category_active, for_opening, next_number
from tikethet_tickets.queries.limits import use
from tikethet_tickets.queries.members import access, member_rows
from tikethet_tickets.queries.messages import get_message
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules import ticket as rules
from tikethet_tickets.rules.assignment import chosen
from tikethet_tickets.rules.limits import WINDOW, Limit, wait

_TITLE_FROM_WORDS: Final = 80


class NewTicket(Struct, frozen=True, kw_only=True):
    """What somebody writes who asks for help."""

    title: str
    description: str
    category_id: CategoryId
    priority: Priority = Priority.NORMAL


class NewMessage(Struct, frozen=True, kw_only=True):
    """What somebody says on a ticket; ``is_internal`` makes it a note."""

    content: str
    is_internal: bool = False
    reply_to: MessageId | None = None


class Tickets:
    """Carries out commands about tickets; ``reader`` answers for facts, ``now`` is the clock."""

    def __init__(self, handler: Handler, reader: Reader, now: Callable[[], datetime]) -> None:
        self._handler = handler
        self._reader = reader
        self._now = now

    async def open(self, request: Request, viewer: Viewer, new: NewTicket, files: Sequence[str] = ()) -> Done:
        """Open a ticket for whoever asks, with the ``files`` they uploaded."""
        ticket_id = TicketId(new_id())

        async def plan(_fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            held = await self._hold(viewer, files)
            limited = await self._within(Limit.TICKETS, viewer)
            active, number = await for_opening(self._reader, new.category_id)
            command = OpenTicket(
                ticket_id=ticket_id,
                number=number,
                requester_id=viewer.member_id,
                title=new.title,
                description=new.description,
                category_id=new.category_id,
                priority=new.priority,
                attachments=held.attachments,
            )
            events = rules.decide(command, None, self._now(), facts_of(viewer, category_active=active))
            write = _new_stream(ticket_id, events, viewer.member_id)
            return Plan(writes=(write,), guards=(*held.guards, *limited))

        return await self._handler.carry_out(request, ticket_stream(ticket_id), plan)

    async def before(self, request: Request) -> Done | None:
        """What this very command did when it came before. Raises `KeyReused`."""
        return await self._handler.before(request)

    async def post(
        self, request: Request, viewer: Viewer, ticket_id: TicketId, new: NewMessage, files: Sequence[str] = ()
    ) -> Done:
        """Say something on a ticket, or, when it was closed too long ago, in a new one linked to it.

        ``files`` are ids of what the viewer uploaded for it.
        """
        message_id = MessageId(new_id())
        command = PostMessage(
            message_id=message_id,
            author_id=viewer.member_id,
            content=new.content,
            is_internal=new.is_internal,
            reply_to=new.reply_to,
        )
        return await self.act(request, viewer, ticket_id, (command,), files)

    async def act(
        self,
        request: Request,
        viewer: Viewer,
        ticket_id: TicketId,
        commands: Sequence[TicketCommand],
        files: Sequence[str] = (),
    ) -> Done:
        """Carry out one or more commands on a ticket, all or none; ``files`` go with the message among them."""
        stream_id = ticket_stream(ticket_id)
        said = next((each for each in commands if isinstance(each, PostMessage)), None)

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            goal, passed = stream_id, list[Write]()
            loaded = await self._handler.streams.load(goal, fresh=fresh)
            state: rules.Ticket | None = loaded.state
            rules.need_visible(state, facts_of(viewer))
            demand(request, loaded.version)
            while said is not None and state is not None and (into := rules.goes_on_in(said, state, facts_of(viewer))):
                passed.append(Write(stream_id=goal, expected=loaded.version))
                goal = ticket_stream(into)
                loaded = await self._handler.streams.load(goal, fresh=fresh)
                state = loaded.state
            held = await self._hold(viewer, files)
            limited = await self._within(Limit.MESSAGES, viewer) if said is not None else ()
            events: list[TicketEvent] = []
            for each in held.given_to(commands):
                command, now = _unbound(each) if passed else each, self._now()
                known = await self._known(command, viewer)
                if state is not None and rules.goes_on_elsewhere(command, state, now, known):
                    elsewhere = await self._elsewhere(command, state, loaded.version, viewer)
                    return replace(elsewhere, writes=(*elsewhere.writes, *passed), guards=(*held.guards, *limited))
                decided = rules.decide(command, state, now, known)
                for event in decided:
                    state = rules.evolve(state, event, now)
                events += decided
            write = Write(stream_id=goal, expected=loaded.version, events=tuple(events))
            return Plan(writes=(write, *passed), guards=(*held.guards, *limited))

        try:
            return await self._handler.carry_out(request, stream_id, plan)
        except Refused as refused:
            if refused.code != "already_assigned":
                raise
            raise await self._by_name(refused, viewer) from None

    async def move(
        self, request: Request, viewer: Viewer, ticket_id: TicketId, message_id: MessageId, to_id: TicketId
    ) -> Done:
        """Move a customer's message to another ticket of theirs; the answer is about that one."""
        stream_id, other_id = ticket_stream(ticket_id), ticket_stream(to_id)
        drawn = MessageId(new_id())

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            here = await self._handler.streams.load(stream_id, fresh=fresh)
            there = await self._handler.streams.load(other_id, fresh=fresh)
            facts, now = facts_of(viewer), self._now()
            source: rules.Ticket | None = here.state
            rules.need_visible(source, facts)
            demand(request, here.version)
            said = await get_message(self._reader, viewer, ticket_id, message_id)
            if source is None or said is None or said.content is None:
                raise Refused("not_found")
            leaving = MoveMessage(message_id=message_id, to_id=to_id, new_id=drawn, posted_at=said.created_at)
            left = rules.decide(leaving, source, now, facts)
            coming = TakeInMessage(
                message_id=message_id,
                from_id=ticket_id,
                new_id=drawn,
                posted_at=said.created_at,
                author_id=source.requester_id,
                content=said.content,
                attachments=tuple(
                    Attachment(id=each.id, filename=each.filename, size=each.size, content_type=each.content_type)
                    for each in said.attachments
                ),
            )
            came = rules.decide(coming, there.state, now, facts)
            return Plan(
                writes=(
                    Write(stream_id=other_id, expected=there.version, events=tuple(came)),
                    Write(stream_id=stream_id, expected=here.version, events=tuple(left)),
                )
            )

        return await self._handler.carry_out(request, stream_id, plan)

    async def _by_name(self, refused: Refused, viewer: Viewer) -> Refused:
        """The same refusal, telling who was faster."""
        assignee_id = str(refused.facts["assignee_id"])
        row = (await member_rows(self._reader, [assignee_id])).get(MemberId(assignee_id))
        name = " ".join(filter(None, (row.first_name, row.last_name))) if row is not None else ""
        name = name or text(viewer.language, "history.erased_member")
        return Refused("already_assigned", assignee_id=assignee_id, assignee=name)

    async def _within(self, limit: Limit, viewer: Viewer) -> tuple[Guard, ...]:
        """What keeps several requests at once from passing a limit together. Raises `Refused` ``rate_limited``."""
        if viewer.staff:
            return ()
        name, now = f"{limit}-{viewer.member_id}", self._now()
        used = await use(self._reader, limit, viewer.member_id, now - WINDOW[limit], name)
        if not used.allowed:
            return ()
        seconds = wait(used.times, used.allowed, WINDOW[limit], now)
        if seconds is not None:
            raise Refused("rate_limited", retry_after=seconds)
        return (Guard(name=name, version=used.version),)

    async def _hold(self, viewer: Viewer, files: Sequence[str]) -> Held:
        return await hold(self._handler.log, self._reader, viewer, files, self._now())

    async def assign_on_duty(self, request: Request, ticket_id: TicketId) -> bool:
        """Give a ticket to whoever is on duty for it and has the least to do; ``False``: there is nobody."""
        loaded = await self._handler.streams.load(ticket_stream(ticket_id), fresh=False)
        state: rules.Ticket | None = loaded.state
        if state is None:
            raise Refused("not_found")
        assignee = chosen(await on_duty(self._reader), state.category_id, state.requester_id)
        if assignee is None:
            return False
        await self.on_time(request, ticket_id, AssignOnDuty(assignee_id=assignee))
        return True

    async def on_time(
        self,
        request: Request,
        ticket_id: TicketId,
        command: CloseResolved | ReportOverdue | AssignOnDuty | ForgetTicket,
    ) -> Done:
        """Carry out what only time does."""
        stream_id = ticket_stream(ticket_id)
        facts = rules.Facts(actor_id=MemberId(request.metadata.actor), actor_role=Role.USER, timer=True)

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            loaded = await self._handler.streams.load(stream_id, fresh=fresh)
            events = rules.decide(command, loaded.state, self._now(), facts)
            return Plan(writes=(Write(stream_id=stream_id, expected=loaded.version, events=tuple(events)),))

        return await self._handler.carry_out(request, stream_id, plan)

    async def _known(self, command: TicketCommand, viewer: Viewer) -> rules.Facts:
        match command:
            case AssignTicket(assignee_id=assignee_id):
                may = await access(self._reader, assignee_id)
                known = may.role if may is not None and not may.blocked else None
                return facts_of(viewer, assignee_role=known)
            case ChangeCategory(category_id=category_id):
                return facts_of(viewer, category_active=await category_active(self._reader, category_id))
            case _:
                return facts_of(viewer)

    async def _elsewhere(self, command: TicketCommand, old: rules.Ticket, version: int, viewer: Viewer) -> Plan:
        """A new ticket that goes on from ``old``; the old one must still stand where it was decided upon."""
        ticket_id = TicketId(new_id())
        now, known = self._now(), facts_of(viewer)
        opening = OpenTicket(
            ticket_id=ticket_id,
            number=await next_number(self._reader),
            requester_id=viewer.member_id,
            title=old.title or _first_words(command),
            description="",
            category_id=old.category_id,
            linked_to=old.id,
        )
        events = rules.decide(opening, None, now, known)
        state: rules.Ticket | None = None
        for event in events:
            state = rules.evolve(state, event, now)
        events += rules.decide(_unbound(command), state, now, known)
        return Plan(
            writes=(
                _new_stream(ticket_id, events, viewer.member_id),
                Write(stream_id=ticket_stream(old.id), expected=version),
            )
        )


def _unbound(command: TicketCommand) -> TicketCommand:
    """The same, said on another ticket than it was meant for: what it answers stays behind."""
    return replace(command, reply_to=None) if isinstance(command, PostMessage) else command


def _first_words(command: TicketCommand) -> str:
    """A title for what goes on from a ticket that was forgotten."""
    said = command.content if isinstance(command, PostMessage) else ""
    return " ".join(said.split())[:_TITLE_FROM_WORDS] or "…"


def _new_stream(ticket_id: TicketId, events: Sequence[TicketEvent], owner: MemberId) -> Write:
    return Write(stream_id=ticket_stream(ticket_id), expected=0, events=tuple(events), owner=owner)


def facts_of(viewer: Viewer, **known: Any) -> rules.Facts:
    """What rules know of who acts, and what was looked up for them."""
    return rules.Facts(actor_id=viewer.member_id, actor_role=viewer.role, **known)
