"""Where the updates stand, and what came since."""

from typing import Any, Final

from pyrogram import raw

from tikethet_devstack.telegram.groups import NO_COUNTS, now
from tikethet_devstack.telegram.methods.asked import Methods, answers
from tikethet_devstack.telegram.sessions import Session
from tikethet_devstack.telegram.world import Bot, hears, seen_by

SLICE: Final = 100
"""So many changes one difference carries."""

fn, types = raw.functions, raw.types


@answers(fn.updates.GetState)
def _state(_: Methods, session: Session, bot: Bot, _query: Any) -> Any:
    session.listens = True
    return types.updates.State(pts=bot.box.pts, qts=bot.box.qts, date=now(), seq=0, unread_count=0)


@answers(fn.updates.GetDifference)
def _difference(methods: Methods, session: Session, bot: Bot, query: Any) -> Any:
    session.listens = True
    found = bot.box.since(query.pts, SLICE)
    if found is None:
        return types.updates.DifferenceTooLong(pts=bot.box.pts)
    noted = list(bot.box.noted_since(query.qts)) if query.qts >= 0 else []
    # Groups count for themselves; here one only hears which of them to ask.
    moved = [
        types.UpdateChannelTooLong(channel_id=group.id, pts=group.box.pts)
        for group in methods.world.groups.values()
        if bot.id in group.members and group.changed_at > query.date
    ]
    if not (found or noted or moved):
        return types.updates.DifferenceEmpty(date=now(), seq=0)
    reached = found[-1][0] if found else bot.box.pts
    new, other = _split([update for _, update in found])
    users, chats = methods.world.about(new, bot)
    chats += [methods.world.groups[each.channel_id].chat_for(bot.id) for each in moved]
    facts = {"new_messages": new, "new_encrypted_messages": [], "other_updates": other + noted + moved}
    state = types.updates.State(pts=reached, qts=bot.box.qts, date=now(), seq=0, unread_count=0)
    if reached < bot.box.pts:
        return types.updates.DifferenceSlice(**facts, users=users, chats=chats, intermediate_state=state)
    return types.updates.Difference(**facts, users=users, chats=chats, state=state)


@answers(fn.updates.GetChannelDifference)
def _channel_difference(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    group = methods.world.in_group(bot, query.channel.channel_id)
    box = group.box
    found = box.since(query.pts, min(query.limit, SLICE))
    if found is None:
        return _too_long(methods, bot, group)
    if not found:
        return types.updates.ChannelDifferenceEmpty(pts=box.pts, final=True)
    new, other = _split([seen_by(bot, update) for _, update in found if hears(bot, group, update)])
    users, chats = methods.world.about(new, bot)
    return types.updates.ChannelDifference(
        pts=found[-1][0], new_messages=new, other_updates=other, chats=chats or [group.chat_for(bot.id)], users=users,
        final=found[-1][0] == box.pts or None,
    )  # fmt: skip


def _too_long(methods: Methods, bot: Bot, group: Any) -> Any:
    """So much happened that one gets the newest messages only, and the count to go on from."""
    newest = [group.box.messages[each] for each in sorted(group.box.messages)[-SLICE:]]
    users, chats = methods.world.about(newest, bot)
    dialog = types.Dialog(
        peer=types.PeerChannel(channel_id=group.id), top_message=group.box.last_id, pts=group.box.pts,
        notify_settings=types.PeerNotifySettings(), **NO_COUNTS,
    )  # fmt: skip
    return types.updates.ChannelDifferenceTooLong(dialog=dialog, messages=newest, chats=chats, users=users, final=True)


def _split(updates: list[Any]) -> tuple[list[Any], list[Any]]:
    """New messages apart from everything else, as differences carry them."""
    new = [u.message for u in updates if isinstance(u, types.UpdateNewMessage | types.UpdateNewChannelMessage)]
    return new, [u for u in updates if not isinstance(u, types.UpdateNewMessage | types.UpdateNewChannelMessage)]
