"""What the local Telegram knows: people, bots, groups, their messages; and who hears of a change.

No I/O and no waiting: every method changes the world at once and calls `heard` with what a connected bot is told.
TL objects are kept as they are, so nothing is translated on the way out.
"""

import copy
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pyrogram import raw

from tikethet_devstack.telegram.boxes import Box
from tikethet_devstack.telegram.groups import Group, access_hash, new_group, now
from tikethet_devstack.telegram.sessions import RpcFault

types = raw.types

CHANNEL_FROM: Final = 1_000_000_000
COMMAND_MARK: Final = "/"


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


class World:
    """Everything there is; messages are counted from `first_id`.

    `heard(bot_id, updates)` delivers to a bot's sessions; `onlookers` are called with (kind, facts) of every change.
    """

    def __init__(self, first_id: int = 0) -> None:
        self.people: dict[int, Any] = {}
        self.bots: dict[int, Bot] = {}
        self.groups: dict[int, Group] = {}
        self.files: dict[int, bytes] = {}
        self.media: dict[int, Any] = {}
        self.heard: Callable[[int, Any], None] = lambda _bot, _updates: None
        self.onlookers: list[Callable[[str, dict[str, Any]], None]] = []
        self.first_id = first_id
        self._last_file = 0

    def seen(self, kind: str, facts: dict[str, Any]) -> None:
        """Tell the onlookers."""
        for onlooker in self.onlookers:
            onlooker(kind, facts)

    # ------------------------------------------------------------ who there is

    def person(self, user_id: int, first_name: str, **more: Any) -> Any:
        """Somebody with an account; the same id again changes their names."""
        self.people[user_id] = types.User(
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
            user = types.User(
                id=bot_id, access_hash=access_hash(bot_id), first_name="TiketHet", username=f"tikethet_{bot_id}_bot",
                bot=True, bot_info_version=1,
            )  # fmt: skip
            self.bots[bot_id] = Bot(bot_id, user, box=self._box())
        return self.bots[bot_id]

    def group(self, title: str, owner: int, *, forum: bool = True) -> Group:
        """A supergroup of `owner`."""
        group_id = max(self.groups, default=CHANNEL_FROM) + 1
        group = self.groups[group_id] = new_group(group_id, title, owner, forum=forum, box=self._box())
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
        if group.gone or bot.id not in group.members:
            raise RpcFault(400, "CHANNEL_PRIVATE")
        return group

    # ------------------------------------------------------------ what a chat is

    def group_at(self, bot: Bot, peer: Any) -> Group | None:
        """The group that a peer names, None for a person. Raises RpcFault."""
        if isinstance(peer, types.InputPeerUser | types.InputPeerSelf | types.PeerUser):
            return None
        channel_id = getattr(peer, "channel_id", None)
        if channel_id is None:
            raise RpcFault(400, "PEER_ID_INVALID")
        return self.in_group(bot, channel_id)

    def box_of(self, bot: Bot, peer: Any) -> tuple[Box, Any]:
        """The box a peer's messages lie in, and the peer as messages name it. Raises RpcFault."""
        group = self.group_at(bot, peer)
        if group is not None:
            return group.box, types.PeerChannel(channel_id=group.id)
        user_id = bot.id if isinstance(peer, types.InputPeerSelf) else peer.user_id
        self.user(user_id)
        return bot.box, types.PeerUser(user_id=user_id)

    def about(self, messages: Iterable[Any], bot: Bot) -> tuple[list[Any], list[Any]]:
        """The users and chats that messages speak of, as every answer carries them."""
        users, chats = {bot.id: bot.user}, {}
        for message in messages:
            for peer in (message.peer_id, message.from_id):
                if isinstance(peer, types.PeerUser):
                    users[peer.user_id] = self.user(peer.user_id)
                elif isinstance(peer, types.PeerChannel):
                    chats[peer.channel_id] = self.groups[peer.channel_id].chat_for(bot.id)
            action = getattr(message, "action", None)
            for user_id in (*getattr(action, "users", ()), *filter(None, [getattr(action, "user_id", None)])):
                users[user_id] = self.user(user_id)
        return list(users.values()), list(chats.values())

    def updates(self, bot: Bot, updates: list[Any]) -> Any:
        """Updates as this bot gets them, with the people and chats they speak of."""
        told = [seen_by(bot, update) for update in updates]
        users, chats = self.about([update.message for update in told if hasattr(update, "message")], bot)
        return types.Updates(updates=told, users=users, chats=chats, date=now(), seq=0)

    # ------------------------------------------------------------ what happens

    def post(self, bot: Bot, peer: Any, message: Any) -> Any:
        """Put a message (its id already drawn) into its box; returns the update that tells of it."""
        group = self.group_at(bot, peer)
        if group is not None:
            return self.happened(group, group.post(message), by=bot)
        bot.box.messages[message.id] = message
        update = bot.box.changed(types.UpdateNewMessage(message=message, pts=0, pts_count=1))
        self.seen("message", {"bot": bot.id, "message": message})
        return update

    def edited(self, bot: Bot, peer: Any, message: Any) -> Any:
        """A message says something else now; returns the update."""
        group = self.group_at(bot, peer)
        if group is not None:
            return self.happened(group, group.edited(message), by=bot)
        message.edit_date = now()
        update = bot.box.changed(types.UpdateEditMessage(message=message, pts=0, pts_count=1))
        self.seen("edit", {"bot": bot.id, "message": message})
        return update

    def deleted(self, bot: Bot, ids: list[int]) -> Any:
        """Messages of private chats are gone; returns the update."""
        gone = [i for i in ids if bot.box.messages.pop(i, None) is not None]
        update = bot.box.changed(types.UpdateDeleteMessages(messages=gone, pts=0, pts_count=0), len(gone))
        self.seen("delete", {"bot": bot.id, "messages": gone})
        return update

    def happened(self, group: Group, update: Any, *, by: Bot | None = None, quiet: bool = False) -> Any:
        """Tell the bots of a group (but not the one whose doing it is) what happened there; returns the update."""
        for bot in [self.bots[member] for member in group.members if member in self.bots]:
            if bot is not by and not quiet and hears(bot, group, update):
                self.heard(bot.id, self.updates(bot, [update]))
        self.seen("group", {"group": group.id, "update": update})
        return update

    def keep_file(self, data: bytes) -> int:
        """Keep a file's bytes; returns the id they are found under."""
        self._last_file += 1
        file_id = now() * 1_000_000 + self._last_file % 1_000_000
        self.files[file_id] = data
        return file_id

    def _box(self) -> Box:
        return Box(pts=self.first_id + 1, last_id=self.first_id)


def hears(bot: Bot, group: Group, update: Any) -> bool:
    """Whether a bot gets an update of its group: deletions never, without any rights only what is meant for it.

    That deletions count in the group's pts without being told to bots is a guess; they see a gap then.
    """
    if isinstance(update, types.UpdateDeleteChannelMessages):
        return False
    message = getattr(update, "message", None)
    if message is None or group.members.get(bot.id) is not None or isinstance(message, types.MessageService):
        return True
    answered = group.box.messages.get(getattr(message.reply_to, "reply_to_msg_id", None) or 0)
    asked = answered is not None and _author(answered) == bot.id
    return asked or _author(message) == bot.id or message.message.startswith(COMMAND_MARK)


def seen_by(bot: Bot, update: Any) -> Any:
    """A group's update as this bot gets it: what it wrote itself is outgoing."""
    message = getattr(update, "message", None)
    if message is None or message.out or _author(message) != bot.id:
        return update
    told = copy.copy(update)
    told.message = copy.copy(message)
    told.message.out = True
    return told


def _author(message: Any) -> int | None:
    found: int | None = getattr(message.from_id, "user_id", None)
    return found
