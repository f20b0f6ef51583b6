import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import asyncpg
import nats
import pytest
import redis.asyncio as redis
from tikethet_devstack import unroot
from tikethet_devstack.engines import Nats, Postgres
from tikethet_devstack.leash import Leash
from tikethet_devstack.process import DidNotStart
from tikethet_devstack.provision import Databases


async def test_each_database_is_fresh_and_belongs_to_the_services_roles(postgres: Databases) -> None:
    url = await postgres.database()
    tickets = await asyncpg.connect(url)
    bot = await asyncpg.connect(postgres.url(url.rsplit("/", 1)[1], "tikethet_bot"))
    try:
        await tickets.execute("CREATE TABLE tickets.a (id int)")
        await bot.execute("CREATE TABLE bot.a (id int)")
        assert await tickets.fetchval("SHOW server_version_num") >= "180000"
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await bot.fetchval("SELECT count(*) FROM tickets.a")
    finally:
        await tickets.close()
        await bot.close()


async def test_a_killed_postgres_keeps_what_was_committed(
    postgres_server: Callable[..., Awaitable[Databases]],
) -> None:
    server = await postgres_server()
    url = await server.database()
    connection = await asyncpg.connect(url)
    await connection.execute("CREATE TABLE tickets.a AS SELECT 1 AS id")
    await server.engine.kill()
    connection.terminate()
    await server.engine.restart()
    connection = await asyncpg.connect(url)
    try:
        assert await connection.fetchval("SELECT id FROM tickets.a") == 1
    finally:
        await connection.close()


async def test_a_killed_nats_keeps_its_stream_and_its_address(nats_server: Callable[..., Awaitable[Nats]]) -> None:
    server = await nats_server()
    client = await nats.connect(server.url)
    js = client.jetstream()
    await js.add_stream(name="S", subjects=["s.>"])
    await js.publish("s.1", b"one")
    await client.close()
    await server.kill()
    assert not server.alive
    await server.restart()
    client = await nats.connect(server.url)
    try:
        assert (await client.jetstream().get_msg("S", 1)).data == b"one"
    finally:
        await client.close()


async def test_valkey_is_empty_and_keeps_an_append_only_file(valkey: str) -> None:
    async with redis.from_url(valkey) as client:
        assert await client.dbsize() == 0
        assert (await client.config_get("appendonly"))["appendonly"] == "yes"
        await client.set("left", "over")


async def test_valkey_is_flushed_for_the_next_test(valkey: str) -> None:
    async with redis.from_url(valkey) as client:
        assert await client.get("left") is None


async def test_data_made_with_other_secrets_is_named(
    postgres_server: Callable[..., Awaitable[Databases]], engines_dir: Path, leash: Leash
) -> None:
    server = await postgres_server()
    await server.engine.stop()
    directory = Path(server.engine.process.command[server.engine.process.command.index("-D") + 1]).parent
    other = Postgres(directory, log=engines_dir / "other.log", leash=leash, password="another")
    try:
        with pytest.raises(DidNotStart, match="was made with other secrets: make demo RESET=1"):
            await other.start()
    finally:
        await other.kill()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root has to become another user")
def test_root_becomes_nobody_and_still_reaches_a_hidden_folder(tmp_path: Path) -> None:
    owner = pwd.getpwnam("nobody")
    closed, opened = tmp_path / "closed", Path(tempfile.mkdtemp())
    opened.chmod(0o755)
    for folder in (closed, opened):
        (folder / "place").mkdir(parents=True)
    closed.chmod(0o700)
    script = [sys.executable, unroot.__file__, str(owner.pw_uid), str(owner.pw_gid)]
    for folder, rights in ((closed, "0000000000000002"), (opened, "0000000000000000")):
        command = [*script, "/bin/cat", "/proc/self/status", str(folder / "place" / "..")]
        said = subprocess.run(command, capture_output=True, text=True, check=False).stdout
        assert f"Uid:\t{owner.pw_uid}" in said
        assert f"CapEff:\t{rights}" in said
    shutil.rmtree(opened)
