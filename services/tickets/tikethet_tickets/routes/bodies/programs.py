"""What may be sent about programs outside."""

from typing import Annotated

from pydantic import Field
from tikethet_events.integration import Call
from tikethet_events.word import Audience

from tikethet_tickets.routes.bodies.fields import Body, Id, ProgramName, Types
from tikethet_tickets.rules import bounds


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


class RotateBody(Body):
    """Whether the token or secret of before ends `now`; otherwise it works for 24 hours more."""

    now: Annotated[bool, Field(strict=True)] = False


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
