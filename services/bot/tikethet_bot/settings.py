"""What the bot reads from the environment."""

from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr
from tikethet_service.settings import ServiceSettings


def _token(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    number, _, secret = text.partition(":")
    if not number.isdigit() or len(secret) < 30:  # noqa: PLR2004 - the shape of every token BotFather gives
        raise ValueError("must look like 123456789:AA…")
    return SecretStr(text)


class Settings(ServiceSettings):
    """Without ``TELEGRAM_BOT_TOKEN`` the process runs, does nothing and says so."""

    telegram_bot_token: Annotated[SecretStr, BeforeValidator(_token)] | None = Field(
        None, description="the token BotFather gave"
    )
