"""What the subcommands share: the settings of the tickets process, its log, and a line for the operator."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from tikethet_events.flush import Project
from tikethet_events.log import Log
from tikethet_events.sealing import Keyring
from tikethet_service.settings import decode_key, load

from tikethet_tickets.settings import Database, Secret


class Keys(BaseSettings):
    """What opens the log, from the environment of the tickets process."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    database_url: Database = Field(description="postgresql://… of the tickets role")
    secret_key: Secret = Field(description="the one the tickets process runs with")


@dataclass(frozen=True, slots=True)
class Opened:
    """A log and a pool beside it, on the installation's own database."""

    pool: "asyncpg.Pool[asyncpg.Record]"
    log: Log
    secret: bytes


@asynccontextmanager
async def open_log(*, project: Project | None = None) -> AsyncIterator[Opened]:
    """The log of the installation whose environment this is; who appends to it names what keeps the read models.

    Raises WrongSecret; a bad setting exits with 2.
    """
    keys = load(Keys)
    url, secret = keys.database_url.get_secret_value(), decode_key(keys.secret_key.get_secret_value())
    async with (
        asyncpg.create_pool(url, min_size=1, max_size=3, timeout=5) as pool,
        Log(pool, Keyring(secret), project=project) as log,
    ):
        yield Opened(pool, log, secret)


def say(line: str) -> None:
    """One line for the operator."""
    sys.stdout.write(line + "\n")


def progress(position: int, head: int) -> None:
    """How far a replay is, where somebody looks on."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r  replaying {position} of {head}" + ("\n" if position == head else ""))
