"""Staff's chats list the commands of their role in their language; it is set anew when either changes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from pyrogram import raw
from pyrogram.errors import FloodWait, RPCError
from tikethet_events.lease import DATABASE_TROUBLE
from tikethet_service.texts import text

from tikethet_bot.rules.roles import commands_of
from tikethet_bot.store.signs import Sign, Signs
from tikethet_bot.telegram.client import Unreachable

LOOK_S: Final = 2.0

types, fn = raw.types, raw.functions
_log = structlog.get_logger("tikethet.bot.personal_signs")


async def keep(call: Callable[[Any], Awaitable[Any]], signs: Signs, *, allowed: Callable[[], bool]) -> None:
    """Until cancelled."""
    while True:
        try:
            if allowed():
                for sign in await signs.wanted():
                    await _put_up(call, sign)
                    await signs.done(sign)
        except FloodWait as failure:
            await asyncio.sleep(float(str(failure.value or 1)))
        except Unreachable:
            pass
        except DATABASE_TROUBLE as failure:
            _log.warning("signs wait", why=type(failure).__name__)
        await asyncio.sleep(LOOK_S)


async def _put_up(call: Callable[[Any], Awaitable[Any]], sign: Sign) -> None:
    peer = types.InputPeerUser(user_id=sign.telegram_id, access_hash=sign.access_hash)
    scope = types.BotCommandScopePeer(peer=peer)
    commands = [
        types.BotCommand(command=name, description=text(sign.language, f"bot.command_{name}"))
        for name in commands_of(sign.role)
    ]
    query: Any = fn.bots.SetBotCommands(scope=scope, lang_code="", commands=commands)
    if not sign.staff:
        query = fn.bots.ResetBotCommands(scope=scope, lang_code="")
    try:
        await call(query)
    except FloodWait:
        raise
    except RPCError as failure:
        _log.warning("Telegram did not take somebody's commands", why=failure.ID)
