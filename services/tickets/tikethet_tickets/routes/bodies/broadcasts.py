"""What may be sent about broadcasts."""

from typing import Annotated

from pydantic import Field
from tikethet_events.broadcast import Recipients
from tikethet_events.word import LANGUAGES, Language, Role

from tikethet_tickets.routes.bodies.fields import Body, BroadcastText
from tikethet_tickets.rules import bounds


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
