"""The fields that bodies are made of, checked by the rules' own bounds; and what every body is."""

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError
from tikethet_events.errors import Refused

from tikethet_tickets.routes.examples import SENT
from tikethet_tickets.rules import bounds, settings_of_desk

ID_PATTERN = r"^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_PYDANTIC_NAMES = {
    "too_long": ("string_too_long", "max_length"),
    "too_short": ("string_too_short", "min_length"),
    "blank": ("string_too_short", "min_length"),
    "too_many": ("too_long", "max_length"),
    "not_a_color": ("string_pattern_mismatch", "pattern"),
}


def checked(check: Callable[..., Any], *limits: Any, **more: Any) -> AfterValidator:
    """A rule's check as pydantic runs it, so that one answer names every field that is wrong."""
    return AfterValidator(lambda value: validated(value, check, *limits, **more))


def validated(value: Any, check: Callable[..., Any], *limits: Any, **more: Any) -> Any:
    """The value in the form it is kept in. A rule's refusal becomes pydantic's own."""
    try:
        return check(value, *limits, **more)
    except Refused as refused:
        reason = str(refused.facts["reason"])
        name, limit = _PYDANTIC_NAMES.get(reason, (reason, "limit"))
        raise PydanticCustomError(name, "{reason}", {"reason": reason, limit: refused.facts.get("limit")}) from None


def sized(limit: int, least: int) -> WithJsonSchema:
    """How the document shows a text that a rule measures."""
    return WithJsonSchema({"type": "string", "maxLength": limit, "minLength": least})


Id = Annotated[str, Field(pattern=ID_PATTERN)]
Title = Annotated[str, checked(bounds.line, "title", bounds.TITLE_MAX), sized(bounds.TITLE_MAX, 1)]
Description = Annotated[str, checked(bounds.text, "description", bounds.TEXT_MAX), sized(bounds.TEXT_MAX, 0)]
Content = Annotated[str, checked(bounds.text, "content", bounds.TEXT_MAX, least=1), sized(bounds.TEXT_MAX, 1)]
Reason = Annotated[str, checked(bounds.text, "reason", bounds.REASON_MAX), sized(bounds.REASON_MAX, 0)]
Comment = Annotated[str, checked(bounds.text, "comment", bounds.REASON_MAX), sized(bounds.REASON_MAX, 0)]
Score = Annotated[int, Field(ge=bounds.SCORES[0], le=bounds.SCORES[-1], strict=True)]
Tag = Annotated[str, checked(bounds.line, "tags", bounds.TAG_MAX), sized(bounds.TAG_MAX, 1)]
Name = Annotated[str, checked(bounds.line, "name", bounds.NAME_MAX, least=0), sized(bounds.NAME_MAX, 0)]
CategoryName = Annotated[
    str, checked(bounds.line, "names", bounds.CATEGORY_NAME_MAX), sized(bounds.CATEGORY_NAME_MAX, 1)
]
CategoryDescription = Annotated[
    str,
    checked(bounds.line, "descriptions", bounds.CATEGORY_DESCRIPTION_MAX, least=0),
    sized(bounds.CATEGORY_DESCRIPTION_MAX, 0),
]
TemplateName = Annotated[
    str, checked(bounds.line, "name", bounds.TEMPLATE_NAME_MAX), sized(bounds.TEMPLATE_NAME_MAX, 1)
]
ProgramName = Annotated[str, checked(bounds.line, "name", bounds.PROGRAM_NAME_MAX), sized(bounds.PROGRAM_NAME_MAX, 1)]
Types = Annotated[list[Annotated[str, Field(max_length=64)]], Field(max_length=200)]
DeskName = Annotated[str, checked(bounds.line, "names", bounds.DESK_NAME_MAX), sized(bounds.DESK_NAME_MAX, 1)]
Greeting = Annotated[str, checked(bounds.text, "greetings", bounds.GREETING_MAX), sized(bounds.GREETING_MAX, 0)]
TimeZone = Annotated[str, Field(max_length=64), checked(settings_of_desk.time_zone)]
Holidays = Annotated[list[Annotated[str, Field(max_length=10)]], Field(max_length=bounds.HOLIDAYS_MAX)]
BroadcastText = Annotated[
    str, checked(bounds.telegram_text, "texts", bounds.BROADCAST_MAX), sized(bounds.BROADCAST_MAX, 1)
]
Icon = Annotated[str, checked(bounds.line, "icon", bounds.ICON_MAX), sized(bounds.ICON_MAX, 1)]
Color = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]
Order = Annotated[int, Field(ge=0, le=bounds.ORDER_MAX, strict=True)]
Attachments = Annotated[list[Id], Field(max_length=bounds.ATTACHMENTS_MAX)]


def _shown(schema: dict[str, Any], model: type[BaseModel]) -> None:
    """Put the body's example into its schema."""
    schema["example"] = SENT[model.__name__]


class Body(BaseModel):
    """Every body: nothing unknown in it, nothing changes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra=_shown)
