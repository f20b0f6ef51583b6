"""From Telegram's own objects to `Incoming`: private chats only, and only what people do."""

from collections.abc import Mapping
from typing import Any, Final

from pyrogram import raw

from tikethet_bot.rules.incoming import Incoming, Media, Person

types = raw.types

_DOCUMENTS: Final[tuple[tuple[type[Any], Media], ...]] = (
    (types.DocumentAttributeSticker, "sticker"),
    (types.DocumentAttributeAnimated, "animation"),
)


def incoming_of(update: Any, users: Mapping[int, Any]) -> list[Incoming]:
    """What an update says; nothing when it is not for us (our own messages, groups, what only clients show)."""
    if isinstance(update, types.UpdateNewMessage):
        return _message(update.message, users, edited=False)
    if isinstance(update, types.UpdateEditMessage):
        return _message(update.message, users, edited=True)
    if isinstance(update, types.UpdateDeleteMessages):
        return [Incoming(kind="delete", chat_id=0, message_id=message_id) for message_id in update.messages]
    if isinstance(update, types.UpdateBotCallbackQuery) and isinstance(update.peer, types.PeerUser):
        return [
            Incoming(
                kind="tap",
                chat_id=update.user_id,
                message_id=update.msg_id,
                query_id=update.query_id,
                data=(update.data or b"").decode("utf-8", "replace"),
                sender=_person(update.user_id, users),
            )
        ]
    if isinstance(update, types.UpdateBotStopped):
        kind = "stopped" if update.stopped else "returned"
        return [Incoming(kind=kind, chat_id=update.user_id, date=update.date)]  # type: ignore[arg-type]
    return []


def own_message(update: Any) -> tuple[int, int, str] | None:
    """(chat, id, text) of a message that this bot itself sent."""
    message = getattr(update, "message", None) if isinstance(update, types.UpdateNewMessage) else None
    if isinstance(message, types.Message) and message.out and isinstance(message.peer_id, types.PeerUser):
        return message.peer_id.user_id, message.id, message.message or ""
    return None


def _message(message: Any, users: Mapping[int, Any], *, edited: bool) -> list[Incoming]:
    if not isinstance(message, types.Message) or message.out or not isinstance(message.peer_id, types.PeerUser):
        return []
    chat_id = message.peer_id.user_id
    reply = message.reply_to
    return [
        Incoming(
            kind="edit" if edited else "message",
            chat_id=chat_id,
            message_id=message.id,
            date=(message.edit_date or message.date) if edited else message.date,
            text=_text(message),
            media=_media(message.media),
            album=message.grouped_id,
            reply_to=getattr(reply, "reply_to_msg_id", None),
            sender=_person(chat_id, users),
        )
    ]


def _person(user_id: int, users: Mapping[int, Any]) -> Person:
    user = users.get(user_id)
    if user is None or getattr(user, "min", False):
        return Person(telegram_id=user_id)
    return Person(
        telegram_id=user_id,
        access_hash=user.access_hash or 0,
        first_name=user.first_name or "",
        last_name=user.last_name,
        username=user.username,
        language=user.lang_code,
    )


def _text(message: Any) -> str:
    told = _told(message.media)
    return "\n".join(filter(None, (message.message, told)))


def _told(media: Any) -> str:
    """What needs no file: a place and a person's number are said in words."""
    if isinstance(media, types.MessageMediaContact):
        return f"👤 {media.first_name} {media.last_name} {media.phone_number}".replace("  ", " ")
    point = getattr(media, "geo", None)
    if isinstance(point, types.GeoPoint):
        return f"📍 {point.lat:.6f}, {point.long:.6f}"
    return ""


def _media(media: Any) -> Media | None:
    if media is None or isinstance(media, types.MessageMediaEmpty | types.MessageMediaWebPage):
        return None
    if isinstance(media, types.MessageMediaDocument):
        return _document(getattr(media.document, "attributes", None) or [])
    if isinstance(media, types.MessageMediaPhoto):
        return "photo"
    return "other" if not _told(media) else None


def _document(attributes: list[Any]) -> Media:
    for kind, name in _DOCUMENTS:
        if any(isinstance(each, kind) for each in attributes):
            return name
    for each in attributes:
        if isinstance(each, types.DocumentAttributeVideo):
            return "round" if each.round_message else "video"
        if isinstance(each, types.DocumentAttributeAudio):
            return "voice" if each.voice else "audio"
    return "document"
