"""What arrives is handed out at once, in order and only once; whatever may have been lost is said."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig
from nats.js.manager import JetStreamManager
from tikethet_devstack.engines import Nats
from tikethet_events.batch import Batches, Outgoing
from tikethet_events.bus import DEFAULT_PREFIX, Lineage, configuration, connect
from tikethet_events.pull import Interrupted, Pull
from tikethet_events.stream import STREAM


@pytest.fixture
async def server(nats_server: Callable[..., Awaitable[Nats]]) -> Nats:
    return await nats_server()


@pytest.fixture
async def connection(server: Nats) -> AsyncIterator[Client]:
    connection = await connect(server.url, name="pull")
    manager = connection.jetstream()
    await manager.add_stream(configuration(Lineage("an-installation", "an-epoch")))
    await manager.add_consumer(STREAM, ConsumerConfig(name="puller", durable_name="puller"))
    yield connection
    await connection.close()


@pytest.fixture
def manager(connection: Client) -> JetStreamManager:
    return connection.jetstream()


def pull(connection: Client, batch: int = 256) -> Pull:
    return Pull(connection, DEFAULT_PREFIX, STREAM, "puller", batch=batch)


async def publish(connection: Client, after: int, count: int) -> None:
    async with Batches(connection) as batches:
        outgoing: list[Outgoing] = [
            ("tikethet.events.-.-.X", {}, b"%d" % (after + number)) for number in range(1, count + 1)
        ]
        await batches.publish(outgoing, after=after)


def numbers(messages: list[Msg]) -> list[int]:
    return [int(message.data) for message in messages]


async def test_in_order_in_several_requests(connection: Client) -> None:
    got: list[int] = []
    async with pull(connection, batch=5) as pulled:
        await publish(connection, 0, 23)
        while len(got) < 23:
            arrived = numbers(await pulled.next(10))
            assert 0 < len(arrived) <= 5
            got += arrived
        assert got == list(range(1, 24))
        assert await pulled.next(0.3) == []
        await publish(connection, 23, 1)
        assert numbers(await pulled.next(10)) == [24]


async def test_cancelled_while_it_waits_loses_nothing(connection: Client) -> None:
    got: list[int] = []
    async with pull(connection) as pulled:
        for number in range(40):
            waiting = asyncio.get_running_loop().create_task(pulled.next(10))
            await asyncio.sleep(0)
            await publish(connection, number, 1)
            await asyncio.sleep(number % 4 / 1000)
            waiting.cancel()
            (outcome,) = await asyncio.gather(waiting, return_exceptions=True)
            if not isinstance(outcome, BaseException):
                got += numbers(outcome)
        while len(got) < 40:
            got += numbers(await pulled.next(10))
    assert got == list(range(1, 41))


@pytest.mark.parametrize("what", ["consumer", "stream", "server"])
async def test_what_goes_away_is_noticed(
    connection: Client, manager: JetStreamManager, server: Nats, what: str
) -> None:
    async with pull(connection) as pulled:
        await publish(connection, 0, 1)
        assert numbers(await pulled.next(10)) == [1]
        if what == "consumer":
            await manager.delete_consumer(STREAM, "puller")
        elif what == "stream":
            await manager.delete_stream(STREAM)
        else:
            await server.kill()
            await server.restart()
        with pytest.raises(Interrupted):
            await pulled.next(60)


async def test_no_such_consumer(connection: Client, manager: JetStreamManager) -> None:
    await manager.delete_consumer(STREAM, "puller")
    async with pull(connection) as pulled:
        with pytest.raises(Interrupted, match="503"):
            await pulled.next(60)


async def test_a_server_that_says_nothing_is_noticed(connection: Client, server: Nats) -> None:
    async with pull(connection) as pulled:
        await publish(connection, 0, 1)
        assert numbers(await pulled.next(10)) == [1]
        os.kill(server.pid, signal.SIGSTOP)
        try:
            with pytest.raises(Interrupted, match="nothing heard"):
                await pulled.next(60)
        finally:
            os.kill(server.pid, signal.SIGCONT)
