"""How far each group's updates were journalled: Telegram counts the changes of every supergroup by themselves."""

from collections.abc import Iterable
from enum import Enum, auto
from typing import Any, Final

from pyrogram import raw

from tikethet_bot.store.journal import Channel
from tikethet_bot.telegram.translate import CHANNELS

SLICE: Final = 100
"""So many changes one difference carries."""

types, fn = raw.types, raw.functions


class Fit(Enum):
    """How an update stands to what was journalled."""

    NEXT = auto()
    OLD = auto()
    GAP = auto()


class Channels:
    """The groups the bot heard of, by their chat_id. What `changed` holds is to be kept with the next updates."""

    def __init__(self, known: dict[int, Channel]) -> None:
        self._known = known
        self.changed: dict[int, Channel] = {}
        self.behind = {chat_id for chat_id, channel in known.items() if channel.pts}
        """Groups whose difference is to be asked for; after a start that is all of them."""

    def met(self, chats: Iterable[Any]) -> None:
        """Learn how groups are addressed from what Telegram says beside its updates."""
        for chat in chats:
            if isinstance(chat, types.Channel) and not chat.min and chat.access_hash is not None:
                chat_id = CHANNELS - chat.id
                known = self._known.get(chat_id)
                if known is None or known.access_hash != chat.access_hash:
                    self._keep(chat_id, Channel(chat.access_hash, known.pts if known is not None else 0))

    def fit(self, update: Any) -> Fit:
        """Whether a counted update is the next one of its group; if it is, it counts from here on."""
        chat_id = CHANNELS - channel_of(update)
        channel = self._known.get(chat_id)
        if channel is None or channel.pts == 0:
            self._keep(chat_id, Channel(channel.access_hash if channel is not None else 0, update.pts))
            return Fit.NEXT
        if update.pts <= channel.pts:
            return Fit.OLD
        if update.pts - update.pts_count != channel.pts:  # deletions count, and no bot is told of them
            self.behind.add(chat_id)
            return Fit.GAP
        self._keep(chat_id, Channel(channel.access_hash, update.pts))
        return Fit.NEXT

    def query(self, chat_id: int) -> Any:
        """The call that asks what a group's changes were since."""
        channel = self._known[chat_id]
        peer = types.InputChannel(channel_id=CHANNELS - chat_id, access_hash=channel.access_hash)
        return fn.updates.GetChannelDifference(
            channel=peer, filter=types.ChannelMessagesFilterEmpty(), pts=max(channel.pts, 1), limit=SLICE
        )

    def reached(self, chat_id: int, found: Any) -> bool:
        """Take over where a difference ends; whether there is nothing more to ask for."""
        self.met(getattr(found, "chats", ()))
        counted = found.dialog if isinstance(found, types.updates.ChannelDifferenceTooLong) else found
        self._keep(chat_id, Channel(self._known[chat_id].access_hash, getattr(counted, "pts", 0)))
        if found.final:
            self.behind.discard(chat_id)
        return bool(found.final)

    def lost(self, chat_id: int) -> None:
        """The bot may not look into this group any more."""
        self.behind.discard(chat_id)
        self._keep(chat_id, Channel(self._known[chat_id].access_hash, 0))

    def suspect(self, channel_id: int | None = None) -> None:
        """Something may be missing, in this group or in all."""
        if channel_id is None:
            self.behind |= {chat_id for chat_id, channel in self._known.items() if channel.pts}
        elif CHANNELS - channel_id in self._known:
            self.behind.add(CHANNELS - channel_id)

    def _keep(self, chat_id: int, channel: Channel) -> None:
        self._known[chat_id] = self.changed[chat_id] = channel


def channel_of(update: Any) -> int:
    """The channel an update happened in; 0 when it is none of a channel's."""
    peer = getattr(getattr(update, "message", None), "peer_id", None)
    return int(getattr(peer, "channel_id", None) or getattr(update, "channel_id", None) or 0)
