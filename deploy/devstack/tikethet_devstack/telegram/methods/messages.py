"""Messages that are there already: read, edit, delete, pin, and answers to taps."""

from typing import Any

from pyrogram import raw

from tikethet_devstack.telegram import media
from tikethet_devstack.telegram.groups import GENERAL
from tikethet_devstack.telegram.methods.asked import CAPTION_MAX, TEXT_MAX, Methods, answers, boxed, yes
from tikethet_devstack.telegram.methods.sending import fits, well_formed
from tikethet_devstack.telegram.sessions import RpcFault, Session
from tikethet_devstack.telegram.world import Bot

fn, types = raw.functions, raw.types


@answers(fn.messages.EditMessage)
def _edit(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    box, peer = methods.world.box_of(bot, query.peer)
    message = box.messages.get(query.id)
    if not isinstance(message, types.Message):
        raise RpcFault(400, "MESSAGE_ID_INVALID")
    if getattr(message.from_id, "user_id", None) != bot.id:
        raise RpcFault(403, "MESSAGE_AUTHOR_REQUIRED")
    text = query.message if query.message is not None else message.message
    if text == message.message and query.media is None and query.reply_markup == message.reply_markup:
        raise RpcFault(400, "MESSAGE_NOT_MODIFIED")
    if query.message is not None:
        fits(query.message, CAPTION_MAX if message.media else TEXT_MAX, "MESSAGE_TOO_LONG")
    well_formed(query.reply_markup, text, query.entities)
    methods.limits.spend(peer)
    if query.message is not None:
        message.message, message.entities = query.message, query.entities
    if query.media is not None:
        message.media = media.from_input(methods.world, query.media, methods.parts)
    message.reply_markup = query.reply_markup
    return methods.world.updates(bot, [methods.world.edited(bot, query.peer, message)])


@answers(fn.messages.DeleteMessages)
def _delete(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    update = methods.world.deleted(bot, query.id)
    return types.messages.AffectedMessages(pts=update.pts, pts_count=update.pts_count)


@answers(fn.channels.DeleteMessages)
def _delete_in_group(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = methods.world.in_group(bot, query.channel.channel_id)
    messages = [group.box.messages[each] for each in query.id if each in group.box.messages]
    if any(getattr(each.from_id, "user_id", None) != bot.id for each in messages) and not group.may(
        bot.id, "delete_messages"
    ):
        raise RpcFault(403, "MESSAGE_DELETE_FORBIDDEN")
    update = methods.world.happened(group, group.deleted(query.id), by=bot)
    return types.messages.AffectedMessages(pts=update.pts, pts_count=update.pts_count)


@answers(fn.messages.GetMessages)
def _get_messages(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    found = _wanted(bot.box.messages, query.id)
    users, chats = methods.world.about(found, bot)
    return types.messages.Messages(messages=found, topics=[], chats=chats, users=users)


@answers(fn.channels.GetMessages)
def _get_in_group(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = methods.world.in_group(bot, query.channel.channel_id)
    found = _wanted(group.box.messages, query.id)
    users, chats = methods.world.about([each for each in found if not isinstance(each, types.MessageEmpty)], bot)
    return types.messages.ChannelMessages(
        pts=group.box.pts, count=len(found), messages=found, topics=[], chats=chats or [group.chat_for(bot.id)],
        users=users,
    )  # fmt: skip


@answers(fn.messages.UpdatePinnedMessage)
def _pin(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = methods.world.group_at(bot, query.peer)
    box, _peer = methods.world.box_of(bot, query.peer)
    message = box.messages.get(query.id)
    if message is None:
        raise RpcFault(400, "MESSAGE_ID_INVALID")
    if group is None:
        message.pinned = not query.unpin or None
        return methods.world.updates(bot, [])
    group.must(bot.id, "pin_messages")
    group.pinned = [each for each in group.pinned if each != query.id] + ([] if query.unpin else [query.id])
    if query.unpin:
        return methods.world.updates(bot, [])
    topic = group.topic_of(message)
    header = types.MessageReplyHeader(
        reply_to_msg_id=query.id,
        reply_to_top_id=topic if topic != GENERAL else None,
        forum_topic=True if topic != GENERAL else None,
    )
    told = group.service(bot.id, types.MessageActionPinMessage(), header)
    return methods.world.updates(bot, [methods.world.happened(group, told, by=bot)])


@answers(fn.messages.SetBotCallbackAnswer)
def _callback_answer(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    user_id = methods.callbacks.pop(query.query_id, None)
    if user_id is None:
        raise RpcFault(400, "QUERY_ID_INVALID")
    facts = {
        "bot": bot.id, "query": query.query_id, "user": user_id, "text": query.message, "alert": bool(query.alert),
        "url": query.url,
    }  # fmt: skip
    methods.world.seen("callback_answer", facts)
    return yes()


@answers(fn.messages.SetTyping)
def _typing(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    methods.world.seen("typing", {"bot": bot.id, "user": getattr(query.peer, "user_id", None)})
    return yes()


@answers(fn.messages.ReadHistory, fn.channels.ReadHistory)
def _fine(_: Methods, _session: Session, _bot: Bot, query: Any) -> Any:
    if isinstance(query, fn.messages.ReadHistory):
        return types.messages.AffectedMessages(pts=0, pts_count=0)
    return yes()


def _wanted(messages: dict[int, Any], ids: list[Any]) -> list[Any]:
    """The messages asked for; one that is not there comes back empty, as in Telegram."""
    numbers = [boxed(each, 8).id for each in ids]
    return [messages.get(each) or types.MessageEmpty(id=each) for each in numbers]
