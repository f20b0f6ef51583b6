"""What is to be sent, and the random_id that makes it be sent once."""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import Final, Literal

from msgspec import Struct

from tikethet_bot.rules.packing import File, Piece, pack
from tikethet_bot.rules.saying import parts

ANSWER: Final = 0
"""Staff's words to a customer."""
REPLY: Final = 1
"""What the bot itself answers somebody who waits for it."""
CUSTOMER: Final = 2
"""A customer's words to staff."""
NOTICE: Final = 3
"""News that nobody waits for."""

BULK: Final = 4
"""The same to many."""
STATUS: Final = 5
"""How a topic looks."""
FILLING: Final = 6
"""Topics for what was there before the group was: the least of all."""

Action = Literal["send", "edit", "cut", "delete", "mark", "topic", "forget", "leave"]
"""``mark`` only gives a message of ours other buttons; ``cut`` deletes the words of a message from one part of it on.

``topic`` brings the topic of a ticket in line with it, ``forget`` deletes it, ``leave`` leaves a group.
"""


class Button(Struct, frozen=True, omit_defaults=True):
    """A button under a message: it taps ``data``, opens ``url``, or opens ``app`` as a Mini App."""

    label: str
    data: str | None = None
    url: str | None = None
    app: str | None = None


Rows = tuple[tuple[Button, ...], ...]


class Out(Struct, frozen=True, kw_only=True):
    """One message to a chat. ``purpose`` tells apart what one cause says to one chat.

    What stands in one ``lane`` of a chat goes in order; in the staff group each ticket has its own. ``author_id`` is
    the member whose name stands before the text.
    """

    chat_id: int
    text: str
    purpose: str
    priority: int = REPLY
    action: Action = "send"
    buttons: Rows = ()
    reply_to: int | None = None
    ticket_id: str | None = None
    message_id: str | None = None
    files: tuple[File, ...] = ()
    lane: str = ""
    author_id: str | None = None
    broadcast_id: str | None = None
    slot: str | None = None
    """What is sent under a name can be edited or marked under it later."""
    part: int = 0
    """The first part it becomes, or the one of an earlier message that it changes."""


class Row(Struct, frozen=True):
    """One part of an `Out`, ready for the outbox."""

    out: Out
    part: int
    text: str
    random_id: int
    room: int
    buttons: Rows = ()
    files: tuple[File, ...] = ()
    slot: str | None = None


def rows(origin: str, outs: Sequence[Out]) -> Iterator[Row]:
    """The parts of everything that ``origin`` (an event's id, a journal key) says."""
    for out in outs:
        pieces = _pieces(out)
        for part, piece in enumerate(pieces, out.part):
            random_id = random_id_of(origin, out.chat_id, part, f"{out.action}:{out.purpose}")
            buttons = out.buttons if piece.buttons else ()
            slot = out.slot if piece.buttons or len(pieces) == 1 else None
            yield Row(out, part, piece.text, random_id, piece.room, buttons, piece.files, slot)


def _pieces(out: Out) -> list[Piece]:
    if out.action == "send":
        return pack(out.text, out.files, buttons=bool(out.buttons))
    return [Piece(next(parts(out.text), ""), (), bool(out.buttons))]


def random_id_of(origin: str, chat_id: int, part: int, purpose: str) -> int:
    """The same for the same, never 0; signed 64 bits as Telegram takes them."""
    digest = sha256(f"{origin}\0{chat_id}\0{part}\0{purpose}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True) or 1
