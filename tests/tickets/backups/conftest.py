"""The same two houses on one database as the commands' own tests have; and one with a bot, to be put back."""

from pathlib import Path
from uuid import UUID

import pytest
from tikethet_devstack.provision import Databases

from tests.tickets.backups.house import MEMBER, NOW, House, fresh
from tests.tickets.handle.conftest import pair

__all__ = ["pair"]


@pytest.fixture
def bot_schema(tmp_path: Path) -> Path:
    folder = tmp_path / "schema"
    folder.mkdir()
    (folder / "0001_bot.sql").write_text(
        """
        CREATE TABLE bot.later (id bigint PRIMARY KEY);
        CREATE TABLE bot.first ("order" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            later bigint REFERENCES bot.later, word text NOT NULL, loud text GENERATED ALWAYS AS (upper(word)) STORED);
        CREATE TABLE bot.sealed (id int PRIMARY KEY, content bytea);
        INSERT INTO bot.sealed VALUES (1, NULL);
        """
    )
    return folder


@pytest.fixture
async def house(postgres: Databases, bot_schema: Path) -> House:
    made = await fresh(postgres)
    await made.furnish(bot_schema)
    await made.run(made.bot, "INSERT INTO bot.later VALUES (7)")
    await made.run(made.bot, "INSERT INTO bot.first (later, word) VALUES (7, 'при\\вет\t!'), (NULL, '')")
    await made.run(made.bot, "UPDATE bot.sealed SET content = $1", b"\x00\xff\n\\")
    await made.run(made.tickets, "INSERT INTO tickets.read_markers VALUES ($1, $1, 3, $2)", UUID(MEMBER), NOW)
    return made
