"""Live read models equal rebuilt ones row for row, however the events were batched and whoever was forgotten."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tikethet_events.broadcast import (
    BroadcastCancelled,
    BroadcastFinished,
    BroadcastStarted,
    Recipients,
    broadcast_stream,
)
from tikethet_events.desk import (
    DESK_STREAM,
    CategoryArchived,
    DeskSettingsChanged,
    Template,
    TemplateRemoved,
    TemplateSaved,
)
from tikethet_events.envelope import Recorded
from tikethet_events.member import (
    BotRestarted,
    BotStopped,
    DutyEnded,
    DutyStarted,
    LanguageChosen,
    MemberBlocked,
    MemberErased,
    MemberUnblocked,
    PreferencesChanged,
    ProfileChanged,
    RoleChanged,
    StaffInvited,
    StaffInviteRevoked,
    StaffInviteUsed,
    member_stream,
)
from tikethet_events.ticket import (
    Attachment,
    CategoryChanged,
    MessageDeleted,
    MessageEdited,
    MessageMoved,
    MessagePosted,
    NoteAdded,
    PriorityChanged,
    ReplyAwaited,
    ResponseOverdue,
    TagsChanged,
    TicketAssigned,
    TicketClosed,
    TicketErased,
    TicketMerged,
    TicketRated,
    TicketReopened,
    TicketResolved,
    TicketUnassigned,
    TicketUnmerged,
    TitleChanged,
    WorkStarted,
    ticket_stream,
)
from tikethet_events.word import (
    BroadcastId,
    CategoryId,
    InviteId,
    MemberId,
    MessageId,
    Priority,
    Role,
    Status,
    TemplateId,
    TicketId,
)
from tikethet_tickets.rules.defaults import DEFAULT_SETTINGS
from tikethet_tickets.views.project import LIVE, project, project_into
from tikethet_tickets.views.rebuild import FRESH, NAMES

from tests.tickets.conftest import BEGINNING, Story

Pick = int


class Desk:
    """Turns random numbers into a history that could have been."""

    def __init__(self) -> None:
        self.story = Story()
        self.categories: list[CategoryId] = [self.story.category(), self.story.category()]
        self.members: list[MemberId] = [self.story.joins(), self.story.joins("Мария", Role.HELPER)]
        self.tickets: list[TicketId] = []
        self.erased: set[MemberId] = set()
        self.forgotten: set[str] = set()

    def happens(self, what: int, one: Pick, other: Pick) -> None:
        story = self.story
        member = self.members[one % len(self.members)]
        stream = member_stream(member)
        category = self.categories[other % len(self.categories)]
        match what:
            case 0:
                self.members.append(story.joins(role=list(Role)[other % 5]))
            case 1 | 2 if member not in self.erased:
                self.tickets.append(story.opens(member, category, priority=list(Priority)[other % 4]))
            case 3 if member not in self.erased:
                self.erased.add(member)
                story.happens(stream, MemberErased())
            case 4:
                story.happens(stream, RoleChanged(role=list(Role)[other % 5], previous=Role.USER))
            case 5:
                story.happens(
                    stream,
                    MemberBlocked(reason="х", until=BEGINNING if other % 3 else None)
                    if other % 2
                    else MemberUnblocked(),
                )
            case 6:
                story.happens(stream, LanguageChosen(language="en"))
                story.happens(stream, BotStopped() if other % 3 else BotRestarted())
                invite_id = InviteId(f"0197f000-0000-7000-8000-0000000002{other % 3:02}")
                invited = StaffInvited(invite_id=invite_id, role=Role.HELPER, token_hash="x", expires_at=BEGINNING)
                story.happens(stream, invited)
                ended = StaffInviteRevoked(invite_id=invite_id)
                story.happens(stream, StaffInviteUsed(invite_id=invite_id, used_by=member) if other % 2 else ended)
                story.happens(stream, DutyStarted(categories=(category,)) if other % 4 else DutyEnded())
                story.happens(stream, PreferencesChanged(preferences={"sound": bool(other % 2)}))
            case 7:
                story.happens(stream, ProfileChanged(first_name="Новое", last_name=None, username="имя"))
            case 8:
                self.categories.append(story.category())
                story.happens(DESK_STREAM, CategoryArchived(category_id=category))
                settings = msgspec.structs.replace(DEFAULT_SETTINGS, auto_close_days=other)
                story.happens(DESK_STREAM, DeskSettingsChanged(settings=settings))
                template_id = TemplateId(f"0197f000-0000-7000-8000-0000000001{other % 3:02}")
                template = Template(
                    id=template_id, name="имя", texts={"ru": "текст"}, category_ids=(category,), order=other
                )
                story.happens(DESK_STREAM, TemplateSaved(template=template))
                if other % 2:
                    story.happens(DESK_STREAM, TemplateRemoved(template_id=template_id))
            case 22:
                self._broadcast(member, other)
            case 23 if self.tickets:
                self._forget(self.tickets.pop(one % len(self.tickets)))
            case _ if self.tickets:
                self._on_ticket(what, self.tickets[one % len(self.tickets)], other)
            case _:
                pass

    def _forget(self, ticket: TicketId) -> None:
        """Nothing happens to it any more."""
        self.forgotten.add(ticket_stream(ticket))
        self.story.on(ticket, TicketClosed())
        self.story.on(ticket, TicketErased())

    def _broadcast(self, author: MemberId, other: Pick) -> None:
        stream = broadcast_stream(broadcast_id := BroadcastId(self.story.new_id()))
        wanted = Recipients(roles=(Role.USER,))
        started = BroadcastStarted(broadcast_id=broadcast_id, texts={"ru": "всем"}, recipients=wanted, total=3)
        self.story.happens(stream, started, actor=author)
        ends = BroadcastFinished if other % 2 else BroadcastCancelled
        if other % 3:
            self.story.happens(stream, ends(delivered=1, failed=other, skipped=0))

    def _on_ticket(self, what: int, ticket: TicketId, other: Pick) -> None:
        story = self.story
        author = self.members[other % len(self.members)]
        said = [event.data for event in story.of(ticket) if isinstance(event.data, MessagePosted | NoteAdded)]
        match what:
            case 9 | 10:
                file = Attachment(id="f", filename="имя", size=1, content_type="text/plain")
                story.says(author, ticket, attachments=(file,) * (other % 3))
            case 11:
                story.notes(author, ticket)
            case 12 if said:
                message = said[other % len(said)]
                story.on(
                    ticket,
                    MessageEdited(
                        message_id=message.message_id, content="правка", is_internal=isinstance(message, NoteAdded)
                    ),
                )
            case 13 if said:
                message = said[other % len(said)]
                internal = isinstance(message, NoteAdded)
                story.on(ticket, MessageDeleted(message_id=message.message_id, is_internal=internal))
            case 14 if other % 2 and said:
                other_ticket = self.tickets[other % len(self.tickets)]
                old, new = said[0].message_id, MessageId(story.new_id())
                since = story.of(ticket)[0].recorded_at
                moved = MessageMoved(message_id=old, from_id=ticket, to_id=other_ticket, new_id=new, posted_at=since)
                for each in dict.fromkeys((ticket, other_ticket)):
                    story.on(each, moved)
            case 14:
                story.on(ticket, TicketAssigned(assignee_id=author))
            case 15:
                story.on(ticket, TicketUnassigned(previous_id=author))
            case 16:
                moves = (
                    *(WorkStarted(), ReplyAwaited(), TicketResolved(reason="р"), TicketClosed()),
                    TicketRated(score=1 + other % 5, comment="к"),
                    ResponseOverdue(since=BEGINNING),
                )
                story.on(ticket, moves[other % 6])
            case 17 if other % 3:
                self._merge(ticket, self.tickets[other % len(self.tickets)], again=bool(other % 2))
            case 17:
                story.on(ticket, TicketReopened(status=Status.OPEN))
            case 18:
                story.on(ticket, PriorityChanged(priority=list(Priority)[other % 4], previous=Priority.LOW))
            case 19:
                category = self.categories[other % len(self.categories)]
                story.on(ticket, CategoryChanged(category_id=category, previous_id=category))
            case 20:
                story.on(ticket, TagsChanged(tags=("а", "б")[: other % 3], previous=()))
            case _:
                story.on(ticket, TitleChanged(title="Другой", previous="Заголовок"))

    def _merge(self, ticket: TicketId, into: TicketId, *, again: bool) -> None:
        """One goes on in the other, and (``again``) by itself after all."""
        whole: dict[str, Any] = {"from_id": ticket, "from_number": 1, "into_id": into, "into_number": 2}
        for each in dict.fromkeys((ticket, into)):
            self.story.on(each, TicketMerged(**whole))
        for each in dict.fromkeys((ticket, into)) if again else ():
            self.story.on(each, TicketUnmerged(**whole, status=Status.RESOLVED))

    def as_it_happened(self) -> list[Recorded]:
        """What the log hands to the read models live: nothing personal of the erased from their erasure on."""
        gone: set[MemberId] = set()
        seen = []
        for event in self.story.recorded:
            seen.append(forgotten(event) if event.owner in gone else event)
            if isinstance(event.data, MemberErased) and event.owner:
                gone.add(event.owner)
        return seen

    def as_it_reads_now(self) -> list[Recorded]:
        """What the log reads back: nothing personal of the erased at all."""
        gone = self.forgotten
        return [
            forgotten(event) if event.owner in self.erased or event.stream_id in gone else event
            for event in self.story.recorded
        ]


def forgotten(event: Recorded) -> Recorded:
    """As the log reads it once the key is gone."""
    personal = type(event.data).personal
    if not personal:
        return event
    return msgspec.structs.replace(event, data=replace(event.data, **dict.fromkeys(personal)), erased=True)


def cut(events: Sequence[Recorded], size: int) -> list[Sequence[Recorded]]:
    return [events[start : start + size] for start in range(0, len(events), size)]


@pytest.fixture
async def both(views: asyncpg.Connection) -> asyncpg.Connection:
    for name in NAMES:
        await views.execute(f"CREATE TABLE {FRESH.name(name)} (LIKE {LIVE.name(name)} INCLUDING ALL)")
    return views


async def differences(connection: asyncpg.Connection, name: str) -> list[asyncpg.Record]:
    live, fresh = LIVE.name(name), FRESH.name(name)
    return await connection.fetch(
        f"(TABLE {live} EXCEPT ALL TABLE {fresh}) UNION ALL (TABLE {fresh} EXCEPT ALL TABLE {live})"
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    history=st.lists(st.tuples(st.integers(0, 23), st.integers(0, 20), st.integers(0, 20)), min_size=5, max_size=60),
    flush=st.integers(1, 30),
    batch=st.integers(1, 100),
)
async def test_live_equals_rebuilt(
    both: asyncpg.Connection, history: list[tuple[int, int, int]], flush: int, batch: int
) -> None:
    tables = ", ".join(tables.name(name) for tables in (LIVE, FRESH) for name in NAMES)
    await both.execute(f"TRUNCATE {tables}")
    desk = Desk()
    for what, one, other in history:
        desk.happens(what, one, other)
    for events in cut(desk.as_it_happened(), flush):
        await project(both, events)
    for events in cut(desk.as_it_reads_now(), batch):
        await project_into(FRESH, both, events)
    for name in NAMES:
        assert await differences(both, name) == [], name
    await counters_are_counts(both)


async def counters_are_counts(connection: asyncpg.Connection) -> None:
    assert (
        await connection.fetch(
            """
            (SELECT status, priority, category_id, assignee_id, count(*) FROM tickets.tickets GROUP BY 1, 2, 3, 4)
            EXCEPT TABLE tickets.ticket_counters
            """
        )
        == []
    )
    assert (
        await connection.fetch(
            """
            (SELECT role, blocked, count(*) FROM tickets.members WHERE NOT erased GROUP BY 1, 2)
            EXCEPT TABLE tickets.member_counters
            """
        )
        == []
    )


async def test_erasure_wipes_rows_and_search(views: asyncpg.Connection, story: Story) -> None:
    customer, category = story.joins("Алексей", username="alexey"), story.category()
    helper = story.joins("Мария", Role.HELPER)
    ticket = story.opens(customer, category, "Ключи пропали", description="совсем")
    story.says(customer, ticket, "верните ключи")
    story.notes(helper, ticket, "опять ключи")
    await story.tell(views)
    story.happens(member_stream(customer), MemberErased())
    story.says(helper, ticket, "после")
    await story.tell(views)
    assert await views.fetchval("SELECT erased FROM tickets.tickets")
    (texts,) = await views.fetch("SELECT title, description, attachments, search::text FROM tickets.ticket_texts")
    assert tuple(texts) == (None, None, None, "")
    found = await views.fetch("SELECT DISTINCT content, attachments, search::text FROM tickets.messages")
    assert [tuple(row) for row in found] == [(None, None, "")]
    (member,) = await views.fetch("SELECT * FROM tickets.members WHERE erased")
    personal = ("telegram_id", "first_name", "last_name", "username")
    assert [member[name] for name in personal] == [None] * 4
    assert member["search"] == ""


async def test_a_flush_is_few_round_trips(views: asyncpg.Connection, story: Story) -> None:
    customer, category = story.joins(), story.category()
    await story.tell(views)  # the driver looks up types once per connection
    told = len(story.recorded)
    for ticket in [story.opens(customer, category) for _ in range(20)]:
        story.says(customer, ticket)
    queries: list[object] = []
    views.add_query_logger(queries.append)
    await project(views, story.recorded[told:])
    assert len(queries) <= 3
    views.remove_query_logger(queries.append)
