"""A schema out of one database and into another, and what stops a restore before it touches anything."""

import hashlib
import secrets
from pathlib import Path

import asyncpg
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.errors import Unmigratable, WrongSecret
from tikethet_tickets.backups.database import Unfit
from tikethet_tickets.backups.making import kept, make
from tikethet_tickets.backups.restoring import restore
from tikethet_tickets.files.store import Store, open_store
from tikethet_tickets.wiring import VIEWS_SCHEMA

from tests.tickets.backups.house import NOW, SECRET, House, fresh


async def backed_up(house: House, folder: Path, store: Store | None = None) -> Path:
    return (await make(house.tickets, house.bot, store, folder, NOW)).path


async def put_back(house: House, path: Path, store: Store | None = None, secret: bytes = SECRET) -> None:
    await restore(path, house.tickets, house.bot, store, secret, VIEWS_SCHEMA)


async def test_another_database_becomes_the_same(house: House, postgres: Databases, tmp_path: Path) -> None:
    path = await backed_up(house, tmp_path)
    other = await fresh(postgres)
    await put_back(other, path)
    for table in ("first", "later", "sealed", "consumer_cursors", "migrations"):
        sql = f"SELECT t::text FROM bot.{table} t ORDER BY 1"  # noqa: S608 - our own names
        assert await other.run(other.bot, sql) == await house.run(house.bot, sql)
    assert (await other.run(other.tickets, "SELECT count(*) FROM tickets.read_markers"))[0][0] == 1
    await other.run(other.bot, "INSERT INTO bot.first (word) VALUES ('next')")  # the sequence went on
    sql = "SELECT installation, epoch FROM tickets.log_head"
    (before,), (after,) = await house.run(house.tickets, sql), await other.run(other.tickets, sql)
    assert before["installation"] == after["installation"]
    assert before["epoch"] != after["epoch"]
    assert (await house.run(house.tickets, "SELECT made_at FROM tickets.backups"))[0][0] == NOW


async def test_what_was_there_is_gone(house: House, tmp_path: Path) -> None:
    path = await backed_up(house, tmp_path)
    await house.run(house.bot, "CREATE TABLE bot.newer (id int)")
    await house.run(house.bot, "DELETE FROM bot.first")
    await put_back(house, path)
    assert (await house.run(house.bot, "SELECT count(*) FROM bot.first"))[0][0] == 2
    assert (await house.run(house.bot, "SELECT to_regclass('bot.newer')"))[0][0] is None


async def test_other_keys_touch_nothing(house: House, tmp_path: Path) -> None:
    path = await backed_up(house, tmp_path)
    await house.run(house.bot, "DELETE FROM bot.first")
    with pytest.raises(WrongSecret):
        await put_back(house, path, secret=secrets.token_bytes(32))
    assert (await house.run(house.bot, "SELECT count(*) FROM bot.first"))[0][0] == 0


async def test_a_house_at_work_is_not_touched(house: House, tmp_path: Path) -> None:
    path = await backed_up(house, tmp_path)
    working = await asyncpg.connect(house.bot)
    with pytest.raises(Unfit, match="somebody works with the database"):
        await put_back(house, path)
    await working.close()


async def test_a_failure_in_the_middle_leaves_all_as_it_was(house: House, tmp_path: Path) -> None:
    path = await backed_up(house, tmp_path)
    await house.run(house.bot, "DELETE FROM bot.first")
    schema = tmp_path / "views"
    schema.mkdir()
    (schema / "0001_other.sql").write_text("SELECT 1")  # an older release: it lacks what ran there
    with pytest.raises(Unmigratable):
        await restore(path, house.tickets, house.bot, None, SECRET, schema)
    assert (await house.run(house.bot, "SELECT count(*) FROM bot.first"))[0][0] == 0
    assert (await house.run(house.tickets, "SELECT count(*) FROM tickets.read_markers"))[0][0] == 1


async def test_attachments_come_back(house: House, tmp_path: Path) -> None:
    content = b"picture" * 300_000
    digest = hashlib.sha256(content)
    store = Store(open_store((tmp_path / "store").as_uri()))
    await store.put(f"blobs/{digest.hexdigest()[:2]}/{digest.hexdigest()}", content)
    for hash_ in (digest.digest(), secrets.token_bytes(32)):  # the second was lost
        await house.run(house.tickets, "INSERT INTO tickets.blobs VALUES ($1, 1, 'image/png', $2)", hash_, NOW)
    made = await make(house.tickets, house.bot, store, tmp_path, NOW)
    assert made.missing == 1
    path = made.path
    other = Store(open_store((tmp_path / "other").as_uri()))
    await put_back(house, path, other)
    assert await other.read(f"blobs/{digest.hexdigest()[:2]}/{digest.hexdigest()}") == content
    with pytest.raises(Unfit, match="FILES_URL"):
        await put_back(house, path, None)
    for each in (store, other):
        each.close()


async def test_nothing_to_back_up_is_said(postgres: Databases, tmp_path: Path) -> None:
    with pytest.raises(Unfit, match="start tickets once"):
        await backed_up(await fresh(postgres), tmp_path)
    assert not kept(tmp_path)
