"""What the local Telegram knows: people, bots, groups, their messages; and who hears of a change.

No I/O and no waiting: every method changes the world at once and calls `heard` with what a connected bot is told.
TL objects are kept as they are, so nothing is translated on the way out.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from pyrogram import raw

from tikethet_devstack.telegram.boxes import Box
from tikethet_devstack.telegram.sessions import RpcFault

CHANNEL_FROM: Final = 1_000_000_000

ADMIN = {"change_info": True, "delete_messages": True, "invite_users": True, "pin_messages": True, "other": True}


@dataclass
class Bot:
    """An account that a token opens, with the box of all its private chats."""

    id: int
    user: Any
    box: Box = field(default_factory=Box)
    commands: dict[tuple[str, str], list[tuple[str, str]]] = field(default_factory=dict)
    menu: dict[int, Any] = field(default_factory=dict)
    about: dict[str, dict[str, str]] = field(default_factory=dict)
    blocked_by: set[int] = field(default_factory=set)
    sent: dict[int, tuple[int, int]] = field(default_factory=dict)
    """random_id → (channel or 0, message id): what was sent before is not sent again."""


@dataclass
class Group:
    """A supergroup: its box, who is in it (user id → what they may; None: a plain member), its topics."""

    id: int
    chat: Any
    box: Box = field(default_factory=Box)
    members: dict[int, Any] = field(default_factory=dict)
    topics: dict[int, Any] = field(default_factory=dict)


class World:
    """Everything there is; messages are counted from `first_id`.

    `heard(bot_id, updates)` delivers to a bot's sessions; `seen(kind, facts)` to onlookers.
    """

    def __init__(self, first_id: int = 0) -> None:
        self.people: dict[int, Any] = {}
        self.bots: dict[int, Bot] = {}
        self.groups: dict[int, Group] = {}
        self.files: dict[int, bytes] = {}
        self.media: dict[int, Any] = {}
        self.heard: Callable[[int, Any], None] = lambda _bot, _updates: None
        self.seen: Callable[[str, dict[str, Any]], None] = lambda _kind, _facts: None
        self.first_id = first_id
        self._last_group = CHANNEL_FROM
        self._last_file = 0

    # ------------------------------------------------------------ who there is

    def person(self, user_id: int, first_name: str, **more: Any) -> Any:
        """Somebody with an account; the same id again changes their names."""
        self.people[user_id] = raw.types.User(
            id=user_id, access_hash=access_hash(user_id), first_name=first_name, lang_code=more.pop("lang_code", "ru"),
            **more,
        )  # fmt: skip
        return self.people[user_id]

    def bot(self, token: str) -> Bot:
        """The bot of a token, made on first use. Raises RpcFault for a malformed token."""
        head, _, secret = token.partition(":")
        if not head.isdigit() or not secret:
            raise RpcFault(400, "ACCESS_TOKEN_INVALID")
        bot_id = int(head)
        if bot_id not in self.bots:
            user = raw.types.User(
                id=bot_id, access_hash=access_hash(bot_id), first_name="TiketHet", username=f"tikethet_{bot_id}_bot",
                bot=True, bot_info_version=1,
            )  # fmt: skip
            self.bots[bot_id] = Bot(bot_id, user, box=Box(pts=self.first_id + 1, last_id=self.first_id))
        return self.bots[bot_id]

    def group(self, title: str, owner: int, *, forum: bool = True) -> Group:
        """A supergroup of `owner`."""
        self._last_group += 1
        chat = raw.types.Channel(
            id=self._last_group, title=title, photo=raw.types.ChatPhotoEmpty(), date=now(), megagroup=True,
            forum=forum, access_hash=access_hash(self._last_group),
        )  # fmt: skip
        rights = raw.types.ChatAdminRights(**ADMIN, manage_topics=True, add_admins=True)
        box = Box(pts=self.first_id + 1, last_id=self.first_id)
        group = self.groups[self._last_group] = Group(self._last_group, chat, box=box, members={owner: rights})
        return group

    def user(self, user_id: int) -> Any:
        """A person or a bot. Raises RpcFault."""
        found = self.people.get(user_id) or (self.bots[user_id].user if user_id in self.bots else None)
        if found is None:
            raise RpcFault(400, "PEER_ID_INVALID")
        return found

    def in_group(self, bot: Bot, channel_id: int) -> Group:
        """A group the bot is in. Raises RpcFault."""
        group = self.groups.get(channel_id)
        if group is None:
            raise RpcFault(400, "CHANNEL_INVALID")
        if bot.id not in group.members:
            raise RpcFault(406, "CHANNEL_PRIVATE")
        return group

    # ------------------------------------------------------------ what a chat is

    def box_of(self, bot: Bot, peer: Any) -> tuple[Box, Any]:
        """The box a peer's messages lie in, and the peer as messages name it. Raises RpcFault."""
        if isinstance(peer, raw.types.InputPeerUser | raw.types.InputPeerSelf | raw.types.PeerUser):
            user_id = bot.id if isinstance(peer, raw.types.InputPeerSelf) else peer.user_id
            self.user(user_id)
            return bot.box, raw.types.PeerUser(user_id=user_id)
        channel_id = getattr(peer, "channel_id", None)
        if channel_id is None:
            raise RpcFault(400, "PEER_ID_INVALID")
        return self.in_group(bot, channel_id).box, raw.types.PeerChannel(channel_id=channel_id)

    def about(self, messages: list[Any], bot: Bot) -> tuple[list[Any], list[Any]]:
        """The users and chats that messages speak of, as every answer carries them."""
        users, chats = {bot.id: bot.user}, {}
        for message in messages:
            for peer in (message.peer_id, message.from_id):
                if isinstance(peer, raw.types.PeerUser):
                    users[peer.user_id] = self.user(peer.user_id)
                elif isinstance(peer, raw.types.PeerChannel):
                    chats[peer.channel_id] = self.groups[peer.channel_id].chat
        return list(users.values()), list(chats.values())

    def updates(self, bot: Bot, updates: list[Any]) -> Any:
        """Updates with the people and chats they speak of."""
        users, chats = self.about([update.message for update in updates if hasattr(update, "message")], bot)
        return raw.types.Updates(updates=updates, users=users, chats=chats, date=now(), seq=0)

    # ------------------------------------------------------------ what happens

    def post(self, bot: Bot, peer: Any, message: Any) -> Any:
        """Put a message (its id already drawn) into its box; returns the update that tells of it."""
        box, _ = self.box_of(bot, peer)
        box.messages[message.id] = message
        kind = (
            raw.types.UpdateNewChannelMessage
            if isinstance(message.peer_id, raw.types.PeerChannel)
            else raw.types.UpdateNewMessage
        )
        update = box.changed(kind(message=message, pts=0, pts_count=1))
        self.seen("message", {"bot": bot.id, "message": message})
        return update

    def edited(self, bot: Bot, peer: Any, message: Any) -> Any:
        """A message says something else now."""
        box, _ = self.box_of(bot, peer)
        kind = (
            raw.types.UpdateEditChannelMessage
            if isinstance(message.peer_id, raw.types.PeerChannel)
            else raw.types.UpdateEditMessage
        )
        message.edit_date = now()
        update = box.changed(kind(message=message, pts=0, pts_count=1))
        self.seen("edit", {"bot": bot.id, "message": message})
        return update

    def deleted(self, bot: Bot, box: Box, ids: list[int]) -> Any:
        """Messages are gone; in private boxes the bot is told, in groups it is not."""
        gone = [i for i in ids if box.messages.pop(i, None) is not None]
        update = box.changed(raw.types.UpdateDeleteMessages(messages=gone, pts=0, pts_count=0), len(gone))
        self.seen("delete", {"bot": bot.id, "messages": gone})
        return update

    def keep_file(self, data: bytes) -> int:
        """Keep a file's bytes; returns the id they are found under."""
        self._last_file += 1
        file_id = now() * 1_000_000 + self._last_file
        self.files[file_id] = data
        return file_id


def access_hash(of: int) -> int:
    """A number that goes with an id, the same in every run."""
    return int.from_bytes(sha256(f"access {of}".encode()).digest()[:8], "little", signed=True)


def now() -> int:
    """Telegram's dates are whole seconds."""
    return int(time.time())
