"""What the bot tells Telegram about itself: commands per language, description, menu button."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from pyrogram import raw
from pyrogram.errors import RPCError
from tikethet_service.settings import Language
from tikethet_service.texts import text

from tikethet_bot.rules.intents import COMMANDS
from tikethet_bot.store.signs import EVERYBODYS
from tikethet_bot.telegram.client import Unreachable

_TONGUES: Final[tuple[tuple[str, Language], ...]] = (("", EVERYBODYS), ("ru", "ru"), ("en", "en"))
"""Telegram's language code ("" is everybody else's) and ours."""

types, fn = raw.types, raw.functions
_log = structlog.get_logger("tikethet.bot.signs")


async def put_up(call: Callable[[Any], Awaitable[Any]], app_url: str | None) -> None:
    """Say it all; what Telegram does not take is not worth stopping for."""
    for code, language in _TONGUES:
        commands = [
            types.BotCommand(command=name, description=text(language, f"bot.command_{name}")) for name in COMMANDS
        ]
        scope = types.BotCommandScopeDefault()
        await _ask(call, fn.bots.SetBotCommands(scope=scope, lang_code=code, commands=commands))
        await _ask(
            call,
            fn.bots.SetBotInfo(
                lang_code=code, about=text(language, "bot.about_short"), description=text(language, "bot.about")
            ),
        )
    button = menu_button(EVERYBODYS, app_url)
    await _ask(call, fn.bots.SetBotMenuButton(user_id=types.InputUserEmpty(), button=button))


def menu_button(language: Language, app_url: str | None) -> Any:
    """The button beside the field that opens the Mini App. Telegram takes one for all and one per chat, no language."""
    if not app_url:
        return types.BotMenuButtonDefault()
    return types.BotMenuButton(text=text(language, "bot.open_app"), url=app_url)


async def _ask(call: Callable[[Any], Awaitable[Any]], query: Any) -> None:
    try:
        await call(query)
    except (RPCError, Unreachable) as failure:
        _log.warning("Telegram did not take a sign", what=type(query).__name__, why=type(failure).__name__)
