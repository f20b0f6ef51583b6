"""``python -m tikethet_notify``: health, metrics, one clear line for a bad setting, a graceful end."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest

from tests.notify.client import Client
from tests.notify.desk import Desk, process_environment, until

Run = Callable[..., Awaitable[asyncio.subprocess.Process]]


@pytest.fixture
async def run() -> AsyncIterator[Run]:
    started: list[asyncio.subprocess.Process] = []

    async def run(variables: dict[str, str]) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tikethet_notify", env=variables, stderr=asyncio.subprocess.PIPE
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def test_a_process_lives_serves_and_ends(
    desk: Desk, run: Run, unused_tcp_port_factory: Callable[[], int]
) -> None:
    port, ws_port = unused_tcp_port_factory(), unused_tcp_port_factory()
    process = await run(process_environment(desk, port, ws_port))
    async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
        async with asyncio.timeout(60):
            while not await _answers(http, "/health/ready"):  # noqa: ASYNC110 - another process has no event
                await asyncio.sleep(0.05)
        async with http.get("/health") as answer:
            parts = json.loads(await answer.text())["parts"]
        assert {name: part["status"] for name, part in parts.items()} == dict.fromkeys(
            ("events", "nats", "redis", "tickets"), "up"
        )
        client = Client(await http.ws_connect(f"ws://127.0.0.1:{ws_port}/ws"))
        customer = await desk.join()
        assert await client.authenticate(await desk.token(customer))
        await desk.open_ticket(customer)
        await until(lambda: bool(client.positions))
        async with http.get("/metrics") as answer:
            text = await answer.text()
        assert "tikethet_notify_sockets 1.0" in text
        assert 'tikethet_notify_starts_total{kind="fresh"} 1.0' in text
        assert "tikethet_notify_commit_to_socket_seconds_count" in text
        process.send_signal(signal.SIGTERM)
        assert await client.closed() == 1012
        await client.cut()
    async with asyncio.timeout(60):
        _, said = await process.communicate()
    assert process.returncode == 0
    assert "Traceback" not in said.decode()
    assert "eyJ" not in said.decode()


async def test_a_missing_setting_is_one_clear_line(desk: Desk, run: Run) -> None:
    variables = process_environment(desk, 0, 0)
    del variables["TICKETS_URL"]
    process = await run(variables)
    _, said = await process.communicate()
    assert process.returncode == 2
    assert said.decode().count("\n") == 1
    assert "TICKETS_URL is missing" in said.decode()


async def _answers(http: aiohttp.ClientSession, path: str) -> bool:
    try:
        async with http.get(path) as answer:
            return answer.ok
    except aiohttp.ClientConnectionError:
        return False
