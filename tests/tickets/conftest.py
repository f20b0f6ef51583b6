"""A desk to tell stories about: events as the log would record them, and read models to put them into."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.catalogue import name_of
from tikethet_events.desk import DESK_STREAM, Category, CategoryAdded, Texts
from tikethet_events.envelope import Metadata, Recorded
from tikethet_events.member import MemberJoined, member_stream
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.ticket import MessagePosted, NoteAdded, TicketOpened, ticket_stream
from tikethet_events.word import CategoryId, Event, MemberId, MessageId, Priority, Role, TicketId
from tikethet_tickets.views.project import project
from tikethet_tickets.wiring import VIEWS_SCHEMA

BEGINNING = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Story:
    """What happened, as the log would have recorded it: dense positions, a second between two events."""

    def __init__(self) -> None:
        self.recorded: list[Recorded] = []
        self.told = 0
        self._versions: dict[str, int] = {}
        self._ids = 0
        self._owners: dict[str, MemberId] = {}

    def new_id(self) -> str:
        """A UUIDv7-like id; later ones are greater."""
        self._ids += 1
        return str(UUID(int=(0x0197 << 112) | (self._ids << 80) | (7 << 76) | (2 << 62) | self._ids))

    def happens(self, stream_id: str, event: Event, *, actor: str = "timer", erased: bool = False) -> Recorded:
        """One more event."""
        version = self._versions[stream_id] = self._versions.get(stream_id, 0) + 1
        position = len(self.recorded) + 1
        recorded = Recorded(
            position=position,
            stream_id=stream_id,
            version=version,
            event_id=self.new_id(),
            command_id=f"c{position}",
            type=name_of(event),
            schema_version=event.schema,
            audience=event.audience,
            data=event,
            metadata=Metadata(actor=actor, channel="app"),
            recorded_at=BEGINNING + timedelta(seconds=position),
            owner=self._owners.get(stream_id),
            erased=erased,
        )
        self.recorded.append(recorded)
        return recorded

    def category(self, ru: str = "Общие вопросы", en: str = "General", **facts: Any) -> CategoryId:
        """A category is added."""
        category_id = CategoryId(self.new_id())
        texts: Texts = {"ru": ru, "en": en}
        details: dict[str, Any] = {"descriptions": texts, "icon": "❓", "color": "#607D8B", "order": 1} | facts
        self.happens(DESK_STREAM, CategoryAdded(category=Category(id=category_id, names=texts, **details)))
        return category_id

    def joins(self, first_name: str = "Алексей", role: Role = Role.USER, **facts: Any) -> MemberId:
        """Somebody joins."""
        member_id = MemberId(self.new_id())
        self._owners[member_stream(member_id)] = member_id
        details: dict[str, Any] = {
            "last_name": None,
            "username": None,
            "language": "ru",
            "telegram_id": 1000 + self._ids,
        } | facts
        self.happens(
            member_stream(member_id), MemberJoined(member_id=member_id, first_name=first_name, role=role, **details)
        )
        return member_id

    def opens(self, requester: MemberId, category: CategoryId, title: str = "Вход закрыт", **facts: Any) -> TicketId:
        """They ask for help."""
        ticket_id = TicketId(self.new_id())
        self._owners[ticket_stream(ticket_id)] = requester
        details: dict[str, Any] = {
            "description": "Совсем",
            "priority": Priority.NORMAL,
            "number": 1000 + self._ids,
        } | facts
        opened = TicketOpened(ticket_id=ticket_id, requester_id=requester, title=title, category_id=category, **details)
        self.happens(ticket_stream(ticket_id), opened, actor=requester)
        return ticket_id

    def on(self, ticket_id: TicketId, event: Event, *, actor: str = "timer") -> Recorded:
        """Something happens to a ticket."""
        return self.happens(ticket_stream(ticket_id), event, actor=actor)

    def says(self, author: MemberId, ticket_id: TicketId, content: str = "Привет", **facts: Any) -> MessageId:
        """Somebody says something on a ticket."""
        message_id = MessageId(self.new_id())
        said = MessagePosted(message_id=message_id, author_id=author, content=content, **facts)
        self.on(ticket_id, said, actor=author)
        return message_id

    def notes(self, author: MemberId, ticket_id: TicketId, content: str = "Между нами") -> MessageId:
        """Staff leave a note."""
        message_id = MessageId(self.new_id())
        self.on(ticket_id, NoteAdded(message_id=message_id, author_id=author, content=content), actor=author)
        return message_id

    def of(self, ticket_id: TicketId) -> list[Recorded]:
        """The stream of a ticket."""
        return [recorded for recorded in self.recorded if recorded.stream_id == ticket_stream(ticket_id)]

    async def tell(self, connection: asyncpg.Connection) -> None:
        """Put what was not told yet into the live read models, in one flush."""
        untold, self.told = self.recorded[self.told :], len(self.recorded)
        if untold:
            async with connection.transaction():
                await project(connection, untold)


@pytest.fixture
def story() -> Story:
    return Story()


@pytest.fixture
def new_story() -> Callable[[], Story]:
    return Story


@asynccontextmanager
async def open_views(postgres: Databases) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a fresh database with an empty log and its read models."""
    connection = await asyncpg.connect(await postgres.database())
    await migrate(connection, {"log": LOG_SCHEMA, "tickets": VIEWS_SCHEMA})
    yield connection
    await connection.close()


@pytest.fixture
async def views(postgres: Databases) -> AsyncIterator[asyncpg.Connection]:
    async with open_views(postgres) as connection:
        yield connection
