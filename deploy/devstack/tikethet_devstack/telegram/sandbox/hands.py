"""What people on the page do, in the page's words, done in the world. Malformed words raise KeyError or ValueError."""

import base64
import secrets
from collections.abc import Mapping
from typing import Any, Final

from pyrogram import raw

from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.groups import Group
from tikethet_devstack.telegram.local import LocalTelegram
from tikethet_devstack.telegram.world import Bot

types = raw.types

PLACE: Final = (55.7539, 37.6208)
BOT_RIGHTS: Final = ("manage_topics", "delete_messages", "pin_messages")
PHOTO_TYPES: Final = ("image/jpeg", "image/png", "image/webp")


class Hands:
    """Everybody at the page's screens; `people` by the page's names for them, `bot` is whom they talk to."""

    def __init__(self, telegram: LocalTelegram, people: Mapping[str, int], bot: Bot) -> None:
        self._telegram = telegram
        self._people = people
        self._bot = bot
        self._albums: dict[str, int] = {}

    def do(self, what: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """One thing somebody did; what there is to say about it."""
        found: dict[str, Any] = _DOINGS[what](self, asked)
        return found

    def upload(self, query: Mapping[str, str], data: bytes, content_type: str) -> dict[str, Any]:
        """A picture, file, voice or video; several with the same ``album`` stand together."""
        name, kind = query.get("name", ""), query.get("kind", "document")
        attached = self._attached(kind, name, data, content_type, int(float(query.get("seconds", "0"))))
        album = query.get("album")
        grouped = self._albums.setdefault(album, secrets.randbits(62)) if album else None
        return self._post(query, attached, grouped)

    def _attached(self, kind: str, name: str, data: bytes, content_type: str, seconds: int) -> Any:
        world = self._telegram.world
        if kind == "photo" and content_type in PHOTO_TYPES:
            return media.photo(world, data)
        named = [types.DocumentAttributeFilename(file_name=name)] if name else []
        if kind == "voice":
            return media.document(
                world, data, content_type, [types.DocumentAttributeAudio(duration=seconds, voice=True)]
            )
        if content_type.startswith("video/"):
            shape = types.DocumentAttributeVideo(duration=float(seconds), w=1280, h=720)
            return media.document(world, data, content_type, [shape, *named])
        if content_type.startswith("audio/"):
            return media.document(world, data, content_type, [types.DocumentAttributeAudio(duration=seconds), *named])
        return media.document(world, data, content_type, named)

    # ------------------------------------------------------------ in any chat

    def say(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A message, in a private chat or (with ``group``) in a group."""
        if not str(asked["text"]).strip():
            raise ValueError("nothing was said")
        return self._post(asked, None, None)

    def _post(self, asked: Mapping[str, Any], attached: Any, grouped_id: int | None) -> dict[str, Any]:
        """Say it; what is attached never comes in the page's own words."""
        who, text = self._people[asked["as"]], str(asked.get("text", ""))[:4096]
        reply_to = int(asked["reply_to"]) if asked.get("reply_to") else None
        more: Any = {"media": attached, "grouped_id": grouped_id}
        if asked.get("group"):
            topic = int(asked.get("topic") or 0)
            group = self._group(asked)
            said = self._telegram.crowd.say(who, group, text, topic=topic or None, reply_to=reply_to, **more)
        else:
            said = self._telegram.people.say(who, self._bot, text, reply_to=reply_to, **more)
        return {"id": said.id}

    def edit(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Their own message says something else."""
        message, text = int(asked["message"]), str(asked["text"])[:4096]
        if asked.get("group"):
            self._telegram.crowd.edit(self._group(asked), message, text)
        else:
            self._telegram.people.edit(self._people[asked["as"]], self._bot, message, text)
        return {}

    def delete(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Take a message back."""
        message = int(asked["message"])
        if asked.get("group"):
            self._telegram.crowd.delete(self._group(asked), [message])
        else:
            self._telegram.people.delete(self._bot, [message])
        return {}

    def tap(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A tap on a button under a message."""
        who, message, data = self._people[asked["as"]], int(asked["message"]), base64.b64decode(asked["data"])
        if asked.get("group"):
            return {"query": str(self._telegram.crowd.tap(who, self._group(asked), message, data))}
        return {"query": str(self._telegram.people.tap(who, self._bot, message, data))}

    def share(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A place, or one's own number."""
        person = self._telegram.world.user(self._people[asked["as"]])
        shared: Any
        if asked["kind"] == "place":
            shared = types.MessageMediaGeo(geo=types.GeoPoint(lat=PLACE[0], long=PLACE[1], access_hash=0))
        else:
            shared = types.MessageMediaContact(
                phone_number="+79001234567", first_name=person.first_name, last_name=person.last_name or "", vcard="",
                user_id=person.id,
            )  # fmt: skip
        return self._post(asked, shared, None)

    def block(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Stop the bot; the next message starts it again."""
        self._telegram.people.block(self._people[asked["as"]], self._bot)
        return {}

    # ------------------------------------------------------------ groups

    def connect(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Follow a ``startgroup`` link into a group: the bot comes in as an administrator."""
        rights = str(asked.get("rights", "")).replace("+", " ").split() or BOT_RIGHTS  # a + reads as a space in links
        group, who = self._group(asked), self._people[asked["as"]]
        self._telegram.crowd.start_group(who, group, self._bot, str(asked.get("payload", "")), *rights)
        return {}

    def rights(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Give the bot its rights in a group, take them (`demote`) or throw it out (`remove`)."""
        group, who, crowd = self._group(asked), self._people[asked["as"]], self._telegram.crowd
        match asked["what"]:
            case "promote":
                crowd.promote(who, group, self._bot.id, *BOT_RIGHTS)
            case "demote":
                crowd.promote(who, group, self._bot.id)
            case "remove":
                crowd.remove(who, group, self._bot.id)
            case other:
                raise KeyError(other)
        return {}

    def topic(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Make, close, reopen or delete a topic by hand."""
        group, who, crowd = self._group(asked), self._people[asked["as"]], self._telegram.crowd
        match asked["what"]:
            case "create":
                return {"topic": crowd.create_topic(who, group, str(asked["title"])[:128])}
            case "close" | "reopen":
                crowd.edit_topic(who, group, int(asked["topic"]), closed=asked["what"] == "close")
            case "delete":
                crowd.delete_topic(who, group, int(asked["topic"]))
            case other:
                raise KeyError(other)
        return {}

    def _group(self, asked: Mapping[str, Any]) -> Group:
        return self._telegram.world.groups[int(asked["group"])]


_DOINGS: Final[dict[str, Any]] = {
    "say": Hands.say,
    "edit": Hands.edit,
    "delete": Hands.delete,
    "tap": Hands.tap,
    "share": Hands.share,
    "block": Hands.block,
    "connect": Hands.connect,
    "rights": Hands.rights,
    "topic": Hands.topic,
}
