"""What may be sent about the desk: categories, settings, templates, duty."""

from typing import Annotated, Any, Literal

from pydantic import Field
from tikethet_events.desk import Assignment, Opening, Weekday
from tikethet_events.word import Language

from tikethet_tickets.routes.bodies.fields import (
    Body,
    CategoryDescription,
    CategoryName,
    Color,
    Content,
    DeskName,
    Greeting,
    Holidays,
    Icon,
    Id,
    Order,
    TemplateName,
    TimeZone,
)
from tikethet_tickets.rules import bounds, settings_of_desk


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


class RenderBody(Body):
    """The ticket a template should be filled in for: its id or number."""

    ticket: Annotated[str, Field(min_length=1, max_length=36)]


class DutyBody(Body):
    """Whether one takes new tickets, and of which categories (`[]`: all; left out: as last time).

    Who goes off duty keeps their open tickets, puts them back into the queue (`return`), or hands them to a colleague.
    """

    on_duty: Annotated[bool, Field(strict=True)]
    categories: Annotated[list[Id], Field(max_length=bounds.CATEGORIES_MAX)] | None = None
    open_tickets: Literal["keep", "return"] = "keep"
    hand_over_to: Id | None = None
