"""What may be sent: one model per body. Unknown fields are refused; texts are checked by the rules' own bounds."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError
from tikethet_events.broadcast import Outcome, Recipients
from tikethet_events.desk import Assignment, Opening, Weekday
from tikethet_events.errors import Refused
from tikethet_events.integration import Call
from tikethet_events.word import LANGUAGES, Audience, Language, Priority, Role, Status

from tikethet_tickets.routes.examples import SENT
from tikethet_tickets.rules import bounds, settings_of_desk
from tikethet_tickets.rules.notices import PREFERENCES

ID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
TELEGRAM_ID_MAX = 2**52
"""Telegram's own promise: ids have at most 52 significant bits."""

_PYDANTIC_NAMES = {
    "too_long": ("string_too_long", "max_length"),
    "too_short": ("string_too_short", "min_length"),
    "blank": ("string_too_short", "min_length"),
    "too_many": ("too_long", "max_length"),
    "not_a_color": ("string_pattern_mismatch", "pattern"),
}


def _checked(check: Callable[..., Any], *limits: Any, **more: Any) -> AfterValidator:
    """A rule's check as pydantic runs it, so that one answer names every field that is wrong."""
    return AfterValidator(lambda value: _validated(value, check, *limits, **more))


def _validated(value: Any, check: Callable[..., Any], *limits: Any, **more: Any) -> Any:
    try:
        return check(value, *limits, **more)
    except Refused as refused:
        reason = str(refused.facts["reason"])
        name, limit = _PYDANTIC_NAMES.get(reason, (reason, "limit"))
        raise PydanticCustomError(name, "{reason}", {"reason": reason, limit: refused.facts.get("limit")}) from None


def _text(limit: int, least: int) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "maxLength": limit, "minLength": least})


Id = Annotated[str, Field(pattern=ID_PATTERN)]
Title = Annotated[str, _checked(bounds.line, "title", bounds.TITLE_MAX), _text(bounds.TITLE_MAX, 1)]
Description = Annotated[str, _checked(bounds.text, "description", bounds.TEXT_MAX), _text(bounds.TEXT_MAX, 0)]
Content = Annotated[str, _checked(bounds.text, "content", bounds.TEXT_MAX, least=1), _text(bounds.TEXT_MAX, 1)]
Reason = Annotated[str, _checked(bounds.text, "reason", bounds.REASON_MAX), _text(bounds.REASON_MAX, 0)]
Comment = Annotated[str, _checked(bounds.text, "comment", bounds.REASON_MAX), _text(bounds.REASON_MAX, 0)]
Score = Annotated[int, Field(ge=bounds.SCORES[0], le=bounds.SCORES[-1], strict=True)]
Tag = Annotated[str, _checked(bounds.line, "tags", bounds.TAG_MAX), _text(bounds.TAG_MAX, 1)]
Name = Annotated[str, _checked(bounds.line, "name", bounds.NAME_MAX, least=0), _text(bounds.NAME_MAX, 0)]
CategoryName = Annotated[
    str, _checked(bounds.line, "names", bounds.CATEGORY_NAME_MAX), _text(bounds.CATEGORY_NAME_MAX, 1)
]
CategoryDescription = Annotated[
    str,
    _checked(bounds.line, "descriptions", bounds.CATEGORY_DESCRIPTION_MAX, least=0),
    _text(bounds.CATEGORY_DESCRIPTION_MAX, 0),
]
TemplateName = Annotated[
    str, _checked(bounds.line, "name", bounds.TEMPLATE_NAME_MAX), _text(bounds.TEMPLATE_NAME_MAX, 1)
]
ProgramName = Annotated[str, _checked(bounds.line, "name", bounds.PROGRAM_NAME_MAX), _text(bounds.PROGRAM_NAME_MAX, 1)]
Types = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=200)]
DeskName = Annotated[str, _checked(bounds.line, "names", bounds.DESK_NAME_MAX), _text(bounds.DESK_NAME_MAX, 1)]
Greeting = Annotated[str, _checked(bounds.text, "greetings", bounds.GREETING_MAX), _text(bounds.GREETING_MAX, 0)]
TimeZone = Annotated[str, Field(max_length=64), _checked(settings_of_desk.time_zone)]
Holidays = Annotated[list[Annotated[str, Field(max_length=10)]], Field(max_length=bounds.HOLIDAYS_MAX)]
BroadcastText = Annotated[
    str, _checked(bounds.telegram_text, "texts", bounds.BROADCAST_MAX), _text(bounds.BROADCAST_MAX, 1)
]
Icon = Annotated[str, _checked(bounds.line, "icon", bounds.ICON_MAX), _text(bounds.ICON_MAX, 1)]
Color = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
Order = Annotated[int, Field(ge=0, le=bounds.ORDER_MAX, strict=True)]
Attachments = Annotated[list[Id], Field(max_length=bounds.ATTACHMENTS_MAX)]


def _shown(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Put the body's example into its schema."""
    schema["example"] = SENT[model.__name__]


class Body(BaseModel):
    """Every body: nothing unknown in it, nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_shown)


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
    said: str = _validated(value, bounds.text, "content", bounds.TEXT_MAX, least=least)
    return said


class MessageBody(Body):
    """A new message; ``is_internal`` makes it a note that only staff see."""

    attachments: Attachments = []
    content: Annotated[str, AfterValidator(_said), _text(bounds.TEXT_MAX, 0)]
    is_internal: Annotated[bool, Field(strict=True)] = False
    reply_to: Id | None = None


class MessagePatch(Body):
    """The new text of a message."""

    content: Content


class MoveBody(Body):
    """The ticket a message belongs to: its id or number."""

    to: Annotated[str, Field(min_length=1, max_length=36)]


class ReadBody(Body):
    """How far somebody has read: up to and including this version of the ticket; without one, all there is."""

    version: Annotated[int, Field(ge=0, strict=True)] | None = None


class CategoryBody(Body):
    """A new category."""

    names: Annotated[dict[Language, CategoryName], Field(min_length=1)]
    descriptions: dict[Language, CategoryDescription] = {}
    icon: Icon = "❓"
    color: Color = "#6B7280"
    order: Order = 100


class CategoryPatch(Body):
    """What should change on a category; what is left out stays. ``active`` brings an archived one back."""

    names: Annotated[dict[Language, CategoryName], Field(min_length=1)] | None = None
    descriptions: dict[Language, CategoryDescription] | None = None
    icon: Icon | None = None
    color: Color | None = None
    order: Order | None = None
    active: Annotated[bool, Field(strict=True)] | None = None


class OpeningBody(Body):
    """A stretch of a day on which the desk is open, by its own clock; `24:00` closes at midnight."""

    day: Weekday
    opens: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    closes: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]

    def word(self) -> Opening:
        """As the log keeps it."""
        return Opening(day=self.day, opens=self.opens, closes=self.closes)


def _number(field: str) -> Any:
    return Annotated[int, Field(ge=0, le=settings_of_desk.LIMITS[field], strict=True)] | None


class DeskPatch(Body):
    """What should change about the desk; what is left out stays. Numbers of 0 mean: not at all."""

    names: Annotated[dict[Language, DeskName], Field(min_length=1)] | None = None
    greetings: dict[Language, Greeting] | None = None
    default_language: Language | None = None
    time_zone: TimeZone | None = None
    hours: Annotated[list[OpeningBody], Field(max_length=bounds.OPENINGS_MAX)] | None = None
    holidays: Holidays | None = None
    auto_close_days: _number("auto_close_days") = None  # type: ignore[valid-type]
    reminder_hours: _number("reminder_hours") = None  # type: ignore[valid-type]
    retention_days: _number("retention_days") = None  # type: ignore[valid-type]
    assignment: Assignment | None = None
    tickets_per_hour: _number("tickets_per_hour") = None  # type: ignore[valid-type]
    messages_per_minute: _number("messages_per_minute") = None  # type: ignore[valid-type]


class TemplateBody(Body):
    """A new template; no `category_ids` mean that it is offered under all."""

    name: TemplateName
    texts: Annotated[dict[Language, Content], Field(min_length=1)]
    category_ids: Annotated[list[Id], Field(max_length=bounds.CATEGORIES_MAX)] = []
    order: Order = 100


class TemplatePatch(Body):
    """What should change about a template; what is left out stays."""

    name: TemplateName | None = None
    texts: Annotated[dict[Language, Content], Field(min_length=1)] | None = None
    category_ids: Annotated[list[Id], Field(max_length=bounds.CATEGORIES_MAX)] | None = None
    order: Order | None = None


class AccountBody(Body):
    """A program outside: which events it gets (no `types`: all), how private, with personal data or not; its calls."""

    name: ProgramName
    types: Types = []
    audience: Audience = "public"
    personal: Annotated[bool, Field(strict=True)] = False
    calls: Annotated[list[Call], Field(min_length=1, max_length=10)] = ["events"]
    requests_per_minute: Annotated[
        int, Field(ge=bounds.REQUESTS_PER_MINUTE[0], le=bounds.REQUESTS_PER_MINUTE[-1], strict=True)
    ] = 600


class ConsumerBody(Body):
    """Which of an account's events a consumer delivers (all, of one customer, one ticket, some kinds), and from where.

    It begins behind `after`; without it, it goes on where it stands, a new one from the stream's beginning.
    """

    member_id: Id | None = None
    ticket_id: Id | None = None
    types: Types | None = None
    after: Annotated[int, Field(ge=0, le=2**62, strict=True)] | None = None


class WebhookBody(Body):
    """A new webhook: where to, which events (no `types`: all), how private, with personal data or not."""

    name: ProgramName
    url: Annotated[str, Field(max_length=bounds.URL_MAX)]
    types: Types = []
    audience: Audience = "public"
    personal: Annotated[bool, Field(strict=True)] = False


class WebhookPatch(Body):
    """What should change about a webhook; what is left out stays."""

    name: ProgramName | None = None
    url: Annotated[str, Field(max_length=bounds.URL_MAX)] | None = None
    types: Types | None = None
    audience: Audience | None = None
    personal: Annotated[bool, Field(strict=True)] | None = None
    active: Annotated[bool, Field(strict=True)] | None = None


class RenderBody(Body):
    """The ticket a template should be filled in for: its id or number."""

    ticket: Annotated[str, Field(min_length=1, max_length=36)]


class InviteBody(Body):
    """The role that whoever opens the link gets."""

    role: Role


class UseInviteBody(Body):
    """The secret of a link that a member opened."""

    member_id: Id
    token: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class BotBody(Body):
    """How the bot is called in Telegram."""

    username: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{3,31}$")]


class DeskCodeBody(Body):
    """Who wants to come in from a desktop browser."""

    member_id: Id


class RedeemBody(Body):
    """The code of a link that was opened there."""

    code: Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]


class AudienceBody(Body):
    """Whom a broadcast is for; what is left out (or empty) does not matter."""

    roles: Annotated[list[Role], Field(max_length=len(Role))] = []
    languages: Annotated[list[Language], Field(max_length=len(LANGUAGES))] = []
    active_within_days: Annotated[int, Field(ge=1, le=bounds.ACTIVE_WITHIN_MAX, strict=True)] | None = None


class BroadcastBody(Body):
    """A message to many, in one language at least; each text at most 4096 UTF-16 units long."""

    texts: Annotated[dict[Language, BroadcastText], Field(min_length=1)]
    audience: AudienceBody = AudienceBody()

    def recipients(self) -> Recipients:
        """As the log keeps it."""
        wanted = self.audience
        return Recipients(
            roles=tuple(wanted.roles),
            languages=tuple(wanted.languages),
            active_within_days=wanted.active_within_days,
        )


class OutcomeBody(Body):
    """What became of a broadcast for one recipient."""

    member_id: Id
    outcome: Outcome


class OutcomesBody(Body):
    """The same for several."""

    outcomes: Annotated[list[OutcomeBody], Field(min_length=1, max_length=1000)]


class ToldBody(Body):
    """Which of the notices that were due in Telegram were told."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=1000)]


class DutyBody(Body):
    """Whether one takes new tickets, and of which categories (`[]`: all; left out: as last time).

    Who goes off duty keeps their open tickets, puts them back into the queue (`return`), or hands them to a colleague.
    """

    on_duty: Annotated[bool, Field(strict=True)]
    categories: Annotated[list[Id], Field(max_length=bounds.CATEGORIES_MAX)] | None = None
    open_tickets: Literal["keep", "return"] = "keep"
    hand_over_to: Id | None = None


class ReachableBody(Body):
    """Whether the bot's messages reach a member (or may be sent to them)."""

    reachable: Annotated[bool, Field(strict=True)]


class RoleBody(Body):
    """What a member may do from now on."""

    role: Role


class BlockedBody(Body):
    """Whether a member is shut out, why, and until when (`null`: for good)."""

    blocked: Annotated[bool, Field(strict=True)]
    reason: Reason | None = None
    until: AwareDatetime | None = None


def _known_preferences(value: dict[str, bool]) -> dict[str, bool]:
    if unknown := sorted(value.keys() - PREFERENCES):
        raise PydanticCustomError("extra_forbidden", "{name}", {"name": unknown[0][:64]})
    return value


Preferences = Annotated[
    dict[str, Annotated[bool, Field(strict=True)]],
    AfterValidator(_known_preferences),
    WithJsonSchema(
        {
            "type": "object",
            "properties": {name: {"type": "boolean"} for name in sorted(PREFERENCES)},
            "additionalProperties": False,
        }
    ),
]


class NotificationsReadBody(Body):
    """What was read: these, those about one ticket, or (neither) everything."""

    ids: Annotated[list[Id], Field(min_length=1, max_length=100)] | None = None
    ticket_id: Id | None = None


class MePatch(Body):
    """What a member chooses for themself; preferences that are left out stay."""

    language: Language | None = None
    preferences: Preferences | None = None


class JoinBody(Body):
    """A person as Telegram names them; any language tag, the nearest of ours is taken."""

    telegram_id: Annotated[int, Field(ge=1, le=TELEGRAM_ID_MAX, strict=True)]
    first_name: Name = ""
    last_name: Name | None = None
    username: Name | None = None
    language: Annotated[str, Field(max_length=35)] | None = None
