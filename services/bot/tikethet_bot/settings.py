"""What the bot reads from the environment."""

from pathlib import Path
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from tikethet_service.settings import Mode, ServiceSettings

from tikethet_bot.rules.proxy import proxy_of

_WITH_A_TOKEN: Final = (
    "telegram_api_id", "telegram_api_hash", "database_url", "nats_url", "tickets_url",
)  # fmt: skip


def _token(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    number, _, secret = text.partition(":")
    if not (number.isascii() and number.isdigit()) or len(secret) < 30:  # noqa: PLR2004 - the shape of every token BotFather gives
        raise ValueError("must look like 123456789:AA…")
    return SecretStr(text)


def _address(value: object) -> str:
    host, _, port = str(value).rpartition(":")
    if not host or not port.isdigit():
        raise ValueError("must be host:port")
    return str(value)


def _proxy(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    proxy_of(text)
    return SecretStr(text)


class Settings(ServiceSettings):
    """Without ``TELEGRAM_BOT_TOKEN`` the process runs, does nothing and says so; with it, the rest is needed too."""

    telegram_bot_token: Annotated[SecretStr, BeforeValidator(_token)] | None = Field(
        None, description="the token BotFather gave"
    )
    telegram_api_id: int | None = Field(None, ge=1, description="the api_id of my.telegram.org")
    telegram_api_hash: SecretStr | None = Field(None, description="the api_hash of my.telegram.org")
    telegram_proxy: Annotated[SecretStr, BeforeValidator(_proxy)] | None = Field(
        None,
        description="socks5://user:password@host:port, http://…, mtproxy://host:port?secret=… (dd… and ee… too) or tg://proxy?…",
    )
    telegram_test_server: Annotated[str, BeforeValidator(_address)] | None = Field(
        None, description="host:port of another server, in demo and test mode only"
    )
    telegram_test_rsa_key: Path | None = Field(None, description="that server's public key, a PEM file")
    database_url: str | None = Field(None, description="postgresql://user:password@host:port/database")
    nats_url: str | None = Field(None, description="nats://user:password@host:port")
    nats_api_prefix: str = Field("$JS.API", description="JetStream API prefix of this account")
    tickets_url: str | None = Field(None, description="http://host:port of the tickets service")
    public_url: str = Field("", description="where people reach the gateway; Mini App buttons need https")

    @property
    def app_url(self) -> str | None:
        """Where the Mini App is; Telegram opens it over https only, a test server's clients over http too."""
        opened = ("https://", "http://") if self.telegram_test_server else ("https://",)
        return f"{self.public_url.rstrip('/')}/app/" if self.public_url.startswith(opened) else None

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        """Refuse half a configuration, and a foreign server in production: it would be handed the token."""
        if (self.telegram_test_server or self.telegram_test_rsa_key) and self.mode is Mode.PRODUCTION:
            raise ValueError("TELEGRAM_TEST_SERVER and TELEGRAM_TEST_RSA_KEY are for TIKETHET_MODE=demo or test only")
        if (self.telegram_test_server is None) != (self.telegram_test_rsa_key is None):
            raise ValueError("TELEGRAM_TEST_SERVER and TELEGRAM_TEST_RSA_KEY go together")
        if self.telegram_test_rsa_key is not None and not self.telegram_test_rsa_key.is_file():
            raise ValueError("TELEGRAM_TEST_RSA_KEY names no file")
        if self.telegram_bot_token is not None:
            missing = [name.upper() for name in _WITH_A_TOKEN if getattr(self, name) is None]
            if missing:
                raise ValueError(f"TELEGRAM_BOT_TOKEN needs {', '.join(missing)} too")
        return self
