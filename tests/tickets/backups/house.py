"""A database with both services' schemas, to be backed up and put back."""

import secrets
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
from tikethet_devstack.provision import Databases
from tikethet_events.cursor import consumer_tables
from tikethet_events.log import Log
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.sealing import Keyring
from tikethet_tickets.wiring import VIEWS_SCHEMA

SECRET = secrets.token_bytes(32)
NOW = datetime(2026, 3, 1, 3, 15, tzinfo=UTC)
MEMBER = "0197f000-0000-7000-8000-000000000001"


class House:
    """One database with both services' schemas, and the address of each role."""

    def __init__(self, tickets: str, bot: str) -> None:
        self.tickets = tickets
        self.bot = bot

    async def furnish(self, bot: Path) -> None:
        connection = await asyncpg.connect(self.tickets)
        await migrate(connection, {"log": LOG_SCHEMA, "tickets": VIEWS_SCHEMA})
        async with asyncpg.create_pool(self.tickets, min_size=1, max_size=2) as pool, Log(pool, Keyring(SECRET)):
            pass
        await connection.close()
        connection = await asyncpg.connect(self.bot)
        await migrate(connection, {"bot": bot}, schema="bot")
        await connection.execute(consumer_tables("bot"))
        await connection.close()

    async def run(self, url: str, sql: str, *arguments: object) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(url)
        try:
            rows: list[asyncpg.Record] = await connection.fetch(sql, *arguments)
            return rows
        finally:
            await connection.close()


async def fresh(postgres: Databases) -> House:
    url = await postgres.database()
    return House(url, postgres.url(url.rpartition("/")[2], "tikethet_bot"))
