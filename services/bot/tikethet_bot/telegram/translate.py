"""From Telegram's own objects to `Incoming`: only what people do, and what a group makes of the bot."""

from collections.abc import Mapping
from typing import Any, Final

from pyrogram import raw

from tikethet_bot.rules.incoming import Incoming, Media, Person

types = raw.types

_DOCUMENTS: Final[tuple[tuple[type[Any], Media], ...]] = (
    (types.DocumentAttributeSticker, "sticker"),
    (types.DocumentAttributeAnimated, "animation"),
)


CHANNELS: Final = -1_000_000_000_000
"""Minus a supergroup's id: its chat_id here, as bots have always numbered them."""


def incoming_of(update: Any, users: Mapping[int, Any], me: int) -> list[Incoming]:
    """What an update says; nothing when it is not for us (our own messages, what only clients show)."""
    if isinstance(getattr(getattr(update, "message", None), "media", None), types.MessageMediaGeoLive) and isinstance(
        update, types.UpdateEditMessage | types.UpdateEditChannelMessage
    ):
        return []  # who shares where they are moves for hours; the first place is what was said
    if isinstance(update, types.UpdateNewChannelMessage):
        return _in_group(update.message, users, edited=False)
    if isinstance(update, types.UpdateEditChannelMessage):
        return _in_group(update.message, users, edited=True)
    if isinstance(update, types.UpdateChannelParticipant):
        return [_place(update)] if update.user_id == me else []
    if isinstance(update, types.UpdateBotCallbackQuery) and isinstance(update.peer, types.PeerChannel):
        return [_tap(update, CHANNELS - update.peer.channel_id, users)]
    if isinstance(update, types.UpdateNewMessage):
        return _message(update.message, users, edited=False)
    if isinstance(update, types.UpdateEditMessage):
        return _message(update.message, users, edited=True)
    if isinstance(update, types.UpdateDeleteMessages):
        return [Incoming(kind="delete", chat_id=0, message_id=message_id) for message_id in update.messages]
    if isinstance(update, types.UpdateBotCallbackQuery) and isinstance(update.peer, types.PeerUser):
        return [_tap(update, update.user_id, users)]
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


def _tap(update: Any, chat_id: int, users: Mapping[int, Any]) -> Incoming:
    return Incoming(
        kind="tap",
        chat_id=chat_id,
        message_id=update.msg_id,
        query_id=update.query_id,
        data=(update.data or b"").decode("utf-8", "replace"),
        sender=_person(update.user_id, users),
    )


def _place(update: Any) -> Incoming:
    now = update.new_participant
    if now is None or isinstance(now, types.ChannelParticipantBanned | types.ChannelParticipantLeft):
        data = "out"
    else:
        given = getattr(now, "admin_rights", None)
        rights = [name for name in (given.__slots__ if given is not None else ()) if getattr(given, name)]
        data = " ".join(rights) or "in"
    return Incoming(
        kind="place", chat_id=CHANNELS - update.channel_id, date=update.date, data=data, query_id=update.qts,
    )  # fmt: skip


def _in_group(message: Any, users: Mapping[int, Any], *, edited: bool) -> list[Incoming]:
    if not isinstance(message, types.Message | types.MessageService):
        return []
    chat_id = CHANNELS - getattr(message.peer_id, "channel_id", 0)
    if isinstance(message, types.MessageService):
        if message.out and isinstance(message.action, types.MessageActionTopicCreate):
            return [Incoming(kind="topic", chat_id=chat_id, message_id=message.id, text=message.action.title)]
        return []
    if message.out:
        return []
    reply: Any = message.reply_to
    author = message.from_id
    sender = _person(author.user_id, users) if isinstance(author, types.PeerUser) else None
    topic = (reply.reply_to_top_id or reply.reply_to_msg_id) if getattr(reply, "forum_topic", None) else None
    return [_words(message, chat_id, sender, topic=topic, edited=edited)]


def _message(message: Any, users: Mapping[int, Any], *, edited: bool) -> list[Incoming]:
    if isinstance(getattr(message, "peer_id", None), types.PeerChat) and not message.out:
        # A small group has no topics: all that matters is that the bot is in it.
        chat_id = -message.peer_id.chat_id
        return [Incoming(kind="place", chat_id=chat_id, date=message.date, data="in", query_id=message.id)]
    if not isinstance(message, types.Message) or message.out or not isinstance(message.peer_id, types.PeerUser):
        return []
    chat_id = message.peer_id.user_id
    return [_words(message, chat_id, _person(chat_id, users), topic=None, edited=edited)]


def _words(message: Any, chat_id: int, sender: Person | None, *, topic: int | None, edited: bool) -> Incoming:
    return Incoming(
        kind="edit" if edited else "message",
        chat_id=chat_id,
        message_id=message.id,
        date=(message.edit_date or message.date) if edited else message.date,
        text=_text(message),
        media=_media(message.media),
        album=message.grouped_id,
        reply_to=getattr(message.reply_to, "reply_to_msg_id", None),
        topic=topic,
        sender=sender,
    )


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
        named = (f"{getattr(media, each, '')}".strip() for each in ("title", "address"))
        return "\n".join((", ".join(filter(None, named)), f"📍 {point.lat:.6f}, {point.long:.6f}")).strip()
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
