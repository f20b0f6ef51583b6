"""Messages, keyboards and topics as the page draws them: TL objects in, plain data out."""

import base64
from typing import Any, Final

from pyrogram import raw

from tikethet_devstack.telegram.groups import GENERAL, Group, icon_of
from tikethet_devstack.telegram.world import Bot, World

types = raw.types

SHOWN: Final = 200
"""So many of a chat's newest messages."""
ENTITIES: Final = {
    types.MessageEntityBold: "bold",
    types.MessageEntityItalic: "italic",
    types.MessageEntityUnderline: "underline",
    types.MessageEntityStrike: "strike",
    types.MessageEntityCode: "code",
    types.MessageEntityPre: "pre",
    types.MessageEntityBlockquote: "quote",
    types.MessageEntitySpoiler: "spoiler",
    types.MessageEntityTextUrl: "link",
}
_SCOPES: Final = ("BotCommandScopePeer{}", "BotCommandScopeUsers", "BotCommandScopeDefault")


def chat(world: World, bot: Bot, user_id: int) -> dict[str, Any]:
    """Somebody's chat with the bot, on their own screen."""
    found = [each for _, each in sorted(bot.box.messages.items()) if getattr(each.peer_id, "user_id", 0) == user_id]
    person = world.user(user_id)
    return {
        "name": name_of(person),
        "bot": {"id": bot.id, "name": bot.user.first_name, "username": bot.user.username},
        "about": _described(bot, person.lang_code),
        "blocked": user_id in bot.blocked_by,
        "commands": [{"command": name, "text": text} for name, text in commands(bot, user_id, person.lang_code)],
        "menu": _menu(bot, user_id),
        "keyboard": _keyboard(found),
        "messages": [message(world, each, mine=not each.out) for each in found[-SHOWN:]],
    }


def group(world: World, bot: Bot, place: Group) -> dict[str, Any]:
    """A group with its topics; the newest topic first, General at the end."""
    topics = [each for each in place.topics.values() if each is not None]
    topics.sort(key=lambda each: (each.id != GENERAL, each.top_message), reverse=True)
    messages = [each for _, each in sorted(place.box.messages.items())]
    rights = place.members.get(bot.id)
    status = "absent" if bot.id not in place.members or place.gone else "admin" if rights else "member"
    return {
        "id": place.id,
        "title": place.chat.title,
        "members": len(place.members),
        "bot": status,
        "topics": [
            {"id": each.id, "title": each.title, "icon": icon_of(each.icon_emoji_id), "color": each.icon_color,
             "closed": bool(each.closed)}
            for each in topics
        ],
        "messages": [
            message(world, each, mine=False) | {"topic": place.topic_of(each)} for each in messages[-2 * SHOWN :]
        ],
    }  # fmt: skip


def message(world: World, found: Any, *, mine: bool) -> dict[str, Any]:
    """One message; `mine`: the reader of this screen wrote it."""
    author = getattr(found.from_id, "user_id", 0)
    sender = {"id": author, "name": name_of(world.user(author))}
    about = {"id": found.id, "date": found.date, "mine": mine, "from": sender}
    if isinstance(found, types.MessageService):
        return about | {"service": _service(world, found.action)}
    return about | {
        "text": found.message,
        "entities": [_entity(each) for each in found.entities or () if type(each) in ENTITIES],
        "edited": bool(found.edit_date),
        "reply_to": _replied(found.reply_to),
        "forwarded": _forwarded(world, found.fwd_from),
        "album": str(found.grouped_id) if found.grouped_id else None,
        "media": _media(found.media),
        "buttons": _rows(found.reply_markup) if isinstance(found.reply_markup, types.ReplyInlineMarkup) else [],
    }


def commands(bot: Bot, user_id: int, language: str | None) -> list[tuple[str, str]]:
    """The commands a client offers: the narrowest scope that has some, in the person's language or in none."""
    for scope in _SCOPES:
        for code in (language or "", ""):
            found = bot.commands.get((scope.format(user_id), code))
            if found:
                return found
    return []


def name_of(user: Any) -> str:
    """First and last name."""
    return f"{user.first_name} {user.last_name or ''}".strip()


def _described(bot: Bot, language: str | None) -> str:
    """What a client shows in a chat that is still empty."""
    said = {**bot.about.get("", {}), **bot.about.get(language or "", {})}
    return said.get("description", "")


def _menu(bot: Bot, user_id: int) -> dict[str, str] | None:
    button = bot.menu.get(user_id) or bot.menu.get(0)
    return {"text": button.text, "url": button.url} if isinstance(button, types.BotMenuButton) else None


def _keyboard(messages: list[Any]) -> dict[str, Any] | None:
    """The reply keyboard that stands below the field: the newest one, until it is taken away."""
    for each in reversed(messages):
        markup = getattr(each, "reply_markup", None)
        if isinstance(markup, types.ReplyKeyboardHide):
            return None
        if isinstance(markup, types.ReplyKeyboardMarkup):
            return {"id": each.id, "rows": _rows(markup), "once": bool(markup.single_use)}
    return None


def _rows(markup: Any) -> list[list[dict[str, Any]]]:
    return [[_button(each) for each in row.buttons] for row in markup.rows]


def _button(button: Any) -> dict[str, Any]:
    kind = button.type
    shown: dict[str, Any] = {"text": button.text}
    match kind:
        case types.InlineButtonTypeCallback():
            shown |= {"kind": "tap", "data": base64.b64encode(kind.data).decode()}
        case types.InlineButtonTypeWebView() | types.ButtonTypeSimpleWebView():
            shown |= {"kind": "app", "url": kind.url}
        case types.InlineButtonTypeUrl():
            shown |= {"kind": "url", "url": kind.url}
        case types.InlineButtonTypeCopy():
            shown |= {"kind": "copy", "text_to_copy": kind.copy_text}
        case types.ButtonTypeRequestPhone():
            shown |= {"kind": "contact"}
        case types.ButtonTypeRequestGeoLocation():
            shown |= {"kind": "place"}
        case _:
            shown |= {"kind": "say"}
    return shown


def _entity(entity: Any) -> dict[str, Any]:
    found = {"kind": ENTITIES[type(entity)], "at": entity.offset, "length": entity.length}
    return found | ({"url": entity.url} if isinstance(entity, types.MessageEntityTextUrl) else {})


def _replied(header: Any) -> int | None:
    """The message that one answers; a topic's first message is no answer but a place."""
    if header is None or (header.forum_topic and not header.reply_to_top_id):
        return None
    found: int = header.reply_to_msg_id
    return found


def _forwarded(world: World, header: Any) -> str | None:
    author = getattr(getattr(header, "from_id", None), "user_id", None)
    return name_of(world.user(author)) if author else None


def _service(world: World, action: Any) -> dict[str, Any]:
    match action:
        case types.MessageActionTopicCreate():
            return {"kind": "topic_created", "title": action.title}
        case types.MessageActionTopicEdit(closed=closed) if closed is not None:
            return {"kind": "topic_closed" if closed else "topic_reopened"}
        case types.MessageActionTopicEdit():
            return {"kind": "topic_changed", "title": action.title or "", "icon": icon_of(action.icon_emoji_id) or ""}
        case types.MessageActionChatAddUser():
            return {"kind": "joined", "title": ", ".join(name_of(world.user(each)) for each in action.users)}
        case types.MessageActionChatDeleteUser():
            return {"kind": "left", "title": name_of(world.user(action.user_id))}
        case types.MessageActionPinMessage():
            return {"kind": "pinned"}
        case _:
            return {"kind": "made"}


def _media(media: Any) -> dict[str, Any] | None:
    found: Any = media
    match media:
        case types.MessageMediaPhoto():
            return {"kind": "photo", "file": str(found.photo.id)}
        case types.MessageMediaDocument():
            return _document(found.document)
        case types.MessageMediaGeo():
            return {"kind": "place", "lat": found.geo.lat, "long": found.geo.long}
        case types.MessageMediaContact():
            name = f"{found.first_name} {found.last_name}".strip()
            return {"kind": "contact", "name": name, "phone": found.phone_number}
        case _:
            return None


def _document(document: Any) -> dict[str, Any]:
    shown = {
        "kind": "document",
        "file": str(document.id),
        "type": document.mime_type,
        "size": document.size,
        "name": "",
    }
    for each in document.attributes:
        match each:
            case types.DocumentAttributeFilename():
                shown["name"] = each.file_name
            case types.DocumentAttributeAudio():
                shown |= {"kind": "voice" if each.voice else "audio", "seconds": each.duration}
            case types.DocumentAttributeVideo():
                shown |= {"kind": "video", "seconds": each.duration}
            case types.DocumentAttributeSticker():
                shown |= {"kind": "sticker"}
    return shown
