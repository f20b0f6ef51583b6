from collections.abc import Awaitable, Callable

import asyncpg
import nats
import pytest
import redis.asyncio as redis
from tikethet_devstack.engines import Nats
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
