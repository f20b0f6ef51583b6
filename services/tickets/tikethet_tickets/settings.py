"""What the tickets process reads from its environment."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, PostgresDsn, SecretStr
from pydantic_settings import NoDecode
from tikethet_service.settings import ServiceSettings, decode_key

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
MEBIBYTE = 1024 * 1024
SECRET_BYTES = 32
"""The least length of SECRET_KEY."""


def _secret(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if len(decode_key(text)) < SECRET_BYTES:
        raise ValueError(f"must be base64url of at least {SECRET_BYTES} bytes")
    return SecretStr(text)


def _database(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    PostgresDsn(text)
    return SecretStr(text)


def _telegram_ids(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return frozenset(int(part) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be a comma list of Telegram ids") from None


Secret = Annotated[SecretStr, BeforeValidator(_secret)]
"""SECRET_KEY."""
Database = Annotated[SecretStr, BeforeValidator(_database)]
"""DATABASE_URL."""


def _files(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if not re.fullmatch(r"(file:///|s3://[^/\s]+)\S*", text):
        raise ValueError("must be file:///folder or s3://bucket/prefix")
    return SecretStr(text)


Files = Annotated[SecretStr, BeforeValidator(_files)]
"""FILES_URL."""


def _networks(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in value.split(",") if part.strip())
    except ValueError:
        raise ValueError("must be a comma list of networks: 10.1.0.0/16,fd00::/8") from None


class Settings(ServiceSettings):
    """All of it, frozen."""

    database_url: Database = Field(description="postgresql://user:password@host:port/name of the tickets role")
    nats_url: str = Field(description="nats://user:password@host:port", pattern=r"^(nats|tls|ws|wss)://\S+$")
    nats_api_prefix: str = Field("$JS.API", description="where JetStream's API is for this account")
    nats_replicas: int = Field(1, ge=1, le=5, description="on how many NATS servers the stream is kept")
    secret_key: Secret = Field(
        description="base64url of at least 32 bytes; wraps every key personal data is sealed with"
    )
    admin_telegram_ids: Annotated[frozenset[int], NoDecode, BeforeValidator(_telegram_ids)] = Field(
        frozenset(), description="comma list of Telegram ids that join as ADMIN"
    )
    files_url: Files | None = Field(
        None, description="where files are kept: file:///folder or s3://bucket/prefix (then AWS_* too)"
    )
    files_image_max_bytes: int = Field(10 * MEBIBYTE, ge=1, description="largest picture that is kept")
    files_document_max_bytes: int = Field(20 * MEBIBYTE, ge=1, description="largest file of any other kind")
    webhook_networks: Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)] = Field(
        (), description="comma list of private networks that webhooks may reach; public addresses always, over https"
    )
    erasures_file: Path | None = Field(
        None,
        description="the ledger of who was forgotten, shut out or demoted, outside every back-up; a restore obeys it",
    )

    @property
    def secret(self) -> bytes:
        """The raw bytes of SECRET_KEY."""
        return decode_key(self.secret_key.get_secret_value())
