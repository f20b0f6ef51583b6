"""What the gateway reads from its environment."""

import ipaddress
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from init_data_py import hash_token
from pydantic import BeforeValidator, Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode
from tikethet_service.callers import public_key_of
from tikethet_service.settings import Mode, ServiceSettings

from tikethet_gateway.rules import BotId, Network, Proof, TokenHash

DEMO_BOT_TOKEN = "7000000000:AAEdemo-token-for-the-local-sandbox-000"  # noqa: S105 - public on purpose, never in production
"""Signs the demo people's init data where no real bot is configured."""

MEBIBYTE = 1024 * 1024

_WAYS = "the bot's token, or TELEGRAM_BOT_TOKEN_HASH, or TELEGRAM_BOT_ID"


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(ipaddress.ip_network(part.strip(), strict=False) for part in value.split(",") if part.strip())


class GatewaySettings(ServiceSettings):
    """Addresses of the other services, how people sign in, and what one person may ask for."""

    port: int = Field(8000, ge=0, le=65535, description="HTTP port to listen on")
    redis_url: str = Field(pattern=r"^(rediss?|unix)://", description="redis://host:port/0 of Redis or Valkey")
    tickets_url: str = Field(pattern=r"^https?://", description="http://host:port of the tickets service")
    notify_url: str = Field(pattern=r"^https?://", description="http://host:port of the notify service")
    notify_ws_url: str = Field(pattern=r"^wss?://", description="ws://host:port/ws of the notify service")
    bot_url: str | None = Field(None, pattern=r"^https?://", description="http://host:port of the bot service")
    sandbox_url: str | None = Field(None, pattern=r"^http://127\.0\.0\.1:", description="the demo's chat page")
    public_url: str | None = Field(None, pattern=r"^https?://", description="address people open, https in production")
    static_dir: Path = Field(Path(__file__).parent / "static", description="folder the Mini App was built into")

    telegram_bot_token: SecretStr | None = Field(None, description="the bot's token from @BotFather")
    telegram_bot_token_hash: str | None = Field(
        None, pattern=r"^[0-9a-fA-F]{64}$", description='hex of HMAC-SHA256("WebAppData", bot token)'
    )
    telegram_bot_id: int | None = Field(
        None, gt=0, description="the bot's id: init data is then checked with Telegram's signature, without a secret"
    )
    init_data_max_age_s: int = Field(3600, ge=60, le=86_400, description="seconds init data may be old")
    init_data_max_exchanges: int = Field(20, ge=1, description="sign-ins with the same init data in that time")
    session_days: int = Field(30, ge=1, le=365, description="days an unused session lives")

    trusted_proxies: Annotated[Sequence[Network], NoDecode, BeforeValidator(_networks)] = Field(
        (), description="comma list of networks whose X-Forwarded-For is believed"
    )
    sign_in_per_minute: float = Field(120, gt=0, description="sign-ins and refreshes a minute from one address")
    sign_in_burst: int = Field(60, ge=1, description="sign-ins and refreshes at once from one address")
    requests_per_second: float = Field(50, gt=0, description="API calls a second of one member")
    requests_burst: int = Field(200, ge=1, description="API calls at once of one member")
    sockets_per_second: float = Field(10, gt=0, description="new sockets a second from one address")
    sockets_burst: int = Field(200, ge=1, description="new sockets at once from one address")
    sockets_max: int = Field(10_000, ge=1, description="open sockets of this process")

    body_max_bytes: int = Field(64 * MEBIBYTE, ge=MEBIBYTE, description="largest request body forwarded")
    upstream_connect_s: float = Field(2, gt=0, description="seconds to reach another service")
    upstream_answer_s: float = Field(15, gt=0, description="seconds another service may take to begin its answer")
    upstream_idle_s: float = Field(30, gt=0, description="seconds a body may stand still, either way")

    @field_validator("tickets_url", "notify_url", "bot_url", "public_url")
    @classmethod
    def _without_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else value

    @model_validator(mode="after")
    def _fits_its_mode(self) -> Self:
        if self.mode is Mode.PRODUCTION:
            if not (self.telegram_bot_token or self.telegram_bot_token_hash or self.telegram_bot_id):
                raise ValueError(f"TELEGRAM_BOT_TOKEN is missing ({_WAYS})")
        elif not _is_loopback(self.host):
            raise ValueError(f"HOST must be a loopback address with TIKETHET_MODE={self.mode} (127.0.0.1)")
        known = self.service_public_keys.get("gateway")
        if known is not None and known != public_key_of(self.service_seed):
            raise ValueError("SERVICE_PUBLIC_KEYS has another key for the gateway than the one of SERVICE_KEY")
        return self

    @cached_property
    def proof(self) -> Proof:
        """What init data is checked with: the hash of the bot's token, never the token, or the bot's id alone."""
        if self.telegram_bot_token_hash is not None:
            return TokenHash(self.telegram_bot_token_hash.lower())
        if self.telegram_bot_token is not None:
            return TokenHash(hash_token(self.telegram_bot_token.get_secret_value()))
        if self.telegram_bot_id is not None:
            return BotId(self.telegram_bot_id)
        return TokenHash(hash_token(DEMO_BOT_TOKEN))

    @property
    def demo(self) -> bool:
        """Whether the demo's people exist: never in production, never beside a real bot."""
        return self.mode is not Mode.PRODUCTION and self.proof == TokenHash(hash_token(DEMO_BOT_TOKEN))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
