"""Every word said about a ticket. Stream ``ticket-<id>``; the first event is always `TicketOpened`.

Members appear as ids only; text that a person wrote is personal and sealed.
"""

from datetime import datetime
from typing import ClassVar

from msgspec import Struct

from tikethet_events.word import Audience, CategoryId, Command, Event, MemberId, MessageId, Priority, Status, TicketId


class Attachment(Struct, frozen=True, kw_only=True):
    """A file kept beside a message: ``size`` in bytes, ``content_type`` as found in its content."""

    id: str
    filename: str
    size: int
    content_type: str


# ---------------------------------------------------------------- commands


class OpenTicket(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member asks for help. Ids and the number are drawn by the handler, so that rules stay pure."""

    ticket_id: TicketId
    number: int
    requester_id: MemberId
    title: str
    description: str
    category_id: CategoryId
    priority: Priority = Priority.NORMAL
    attachments: tuple[Attachment, ...] = ()
    linked_to: TicketId | None = None


class PostMessage(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say something in the conversation; ``is_internal`` makes it a note that only staff see."""

    message_id: MessageId
    author_id: MemberId
    content: str
    is_internal: bool = False
    attachments: tuple[Attachment, ...] = ()
    reply_to: MessageId | None = None


class EditMessage(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Change the text of one's own message or note."""

    message_id: MessageId
    content: str


class DeleteMessage(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take a message or note back; its text is no longer shown."""

    message_id: MessageId


class MoveMessage(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A customer's message belongs to another ticket of theirs (said to the one it leaves)."""

    message_id: MessageId
    to_id: TicketId
    new_id: MessageId
    posted_at: datetime


class TakeInMessage(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, said to the ticket it comes to, with what it says."""

    message_id: MessageId
    from_id: TicketId
    new_id: MessageId
    posted_at: datetime
    author_id: MemberId
    content: str
    attachments: tuple[Attachment, ...] = ()


class MergeTicket(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The ticket asks what another one of the same customer asks; it goes on there (said to the one that ends)."""

    into_id: TicketId
    into_number: int


class TakeInTicket(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, said to the ticket that goes on."""

    from_id: TicketId
    from_number: int
    requester_id: MemberId


class UnmergeTicket(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """It was a question of its own after all (said to the one that ended)."""


class LetTicketGo(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The same, said to the ticket it was merged into; ``status`` is where it stands by itself."""

    from_id: TicketId
    from_number: int
    status: Status


class AssignTicket(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Make one member of staff responsible: take it, assign it or transfer it."""

    assignee_id: MemberId


class UnassignTicket(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put the ticket back into the queue."""


class ChangeStatus(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Move the ticket to a status by name (``POST status``, ``resolve``, ``close``, ``reopen``)."""

    status: Status
    reason: str | None = None


class ChangePriority(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Say how urgent it is."""

    priority: Priority


class ChangeCategory(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Put it under another category."""

    category_id: CategoryId


class ChangeTitle(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Give it a better title."""

    title: str


class ChangeTags(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Replace the set of tags."""

    tags: tuple[str, ...]


class RateTicket(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Its requester says how well the question was answered: ``score`` 1 (badly) to 5 (well)."""

    score: int
    comment: str | None = None


class CloseResolved(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The timer's: it was resolved long enough ago."""


class AssignOnDuty(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The timer's: nobody has it yet, and this member of staff is on duty for it."""

    assignee_id: MemberId


class ReportOverdue(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The timer's: its requester has waited for an answer long enough."""


class ForgetTicket(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The timer's: it was closed longer ago than the desk keeps tickets."""


TicketCommand = (
    OpenTicket
    | PostMessage
    | EditMessage
    | DeleteMessage
    | MoveMessage
    | TakeInMessage
    | MergeTicket
    | TakeInTicket
    | UnmergeTicket
    | LetTicketGo
    | AssignTicket
    | UnassignTicket
    | ChangeStatus
    | ChangePriority
    | ChangeCategory
    | ChangeTitle
    | ChangeTags
    | RateTicket
    | CloseResolved
    | AssignOnDuty
    | ReportOverdue
    | ForgetTicket
)

# ---------------------------------------------------------------- events


class TicketOpened(Event, frozen=True, kw_only=True):
    """A member asked for help. ``number`` is the short one for people (``#1042``)."""

    personal: ClassVar = frozenset({"title", "description", "attachments"})

    ticket_id: TicketId
    number: int
    requester_id: MemberId
    title: str | None
    description: str | None
    category_id: CategoryId
    priority: Priority
    attachments: tuple[Attachment, ...] | None = ()


class MessagePosted(Event, frozen=True, kw_only=True):
    """Somebody said something in the conversation that everyone on the ticket sees."""

    personal: ClassVar = frozenset({"content", "attachments"})

    message_id: MessageId
    author_id: MemberId
    content: str | None
    attachments: tuple[Attachment, ...] | None = ()
    reply_to: MessageId | None = None


class NoteAdded(Event, frozen=True, kw_only=True):
    """A member of staff left a note that only staff see."""

    personal: ClassVar = frozenset({"content", "attachments"})
    heard_by: ClassVar[Audience] = "staff"

    message_id: MessageId
    author_id: MemberId
    content: str | None
    attachments: tuple[Attachment, ...] | None = ()
    reply_to: MessageId | None = None


class MessageEdited(Event, frozen=True, kw_only=True):
    """A message or note got another text; as private as what it edits."""

    personal: ClassVar = frozenset({"content"})

    message_id: MessageId
    content: str | None
    is_internal: bool

    @property
    def audience(self) -> Audience:
        """As private as the message itself."""
        return "staff" if self.is_internal else "public"


class MessageDeleted(Event, frozen=True, kw_only=True):
    """A message or note was taken back; as private as what it deletes."""

    message_id: MessageId
    is_internal: bool

    @property
    def audience(self) -> Audience:
        """As private as the message itself."""
        return "staff" if self.is_internal else "public"


class MessageMoved(Event, frozen=True, kw_only=True):
    """A customer's message, ``posted_at`` then, left one ticket of theirs for another, where it is ``new_id``.

    It is on both streams: before `MessageDeleted` where the message was, before `MessagePosted` where it is now.
    """

    message_id: MessageId
    from_id: TicketId
    to_id: TicketId
    new_id: MessageId
    posted_at: datetime


class TicketAssigned(Event, frozen=True, kw_only=True):
    """One member of staff is responsible now."""

    assignee_id: MemberId
    previous_id: MemberId | None = None


class TicketUnassigned(Event, frozen=True, kw_only=True):
    """Nobody is responsible any more."""

    previous_id: MemberId


class WorkStarted(Event, frozen=True, kw_only=True):
    """Somebody works on it: ``IN_PROGRESS``."""


class ReplyAwaited(Event, frozen=True, kw_only=True):
    """Staff answered and wait for the customer: ``WAITING_RESPONSE``."""


class TicketResolved(Event, frozen=True, kw_only=True):
    """The question is answered: ``RESOLVED``."""

    personal: ClassVar = frozenset({"reason"})

    reason: str | None = None


class TicketClosed(Event, frozen=True, kw_only=True):
    """The ticket is done with: ``CLOSED``."""

    personal: ClassVar = frozenset({"reason"})

    reason: str | None = None


class TicketReopened(Event, frozen=True, kw_only=True):
    """It goes on after all; ``status`` is where it goes on: ``OPEN`` or, when assigned, ``IN_PROGRESS``."""

    personal: ClassVar = frozenset({"reason"})

    status: Status
    reason: str | None = None


class PriorityChanged(Event, frozen=True, kw_only=True):
    """It is more or less urgent than before."""

    priority: Priority
    previous: Priority


class CategoryChanged(Event, frozen=True, kw_only=True):
    """It belongs under another category."""

    category_id: CategoryId
    previous_id: CategoryId


class TitleChanged(Event, frozen=True, kw_only=True):
    """It has another title."""

    personal: ClassVar = frozenset({"title", "previous"})

    title: str | None
    previous: str | None


class TagsChanged(Event, frozen=True, kw_only=True):
    """The set of tags is another one; sorted, without repeats."""

    heard_by: ClassVar[Audience] = "staff"

    tags: tuple[str, ...]
    previous: tuple[str, ...]


class TicketLinked(Event, frozen=True, kw_only=True):
    """It goes on from (or belongs with) another ticket of the same customer."""

    linked_to: TicketId


class TicketMerged(Event, frozen=True, kw_only=True):
    """Two tickets of one customer are one: ``from_id`` is ``CLOSED`` and goes on in ``into_id``. On both streams."""

    from_id: TicketId
    from_number: int
    into_id: TicketId
    into_number: int


class TicketUnmerged(Event, frozen=True, kw_only=True):
    """They are two again; ``status`` is where ``from_id`` stands from now on. On both streams."""

    from_id: TicketId
    from_number: int
    into_id: TicketId
    into_number: int
    status: Status


class TicketRated(Event, frozen=True, kw_only=True):
    """Its requester said how well the question was answered: ``score`` 1 to 5, once per resolution."""

    personal: ClassVar = frozenset({"comment"})

    score: int
    comment: str | None = None


class ResponseOverdue(Event, frozen=True, kw_only=True):
    """Its requester waits for an answer ``since`` then, longer than the desk allows itself; told once per waiting."""

    heard_by: ClassVar[Audience] = "staff"

    since: datetime


class TicketErased(Event, frozen=True, kw_only=True):
    """Its key is destroyed: what was written on it can no longer be read by anyone. Nothing happens to it any more."""

    forgets_stream: ClassVar[bool] = True


TicketEvent = (
    TicketOpened
    | MessagePosted
    | NoteAdded
    | MessageEdited
    | MessageDeleted
    | MessageMoved
    | TicketAssigned
    | TicketUnassigned
    | WorkStarted
    | ReplyAwaited
    | TicketResolved
    | TicketClosed
    | TicketReopened
    | PriorityChanged
    | CategoryChanged
    | TitleChanged
    | TagsChanged
    | TicketLinked
    | TicketMerged
    | TicketUnmerged
    | TicketRated
    | ResponseOverdue
    | TicketErased
)


def ticket_stream(ticket_id: TicketId) -> str:
    """The name of a ticket's stream."""
    return f"ticket-{ticket_id}"
