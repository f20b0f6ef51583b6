"""What people do in their chats with a bot: write, edit, delete, tap, block. Each returns what a client would show."""

import secrets
from collections.abc import Sequence
from typing import Any

from pyrogram import raw
from pyrogram.raw.core import TLObject

from tikethet_devstack.telegram.groups import now
from tikethet_devstack.telegram.world import COMMAND_MARK, Bot, World

types = raw.types


class People:
    """The hands of everybody who is no bot; bots hear of it at once or, if away, with the next difference."""

    def __init__(self, world: World, callbacks: dict[int, Any]) -> None:
        self.world = world
        self._callbacks = callbacks

    def say(
        self, user_id: int, bot: Bot, text: str, *, media: Any = None, reply_to: int | None = None,
        grouped_id: int | None = None, quiet: bool = False,
    ) -> Any:  # fmt: skip
        """A private message to a bot. `quiet`: the bot's line misses it, only a difference will tell."""
        self._unblock(user_id, bot)
        message = types.Message(
            id=bot.box.next_id(), peer_id=types.PeerUser(user_id=user_id), date=now(), message=text, media=media,
            from_id=types.PeerUser(user_id=user_id), grouped_id=grouped_id, entities=commands(text),
            reply_to=types.MessageReplyHeader(reply_to_msg_id=reply_to) if reply_to else None,
        )  # fmt: skip
        update = self.world.post(bot, types.PeerUser(user_id=user_id), message)
        if not quiet:
            self._tell(bot, update)
        return message

    def album(self, user_id: int, bot: Bot, media: Sequence[Any], text: str = "") -> list[Any]:
        """Several pictures at once; the text stands under the first, as clients do it."""
        grouped = secrets.randbits(62)
        return [
            self.say(user_id, bot, text if number == 0 else "", media=each, grouped_id=grouped)
            for number, each in enumerate(media)
        ]

    def edit(self, user_id: int, bot: Bot, message_id: int, text: str) -> Any:
        """Their own message says something else now."""
        message = bot.box.messages[message_id]
        message.message, message.entities = text, commands(text)
        self._tell(bot, self.world.edited(bot, types.PeerUser(user_id=user_id), message))
        return message

    def delete(self, bot: Bot, message_ids: Sequence[int]) -> None:
        """Take messages back, on both sides."""
        self._tell(bot, self.world.deleted(bot, list(message_ids)))

    def tap(self, user_id: int, bot: Bot, message_id: int, data: bytes) -> int:
        """Tap a callback button; returns the query's id. A bot that is away never hears of it, as in Telegram."""
        query_id = secrets.randbits(62)
        self._callbacks[query_id] = user_id
        update = types.UpdateBotCallbackQuery(
            query_id=query_id, user_id=user_id, peer=types.PeerUser(user_id=user_id), msg_id=message_id,
            chat_instance=user_id, data=data,
        )  # fmt: skip
        person = self.world.user(user_id)
        self.world.heard(bot.id, types.Updates(updates=[update], users=[person], chats=[], date=now(), seq=0))
        return query_id

    def block(self, user_id: int, bot: Bot) -> None:
        """Stop the bot."""
        bot.blocked_by.add(user_id)
        self._stopped(user_id, bot, stopped=True)

    def _unblock(self, user_id: int, bot: Bot) -> None:
        if user_id in bot.blocked_by:
            bot.blocked_by.discard(user_id)
            self._stopped(user_id, bot, stopped=False)

    def _stopped(self, user_id: int, bot: Bot, *, stopped: bool) -> None:
        update = bot.box.noted(types.UpdateBotStopped(user_id=user_id, date=now(), stopped=stopped, qts=0))
        person = self.world.user(user_id)
        self.world.heard(bot.id, types.Updates(updates=[update], users=[person], chats=[], date=now(), seq=0))
        self.world.seen("stopped", {"bot": bot.id, "user": user_id})

    def _tell(self, bot: Bot, update: TLObject[Any]) -> None:
        self.world.heard(bot.id, self.world.updates(bot, [update]))


def commands(text: str) -> list[Any] | None:
    """The entity of a command at the beginning, as clients mark it."""
    if not text.startswith(COMMAND_MARK):
        return None
    return [types.MessageEntityBotCommand(offset=0, length=len(text.split(maxsplit=1)[0]))]
