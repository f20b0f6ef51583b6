"""What single chats show: staff's list the commands of their role, and the menu button speaks the person's language.

It is set anew when role, language or the Mini App's address changes.
"""

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
from tikethet_bot.telegram.signs import menu_button

LOOK_S: Final = 2.0

types, fn = raw.types, raw.functions
_log = structlog.get_logger("tikethet.bot.personal_signs")


async def keep(
    call: Callable[[Any], Awaitable[Any]], signs: Signs, app_url: str | None, *, allowed: Callable[[], bool]
) -> None:
    """Until cancelled."""
    while True:
        try:
            if allowed():
                for sign in await signs.wanted():
                    for query in _queries(sign, app_url):
                        await _ask(call, query)
                    await signs.done(sign)
        except FloodWait as failure:
            await asyncio.sleep(float(str(failure.value or 1)))
        except Unreachable:
            pass
        except DATABASE_TROUBLE as failure:
            _log.warning("signs wait", why=type(failure).__name__)
        await asyncio.sleep(LOOK_S)


def _queries(sign: Sign, app_url: str | None) -> list[Any]:
    """The calls that make a chat show what it should."""
    queries: list[Any] = []
    if sign.stale_commands:
        peer = types.InputPeerUser(user_id=sign.telegram_id, access_hash=sign.access_hash)
        scope = types.BotCommandScopePeer(peer=peer)
        commands = [
            types.BotCommand(command=name, description=text(sign.language, f"bot.command_{name}"))
            for name in commands_of(sign.role)
        ]
        put_up = fn.bots.SetBotCommands(scope=scope, lang_code="", commands=commands)
        queries.append(put_up if sign.commands else fn.bots.ResetBotCommands(scope=scope, lang_code=""))
    if sign.stale_menu:
        user = types.InputUser(user_id=sign.telegram_id, access_hash=sign.access_hash)
        button = menu_button(sign.language, app_url) if sign.menu else types.BotMenuButtonDefault()
        queries.append(fn.bots.SetBotMenuButton(user_id=user, button=button))
    return queries


async def _ask(call: Callable[[Any], Awaitable[Any]], query: Any) -> None:
    try:
        await call(query)
    except FloodWait:
        raise
    except RPCError as failure:
        _log.warning("Telegram did not take a sign of somebody's", what=type(query).__name__, why=failure.ID)
