"""What the services of the house send each other."""

from typing import Annotated

from pydantic import Field
from tikethet_events.broadcast import Outcome

from tikethet_tickets.routes.bodies.fields import Body, Id, Name

TELEGRAM_ID_MAX = 2**52
"""Telegram's own promise: ids have at most 52 significant bits."""


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


class ReachableBody(Body):
    """Whether the bot's messages reach a member (or may be sent to them)."""

    reachable: Annotated[bool, Field(strict=True)]


class JoinBody(Body):
    """A person as Telegram names them; any language tag, the nearest of ours is taken."""

    telegram_id: Annotated[int, Field(ge=1, le=TELEGRAM_ID_MAX, strict=True)]
    first_name: Name = ""
    last_name: Name | None = None
    username: Name | None = None
    language: Annotated[str, Field(max_length=35)] | None = None
