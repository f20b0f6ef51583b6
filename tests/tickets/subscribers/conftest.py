"""A desk whose events reach a real NATS, with programs outside let in by our own door."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import nats
import pytest
from nats.aio.client import Client
from tikethet_devstack.engines import Nats
from tikethet_devstack.nats_conf import USERS, accounts
from tikethet_devstack.provision import Databases
from tikethet_tickets.settings import Settings
from tikethet_tickets.subscribers.passes import Passes
from tikethet_tickets.wiring import application, prepare

from tests.tickets.routes.conftest import ADMIN, Clock, Person, TheDesk, settings_for

__all__ = ["settings_for"]


@dataclass
class Outside:
    """The whole process, an admin in it, and the address of NATS for whoever has a token."""

    desk: TheDesk
    admin: Person
    nats: Nats
    stack: AsyncExitStack

    async def account(self, **facts: Any) -> dict[str, Any]:
        body = {"name": "CRM", "audience": "admin", "personal": True} | facts
        answer = await self.admin.post("accounts", body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def connect(self, account: dict[str, Any], **options: Any) -> Client:
        """As a program would: its token, its own inbox."""
        client = await nats.connect(
            self.nats.url,
            token=account["token"],
            inbox_prefix=f"_INBOX.{account['id']}".encode(),
            allow_reconnect=False,
            **options,
        )
        self.stack.push_async_callback(client.close)
        return client

    async def knock(self, token: str) -> str:
        """What the server says to who comes with it, as it says it (the client leaves its socket open when refused)."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.nats.port)
        try:
            async with asyncio.timeout(60):
                await reader.readline()  # INFO
                options = {"auth_token": token, "verbose": False, "pedantic": False, "lang": "test", "version": "1"}
                writer.write(f"CONNECT {json.dumps(options)}\r\nPING\r\n".encode())
                return (await reader.readline()).decode().strip()
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await condition():  # noqa: ASYNC110 - what it asks about is another process
            await asyncio.sleep(0.05)


@pytest.fixture
async def outside(
    postgres: Databases,
    settings_for: Callable[[str], Settings],
    nats_server: Callable[..., Awaitable[Nats]],
) -> AsyncIterator[Outside]:
    settings = settings_for(await postgres.database())
    server = await nats_server(config=accounts({user: user for user in USERS}, issuer=Passes(settings.secret).issuer))
    settings = settings.model_copy(update={"nats_url": server.url_for("tickets", "tickets")})
    await prepare(settings)
    app = application(settings)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.router.lifespan_context(app))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        client = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://tickets"))
        desk = TheDesk(app, client, Clock())
        admin = await desk.joins(ADMIN, "Игорь")
        assert (await admin.post("categories/init-defaults")).status_code == 200

        async def open_to_all() -> bool:
            return bool((await client.get("/health")).json()["parts"]["relay"]["status"] == "up")

        await until(open_to_all)
        yield Outside(desk, admin, server, stack)
