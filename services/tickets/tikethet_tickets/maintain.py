"""``tikethet-tickets rebuild | verify``: for the operator, on a running desk.

Exit codes: 0 all is well, 1 something is not as the log says (or could not be done now), 2 a bad call or setting.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

import asyncpg
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from tikethet_events import chain
from tikethet_events.errors import Broken, LogError
from tikethet_events.log import Log
from tikethet_events.sealing import Keyring
from tikethet_service.settings import decode_key, load

from tikethet_tickets.settings import Database, Secret
from tikethet_tickets.views.rebuild import Busy, Difference, alone, compare, fill, switch

COMPARE_TRIES = 3
"""Somebody erased while the log is read looks like a difference once, and not a second time."""


class Keys(BaseSettings):
    """What the commands need of the tickets process's environment."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    database_url: Database = Field(description="postgresql://… of the tickets role")
    secret_key: Secret = Field(description="the one the tickets process runs with")


def main(arguments: Sequence[str] | None = None) -> int:
    """The console script; returns the exit code."""
    parser = argparse.ArgumentParser(prog="tikethet-tickets", description="Look after the read models of tickets.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("rebuild", help="fill every read model from the log alone, beside the live one, and switch")
    commands.add_parser("verify", help="check the chain of the log, and every read model row for row against the log")
    command = parser.parse_args(arguments).command
    keys = load(Keys)
    try:
        return asyncio.run(_run(command, keys))
    except Busy as busy:
        _say(f"not now: {busy}")
    except LogError as failure:
        _say(str(failure))
    except (OSError, asyncpg.PostgresError) as failure:
        _say(f"the database does not answer: {type(failure).__name__}")
    return 1


async def _run(command: str, keys: Keys) -> int:
    url = keys.database_url.get_secret_value()
    async with (
        asyncpg.create_pool(url, min_size=1, max_size=3, timeout=5) as pool,
        Log(pool, Keyring(decode_key(keys.secret_key.get_secret_value()))) as log,
    ):
        return await (rebuild(pool, log) if command == "rebuild" else verify(pool, log))


async def rebuild(pool: "asyncpg.Pool[asyncpg.Record]", log: Log) -> int:
    """Rebuild every read model while the desk goes on working."""
    async with alone(pool) as connection:
        position = await fill(connection, log, _progress)
        position = await switch(connection, log, position)
    _say(f"read models   rebuilt from the log and switched at position {position}")
    return 0


async def verify(pool: "asyncpg.Pool[asyncpg.Record]", log: Log) -> int:
    """Check the chain, then the read models; changes nothing."""
    return max(await _verify_chain(pool), await _verify_views(pool, log))


async def _verify_chain(pool: "asyncpg.Pool[asyncpg.Record]") -> int:
    try:
        whole = await chain.verify(pool)
    except Broken as broken:
        _say(f"log           BROKEN at position {broken.position}: {broken.what}")
        return 1
    _say(f"log           whole: {whole.position} events, last hash {whole.hash}")
    return 0


async def _verify_views(pool: "asyncpg.Pool[asyncpg.Record]", log: Log) -> int:
    position, found = 0, list[Difference]()
    for _ in range(COMPARE_TRIES):
        async with alone(pool) as connection:
            position = await fill(connection, log, _progress)
            position, found = await compare(connection, log, position)
        if not any(difference.extra or difference.missing for difference in found):
            break
    for difference in found:
        _say(_verdict(difference))
    wrong = [difference.table for difference in found if difference.extra or difference.missing]
    if wrong:
        _say(f"read models   NOT what the log says at position {position}: {', '.join(wrong)} (cure: rebuild)")
        return 1
    _say(f"read models   equal to the log, row for row, at position {position}")
    return 0


def _verdict(difference: Difference) -> str:
    said = f"  {difference.table:<16} {difference.rows:>9} rows"
    if not difference.extra and not difference.missing:
        return f"{said}  equal"
    return f"{said}  {difference.extra} not in the log, {difference.missing} missing or other"


def _progress(position: int, head: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r  replaying {position} of {head}" + ("\n" if position == head else ""))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
