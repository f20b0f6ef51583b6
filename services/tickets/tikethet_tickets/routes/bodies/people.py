"""What may be sent about people, and what they choose for themselves."""

from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, WithJsonSchema
from pydantic_core import PydanticCustomError
from tikethet_events.word import Language, Role

from tikethet_tickets.routes.bodies.fields import Body, Id, Reason
from tikethet_tickets.rules.notices import PREFERENCES


class InviteBody(Body):
    """The role that whoever opens the link gets."""

    role: Role


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
