"""Supergroups with topics, as an unpatched client library meets them."""

from typing import Any

import pytest
from pyrogram import enums, raw, utils
from pyrogram.errors import BadRequest, FloodWait, RPCError
from tikethet_devstack.telegram.groups import ICONS, Group, icon_of

from tests.devstack.telegram.chat import ANNA, MARIA, Chat

RIGHTS = ("manage_topics", "delete_messages", "pin_messages")


@pytest.fixture
async def group(chat: Chat) -> Group:
    """A forum of Maria's with Anna in it, where the bot may everything it asks for."""
    crowd = chat.telegram.crowd
    group = crowd.group("Поддержка", MARIA, ANNA)
    crowd.start_group(MARIA, group, chat.bot, "group_secret", *RIGHTS)
    heard = [await chat.next(), await chat.next()]
    assert heard[1].text == f"/start@{chat.bot.user.username} group_secret"
    return group


def chat_id(group: Group) -> int:
    return utils.get_channel_id(group.id)


def texts(chat: Chat, group: Group, topic: int) -> list[str]:
    found = chat.telegram.crowd.messages(group, topic)
    return [each.message for each in found if isinstance(each, raw.types.Message)]


async def test_the_bot_sees_its_rights_and_those_of_others(chat: Chat, group: Group) -> None:
    own: Any = await chat.client.get_chat_member(chat_id(group), "me")
    assert own.status is enums.ChatMemberStatus.ADMINISTRATOR
    assert own.privileges.can_manage_topics
    assert own.privileges.can_delete_messages
    assert not own.privileges.can_restrict_members
    anna: Any = await chat.client.get_chat_member(chat_id(group), ANNA)
    assert (anna.status, anna.user.username) == (enums.ChatMemberStatus.MEMBER, "anna")
    found: Any = await chat.client.get_chat(chat_id(group))
    assert (found.title, found.is_forum, found.members_count) == ("Поддержка", True, 3)
    members = [each.user.id async for each in chat.client.get_chat_members(chat_id(group), limit=3)]  # type: ignore[union-attr]
    assert members == [MARIA, ANNA, chat.bot.id]


async def test_a_topic_from_its_beginning_to_its_end(chat: Chat, group: Group) -> None:
    where = chat_id(group)
    made = await chat.client.create_forum_topic(where, "#1042 Не открывается сундук")
    await chat.client.send_message(where, "Анна: не открывается", message_thread_id=made.id)
    chat.telegram.crowd.say(MARIA, group, "Сейчас посмотрю", topic=made.id)
    heard = await chat.next()
    assert (heard.text, heard.message_thread_id, heard.from_user.id) == ("Сейчас посмотрю", made.id, MARIA)
    answer = await heard.reply("Принято")
    assert answer.message_thread_id == made.id
    assert texts(chat, group, made.id) == ["Анна: не открывается", "Сейчас посмотрю", "Принято"]
    await chat.client.edit_forum_topic(where, made.id, title="#1042 Сундук")
    await chat.client.close_forum_topic(where, made.id)
    found = await chat.client.get_forum_topics_by_id(where, made.id)
    assert (found.title, found.is_closed) == ("#1042 Сундук", True)
    await chat.client.edit_forum_topic(where, made.id, closed=False)
    assert await anext(each.title async for each in chat.client.get_forum_topics(where)) == "#1042 Сундук"
    await chat.client.delete_forum_topic(where, made.id)
    gone = await chat.client.get_forum_topics_by_id(where, made.id)
    assert gone.is_deleted
    with pytest.raises(RPCError, match="TOPIC_DELETED"):
        await chat.client.send_message(where, "Ещё", message_thread_id=made.id)


async def test_icons_are_asked_for_and_say_the_status(chat: Chat, group: Group) -> None:
    asked = raw.functions.messages.GetStickerSet(stickerset=raw.types.InputStickerSetEmojiDefaultTopicIcons(), hash=0)
    found: Any = await chat.client.invoke(asked)
    icons = {each.attributes[0].alt: each.id for each in found.documents}
    assert list(icons) == list(ICONS)
    made = await chat.client.create_forum_topic(chat_id(group), "Вопрос", icon_emoji_id=icons["❓"])
    await chat.client.edit_forum_topic(chat_id(group), made.id, icon_emoji_id=icons["✅"])
    assert icon_of(group.topics[made.id].icon_emoji_id) == "✅"
    with pytest.raises(RPCError, match="TOPIC_NOT_MODIFIED"):
        await chat.client.edit_forum_topic(chat_id(group), made.id, icon_emoji_id=icons["✅"])
    with pytest.raises(RPCError, match="TOPIC_CLOSE_SEPARATELY"):
        await chat.client.edit_forum_topic(chat_id(group), made.id, title="Иначе", closed=True)


async def test_a_group_counts_for_itself(chat: Chat, group: Group) -> None:
    begun = group.box.pts
    for number in range(3):
        chat.telegram.crowd.say(MARIA, group, f"строка {number}", quiet=True)
    channel: Any = await chat.client.resolve_peer(chat_id(group))
    asked: Any = raw.functions.updates.GetChannelDifference(
        channel=channel, filter=raw.types.ChannelMessagesFilterEmpty(), pts=begun, limit=2
    )
    first: Any = await chat.client.invoke(asked)
    assert ([each.message for each in first.new_messages], bool(first.final)) == (["строка 0", "строка 1"], False)
    asked.pts = first.pts
    rest: Any = await chat.client.invoke(asked)
    assert ([each.message for each in rest.new_messages], rest.final) == (["строка 2"], True)
    group.box.forget()
    assert isinstance(await chat.client.invoke(asked), raw.types.updates.ChannelDifferenceTooLong)


async def test_who_comes_back_hears_which_groups_to_ask(chat: Chat, group: Group) -> None:
    chat.telegram.crowd.say(MARIA, group, "пока тебя не было", quiet=True)
    asked = raw.functions.updates.GetDifference(pts=chat.bot.box.pts, date=group.changed_at - 1, qts=chat.bot.box.qts)
    found: Any = await chat.client.invoke(asked)
    assert [each.channel_id for each in found.other_updates] == [group.id]


async def test_rights_are_taken_and_the_bot_is_thrown_out(chat: Chat, group: Group) -> None:
    crowd = chat.telegram.crowd
    topic = crowd.create_topic(MARIA, group, "Вопрос")
    crowd.promote(MARIA, group, chat.bot.id)
    with pytest.raises(RPCError, match="CHAT_ADMIN_REQUIRED"):
        await chat.client.create_forum_topic(chat_id(group), "Ещё один")
    crowd.edit_topic(MARIA, group, topic, closed=True)
    with pytest.raises(RPCError, match="TOPIC_CLOSED"):
        await chat.client.send_message(chat_id(group), "Ответ", message_thread_id=topic)
    crowd.remove(MARIA, group, chat.bot.id)
    with pytest.raises(BadRequest, match="CHANNEL_PRIVATE"):
        await chat.client.send_message(chat_id(group), "Ответ")
    told = [each for each in chat.bot.box.noted_since(0) if isinstance(each, raw.types.UpdateChannelParticipant)]
    ranks = [type(each.new_participant).__name__ for each in told]
    assert ranks == ["ChannelParticipantAdmin", "ChannelParticipant", "NoneType"]


async def test_a_dissolved_group_takes_nothing(chat: Chat, group: Group) -> None:
    chat.telegram.crowd.dissolve(group)
    with pytest.raises(RPCError, match="CHANNEL_PRIVATE"):
        await chat.client.create_forum_topic(chat_id(group), "Вопрос")


async def test_without_rights_a_bot_hears_only_what_is_meant_for_it(chat: Chat, group: Group) -> None:
    crowd = chat.telegram.crowd
    crowd.promote(MARIA, group, chat.bot.id)
    sent: Any = await chat.client.send_message(chat_id(group), "Здравствуйте")
    crowd.say(ANNA, group, "между собой")
    crowd.say(ANNA, group, "ответ боту", reply_to=sent.id)
    assert (await chat.next()).text == "ответ боту"
    crowd.say(ANNA, group, "/help")
    assert (await chat.next()).text == "/help"


async def test_a_bot_leaves(chat: Chat, group: Group) -> None:
    await chat.client.leave_chat(chat_id(group))
    assert chat.bot.id not in group.members


async def test_a_tap_in_a_group(chat: Chat, group: Group) -> None:
    sent: Any = await chat.client.send_message(chat_id(group), "Взять?")
    chat.telegram.crowd.tap(MARIA, group, sent.id, b"take:1")
    heard = await chat.next()
    assert (heard.data, heard.from_user.id, heard.message.chat.id) == ("take:1", MARIA, chat_id(group))


async def test_a_topic_deleted_by_people(chat: Chat, group: Group) -> None:
    made = await chat.client.create_forum_topic(chat_id(group), "Вопрос")
    chat.telegram.crowd.delete_topic(MARIA, group, made.id)
    with pytest.raises(RPCError, match="TOPIC_DELETED"):
        await chat.client.send_message(chat_id(group), "Ответ", message_thread_id=made.id)
    with pytest.raises(RPCError, match="TOPIC_ID_INVALID"):
        await chat.client.close_forum_topic(chat_id(group), made.id)


async def test_all_topics_share_twenty_changes_a_minute(chat: Chat, group: Group) -> None:
    chat.telegram.limits.enforced = True
    made = await chat.client.create_forum_topic(chat_id(group), "Вопрос")
    for number in range(19):
        thread = made.id if number % 2 else None
        await chat.client.send_message(chat_id(group), f"{number}", message_thread_id=thread)
    with pytest.raises(FloodWait):
        await chat.client.close_forum_topic(chat_id(group), made.id)
    await chat.client.send_message(ANNA, "В других чатах можно")


async def test_a_pinned_message_is_noted_in_its_topic(chat: Chat, group: Group) -> None:
    made = await chat.client.create_forum_topic(chat_id(group), "Вопрос")
    sent: Any = await chat.client.send_message(chat_id(group), "Карточка", message_thread_id=made.id)
    await chat.client.pin_chat_message(chat_id(group), sent.id)
    noted = chat.telegram.crowd.messages(group, made.id)[-1]
    assert (group.pinned, type(noted.action)) == ([sent.id], raw.types.MessageActionPinMessage)
