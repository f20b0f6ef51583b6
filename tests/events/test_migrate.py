"""Numbered SQL, forward only, once, whoever comes first."""

import asyncio
from pathlib import Path

import asyncpg
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.errors import Unmigratable
from tikethet_events.migrate import LOG_SCHEMA, migrate


def _folder(path: Path, **files: str) -> Path:
    path.mkdir(exist_ok=True)
    for name, text in files.items():
        (path / f"{name.removeprefix('_')}.sql").write_text(text)
    return path


async def test_folders_run_in_order_and_only_once(connection: asyncpg.Connection, tmp_path: Path) -> None:
    views = _folder(
        tmp_path / "views",
        _0001_view="CREATE VIEW tickets.positions AS SELECT position FROM tickets.events",
        _0002_more="CREATE VIEW tickets.more AS SELECT * FROM tickets.positions; SELECT 1",
    )
    folders = {"log": LOG_SCHEMA, "views": views}

    ran = await migrate(connection, folders)
    assert ran[0] == "log/0001_log.sql"
    assert ran[-2:] == ["views/0001_view.sql", "views/0002_more.sql"]
    assert await migrate(connection, folders) == []
    _folder(views, _0003_again="CREATE TABLE tickets.third ()")
    assert await migrate(connection, folders) == ["views/0003_again.sql"]


async def test_a_file_that_fails_leaves_nothing_and_may_be_mended(
    connection: asyncpg.Connection, tmp_path: Path
) -> None:
    bad = _folder(
        tmp_path / "bad", _0001_fine="CREATE TABLE tickets.a ()", _0002_bad="CREATE TABLE tickets.b (); SELECT 1/0"
    )
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(connection, {"bad": bad})
    assert await connection.fetchval("SELECT to_regclass('tickets.b')") is None
    _folder(bad, _0002_bad="CREATE TABLE tickets.b ()")
    assert await migrate(connection, {"bad": bad}) == ["bad/0002_bad.sql"]


async def test_a_changed_or_missing_file_is_an_error(connection: asyncpg.Connection, tmp_path: Path) -> None:
    views = _folder(tmp_path / "views", _0001_a="SELECT 1", _0002_b="SELECT 2")
    await migrate(connection, {"views": views})

    _folder(views, _0001_a="SELECT 'changed'")
    with pytest.raises(Unmigratable, match=r"0001_a\.sql.*changed"):
        await migrate(connection, {"views": views})
    _folder(views, _0001_a="SELECT 1")
    (views / "0002_b.sql").unlink()
    with pytest.raises(Unmigratable, match=r"0002_b\.sql.*does not have it"):
        await migrate(connection, {"views": views})


@pytest.mark.parametrize("name", ["_0002_gap", "_first", "_0001-dash", "_0001_Upper"])
async def test_names_say_their_place(connection: asyncpg.Connection, tmp_path: Path, name: str) -> None:
    with pytest.raises(Unmigratable, match="expected a name like 0001_"):
        await migrate(connection, {"odd": _folder(tmp_path / "odd", **{name: "SELECT 1"})})


async def test_processes_that_start_together_run_each_file_once(postgres: Databases) -> None:
    url = await postgres.database()
    connections = await asyncio.gather(*(asyncpg.connect(url) for _ in range(4)))
    ran = await asyncio.gather(*(migrate(connection, {"log": LOG_SCHEMA}) for connection in connections))
    for connection in connections:
        await connection.close()
    assert sorted(map(bool, ran)) == [False, False, False, True]


async def test_another_schema_keeps_its_own_book(postgres: Databases, tmp_path: Path) -> None:
    connection = await asyncpg.connect(await postgres.database("tikethet_bot"))
    bot = _folder(tmp_path / "bot", _0001_journal="CREATE TABLE bot.journal (id bigint)")
    assert await migrate(connection, {"bot": bot}, schema="bot") == ["bot/0001_journal.sql"]
    assert await migrate(connection, {"bot": bot}, schema="bot") == []
    await connection.close()
