"""A broadcast as its author composes it and watches it go out."""

from typing import Any, Final

from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules.outgoing import NOTICE, REPLY, Button, Out, Rows
from tikethet_bot.rules.saying import PART_MAX, units

AUDIENCES: Final[dict[str, dict[str, Any]]] = {
    "all": {},
    "customers": {"roles": ["USER"]},
    "staff": {"roles": ["HELPER", "MODERATOR", "ADMIN", "DEVELOPER"]},
    "active": {"active_within_days": 30},
}
"""Whom one can choose in the chat, as the desk takes it."""
ENDS: Final = {"BroadcastFinished": "broadcast_finished", "BroadcastCancelled": "broadcast_cancelled"}


def slot_of(broadcast_id: str) -> str:
    """The name under which its progress changes in place."""
    return f"broadcast:{broadcast_id}"


def too_long(content: str) -> int:
    """By how many UTF-16 units a text does not fit one message; 0 when it does."""
    return max(0, units(content) - PART_MAX)


def started(chat_id: int, language: Language, broadcast_id: str, total: int) -> Out:
    """It is under way; this message will say how far."""
    return Out(
        chat_id=chat_id,
        text=text(language, "bot.broadcast_progress", done=0, total=total),
        purpose="broadcast",
        priority=REPLY,
        buttons=_stop(language, broadcast_id),
        slot=slot_of(broadcast_id),
    )


def progress(chat_id: int, language: Language, broadcast_id: str, done: int, total: int) -> Out:
    """So far it is."""
    return Out(
        chat_id=chat_id,
        text=text(language, "bot.broadcast_progress", done=done, total=total),
        purpose="progress",
        priority=NOTICE,
        action="edit",
        buttons=_stop(language, broadcast_id),
        slot=slot_of(broadcast_id),
    )


def ended(chat_id: int, language: Language, broadcast_id: str, kind: str, data: Any) -> Out:
    """How it ended, in the place of the progress."""
    facts = {name: data[name] for name in ("delivered", "failed", "skipped")}
    return Out(
        chat_id=chat_id,
        text=text(language, f"bot.{ENDS[kind]}", **facts),
        purpose="ended",
        priority=NOTICE,
        action="edit",
        slot=slot_of(broadcast_id),
    )


def _stop(language: Language, broadcast_id: str) -> Rows:
    return ((Button(text(language, "bot.broadcast_stop"), f"bstop:{broadcast_id}"),),)
