"""What people write stands in a database's rows and never in its own log, whatever goes wrong or takes long."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest
from tikethet_devstack.engines import QUIET
from tikethet_devstack.provision import Databases

DEPLOY = Path(__file__).parents[2] / "deploy"
SECRET = "шифр-из-строки-таблицы-77d0"


async def test_neither_a_slow_statement_nor_a_failed_one_tells(
    postgres_server: Callable[[], Awaitable[Databases]],
) -> None:
    server = await postgres_server()
    connection = await asyncpg.connect(server.engine.url())
    try:
        await connection.execute("CREATE TABLE words (id int PRIMARY KEY, word text CHECK (id < 2))")
        await connection.execute("SET log_min_duration_statement = 0")  # from here on everything takes long
        await connection.execute("INSERT INTO words VALUES ($1, $2)", 1, SECRET)
        for taken, failure in ((1, asyncpg.UniqueViolationError), (2, asyncpg.CheckViolationError)):
            with pytest.raises(failure):
                await connection.execute("INSERT INTO words VALUES ($1, $2)", taken, SECRET)
    finally:
        await connection.close()
    said = server.engine.process.said()
    assert "INSERT INTO words" in said, "the statements were to be logged"
    assert SECRET not in said


@pytest.mark.parametrize("file", ["compose.yaml", "compose.cluster.yaml"])
def test_every_database_that_is_deployed_is_as_quiet(file: str) -> None:
    commands = re.findall(r"command: \[postgres[^]]*\]", (DEPLOY / file).read_text("utf-8"))
    assert commands
    for command in commands:
        assert all(f"-c, {setting}" in command for setting in QUIET), command
