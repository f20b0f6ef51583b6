"""What the staff group means: what a message in a topic is, what the bot needs there, how a topic shows its ticket."""

from collections.abc import Iterable, Sequence
from typing import Final, Literal

from msgspec import Struct

from tikethet_bot.rules.intents import NOTE_MARK
from tikethet_bot.rules.saying import PART_MAX, units

STAFF: Final = frozenset({"HELPER", "MODERATOR", "ADMIN", "DEVELOPER"})
CONNECTS: Final = frozenset({"ADMIN", "DEVELOPER"})
"""Who may connect a staff group."""
RIGHTS: Final = ("manage_topics", "delete_messages")
"""What the bot needs of an administrator's rights; any of them also lets it hear everything that is written."""
LINK: Final = "group_"
"""How the payload of the link that connects a group begins."""
TITLE_MAX: Final = 128
ICONS: Final = {"OPEN": "❗", "IN_PROGRESS": "👀", "WAITING_RESPONSE": "💬", "RESOLVED": "✅", "CLOSED": "🏁"}
"""Status → the icon of its topic, out of those that Telegram offers to everybody."""
CUSTOMER_SAYS, STAFF_SAY, NOTED, CORRECTED, GONE, TAKEN, RATED = "👤", "💬", "📝", "✏️", "🗑", "🙋", "⭐"

Replied = Literal["nothing", "topic", "bot", "colleague"]
"""What a message in a topic replies to; ``topic``: only to the topic itself, as every first message there does."""


class Relayed(Struct, frozen=True):
    """Goes into the ticket: to the customer, or as a note."""

    text: str
    note: bool


class Explained(Struct, frozen=True):
    """Goes nowhere; the sender is told why, once. ``why`` is the end of a key of the texts."""

    why: Literal["not_staff", "anonymous"]


class Left(Struct, frozen=True):
    """None of the desk's business."""


Meaning = Relayed | Explained | Left


def meaning(text: str, role: str | None, replied: Replied, *, anonymous: bool, ticket: bool, media: bool) -> Meaning:
    """What a message in the staff group is.

    ``role`` is the sender's at the desk, ``None`` when they have none; ``ticket`` whether its topic is a ticket's.
    """
    if not ticket:
        return Left()
    if anonymous:
        return Explained("anonymous")
    if role not in STAFF:
        return Explained("not_staff")
    marked = text.startswith(NOTE_MARK)
    said = text.removeprefix(NOTE_MARK).strip() if marked else text.strip()
    if (text.startswith("/") and not marked) or not (said or media):
        return Left()
    return Relayed(said, note=marked or replied == "colleague")


def secret_of(text: str) -> str | None:
    """The secret in what Telegram's link to a group makes its sender say: ``/start@bot group_<secret>``."""
    command, _, payload = text.partition(" ")
    if command.partition("@")[0] != "/start" or not payload.startswith(LINK):
        return None
    return payload.removeprefix(LINK).strip()


def missing(rights: Iterable[str], *, forum: bool) -> tuple[str, ...]:
    """What the bot still needs in a group; the ends of the keys that name it."""
    has = set(rights)
    return (*(() if forum else ("forum",)), *(each for each in RIGHTS if each not in has))


def title_of(number: int, title: str) -> str:
    """A topic's title."""
    whole = f"#{number} {title}".strip()
    return whole if len(whole) <= TITLE_MAX else f"{whole[: TITLE_MAX - 1].rstrip()}…"


def number_of(title: str) -> int | None:
    """The ticket's number in a title that `title_of` made."""
    head = title.partition(" ")[0]
    return int(head[1:]) if head.startswith("#") and head[1:].isascii() and head[1:].isdigit() else None


def line(text: str, name: str | None) -> str:
    """A mark, who says it, and what; ``text`` begins with the mark."""
    mark, _, said = text.partition(" ")
    return f"{mark} {name}: {said}" if name else text


def together(texts: Sequence[str]) -> int:
    """How many of the waiting texts, from the first on, go as one message."""
    length = count = 0
    for text in texts:
        length += units(text) + (2 if count else 0)
        if count and length > PART_MAX:
            break
        count += 1
    return count


def joined(texts: Sequence[str]) -> str:
    """Several waiting texts as one message."""
    return "\n\n".join(texts)
