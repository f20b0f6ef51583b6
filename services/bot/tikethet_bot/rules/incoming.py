"""What came from Telegram, as the rest of the bot reads it."""

from hashlib import sha256
from typing import Literal

from msgspec import Struct

Media = Literal["photo", "video", "voice", "round", "audio", "sticker", "animation", "document", "other"]  # fmt: skip


class Person(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who wrote, as Telegram names them."""

    telegram_id: int
    access_hash: int = 0
    first_name: str = ""
    last_name: str | None = None
    username: str | None = None
    language: str | None = None

    def digest(self) -> bytes:
        """Changes when something about them did."""
        return sha256(repr(self).encode()).digest()[:16]


class Incoming(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One update. ``key`` is the same however often Telegram tells it.

    A group's ``chat_id`` is negative. There, ``topic`` says which topic it lies in, ``sender`` is ``None`` for who
    hides behind the group itself, a ``topic`` is one that this bot made (``message_id``, titled ``text``), and a
    ``place`` is what this bot is there from now on: ``data`` has ``out``, ``in``, or its rights as an administrator.
    """

    kind: Literal["message", "edit", "delete", "tap", "stopped", "returned", "topic", "place"]
    chat_id: int
    message_id: int = 0
    date: int = 0
    text: str = ""
    media: Media | None = None
    album: int | None = None
    reply_to: int | None = None
    sender: Person | None = None
    data: str = ""
    query_id: int = 0
    topic: int | None = None

    @property
    def key(self) -> str:
        """What makes a repeat a repeat."""
        match self.kind:
            case "message":
                return f"m:{self.chat_id}:{self.message_id}"
            case "edit":
                return f"e:{self.chat_id}:{self.message_id}:{self.date}:{self.fingerprint}"
            case "delete":
                return f"d:{self.message_id}"
            case "tap":
                return f"t:{self.query_id}"
            case "stopped" | "returned":
                return f"{self.kind[0]}:{self.chat_id}:{self.date}"
            case "topic":
                return f"n:{self.chat_id}:{self.message_id}"
            case "place":
                return f"p:{self.chat_id}:{self.query_id or self.date}:{self.data}"

    @property
    def fingerprint(self) -> str:
        """A short hash of what it says."""
        return sha256(f"{self.media}\0{self.text}".encode()).hexdigest()[:12]

    def command_id(self, bot_id: int) -> str:
        """The idempotency key of the command that follows from it."""
        if self.kind == "tap":
            return f"tg:{bot_id}:cb:{self.query_id}"
        stem = f"tg:{bot_id}:{self.chat_id}:{self.message_id}"
        match self.kind:
            case "edit":
                return f"{stem}:e:{self.date}:{self.fingerprint}"
            case "delete":
                return f"{stem}:del"
            case _:
                return stem
