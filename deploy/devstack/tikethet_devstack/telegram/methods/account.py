"""Who the bot is, whom it knows, and what it says of itself: commands, menu button, descriptions."""

import re
from typing import Any, Final

from pyrogram import raw
from pyrogram.raw.core import Vector

from tikethet_devstack.telegram.methods.asked import Methods, answers, boxed, itself, yes
from tikethet_devstack.telegram.sessions import Plain, RpcFault, Session
from tikethet_devstack.telegram.world import Bot

fn, types = raw.functions, raw.types

COMMANDS_MAX: Final = 100
DESCRIPTION_MAX: Final = 256
_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")


@answers(fn.users.GetFullUser)
def _full_user(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    user = itself(bot) if isinstance(query.id, types.InputUserSelf) else methods.world.user(query.id.user_id)
    full = types.UserFull(
        id=user.id, settings=types.PeerSettings(), notify_settings=types.PeerNotifySettings(), common_chats_count=0,
    )  # fmt: skip
    return types.users.UserFull(full_user=full, chats=[], users=[user])


@answers(fn.users.GetUsers)
def _users(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    wanted = [boxed(each, 4) for each in query.id]
    found = [
        itself(bot) if isinstance(each, types.InputUserSelf) else methods.world.user(each.user_id) for each in wanted
    ]
    return Plain(Vector(found))


@answers(fn.contacts.ResolveUsername)
def _resolve(methods: Methods, _: Session, _bot: Bot, query: Any) -> Any:
    for user in (*methods.world.people.values(), *(bot.user for bot in methods.world.bots.values())):
        if (user.username or "").lower() == query.username.lower():
            return types.contacts.ResolvedPeer(peer=types.PeerUser(user_id=user.id), chats=[], users=[user])
    raise RpcFault(400, "USERNAME_NOT_OCCUPIED")


@answers(fn.auth.ExportAuthorization)
def _export(_: Methods, _session: Session, bot: Bot, _query: Any) -> Any:
    return types.auth.ExportedAuthorization(id=bot.id, bytes=b"local")


@answers(fn.auth.ImportAuthorization)
def _import(_: Methods, _session: Session, bot: Bot, _query: Any) -> Any:
    return types.auth.Authorization(user=itself(bot))


@answers(fn.bots.SetBotCommands)
def _commands(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    if len(query.commands) > COMMANDS_MAX:
        raise RpcFault(400, "BOT_COMMANDS_TOO_MUCH")
    for each in query.commands:
        if not _COMMAND.fullmatch(each.command):
            raise RpcFault(400, "BOT_COMMAND_INVALID")
        if not 1 <= len(each.description) <= DESCRIPTION_MAX:
            raise RpcFault(400, "BOT_COMMAND_DESCRIPTION_INVALID")
    scope = type(query.scope).__name__ + str(getattr(getattr(query.scope, "peer", None), "user_id", ""))
    bot.commands[scope, query.lang_code] = [(each.command, each.description) for each in query.commands]
    methods.world.seen("commands", {"bot": bot.id})
    return yes()


@answers(fn.bots.ResetBotCommands)
def _no_commands(_: Methods, _session: Session, bot: Bot, query: Any) -> Any:
    scope = type(query.scope).__name__ + str(getattr(getattr(query.scope, "peer", None), "user_id", ""))
    bot.commands.pop((scope, query.lang_code), None)
    return yes()


@answers(fn.bots.SetBotMenuButton)
def _menu(methods: Methods, _: Session, bot: Bot, query: Any) -> Any:
    user_id = getattr(query.user_id, "user_id", 0)
    bot.menu[user_id] = query.button
    if user_id and isinstance(query.button, types.BotMenuButtonDefault):  # this chat has what all have again
        del bot.menu[user_id]
    methods.world.seen("menu", {"bot": bot.id})
    return yes()


@answers(fn.bots.SetBotInfo)
def _about(_: Methods, _session: Session, bot: Bot, query: Any) -> Any:
    said = {"name": query.name, "about": query.about, "description": query.description}
    bot.about.setdefault(query.lang_code, {}).update({key: text for key, text in said.items() if text is not None})
    return yes()
