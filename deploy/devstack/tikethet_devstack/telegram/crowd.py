"""What people do in groups: make one, let a bot in, give and take rights, write in topics, delete and leave.

Nothing here asks whether a person may: tests and the sandbox page are everybody at once. Bots in the group hear of it.
"""

import secrets
from collections.abc import Sequence
from typing import Any

from pyrogram import raw

from tikethet_devstack.telegram.groups import Group, now, rights
from tikethet_devstack.telegram.methods import topics
from tikethet_devstack.telegram.people import commands
from tikethet_devstack.telegram.world import Bot, World

types = raw.types


class Crowd:
    """The hands of everybody in groups. Rights go by their TL names: ``manage_topics``, ``delete_messages`` …"""

    def __init__(self, world: World, callbacks: dict[int, Any]) -> None:
        self.world = world
        self._callbacks = callbacks

    # ------------------------------------------------------------ who is in it

    def group(self, title: str, owner: int, *members: int, forum: bool = True) -> Group:
        """Make a supergroup; with `forum` it has topics."""
        group = self.world.group(title, owner, forum=forum)
        for member in members:
            self.join(group, member)
        return group

    def join(self, group: Group, user_id: int) -> None:
        """Somebody comes in."""
        self._member(group, user_id, user_id, None)
        self._service(group, user_id, types.MessageActionChatAddUser(users=[user_id]))

    def start_group(self, by: int, group: Group, bot: Bot, payload: str = "", *may: str) -> Any:
        """Follow ``t.me/<bot>?startgroup=<payload>&admin=<may>``: the bot comes in with rights and hears /start."""
        self._member(group, by, bot.id, rights(*may) if may else None)
        self._service(group, by, types.MessageActionChatAddUser(users=[bot.id]))
        return self.say(by, group, f"/start@{bot.user.username} {payload}".strip())

    def promote(self, by: int, group: Group, user_id: int, *may: str) -> None:
        """Give a member exactly these rights; none at all makes a plain member of an administrator."""
        self._member(group, by, user_id, rights(*may) if may else None)

    def remove(self, by: int, group: Group, user_id: int) -> None:
        """Throw a member out; a bot hears that it is no longer in."""
        self._member(group, by, user_id, None, out=True)
        self._service(group, by, types.MessageActionChatDeleteUser(user_id=user_id))

    def dissolve(self, group: Group) -> None:
        """Delete the group: for its bots it is a place they may not enter any more."""
        group.gone = True
        for bot in self._bots(group):
            self._tell(bot, group, types.UpdateChannel(channel_id=group.id))
        self.world.seen("group", {"group": group.id})

    # ------------------------------------------------------------ what is said

    def say(
        self, user_id: int, group: Group, text: str, *, topic: int | None = None, reply_to: int | None = None,
        media: Any = None, grouped_id: int | None = None, quiet: bool = False,
    ) -> Any:  # fmt: skip
        """Write in the group, in a topic of it. `quiet`: the bots' line misses it, only a difference will tell."""
        message = types.Message(
            id=group.box.next_id(), peer_id=types.PeerChannel(channel_id=group.id), date=now(), message=text,
            media=media, reply_to=group.header(reply_to, topic), from_id=types.PeerUser(user_id=user_id),
            entities=commands(text), grouped_id=grouped_id,
        )  # fmt: skip
        self.world.happened(group, group.post(message), quiet=quiet)
        return message

    def edit(self, group: Group, message_id: int, text: str) -> Any:
        """Somebody's message says something else now."""
        message = group.box.messages[message_id]
        message.message, message.entities = text, commands(text)
        self.world.happened(group, group.edited(message))
        return message

    def delete(self, group: Group, message_ids: Sequence[int]) -> None:
        """Messages go; no bot is told."""
        self.world.happened(group, group.deleted(list(message_ids)))

    def tap(self, user_id: int, group: Group, message_id: int, data: bytes) -> int:
        """Tap a callback button; returns the query's id."""
        query_id = secrets.randbits(62)
        self._callbacks[query_id] = user_id
        update = types.UpdateBotCallbackQuery(
            query_id=query_id, user_id=user_id, peer=types.PeerChannel(channel_id=group.id), msg_id=message_id,
            chat_instance=group.id, data=data,
        )  # fmt: skip
        author = group.box.messages[message_id].from_id.user_id
        self._tell(self.world.bots[author], group, update, user_id)
        return query_id

    # ------------------------------------------------------------ topics

    def create_topic(self, by: int, group: Group, title: str) -> int:
        """Make a topic by hand; returns its id."""
        told = topics.create(self.world, group, by, title, None, None)
        return int(told.message.id)

    def edit_topic(self, by: int, group: Group, topic: int, **wanted: Any) -> None:
        """Change `title`, `icon_emoji_id`, `closed` or `hidden` of a topic by hand."""
        topics.change(self.world, group, by, topic, wanted)

    def delete_topic(self, by: int, group: Group, topic: int) -> None:
        """Delete a topic with everything in it; no bot is told."""
        topics.delete(self.world, group, by, topic)

    def messages(self, group: Group, topic: int | None = None) -> list[Any]:
        """What stands in the group, or in one topic of it, in order; what the group itself notes included."""
        found = [message for _, message in sorted(group.box.messages.items())]
        return [each for each in found if topic is None or group.topic_of(each) == topic]

    # ------------------------------------------------------------ who hears

    def _bots(self, group: Group) -> list[Bot]:
        return [self.world.bots[member] for member in group.members if member in self.world.bots]

    def _service(self, group: Group, user_id: int, action: Any) -> None:
        self.world.happened(group, group.service(user_id, action))

    def _member(self, group: Group, by: int, user_id: int, may: Any, *, out: bool = False) -> None:
        """Let in, change or throw out; the bots that may know hear of it."""
        before = group.participant(user_id) if user_id in group.members else None
        if out:
            del group.members[user_id]
        else:
            group.members[user_id] = may
        after = None if out else group.participant(user_id)
        concerned = [*self._bots(group), *([self.world.bots[user_id]] if out and user_id in self.world.bots else [])]
        for bot in [each for each in concerned if each.id == user_id or group.may(each.id, "other")]:
            told = types.UpdateChannelParticipant(
                channel_id=group.id, date=now(), actor_id=by, user_id=user_id, prev_participant=before,
                new_participant=after, qts=0,
            )  # fmt: skip
            self._tell(bot, group, bot.box.noted(told), by, user_id)
        self.world.seen("member", {"group": group.id, "user": user_id})

    def _tell(self, bot: Bot, group: Group, update: Any, *about: int) -> None:
        users = [self.world.user(each) for each in dict.fromkeys(about)]
        told = types.Updates(updates=[update], users=users, chats=[group.chat_for(bot.id)], date=now(), seq=0)
        self.world.heard(bot.id, told)
