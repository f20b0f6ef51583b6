"""What may be sent about tickets and what is said on them."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, ValidationInfo
from tikethet_events.word import Priority, Status

from tikethet_tickets.routes.bodies.fields import (
    Attachments,
    Body,
    Comment,
    Content,
    Description,
    Id,
    Reason,
    Score,
    Tag,
    Title,
    sized,
    validated,
)
from tikethet_tickets.routes.bodies.house import TELEGRAM_ID_MAX
from tikethet_tickets.rules import bounds


class TicketBody(Body):
    """A new ticket."""

    title: Title
    description: Description = ""
    category_id: Id
    priority: Priority = Priority.NORMAL
    attachments: Attachments = []
    telegram_id: Annotated[int, Field(ge=1, lt=TELEGRAM_ID_MAX, strict=True)] | None = None
    """For whom; service accounts name it, people ask for themselves."""


class TicketPatch(Body):
    """What should change on a ticket; what is left out stays."""

    title: Title | None = None
    priority: Priority | None = None
    category_id: Id | None = None
    tags: Annotated[list[Tag], Field(max_length=bounds.TAGS_MAX)] | None = None


class AssignBody(Body):
    """Who is responsible from now on; ``null`` puts the ticket back into the queue."""

    assignee_id: Id | None


class StatusBody(Body):
    """The status a ticket should move to, and why."""

    status: Status
    reason: Reason | None = None


class ReasonBody(Body):
    """Why something is done."""

    reason: Reason | None = None


class RateBody(Body):
    """How well the question was answered: 1 (badly) to 5 (well)."""

    score: Score
    comment: Comment | None = None


def _said(value: str, info: ValidationInfo) -> str:
    """Whoever sends files need not say anything (`MessageBody` reads its attachments first)."""
    least = 0 if info.data.get("attachments") else 1
    said: str = validated(value, bounds.text, "content", bounds.TEXT_MAX, least=least)
    return said


class MessageBody(Body):
    """A new message; ``is_internal`` makes it a note that only staff see."""

    attachments: Attachments = []
    content: Annotated[str, AfterValidator(_said), sized(bounds.TEXT_MAX, 0)]
    is_internal: Annotated[bool, Field(strict=True)] = False
    reply_to: Id | None = None


class WordsBody(Body):
    """What somebody wrote in the bot's chat and that names no ticket; ``title`` is for a new one.

    ``category_id``: a new question of this kind. ``anew``: a new question, of whatever kind. ``thanks``: nothing but
    thanks, which a ticket that is resolved needs no message for.
    """

    attachments: Attachments = []
    content: Annotated[str, AfterValidator(_said), sized(bounds.TEXT_MAX, 0)]
    title: Title
    category_id: Id | None = None
    anew: Annotated[bool, Field(strict=True)] = False
    thanks: Annotated[bool, Field(strict=True)] = False


class MessagePatch(Body):
    """The new text of a message."""

    content: Content


class MoveBody(Body):
    """The ticket a message belongs to: its id or number."""

    to: Annotated[str, Field(min_length=1, max_length=36)]


class MergeBody(Body):
    """The ticket in which another goes on: its id or number."""

    into: Annotated[str, Field(min_length=1, max_length=36)]


class ReadBody(Body):
    """How far somebody has read: up to and including this version of the ticket; without one, all there is."""

    version: Annotated[int, Field(ge=0, strict=True)] | None = None


class SnoozeBody(Body):
    """Until when a ticket shall stay out of one's own queue."""

    until: AwareDatetime
