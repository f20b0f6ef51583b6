"""given(*events).when(command, …) → events or a refusal: the deciders alone, nothing else."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    MessagePosted,
    NoteAdded,
    ReplyAwaited,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketResolved,
    WorkStarted,
)
from tikethet_events.word import CategoryId, MemberId, MessageId, Priority, Role, TicketId
from tikethet_tickets.rules import ticket as rules

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
TICKET, CATEGORY, OTHER_CATEGORY = TicketId("ticket"), CategoryId("category"), CategoryId("other-category")
CUSTOMER, HELPER, COLLEAGUE = MemberId("customer"), MemberId("helper"), MemberId("colleague")
MODERATOR, ADMIN, STRANGER = MemberId("moderator"), MemberId("admin"), MemberId("stranger")
ROLES = {
    CUSTOMER: Role.USER,
    STRANGER: Role.USER,
    HELPER: Role.HELPER,
    COLLEAGUE: Role.HELPER,
    MODERATOR: Role.MODERATOR,
    ADMIN: Role.ADMIN,
}
THEIRS, ANSWER, NOTE = MessageId("theirs"), MessageId("answer"), MessageId("note")

OPENED = TicketOpened(
    ticket_id=TICKET,
    number=1042,
    requester_id=CUSTOMER,
    title="Сервер молчит",
    description="",
    category_id=CATEGORY,
    priority=Priority.NORMAL,
)
TALK = (
    MessagePosted(message_id=THEIRS, author_id=CUSTOMER, content="Есть кто?"),
    MessagePosted(message_id=ANSWER, author_id=HELPER, content="Смотрим"),
    NoteAdded(message_id=NOTE, author_id=HELPER, content="Опять он"),
)
TAKEN = TicketAssigned(assignee_id=HELPER)

STANDINGS: dict[str, tuple[Any, ...]] = {
    "OPEN": (OPENED, *TALK),
    "IN_PROGRESS": (OPENED, *TALK, WorkStarted()),
    "WAITING_RESPONSE": (OPENED, *TALK, WorkStarted(), ReplyAwaited()),
    "RESOLVED": (OPENED, *TALK, WorkStarted(), TicketResolved()),
    "CLOSED": (OPENED, *TALK, WorkStarted(), TicketClosed()),
    "LONG_CLOSED": (OPENED, *TALK, WorkStarted(), TicketClosed()),
}
AGE = {"LONG_CLOSED": timedelta(days=7)}


@dataclass
class Given:
    """A ticket to which these events happened, ``age`` ago."""

    events: tuple[Any, ...]
    age: timedelta = timedelta(minutes=1)
    state: rules.Ticket | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        for event in self.events:
            self.state = rules.evolve(self.state, event, NOW - self.age)

    def when(self, command: Any, actor: MemberId, **facts: Any) -> list[Any]:
        known: dict[str, Any] = {"category_active": True, "assignee_role": Role.HELPER} | facts
        return list(
            rules.decide(command, self.state, NOW, rules.Facts(actor_id=actor, actor_role=ROLES[actor], **known))
        )

    def refusal(self, command: Any, actor: MemberId, **facts: Any) -> str:
        """The code of the refusal; events instead are a failure."""
        try:
            events = self.when(command, actor, **facts)
        except Refused as refused:
            return refused.code
        raise AssertionError(f"not refused: {events}")

    def outcome(self, command: Any, actor: MemberId, **facts: Any) -> str:
        """What follows, as one readable word for a table."""
        try:
            return " ".join(type(event).__name__ for event in self.when(command, actor, **facts)) or "nothing"
        except Refused as refused:
            return refused.code


def given(*events: Any, age: timedelta = timedelta(minutes=1)) -> Given:
    return Given(events, age)


def standing(name: str, *more: Any) -> Given:
    return Given((*STANDINGS[name], *more), AGE.get(name, timedelta(minutes=1)))
