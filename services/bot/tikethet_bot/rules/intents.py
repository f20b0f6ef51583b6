"""From an update to what the person wants. Total: everything people send means something here."""

import re
from typing import Final

from msgspec import Struct

from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.rules.saying import is_greeting

COMMANDS: Final = ("start", "help", "support", "tickets", "status", "language", "privacy")
STAFF_COMMANDS: Final = (
    "admin", "stats", "on", "off", "desk", "invite", "role", "block", "unblock", "broadcast", "group",
)  # fmt: skip
NOTE_MARK: Final = "//"


class Command(Struct, frozen=True):
    """A command of the bot and what stands behind it."""

    name: str
    argument: str


class Unknown(Struct, frozen=True):
    """A command nobody knows."""


class Greeting(Struct, frozen=True):
    """Only a hello: offer categories, open nothing."""


class Words(Struct, frozen=True):
    """Something to keep in a ticket; ``note`` when staff marked it as one."""

    text: str
    reply_to: int | None
    note: bool


class Correction(Struct, frozen=True):
    """An earlier message says something else now."""

    text: str


class TakenBack(Struct, frozen=True):
    """An earlier message is gone."""


class Tap(Struct, frozen=True):
    """A button: what it stands for, and on what."""

    action: str
    target: str


class Left(Struct, frozen=True):
    """They stopped the bot."""


class Returned(Struct, frozen=True):
    """They let the bot in again."""


class Place(Struct, frozen=True):
    """Something about a group; the staff group's room knows what."""


Intent = Command | Unknown | Greeting | Words | Correction | TakenBack | Tap | Left | Returned | Place


def intent_of(incoming: Incoming) -> Intent:
    """What an update means, the files it carries aside."""
    match incoming.kind:
        case "message":
            return _said(incoming)
        case "edit":
            return Correction(incoming.text)
        case "delete":
            return TakenBack()
        case "tap":
            action, _, target = incoming.data.partition(":")
            return Tap(action, target)
        case "stopped":
            return Left()
        case "returned":
            return Returned()
        case "topic" | "place":
            return Place()


def _said(incoming: Incoming) -> Intent:
    text = incoming.text
    if text.startswith("/") and not text.startswith(NOTE_MARK):
        head, *rest = re.split(r"\s", text[1:], maxsplit=1)
        name = head.partition("@")[0].lower()
        return Command(name, " ".join("".join(rest).split())) if name in COMMANDS + STAFF_COMMANDS else Unknown()
    if incoming.reply_to is None and is_greeting(text):
        return Greeting()
    note = text.startswith(NOTE_MARK)
    return Words(text.removeprefix(NOTE_MARK).strip() if note else text, incoming.reply_to, note)
