"""Joins the rooms into one running process. It opens no connection yet: Telegram follows in its own issue."""

from starlette.applications import Starlette
from tikethet_service.health import Health, PartState

from tikethet_bot import routes
from tikethet_bot.settings import Settings


def application(settings: Settings) -> Starlette:
    """The process as an ASGI application."""

    async def telegram() -> PartState:
        if settings.telegram_bot_token is None:
            return PartState("not_configured", "TELEGRAM_BOT_TOKEN is not set")
        return PartState("not_configured", "this release does not speak to Telegram yet")

    return routes.application(Health("bot", {"telegram": telegram}))
