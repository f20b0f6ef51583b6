"""While one release replaces the other both serve: the previous commit's tickets, then this one's beside it."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from tikethet_devstack.engines import Nats
from tikethet_devstack.process import free_port
from tikethet_devstack.provision import Databases
from tikethet_service.callers import CallerSigner

from tests.tickets.test_process import SEED, environment, healthy, started

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]

ROOT = Path(__file__).parents[2]
ADMIN = {"telegram_id": 7, "first_name": "Игорь"}
MESSAGES = 20


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    """The sources of the commit before this one."""
    packed = tmp_path / "previous.tar"
    command = ["git", "archive", "--output", str(packed), "HEAD~1", "libs", "services/tickets"]
    if shutil.which("git") is None or subprocess.run(command, cwd=ROOT, check=False, capture_output=True).returncode:
        pytest.skip("there is no commit before this one here")
    shutil.unpack_archive(packed, tmp_path / "previous", filter="data")
    return tmp_path / "previous"


async def sent(client: httpx.AsyncClient, method: str, path: str, member: str | None, body: Any = None) -> Any:
    signer = CallerSigner("gateway", SEED)
    token = signer.own("tickets") if member is None else signer.token(member, "tickets")
    answer = await client.request(method, f"/api/v1/{path}", json=body, headers={"authorization": f"Bearer {token}"})
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def test_two_releases_side_by_side(
    previous: Path, postgres: Databases, nats_server: Callable[[], Awaitable[Nats]]
) -> None:
    nats = await nats_server()
    newer = environment(DATABASE_URL=await postgres.database(), NATS_URL=nats.url, ADMIN_TELEGRAM_IDS="7")
    sources = [previous / "libs" / "events", previous / "libs" / "service", previous / "services" / "tickets"]
    older = {**newer, "PORT": str(free_port()), "PYTHONPATH": os.pathsep.join(map(str, sources))}
    async with AsyncExitStack() as stack:
        clients = []
        for env in (older, newer):  # the newer one brings the database up to date under the older one's feet
            process = await stack.enter_async_context(started(env))
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{env['PORT']}", timeout=30)
            clients.append(await stack.enter_async_context(client))
            await healthy(client, process)
        old, new = clients
        member = (await sent(old, "POST", "internal/members/join", None, ADMIN))["id"]
        await sent(new, "POST", "categories/init-defaults", member, {})
        category = (await sent(old, "GET", "categories", member))["items"][0]["id"]
        opened = {"title": "Две версии", "description": "Рядом", "category_id": category}
        path = f"tickets/{(await sent(old, 'POST', 'tickets', member, opened))['id']}/messages"
        said = [sent(clients[number % 2], "POST", path, member, {"content": f"{number}"}) for number in range(MESSAGES)]
        acknowledged = {message["id"] for message in await asyncio.gather(*said)}
        for client in clients:
            kept = await sent(client, "GET", f"{path}?size=100", member)
            assert {message["id"] for message in kept["items"]} == acknowledged
            assert (await client.get("/health/ready")).status_code == 200
