"""The environment, read once into one frozen object; a bad one ends the process with a single clear line."""

import base64
import binascii
import os
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, NoReturn, TypeVar

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

KEY_BYTES = 32
"""Length of an Ed25519 seed and of a raw Ed25519 public key."""

Language = Literal["ru", "en"]


class Mode(StrEnum):
    """What kind of installation this is; anything but ``PRODUCTION`` opens doors for trying and testing."""

    PRODUCTION = "production"
    DEMO = "demo"
    TEST = "test"


def decode_key(value: str) -> bytes:
    """A base64url string, padded or not, as bytes; ``ValueError`` when it is none."""
    try:
        return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeError) as failure:
        raise ValueError("must be base64url") from failure


def encode_key(value: bytes) -> str:
    """Bytes as unpadded base64url, the way keys are written in the environment."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def _decode_seed(value: object) -> SecretStr:
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if len(decode_key(text)) != KEY_BYTES:
        raise ValueError(f"must be base64url of {KEY_BYTES} bytes")
    return SecretStr(text)


def _decode_public_keys(value: object) -> object:
    if not isinstance(value, str):
        return value
    keys: dict[str, bytes] = {}
    for entry in filter(None, (part.strip() for part in value.split(","))):
        name, separator, encoded = entry.partition("=")
        if not separator or len(key := decode_key(encoded)) != KEY_BYTES:
            raise ValueError("must be a comma list of service=<base64url of 32 bytes>")
        keys[name] = key
    return keys


Seed = Annotated[SecretStr, BeforeValidator(_decode_seed)]
PublicKeys = Annotated[Mapping[str, bytes], NoDecode, BeforeValidator(_decode_public_keys)]


class ServiceSettings(BaseSettings):
    """What every process reads. Names in the environment are the upper-case field names."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    tikethet_mode: Mode = Field(Mode.PRODUCTION, description="production, demo or test")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(ge=0, le=65535, description="HTTP port to listen on")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="debug, info, warning, error")
    log_format: Literal["json", "console"] = Field("json", description="json or console")
    service_key: Seed = Field(description="base64url of this service's 32-byte Ed25519 seed")
    service_public_keys: PublicKeys = Field(description="gateway=<base64url>,tickets=…,notify=…,bot=…")

    @property
    def mode(self) -> Mode:
        """What kind of installation this is."""
        return self.tikethet_mode

    @property
    def service_seed(self) -> bytes:
        """The raw 32-byte Ed25519 seed of this service."""
        return decode_key(self.service_key.get_secret_value())


S = TypeVar("S", bound=BaseSettings)


def load(cls: type[S]) -> S:
    """Read the environment into ``cls``; on a missing or malformed value say so in one line and exit with 2.

    A setting that is not in the environment is looked for in a file of its name in the folder ``SECRETS_DIR``.
    """
    folder = os.environ.get("SECRETS_DIR") or None
    try:
        if folder is not None and not os.access(folder, os.R_OK | os.X_OK):
            _stop(f"SECRETS_DIR {folder} is no folder that can be read")
        return cls(_secrets_dir=folder)
    except ValidationError as failure:
        faults = "; ".join(_say(cls, error["loc"], error["type"], error["msg"]) for error in failure.errors())
        _stop(faults)


def _stop(fault: str) -> NoReturn:
    print(f"tikethet: {fault}", file=sys.stderr)  # noqa: T201 - logging is not set up before settings are read
    raise SystemExit(2) from None


def _say(cls: type[BaseSettings], location: tuple[Any, ...], kind: str, message: str) -> str:
    name = str(location[0]) if location else ""
    field = cls.model_fields.get(name)
    hint = f" ({field.description})" if field is not None and field.description else ""
    fault = "is missing" if kind == "missing" else message.removeprefix("Value error, ")
    return f"{name.upper()} {fault}{hint}" if name else fault
