"""What a bot says: messages, media, albums, forwards; each random_id once."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from pyrogram import raw

from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.groups import Group, access_hash, now
from tikethet_devstack.telegram.methods.asked import CAPTION_MAX, TEXT_MAX, Methods, answers
from tikethet_devstack.telegram.sessions import RpcFault, Session
from tikethet_devstack.telegram.world import Bot

ALBUM_MAX: Final = 10
FORWARD_MAX: Final = 100
CALLBACK_MAX: Final = 64
_URL: Final = re.compile(r"(https?|tg)://[^\s/]")

fn, types = raw.functions, raw.types


@dataclass
class Piece:
    """One message to be sent, before it has an id."""

    random_id: int
    text: str
    media: Any = None
    more: dict[str, Any] = field(default_factory=dict)


def send(methods: Methods, bot: Bot, peer: Any, reply_to: Any, pieces: list[Piece]) -> Any:
    """Send all pieces or none; what was sent before is not sent again. Raises RpcFault."""
    known = [piece for piece in pieces if piece.random_id in bot.sent]
    if known and methods.repeat_is_an_error:
        raise RpcFault(500, "RANDOM_ID_DUPLICATE")
    group = methods.world.group_at(bot, peer)
    box, place = methods.world.box_of(bot, peer)
    header = _header(bot, group, reply_to)
    for piece in pieces:
        well_formed(piece.more.get("reply_markup"), piece.text, piece.more.get("entities"))
    if group is not None:
        group.may_write(bot.id, header)
    elif place.user_id in bot.blocked_by:
        raise RpcFault(403, "USER_IS_BLOCKED")
    made = {
        piece.random_id: media.from_input(methods.world, piece.media, methods.parts)
        for piece in pieces
        if piece.media is not None and piece not in known
    }
    if len(known) < len(pieces):
        methods.limits.spend(place, len(pieces) - len(known))
    updates: list[Any] = []
    for piece in pieces:
        if piece in known:
            updates += _again(bot, box, piece.random_id)
            continue
        message = types.Message(
            id=box.next_id(), peer_id=place, date=now(), message=piece.text, out=None if group else True,
            from_id=types.PeerUser(user_id=bot.id), reply_to=header, media=made.get(piece.random_id), **piece.more,
        )  # fmt: skip
        methods.remember(bot, piece.random_id, (group.id if group else 0, message.id))
        updates += [
            types.UpdateMessageID(id=message.id, random_id=piece.random_id),
            methods.world.post(bot, peer, message),
        ]
    return methods.world.updates(bot, updates)


def fits(text: str, most: int, refusal: str) -> None:
    """Raise RpcFault for a text of more UTF-16 units."""
    if len(text.encode("utf-16-le")) // 2 > most:
        raise RpcFault(400, refusal)


def well_formed(markup: Any, text: str, entities: list[Any] | None) -> None:
    """Raise RpcFault for buttons and entities that Telegram does not take."""
    for button in (button for row in getattr(markup, "rows", ()) for button in row.buttons):
        if not button.text.strip():
            raise RpcFault(400, "BUTTON_TEXT_INVALID")
        kind = button.type
        if isinstance(kind, types.InlineButtonTypeCallback) and not 1 <= len(kind.data) <= CALLBACK_MAX:
            raise RpcFault(400, "BUTTON_DATA_INVALID")
        if isinstance(kind, types.InlineButtonTypeUrl | types.InlineButtonTypeWebView) and not _URL.match(kind.url):
            raise RpcFault(400, "BUTTON_URL_INVALID")
    units = len(text.encode("utf-16-le")) // 2
    if any(each.offset < 0 or each.length < 1 or each.offset + each.length > units for each in entities or ()):
        raise RpcFault(400, "ENTITY_BOUNDS_INVALID")


@answers(fn.messages.SendMessage)
def _send_message(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    fits(query.message, TEXT_MAX, "MESSAGE_TOO_LONG")
    if not query.message.strip():
        raise RpcFault(400, "MESSAGE_EMPTY")
    more = {"reply_markup": query.reply_markup, "entities": query.entities, "silent": query.silent}
    return send(methods, bot, query.peer, query.reply_to, [Piece(query.random_id, query.message, more=more)])


@answers(fn.messages.SendMedia)
def _send_media(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    fits(query.message, CAPTION_MAX, "MEDIA_CAPTION_TOO_LONG")
    more = {"reply_markup": query.reply_markup, "entities": query.entities, "silent": query.silent}
    piece = Piece(query.random_id, query.message, query.media, more)
    return send(methods, bot, query.peer, query.reply_to, [piece])


@answers(fn.messages.UploadMedia)
def _upload_media(methods: Methods, _: Session, _bot: Bot, query: Any) -> Any:
    return media.from_input(methods.world, query.media, methods.parts)


@answers(fn.messages.SendMultiMedia)
def _send_album(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    """An album: its media must have been uploaded one by one before (messages.uploadMedia)."""
    if len(query.multi_media) > ALBUM_MAX:
        raise RpcFault(400, "MULTI_MEDIA_TOO_LONG")
    if not query.multi_media or any(isinstance(each.media, media.UPLOADED) for each in query.multi_media):
        raise RpcFault(400, "MEDIA_INVALID")
    grouped = access_hash(query.multi_media[0].random_id)
    pieces = []
    for each in query.multi_media:
        fits(each.message, CAPTION_MAX, "MEDIA_CAPTION_TOO_LONG")
        more = {"entities": each.entities, "grouped_id": grouped, "silent": query.silent}
        pieces.append(Piece(each.random_id, each.message, each.media, more))
    return send(methods, bot, query.peer, query.reply_to, pieces)


@answers(fn.messages.ForwardMessages)
def _forward(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    if len(query.id) > FORWARD_MAX:
        raise RpcFault(400, "MESSAGE_IDS_INVALID")
    source, _peer = methods.world.box_of(bot, query.from_peer)
    pieces = []
    for message_id, random_id in zip(query.id, query.random_id, strict=True):
        message = source.messages.get(message_id)
        if not isinstance(message, types.Message):
            raise RpcFault(400, "MESSAGE_ID_INVALID")
        header = None if query.drop_author else types.MessageFwdHeader(date=message.date, from_id=message.from_id)
        grouped = access_hash(f"{message.grouped_id} {query.random_id[0]}") if message.grouped_id else None
        more = {"media": message.media, "entities": message.entities, "grouped_id": grouped, "fwd_from": header}
        pieces.append(Piece(random_id, message.message, more=more))
    top = types.InputReplyToMessage(reply_to_msg_id=query.top_msg_id) if query.top_msg_id else None
    return send(methods, bot, query.to_peer, query.reply_to or top, pieces)


def _header(bot: Bot, group: Group | None, reply_to: Any) -> Any:
    if reply_to is None:
        return None
    if group is not None:
        return group.header(reply_to.reply_to_msg_id, reply_to.top_msg_id)
    if reply_to.reply_to_msg_id not in bot.box.messages:
        raise RpcFault(400, "REPLY_MESSAGE_ID_INVALID")
    return types.MessageReplyHeader(reply_to_msg_id=reply_to.reply_to_msg_id)


def _again(bot: Bot, box: Any, random_id: int) -> list[Any]:
    channel, message_id = bot.sent[random_id]
    if message_id not in box.messages:  # deleted meanwhile: there is nothing to show
        raise RpcFault(500, "RANDOM_ID_DUPLICATE")
    kind = types.UpdateNewChannelMessage if channel else types.UpdateNewMessage
    told = kind(message=box.messages[message_id], pts=box.pts, pts_count=0)
    return [types.UpdateMessageID(id=message_id, random_id=random_id), told]
