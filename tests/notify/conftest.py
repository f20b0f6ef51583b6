"""A desk, notify within this process, and sockets to it."""

from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from redis.asyncio import Redis
from tikethet_devstack.engines import Nats
from tikethet_devstack.nats_conf import USERS, accounts
from tikethet_devstack.provision import Databases
from tikethet_notify.wiring import Notify

from tests.notify.client import Client, Connect
from tests.notify.desk import Desk, desk_on
from tests.notify.within import notifying


@pytest.fixture
async def nats(nats_server: Callable[..., Awaitable[Nats]]) -> Nats:
    return await nats_server(config=accounts({user: user for user in USERS}))


@pytest.fixture
async def desk(postgres: Databases, nats: Nats, valkey: str) -> AsyncIterator[Desk]:
    async with Redis.from_url(valkey) as redis, desk_on(await postgres.database(), nats.url, redis, valkey) as desk:
        yield desk


@pytest.fixture
async def notify(desk: Desk) -> AsyncIterator[Notify]:
    async with notifying(desk) as notify:
        yield notify


@pytest.fixture
async def connect() -> AsyncIterator[Connect]:
    clients: list[Client] = []
    async with aiohttp.ClientSession() as http:

        async def connect(notify: Notify) -> Client:
            client = Client(await http.ws_connect(f"ws://127.0.0.1:{notify.ws_port}/ws"))
            clients.append(client)
            return client

        yield connect
        for client in clients:
            await client.cut()
