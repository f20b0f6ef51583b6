"""Groups: what they are, who is in them, how a bot leaves."""

from typing import Any

from pyrogram import raw

from tikethet_devstack.telegram.groups import Group
from tikethet_devstack.telegram.methods.asked import Methods, answers
from tikethet_devstack.telegram.sessions import RpcFault, Session
from tikethet_devstack.telegram.world import Bot

fn, types = raw.functions, raw.types


@answers(fn.channels.GetChannels)
def _channels(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    found = [methods.world.groups.get(each.channel_id) for each in query.id]
    if None in found:
        raise RpcFault(400, "CHANNEL_INVALID")
    return types.messages.Chats(chats=[each.chat_for(bot.id) for each in found if each is not None])


@answers(fn.channels.GetFullChannel)
def _full_channel(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = methods.world.in_group(bot, query.channel.channel_id)
    full = types.ChannelFull(
        id=group.id, about="", read_inbox_max_id=0, read_outbox_max_id=0, unread_count=0, pts=group.box.pts,
        chat_photo=types.PhotoEmpty(id=0), notify_settings=types.PeerNotifySettings(), bot_info=[],
        participants_count=len(group.members), pinned_msg_id=group.pinned[-1] if group.pinned else None,
    )  # fmt: skip
    return types.messages.ChatFull(full_chat=full, chats=[group.chat_for(bot.id)], users=[bot.user])


@answers(fn.channels.GetParticipant)
def _participant(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = methods.world.in_group(bot, query.channel.channel_id)
    user_id = bot.id if isinstance(query.participant, types.InputPeerSelf) else query.participant.user_id
    found = group.participant(user_id)
    if isinstance(found, types.ChannelParticipant) and user_id == bot.id:
        found = types.ChannelParticipantSelf(user_id=user_id, inviter_id=group.owner, date=found.date)
    return types.channels.ChannelParticipant(
        participant=found, chats=[group.chat_for(bot.id)], users=_users(methods, group, [user_id])
    )


@answers(fn.channels.GetParticipants)
def _participants(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = methods.world.in_group(bot, query.channel.channel_id)
    admins_only = isinstance(query.filter, types.ChannelParticipantsAdmins)
    wanted = [each for each, may in group.members.items() if may is not None or not admins_only]
    page = wanted[query.offset : query.offset + query.limit]
    return types.channels.ChannelParticipants(
        count=len(wanted), participants=[group.participant(each) for each in page],
        chats=[group.chat_for(bot.id)], users=_users(methods, group, page),
    )  # fmt: skip


@answers(fn.channels.LeaveChannel)
def _leave(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = methods.world.in_group(bot, query.channel.channel_id)
    told = group.service(bot.id, types.MessageActionChatDeleteUser(user_id=bot.id))
    methods.world.happened(group, told, by=bot)
    del group.members[bot.id]
    answer = methods.world.updates(bot, [types.UpdateChannel(channel_id=group.id)])
    answer.chats = [group.chat_for(bot.id)]
    return answer


def _users(methods: Methods, group: Group, ids: list[int]) -> list[Any]:
    return [methods.world.user(each) for each in {*ids, group.owner}]
