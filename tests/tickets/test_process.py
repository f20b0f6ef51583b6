"""The process as an operator meets it: started, asked how it is, stopped, refused."""

import asyncio
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tikethet_devstack.engines import Nats
from tikethet_devstack.process import free_port
from tikethet_devstack.provision import Databases
from tikethet_service.callers import CallerSigner, public_key_of
from tikethet_service.settings import encode_key

SEED = secrets.token_bytes(32)


def environment(**facts: str) -> dict[str, str]:
    """What the process needs, and nothing else."""
    return {
        "PATH": os.environ["PATH"],
        "TIKETHET_MODE": "test",
        "PORT": str(free_port()),
        "SERVICE_KEY": encode_key(SEED),
        "SERVICE_PUBLIC_KEYS": f"gateway={encode_key(public_key_of(SEED))}",
        "SECRET_KEY": encode_key(secrets.token_bytes(32)),
        **facts,
    }


@asynccontextmanager
async def started(env: dict[str, str]) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tikethet_tickets", env=env, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


def asking(env: dict[str, str]) -> httpx.AsyncClient:
    """A client that a busy machine does not make give up."""
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{env['PORT']}", timeout=30)


async def healthy(client: httpx.AsyncClient, process: asyncio.subprocess.Process) -> dict[str, Any]:
    """What ``/health`` says once everything is up."""
    async with asyncio.timeout(60):
        while True:
            assert process.returncode is None
            try:
                answer = await client.get("/health")
                if answer.status_code == 200:
                    return dict(answer.json())
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def ready(client: httpx.AsyncClient) -> None:
    """Wait until ``/health/ready`` says yes."""
    async with asyncio.timeout(60):
        while True:
            try:
                if (await client.get("/health/ready")).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


async def test_it_starts_works_and_stops(postgres: Databases, nats_server: Callable[[], Awaitable[Nats]]) -> None:
    nats = await nats_server()
    env = environment(DATABASE_URL=await postgres.database(), NATS_URL=nats.url, ADMIN_TELEGRAM_IDS="7")
    async with started(env) as process, asking(env) as client:
        parts = (await healthy(client, process))["parts"]
        assert {name: part["status"] for name, part in parts.items()} == dict.fromkeys(
            ("postgres", "nats", "relay"), "up"
        ) | {"files": "not_configured"}
        token = CallerSigner("gateway", SEED).own("tickets")
        joined = await client.post(
            "/api/v1/internal/members/join",
            json={"telegram_id": 7, "first_name": "Игорь"},
            headers={"authorization": f"Bearer {token}"},
        )
        assert (joined.status_code, joined.json()["role"]) == (201, "ADMIN")
        async with asyncio.timeout(30):
            while True:
                health = (await client.get("/health")).json()
                if health["parts"]["relay"]["detail"].endswith(" 0 behind"):
                    break
                await asyncio.sleep(0.05)
        metrics = (await client.get("/metrics")).text
        for line in (
            'tikethet_commands_total{command="JoinMember",outcome="done"} 1.0',
            "tikethet_append_batch_events_sum 1.0",
            "tikethet_log_position 1.0",
            "tikethet_relay_lag_events 0.0",
        ):
            assert line in metrics
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await process.wait()
        assert process.returncode == 0


async def test_it_works_while_nats_is_away(postgres: Databases) -> None:
    env = environment(DATABASE_URL=await postgres.database(), NATS_URL=f"nats://127.0.0.1:{free_port()}")
    async with started(env) as process, asking(env) as client:
        await ready(client)
        health = await client.get("/health")
        assert (health.status_code, health.json()["parts"]["nats"]["status"]) == (503, "down")
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            await process.wait()
        assert process.returncode == 0


async def test_it_says_so_while_the_database_is_away_and_goes_on_after(
    postgres_server: Callable[[], Awaitable[Databases]],
) -> None:
    databases = await postgres_server()
    env = environment(DATABASE_URL=await databases.database(), NATS_URL=f"nats://127.0.0.1:{free_port()}")
    headers = {"authorization": f"Bearer {CallerSigner('gateway', SEED).own('tickets')}"}
    async with started(env) as process, asking(env) as client:

        async def joins(telegram_id: int) -> httpx.Response:
            body = {"telegram_id": telegram_id, "first_name": "Алексей"}
            return await client.post("/api/v1/internal/members/join", json=body, headers=headers)

        await ready(client)
        assert (await joins(1)).status_code == 201
        await databases.engine.kill()
        away = await joins(2)
        assert (away.status_code, away.json()["code"]) == (503, "unavailable")
        assert int(away.headers["retry-after"]) >= 1
        assert (await client.get("/health/ready")).status_code == 503
        assert (await client.get("/health/live")).status_code == 200
        await databases.engine.start()
        await ready(client)
        async with asyncio.timeout(60):
            while True:
                if (await joins(2)).status_code in {200, 201}:
                    break
                await asyncio.sleep(0.1)
        assert (await joins(1)).status_code == 200
        assert process.returncode is None


async def refused(env: dict[str, str]) -> str:
    """The one line with which the process does not start."""
    async with started(env) as process:
        async with asyncio.timeout(60):
            _, said = await process.communicate()
        assert process.returncode == 2
        lines = [line for line in said.decode().splitlines() if line]
        assert len(lines) == 1, lines
        return lines[0]


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"DATABASE_URL": "mysql://x"}, "DATABASE_URL"),
        ({"NATS_URL": "http://x"}, "NATS_URL"),
        ({"FILES_URL": "/var/files"}, "FILES_URL"),
        ({"FILES_URL": "file:///proc/nowhere"}, "FILES_URL"),
        ({"ADMIN_TELEGRAM_IDS": "one"}, "ADMIN_TELEGRAM_IDS"),
        ({"DATABASE_URL": ""}, "DATABASE_URL is missing"),
    ],
)
async def test_a_bad_setting_stops_it_with_one_line(facts: dict[str, str], said: str) -> None:
    good = {"DATABASE_URL": "postgresql://u:secret@127.0.0.1:1/x", "NATS_URL": "nats://127.0.0.1:1"}
    line = await refused(environment(**good | facts))
    assert said in line
    assert "secret" not in line


async def test_another_secret_than_the_logs_stops_it(postgres: Databases) -> None:
    url = await postgres.database()
    env = environment(DATABASE_URL=url, NATS_URL="nats://127.0.0.1:1")
    async with started(env) as process, asking(env) as client:
        await ready(client)
        assert process.returncode is None
    line = await refused(env | {"SECRET_KEY": encode_key(secrets.token_bytes(32))})
    assert "SECRET_KEY" in line
