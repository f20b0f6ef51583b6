"""A connection that waits, comes back, and says when only a new one helps."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable

import pytest
import uvloop
from nats.js.api import StreamConfig
from tikethet_devstack.engines import Nats
from tikethet_events.bus import Lineage, Stuck, close, configuration, connect, state_of, watch

LINEAGE = Lineage("an-installation", "an-epoch", 7)


async def test_it_waits_for_the_server_and_finds_it_again(nats_server: Callable[..., Awaitable[Nats]]) -> None:
    server = await nats_server()
    await server.kill()
    connecting = asyncio.get_running_loop().create_task(connect(server.url, name="early"))
    await asyncio.sleep(0.5)
    assert not connecting.done()
    await server.start()
    async with asyncio.timeout(60):
        connection = await connecting
        hasty = asyncio.get_running_loop().create_task(watch(connection, patience_s=0.5))
        watching = asyncio.get_running_loop().create_task(watch(connection))
        await server.kill()
        await asyncio.sleep(1.5)  # longer than its patience: a server that is away is no reason
        assert not hasty.done()
        hasty.cancel()  # it might look between the server's return and the client's
        await server.start()
        while not connection.is_connected:  # noqa: ASYNC110 - nats-py has no event for it
            await asyncio.sleep(0.05)
    assert not watching.done()
    await connection.close()
    with pytest.raises(Stuck, match="closed"):
        await watching


async def test_a_client_that_does_not_come_back_is_stuck(nats_server: Callable[..., Awaitable[Nats]]) -> None:
    """Somebody greets like NATS, and the client gets no further."""
    server = await nats_server()
    connection = await connect(server.url, name="stuck")
    watching = asyncio.get_running_loop().create_task(watch(connection, patience_s=0.5))
    await server.kill()

    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"max_payload":1}\r\n')
        await asyncio.sleep(1)
        writer.close()

    impostor = await asyncio.start_server(greet, "127.0.0.1", server.port)
    async with asyncio.timeout(60):
        with pytest.raises(Stuck, match="NATS answers"):
            await watching
    impostor.close()
    await close(connection)
    assert connection.is_closed


async def test_it_closes_with_words_unsaid_to_a_server_that_died(nats_server: Callable[..., Awaitable[Nats]]) -> None:
    """On the services' own loop, whose sockets refuse what is written to them once they are gone."""
    server = await nats_server()

    async def closed() -> bool:
        connection = await connect(server.url, name="unsaid")
        os.kill(server.pid, signal.SIGKILL)
        while connection.is_connected:  # noqa: ASYNC110 - nats-py has no event for it
            await asyncio.sleep(0.01)
        await connection.publish("unsaid", b"words")
        await close(connection)
        return connection.is_closed

    assert await asyncio.to_thread(uvloop.run, closed())


async def test_what_a_stream_says_of_itself(nats_server: Callable[..., Awaitable[Nats]]) -> None:
    server = await nats_server()
    connection = await connect(server.url, name="lineage")
    manager = connection.jetstream()
    assert await state_of(manager) is None
    await manager.add_stream(configuration(LINEAGE, first=12))
    state = await state_of(manager)
    assert state is not None
    assert (state.lineage, state.last, state.messages) == (LINEAGE, 11, 0)
    kept = state.config
    assert (kept.deny_delete, kept.deny_purge, kept.allow_atomic, kept.max_age) == (True, False, True, 30 * 86400.0)
    await manager.delete_stream("TIKETHET_EVENTS")
    await manager.add_stream(StreamConfig(name="TIKETHET_EVENTS", subjects=["tikethet.events.>"]))
    nobodys = await state_of(manager)
    assert nobodys is not None
    assert nobodys.lineage is None
    await connection.close()
