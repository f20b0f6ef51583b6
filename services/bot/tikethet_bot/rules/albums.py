"""An album arrives as messages of its own; here they become one again."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.rules.packing import ALBUM_MAX

QUIET_S: Final = 1.0
"""So long after its last part came an album is taken to be complete."""


class Part(Struct, frozen=True):
    """One message of an album: its journal entry, and what it carries."""

    entry: int
    incoming: Incoming


def complete(parts: int, *, followed: bool, quiet_s: float) -> bool:
    """Whether nothing more will come: it is full, the chat went on with something else, or it was quiet long enough."""
    return followed or parts >= ALBUM_MAX or quiet_s >= QUIET_S


def joined(parts: Sequence[Part]) -> Incoming:
    """The album as one message: the first one, saying what any of them says."""
    words = "\n".join(part.incoming.text for part in parts if part.incoming.text)
    return replace(parts[0].incoming, text=words)
