"""Topics of a forum: made, changed, deleted, listed; and the icons they may have."""

from typing import Any

from pyrogram import raw

from tikethet_devstack.telegram.groups import COLORS, GENERAL, ICONS, TITLE_MAX, Group, access_hash, icon_id, icon_of
from tikethet_devstack.telegram.groups import new_topic as topic_of
from tikethet_devstack.telegram.methods.asked import Methods, answers
from tikethet_devstack.telegram.sessions import RpcFault, Session
from tikethet_devstack.telegram.world import Bot, World

fn, types = raw.functions, raw.types
ICON_SET = types.InputStickerSetEmojiDefaultTopicIcons


def create(world: World, group: Group, user_id: int, title: str, icon: int | None, color: int | None) -> Any:
    """A new topic; its id is that of the message that says so. Returns the update. Raises RpcFault."""
    group.topic(GENERAL)
    if not title.strip():
        raise RpcFault(400, "TOPIC_TITLE_EMPTY")
    if len(title) > TITLE_MAX:
        raise RpcFault(400, "TOPIC_TITLE_TOO_LONG")  # our guess at the name; a client is to cut it before
    if icon and icon_of(icon) is None:
        raise RpcFault(400, "DOCUMENT_INVALID")
    color = color if color in COLORS else COLORS[0]
    action = types.MessageActionTopicCreate(title=title, icon_color=color, icon_emoji_id=icon or None)
    told = group.service(user_id, action)
    topic_id = told.message.id
    group.topics[topic_id] = topic_of(group, topic_id, user_id, title, color, icon or None)
    return world.happened(group, told, by=world.bots.get(user_id))


def change(world: World, group: Group, user_id: int, topic_id: int, wanted: dict[str, Any]) -> Any:
    """A topic gets another title, icon or state. Returns the update. Raises RpcFault."""
    topic = group.topic(topic_id)
    given = {name: value for name, value in wanted.items() if value is not None}
    for alone, refusal in (("closed", "TOPIC_CLOSE_SEPARATELY"), ("hidden", "TOPIC_HIDE_SEPARATELY")):
        if alone in given and len(given) > 1:
            raise RpcFault(400, refusal)
    if "icon_emoji_id" in given and topic_id == GENERAL:
        raise RpcFault(400, "GENERAL_MODIFY_ICON_FORBIDDEN")
    if given.get("icon_emoji_id") and icon_of(given["icon_emoji_id"]) is None:
        raise RpcFault(400, "DOCUMENT_INVALID")
    if "title" in given and not given["title"].strip():
        raise RpcFault(400, "TOPIC_TITLE_EMPTY")
    if all((getattr(topic, name) or None) == (value or None) for name, value in given.items()):
        raise RpcFault(400, "TOPIC_NOT_MODIFIED")
    for name, value in given.items():
        setattr(topic, name, value or None)
    header = types.MessageReplyHeader(reply_to_msg_id=topic_id, forum_topic=True) if topic_id != GENERAL else None
    told = group.service(user_id, types.MessageActionTopicEdit(**given), header)
    return world.happened(group, told, by=world.bots.get(user_id))


def delete(world: World, group: Group, user_id: int, topic_id: int) -> Any:
    """A topic goes, with everything in it. Returns the update. Raises RpcFault."""
    group.topic(topic_id)
    if topic_id == GENERAL:
        raise RpcFault(400, "TOPIC_ID_INVALID")
    inside = [each.id for each in group.box.messages.values() if group.topic_of(each) == topic_id]
    return world.happened(group, group.deleted(inside), by=world.bots.get(user_id))


@answers(fn.messages.CreateForumTopic)
def _create(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = _forum(methods, bot, query.peer)
    group.must(bot.id, "manage_topics")
    known = group.random_ids.get(query.random_id)
    if known is not None:
        raise RpcFault(500, "RANDOM_ID_DUPLICATE")
    methods.limits.spend(types.PeerChannel(channel_id=group.id))
    told = create(methods.world, group, bot.id, query.title, query.icon_emoji_id, query.icon_color)
    group.random_ids[query.random_id] = told.message.id
    named = types.UpdateMessageID(id=told.message.id, random_id=query.random_id)
    return methods.world.updates(bot, [named, told])


@answers(fn.messages.EditForumTopic)
def _edit(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = _forum(methods, bot, query.peer)
    group.topic(query.topic_id)
    group.must(bot.id, "manage_topics")
    methods.limits.spend(types.PeerChannel(channel_id=group.id))
    wanted = {name: getattr(query, name) for name in ("title", "icon_emoji_id", "closed", "hidden")}
    return methods.world.updates(bot, [change(methods.world, group, bot.id, query.topic_id, wanted)])


@answers(fn.messages.DeleteTopicHistory)
def _delete(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = _forum(methods, bot, query.peer)
    group.topic(query.top_msg_id)
    group.must(bot.id, "delete_messages")
    methods.limits.spend(types.PeerChannel(channel_id=group.id))
    update = delete(methods.world, group, bot.id, query.top_msg_id)
    return types.messages.AffectedHistory(pts=update.pts, pts_count=update.pts_count, offset=0)


@answers(fn.messages.GetForumTopics)
def _list(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    """The newest first, each page from where the one before ended."""
    group = _forum(methods, bot, query.peer)
    found = sorted(filter(None, group.topics.values()), key=lambda each: each.top_message, reverse=True)
    if query.offset_topic:
        found = [each for each in found if each.top_message < query.offset_id]
    return _topics(methods, bot, group, found[: query.limit], len(found))


@answers(fn.messages.GetForumTopicsByID)
def _by_id(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = _forum(methods, bot, query.peer)
    found = [group.topics.get(each) or types.ForumTopicDeleted(id=each) for each in query.topics]
    return _topics(methods, bot, group, found, len(found))


@answers(fn.messages.UpdatePinnedForumTopic)
def _pin(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = _forum(methods, bot, query.peer)
    group.must(bot.id, "manage_topics")
    group.topic(query.topic_id).pinned = query.pinned or None
    return methods.world.updates(bot, [])


@answers(fn.messages.GetStickerSet)
def _icons(_: Methods, _session: Session, _bot: Bot, query: Any) -> Any:
    if not isinstance(query.stickerset, ICON_SET):
        raise RpcFault(400, "STICKERSET_INVALID")
    documents = [_icon(emoji) for emoji in ICONS]
    packs = [types.StickerPack(emoticon=emoji, documents=[icon_id(emoji)]) for emoji in ICONS]
    facts = types.StickerSet(
        id=1, access_hash=access_hash(1), title="Topic icons", short_name="icons", count=len(documents), hash=1,
        emojis=True,
    )  # fmt: skip
    return types.messages.StickerSet(set=facts, packs=packs, keywords=[], documents=documents)


def _icon(emoji: str) -> Any:
    shown = types.DocumentAttributeCustomEmoji(alt=emoji, stickerset=ICON_SET(), free=True)
    return types.Document(
        id=icon_id(emoji), access_hash=access_hash(icon_id(emoji)), file_reference=b"local", date=0, dc_id=2,
        mime_type="application/x-tgsticker", size=1, attributes=[shown],
    )  # fmt: skip


def _forum(methods: Methods, bot: Bot, peer: Any) -> Group:
    group = methods.world.group_at(bot, peer)
    if group is None or not group.chat.forum:
        raise RpcFault(400, "CHANNEL_FORUM_MISSING")
    return group


def _topics(methods: Methods, bot: Bot, group: Group, found: list[Any], count: int) -> Any:
    tops = [group.box.messages.get(getattr(each, "top_message", 0)) for each in found]
    users, chats = methods.world.about(filter(None, tops), bot)
    authors = {each.from_id.user_id for each in found if hasattr(each, "from_id")} - {each.id for each in users}
    return types.messages.ForumTopics(
        count=count, topics=found, messages=[each for each in tops if each is not None], pts=group.box.pts,
        chats=chats or [group.chat_for(bot.id)], users=users + [methods.world.user(each) for each in authors],
    )  # fmt: skip
