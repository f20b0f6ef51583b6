"""How a topic looks: its icon, and the first message in it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

import structlog
from pyrogram import raw
from pyrogram.errors import RPCError
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules.mirror import CUSTOMER_SAYS, NOTED, STAFF_SAY
from tikethet_bot.rules.outgoing import Button, Rows
from tikethet_bot.rules.saying import parts

_VARIANT: Final = "\ufe0f"
"""Telegram's emoji carry it now and then; it changes nothing."""
_SHOWN: Final = 500
_log = structlog.get_logger("tikethet.bot.mirror")


class Icons:
    """The icons that Telegram offers every group, asked for once."""

    def __init__(self, call: Callable[[Any], Awaitable[Any]]) -> None:
        self._call = call
        self._known: dict[str, int] | None = None

    async def of(self, emoji: str) -> int | None:
        """The number of an icon; ``None`` when there is none: the topic then shows its colour. Raises `Unreachable`."""
        if self._known is None:
            icons = raw.types.InputStickerSetEmojiDefaultTopicIcons()
            try:
                found = await self._call(raw.functions.messages.GetStickerSet(stickerset=icons, hash=0))
            except RPCError as failure:
                _log.warning("Telegram does not tell its icons", why=failure.ID)
                return None
            self._known = dict(_named(each) for each in found.documents)
        return self._known.get(emoji.removesuffix(_VARIANT))


def _named(document: Any) -> tuple[str, int]:
    alt = next((each.alt for each in document.attributes if getattr(each, "alt", None)), "")
    return alt.removesuffix(_VARIANT), document.id


def introduction(language: Language, ticket: Any, messages: Sequence[Any]) -> tuple[str, Rows]:
    """What a ticket is about and what was said in it, with the buttons under it."""
    person, category = ticket["user"] or {}, ticket["category"] or {}
    facts = {
        "number": ticket["number"],
        "title": ticket["title"] or "…",
        "name": " ".join(filter(None, (person.get("first_name"), person.get("last_name")))) or "…",
        "category": f"{category.get('icon') or ''} {category.get('name') or '…'}".strip(),
        "description": ticket["description"] or "",
    }
    lines = [text(language, "bot.topic_card", **facts).strip()]
    for each in messages:
        who = each["user"] or {}
        mark = NOTED if each["is_internal"] else CUSTOMER_SAYS if who.get("id") == person.get("id") else STAFF_SAY
        said = text(language, "bot.deleted") if each["deleted_at"] else (each["content"] or "📎")[:_SHOWN]
        lines.append(f"{mark} {who.get('first_name') or ''}: {said}")
    return next(parts("\n\n".join(lines)), "…"), buttons(language, ticket["id"])


def buttons(language: Language, ticket_id: str) -> Rows:
    """What staff do with a ticket at a tap."""
    take, resolve = text(language, "bot.take"), text(language, "bot.resolve")
    return ((Button(take, f"take:{ticket_id}"), Button(resolve, f"resolve:{ticket_id}")),)
