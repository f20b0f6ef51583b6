"""A supergroup of the local Telegram: who is in it, what they may, its messages and its topics. No I/O."""

import copy
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from pyrogram import raw

from tikethet_devstack.telegram.boxes import Box
from tikethet_devstack.telegram.sessions import RpcFault

types = raw.types

GENERAL: Final = 1
"""The topic that every forum has; its messages carry no topic."""
TITLE_MAX: Final = 128
COLORS: Final = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)
ICONS: Final = "📰💡⚡🔝📝📁🔎🔥❗❓📈💎💰🎮💻👀🛒🤖💬⭐✅🏁‼🗣"
ALL_RIGHTS: Final = (
    "change_info", "delete_messages", "ban_users", "invite_users", "pin_messages", "add_admins", "manage_topics",
    "other",
)  # fmt: skip
NO_COUNTS: Final[dict[str, Any]] = dict.fromkeys(
    (
        "read_inbox_max_id", "read_outbox_max_id", "unread_count", "unread_mentions_count", "unread_reactions_count",
        "unread_poll_votes_count",
    ),
    0,
)  # fmt: skip
"""What bots have no use for."""


@dataclass
class Group:
    """`members`: user id → what they may beyond writing (None: nothing); `topics` by id, a deleted one as None."""

    id: int
    chat: Any
    owner: int
    box: Box = field(default_factory=Box)
    members: dict[int, Any] = field(default_factory=dict)
    topics: dict[int, Any] = field(default_factory=dict)
    pinned: list[int] = field(default_factory=list)
    random_ids: dict[int, int] = field(default_factory=dict)
    """random_id → topic: what was created before is not created again."""
    gone: bool = False
    changed_at: int = 0

    def may(self, user_id: int, right: str) -> bool:
        """Whether a member has an administrator's right; the owner has all."""
        return user_id == self.owner or bool(getattr(self.members.get(user_id), right, None))

    def must(self, user_id: int, right: str) -> None:
        """Raise RpcFault unless a member has this right."""
        if not self.may(user_id, right):
            raise RpcFault(400, "CHAT_ADMIN_REQUIRED")

    def chat_for(self, user_id: int) -> Any:
        """The group as this account sees it: its own rights are part of that."""
        if self.gone or user_id not in self.members:
            return types.ChannelForbidden(
                id=self.id, access_hash=self.chat.access_hash, title=self.chat.title, megagroup=True
            )
        seen = copy.copy(self.chat)
        seen.admin_rights = self.members[user_id]
        seen.creator = user_id == self.owner or None
        seen.participants_count = len(self.members)
        return seen

    def participant(self, user_id: int) -> Any:
        """A member as lists of members name them. Raises RpcFault."""
        if user_id not in self.members:
            raise RpcFault(400, "USER_NOT_PARTICIPANT")
        rights, date = self.members[user_id], self.chat.date
        if user_id == self.owner:
            return types.ChannelParticipantCreator(user_id=user_id, admin_rights=rights)
        if rights is not None:
            return types.ChannelParticipantAdmin(
                user_id=user_id, promoted_by=self.owner, date=date, admin_rights=rights
            )
        return types.ChannelParticipant(user_id=user_id, date=date)

    # ------------------------------------------------------------ topics

    def topic(self, topic_id: int) -> Any:
        """A topic that is there. Raises RpcFault."""
        if not self.chat.forum:
            raise RpcFault(400, "CHANNEL_FORUM_MISSING")
        found = self.topics.get(topic_id)
        if found is None:
            raise RpcFault(400, "TOPIC_ID_INVALID")
        return found

    def topic_of(self, message: Any) -> int:
        """The topic a message lies in."""
        if isinstance(getattr(message, "action", None), types.MessageActionTopicCreate):
            return int(message.id)
        header = message.reply_to
        if header is None or not header.forum_topic:
            return GENERAL
        return int(header.reply_to_top_id or header.reply_to_msg_id)

    def header(self, reply_to: int | None, top: int | None = None) -> Any:
        """How a message says what it answers and in which topic. Raises RpcFault."""
        aim = reply_to or top
        if aim is None or aim == GENERAL:
            return None
        for named in filter(None, (top, reply_to)):
            if self.chat.forum and named in self.topics and self.topics[named] is None:
                raise RpcFault(400, "TOPIC_DELETED")
        if self.chat.forum and aim in self.topics:
            return types.MessageReplyHeader(reply_to_msg_id=aim, forum_topic=True)
        target = self.box.messages.get(aim)
        if target is None:
            raise RpcFault(400, "REPLY_MESSAGE_ID_INVALID")
        topic = self.topic_of(target)
        if topic == GENERAL:
            return types.MessageReplyHeader(reply_to_msg_id=aim)
        return types.MessageReplyHeader(reply_to_msg_id=aim, reply_to_top_id=topic, forum_topic=True)

    def may_write(self, user_id: int, header: Any) -> None:
        """Raise RpcFault where this member may not write: a closed topic is for those who manage topics."""
        topic = GENERAL
        if header is not None and header.forum_topic:
            topic = header.reply_to_top_id or header.reply_to_msg_id
        found = self.topics.get(topic)
        if found is not None and found.closed and not self.may(user_id, "manage_topics"):
            raise RpcFault(400, "TOPIC_CLOSED")

    # ------------------------------------------------------------ what happens

    def post(self, message: Any) -> Any:
        """Put a message (its id already drawn) in; returns the update that tells of it."""
        self.box.messages[message.id] = message
        topic = self.topics.get(self.topic_of(message))
        if topic is not None:
            topic.top_message = message.id
        return self._counted(types.UpdateNewChannelMessage(message=message, pts=0, pts_count=1))

    def service(self, user_id: int, action: Any, reply_to: Any = None) -> Any:
        """The group itself notes what somebody did; returns the update."""
        return self.post(
            types.MessageService(
                id=self.box.next_id(), peer_id=types.PeerChannel(channel_id=self.id), date=now(), action=action,
                from_id=types.PeerUser(user_id=user_id), reply_to=reply_to,
            )
        )  # fmt: skip

    def edited(self, message: Any) -> Any:
        """A message says something else now; returns the update."""
        message.edit_date = now()
        return self._counted(types.UpdateEditChannelMessage(message=message, pts=0, pts_count=1))

    def deleted(self, ids: list[int]) -> Any:
        """Messages are gone, and with a topic's first message the topic."""
        gone = [each for each in ids if self.box.messages.pop(each, None) is not None]
        for each in gone:
            if self.topics.get(each) is not None:
                self.topics[each] = None
        told = types.UpdateDeleteChannelMessages(channel_id=self.id, messages=gone, pts=0, pts_count=0)
        return self._counted(told, len(gone))

    def _counted(self, update: Any, count: int = 1) -> Any:
        self.changed_at = now()
        return self.box.changed(update, count)


def new_group(group_id: int, title: str, owner: int, *, forum: bool, box: Box) -> Group:
    """A group of `owner`; the first message says that it was made."""
    chat = types.Channel(
        id=group_id, title=title, photo=types.ChatPhotoEmpty(), date=now(), megagroup=True, forum=forum,
        access_hash=access_hash(group_id),
    )  # fmt: skip
    group = Group(group_id, chat, owner, box=box, members={owner: rights(*ALL_RIGHTS)})
    group.service(owner, types.MessageActionChannelCreate(title=title))
    if forum:
        group.topics[GENERAL] = new_topic(group, GENERAL, owner, "General", COLORS[0], None)
    return group


def new_topic(group: Group, topic_id: int, user_id: int, title: str, color: int, icon: int | None) -> Any:
    """A topic as lists of topics name it."""
    return types.ForumTopic(
        id=topic_id, date=now(), peer=types.PeerChannel(channel_id=group.id), title=title, icon_color=color,
        icon_emoji_id=icon, top_message=topic_id, from_id=types.PeerUser(user_id=user_id),
        notify_settings=types.PeerNotifySettings(), **NO_COUNTS,
    )  # fmt: skip


def rights(*names: str) -> Any:
    """An administrator's rights, by their TL names."""
    return types.ChatAdminRights(**dict.fromkeys({*names, "other"}, True))


def icon_id(emoji: str) -> int:
    """The custom emoji of a topic's icon: one has to ask which, as it is not Telegram's own number."""
    return access_hash(f"icon {emoji}") & 0x7FFF_FFFF_FFFF_FFFF


def icon_of(icon: int | None) -> str | None:
    """The emoji that an icon shows."""
    return next((emoji for emoji in ICONS if icon_id(emoji) == icon), None)


def access_hash(of: int | str) -> int:
    """A number that goes with an id, the same in every run."""
    return int.from_bytes(sha256(f"access {of}".encode()).digest()[:8], "little", signed=True)


def now() -> int:
    """Telegram's dates are whole seconds."""
    return int(time.time())
