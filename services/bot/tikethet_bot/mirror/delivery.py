"""Rows of the outbox on their way into the staff group: one write to Telegram each time, until the row is carried out.

A topic is made when the first words for it are sent, and made anew when somebody deleted it. What the bot is not
allowed to do waits until it is.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import msgspec
import structlog
from pyrogram import raw
from pyrogram.errors import BadRequest, Forbidden, RPCError
from tikethet_service.texts import text

from tikethet_bot.desk import Away, Desk, Refusal
from tikethet_bot.mirror.hearing import lane_of
from tikethet_bot.mirror.looks import Icons, introduction
from tikethet_bot.rules.mirror import ICONS, joined, line, title_of, together
from tikethet_bot.rules.outgoing import random_id_of
from tikethet_bot.store.groups import Groups, StaffGroup, Topic
from tikethet_bot.store.outbox import Outbox, Waiting
from tikethet_bot.telegram.client import Unreachable
from tikethet_bot.telegram.sending import (
    AsDocuments,
    Barred,
    Delivered,
    Later,
    Outcome,
    Refused,
    Shown,
    Stepped,
    WithoutReply,
    delivered,
    markup,
    message_of,
    outcome_of,
)
from tikethet_bot.telegram.translate import CHANNELS
from tikethet_bot.telegram.uploads import Uploads

BARRED_S: Final = 60.0
"""So long a group that does not let us write is left alone."""
SHOWN_MESSAGES: Final = 5
PATIENCE: Final = 20
"""So often a topic that must be there is looked for before another one is made."""
_BARRED: Final = frozenset(
    {
        "CHAT_ADMIN_REQUIRED", "CHAT_WRITE_FORBIDDEN", "CHANNEL_PRIVATE", "CHANNEL_INVALID", "CHANNEL_FORUM_MISSING",
        "TOPIC_CLOSED", "USER_NOT_PARTICIPANT", "CHAT_FORBIDDEN", "CHAT_RESTRICTED", "CHAT_SEND_PLAIN_FORBIDDEN",
        "RIGHT_FORBIDDEN", "USER_BANNED_IN_CHANNEL",
    }
)  # fmt: skip
_GONE: Final = frozenset({"TOPIC_DELETED", "TOPIC_ID_INVALID", "MSG_THREAD_INVALID", "MESSAGE_THREAD_NOT_FOUND"})
_NO_MORE: Final = frozenset({404, 410})
_MISSING: Final = {"CHANNEL_FORUM_MISSING": "forum", "CHAT_ADMIN_REQUIRED": "manage_topics"}

types, fn = raw.types, raw.functions
_log = structlog.get_logger("tikethet.bot.mirror")

Call = Callable[[Any], Awaitable[Any]]
Told = Callable[[StaffGroup, tuple[str, ...]], Awaitable[None]]


class Delivery:
    """`deliver` does the next write that a row needs. ``barred`` is told what the bot lacks for it: maybe nothing."""

    def __init__(self, call: Call, desk: Desk, groups: Groups, outbox: Outbox, barred: Told) -> None:
        self._call = call
        self._uploads = Uploads(call, desk.content)
        self._desk = desk
        self._groups = groups
        self._outbox = outbox
        self._barred = barred
        self._icons = Icons(call)
        self._doubts: dict[str, int] = {}
        self._plainer: set[tuple[int, type[Outcome]]] = set()

    async def deliver(self, row: Waiting) -> Outcome:
        """One write. `Stepped` when the row itself is still to come."""
        try:
            if row.lane == "":
                return await self._elsewhere(row)
            group = await self._groups.staff_group()
            if group is None or group.chat_id != row.chat_id or row.ticket_id is None:
                return Refused("NO_STAFF_GROUP")
            return await self._in_topic(row, group, row.ticket_id)
        except Refusal as refusal:
            # The ticket is no more; or nobody is left in whose name it could be asked about, until there is.
            return Refused(refusal.code) if refusal.status in _NO_MORE else Barred(BARRED_S)
        except (Unreachable, Away):
            return Later()

    # ------------------------------------------------------------ outside of topics

    async def _elsewhere(self, row: Waiting) -> Outcome:
        """Words to a group that is not the staff's, or to the staff's as a whole."""
        access_hash = await self._groups.access_hash(row.chat_id)
        try:
            if row.action == "leave":
                await self._call(_leaving(row.chat_id, access_hash))
                return Delivered(None)
            return delivered(
                await self._call(
                    fn.messages.SendMessage(
                        peer=peer_of(row.chat_id, access_hash),
                        message=row.text,
                        random_id=row.random_id,
                        no_webpage=True,
                        reply_to=types.InputReplyToMessage(reply_to_msg_id=row.reply_to) if row.reply_to else None,
                        reply_markup=markup(row.buttons),
                    )
                )
            )
        except (BadRequest, Forbidden) as failure:
            return Delivered(None) if str(failure.ID).startswith("RANDOM_ID") else Refused(str(failure.ID))
        except RPCError as failure:
            return outcome_of(failure, action="send")

    # ------------------------------------------------------------ in a topic

    async def _in_topic(self, row: Waiting, group: StaffGroup, ticket_id: str) -> Outcome:
        topic = await self._groups.topic(ticket_id)
        if topic is None:
            return Refused("NO_TOPIC")
        try:
            outcome = await self._next_write(row, group, topic)
        except RPCError as failure:
            name = str(failure.ID or "")
            if name in _BARRED:
                await self._barred(group, (_MISSING.get(name, "place"),))
                return Barred(BARRED_S)
            if name in _GONE:
                await self._groups.gone(topic)
                return Delivered(None) if row.action == "forget" else Stepped()
            return self._eased(row, outcome_of(failure, action="send"))
        if group.missing and isinstance(outcome, Delivered | Stepped):
            await self._barred(group, ())
        return outcome

    def _eased(self, row: Waiting, outcome: Outcome) -> Outcome:
        """What Telegram does not take as it is goes in a plainer way the next time, once."""
        if not isinstance(outcome, AsDocuments | WithoutReply):
            return outcome
        if (row.id, type(outcome)) in self._plainer:
            return Refused(type(outcome).__name__)
        self._plainer.add((row.id, type(outcome)))
        return Stepped()

    async def _next_write(self, row: Waiting, group: StaffGroup, topic: Topic) -> Outcome:
        if row.action == "forget":
            return await self._forget(group, topic)
        if row.message_id is not None and row.author_id is not None:  # it may have been written right here
            if await self._groups.posting(group.chat_id, topic.ticket_id):
                return Later()
            if await self._groups.written_here(group.chat_id, row.message_id):
                return Delivered(None)
        if topic.topic_id is None:
            return await self._make(group, topic)
        if not topic.introduced:
            return await self._introduce(row, group, topic, topic.topic_id)
        if row.action == "topic":
            return await self._bring_in_line(group, topic, topic.topic_id)
        if row.action == "delete":
            return await self._take_back(row, group, topic.topic_id)
        return await self._say(row, group, topic.topic_id)

    async def _make(self, group: StaffGroup, topic: Topic) -> Outcome:
        ticket = await self._ticket(group, topic)
        title, icon = title_of(ticket["number"], ticket["title"] or ""), ICONS[ticket["status"]]
        random_id = random_id_of(topic.ticket_id, group.chat_id, topic.generation, "topic")
        query = fn.messages.CreateForumTopic(
            peer=_peer(group), title=title, random_id=random_id, icon_emoji_id=await self._icons.of(icon)
        )
        try:
            answer = await self._call(query)
        except RPCError as failure:
            if not str(failure.ID).startswith("RANDOM_ID"):
                raise
            # It was made and the answer got lost: the group tells which it is. If it never does, there will be two.
            self._doubts[topic.ticket_id] = self._doubts.get(topic.ticket_id, 0) + 1
            if self._doubts[topic.ticket_id] > PATIENCE:
                del self._doubts[topic.ticket_id]
                await self._groups.gone(topic)
            return Later()
        made = next(each.id for each in answer.updates if isinstance(each, types.UpdateMessageID))
        await self._groups.shows(topic.ticket_id, topic_id=made, icon=icon, title=_digest(title))
        return Stepped()

    async def _introduce(self, row: Waiting, group: StaffGroup, topic: Topic, topic_id: int) -> Outcome:
        """What the ticket is about, and what was said in it and is not, or is not yet, in the queue."""
        if await self._groups.posting(group.chat_id, topic.ticket_id):
            return Later()  # whether it was written here is known once it is posted
        ticket = await self._ticket(group, topic)
        path, params = f"tickets/{topic.ticket_id}/messages", {"latest": "true", "size": str(SHOWN_MESSAGES)}
        found = (await self._desk.ask(await self._groups.speaker(group), path, params))["items"]
        heard_at = await self._groups.heard_at(topic.ticket_id)  # before the queue: what is heard meanwhile is in it
        queued = await self._groups.waits(group.chat_id, lane_of(topic.ticket_id))
        heard = [each for each in found if heard_at is None or datetime.fromisoformat(each["created_at"]) <= heard_at]
        told = [each for each in heard if each["id"] not in queued]
        said, buttons = introduction(group.language, ticket, told)
        query = fn.messages.SendMessage(
            peer=_peer(group),
            message=said,
            random_id=random_id_of(topic.ticket_id, group.chat_id, topic.generation, "introduction"),
            no_webpage=True,
            reply_to=types.InputReplyToMessage(reply_to_msg_id=topic_id),
            reply_markup=markup(buttons),
        )
        sent = await self._once(query)
        await self._groups.introduced(group.chat_id, topic, sent.telegram_id)
        return Shown() if row.action == "topic" and _in_line(topic, ticket) else Stepped()

    async def _bring_in_line(self, group: StaffGroup, topic: Topic, topic_id: int) -> Outcome:
        """The next difference between how the topic looks and how its ticket is; `Shown` when there is none."""
        ticket = await self._ticket(group, topic)
        title, icon = title_of(ticket["number"], ticket["title"] or ""), ICONS[ticket["status"]]
        closed = ticket["status"] == "CLOSED"
        if (topic.title, topic.icon) != (_digest(title), icon):
            number = await self._icons.of(icon)
            await self._edit(group, topic_id, title=title, icon_emoji_id=number)
            await self._groups.shows(topic.ticket_id, title=_digest(title), icon=icon)
        elif topic.closed != closed:
            await self._edit(group, topic_id, closed=closed)
            await self._groups.shows(topic.ticket_id, closed=closed)
        else:
            return Shown()
        return Stepped()

    async def _edit(self, group: StaffGroup, topic_id: int, **wanted: Any) -> None:
        try:
            await self._call(fn.messages.EditForumTopic(peer=_peer(group), topic_id=topic_id, **wanted))
        except BadRequest as failure:
            if failure.ID != "TOPIC_NOT_MODIFIED":
                raise

    async def _say(self, row: Waiting, group: StaffGroup, topic_id: int) -> Outcome:
        alone = row.reply_to is not None or row.files
        together_with = [row] if alone else await self._outbox.batch(row, together)
        texts = [line(each.text, await self._name(group, each)) for each in together_with]
        media = await self._media(row, group)
        names = [f"📎 {each.filename}" for each in row.files if not media]
        said = msgspec.structs.replace(row, text=joined([*texts, *names]))
        aim = topic_id if (row.id, WithoutReply) in self._plainer else row.reply_to or topic_id
        target = types.InputReplyToMessage(reply_to_msg_id=aim, top_msg_id=topic_id if aim != topic_id else None)
        return await self._once(message_of(said, _peer(group), target, media))

    async def _media(self, row: Waiting, group: StaffGroup) -> list[Any]:
        """The files of a row as Telegram takes them; none when the desk gives them out no more, or they are odd."""
        if not row.files:
            return []
        speaker, plain = await self._groups.speaker(group), (row.id, AsDocuments) in self._plainer
        try:
            if len(row.files) == 1:
                return [await self._uploads.single(speaker, row.files[0], plain=plain)]
            return await self._uploads.album(_peer(group), speaker, row.files, plain=plain)
        except Refusal:
            return []

    async def _take_back(self, row: Waiting, group: StaffGroup, topic_id: int) -> Outcome:
        """Delete the copy; where it shares a message with others, say that it was taken back."""
        message_id = row.message_id or ""
        copies = await self._outbox.copies(group.chat_id, message_id)
        if copies and await self._outbox.alone(group.chat_id, message_id):
            channel = channel_of(group.chat_id, group.access_hash)
            await self._call(fn.channels.DeleteMessages(channel=channel, id=copies))
            return Delivered(None)
        said = text(group.language, "bot.topic_taken_back")
        return await self._say(msgspec.structs.replace(row, text=said, reply_to=topic_id), group, topic_id)

    async def _forget(self, group: StaffGroup, topic: Topic) -> Outcome:
        if topic.topic_id is not None:
            await self._call(fn.messages.DeleteTopicHistory(peer=_peer(group), top_msg_id=topic.topic_id))
        await self._groups.gone(topic)
        return Delivered(None)

    async def _once(self, query: Any) -> Delivered:
        try:
            return delivered(await self._call(query))
        except RPCError as failure:
            if str(failure.ID).startswith("RANDOM_ID"):
                return Delivered(None)
            raise

    async def _ticket(self, group: StaffGroup, topic: Topic) -> Any:
        return await self._desk.ask(await self._groups.speaker(group), f"tickets/{topic.ticket_id}")

    async def _name(self, group: StaffGroup, row: Waiting) -> str | None:
        if row.author_id is None or row.part:
            return None
        try:
            member = await self._desk.ask(await self._groups.speaker(group), f"members/{row.author_id}")
        except Refusal:
            return None
        return str(member["first_name"] or member["username"] or "") or None


def _in_line(topic: Topic, ticket: Any) -> bool:
    """Whether a topic looks as its ticket is."""
    title, icon = title_of(ticket["number"], ticket["title"] or ""), ICONS[ticket["status"]]
    return (topic.title, topic.icon, topic.closed) == (_digest(title), icon, ticket["status"] == "CLOSED")


def peer_of(chat_id: int, access_hash: int) -> Any:
    """A group as Telegram's calls take it."""
    if chat_id > CHANNELS:
        return types.InputPeerChat(chat_id=-chat_id)
    return types.InputPeerChannel(channel_id=CHANNELS - chat_id, access_hash=access_hash)


def channel_of(chat_id: int, access_hash: int) -> Any:
    """A supergroup as calls about channels take it."""
    return types.InputChannel(channel_id=CHANNELS - chat_id, access_hash=access_hash)


def _peer(group: StaffGroup) -> Any:
    return peer_of(group.chat_id, group.access_hash)


def _leaving(chat_id: int, access_hash: int) -> Any:
    if chat_id > CHANNELS:
        return fn.messages.DeleteChatUser(chat_id=-chat_id, user_id=types.InputUserSelf())
    return fn.channels.LeaveChannel(channel=channel_of(chat_id, access_hash))


def _digest(title: str) -> bytes:
    """Titles are people's words: what is kept of them only tells whether they changed."""
    return sha256(title.encode()).digest()[:16]
