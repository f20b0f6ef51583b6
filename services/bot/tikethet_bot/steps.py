"""What an update leads to: something the desk is asked to do, or only something to tell."""

from typing import Any

from msgspec import Struct

from tikethet_bot.rules.albums import Part
from tikethet_bot.rules.outgoing import Out
from tikethet_bot.store import Effect


class Do(Struct, frozen=True):
    """A command for the desk, whole, so that it can be sent again as it was."""

    kind: str
    method: str
    path: str
    body: Any
    key: str
    ticket_id: str = ""
    number: int = 0
    several: bool = False
    others: tuple[int, ...] = ()
    """Numbers of tickets that might have been meant instead."""
    draft: int = 0
    lost_file: bool = False
    own: bool = False
    """Asked in the bot's own name: what only a service may ask."""
    dialogue: bool = False
    """It answers what the bot asked for; that is over then."""
    then: "Do | None" = None
    """What follows at once, under an id of its own."""
    parts: tuple[Part, ...] = ()
    """The messages that are this one together, when it is an album."""


class Tell(Struct, frozen=True):
    """What to say, and what to remember."""

    outs: tuple[Out, ...] = ()
    effects: tuple[Effect, ...] = ()


def tell(*outs: Out) -> Tell:
    """Say this, remember nothing."""
    return Tell(outs)
