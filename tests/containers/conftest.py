"""An installation that is built, brought up once, and taken down with everything it kept."""

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from init_data_py import sign
from tikethet_devstack.process import free_port

from tests.containers.installation import Installation, Refused, docker
from tests.system.people import PATIENCE_S, PAUSE_S, Person

TOKEN = "7000000001:AAEcontainer-token-of-the-tests-only-01"
ADMIN, HELPER, CUSTOMER = 700000003, 700000002, 700000001


@dataclass
class Stranger(Person):
    """Comes from Telegram: what they sign in with bears the signature of the bot's token."""

    telegram_id: int = 0

    async def sign_in(self) -> None:
        """Ask until the house lets them in."""
        user = f'{{"id":{self.telegram_id},"first_name":"Тест","language_code":"ru"}}'
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    body = {"init_data": sign({"user": user}, TOKEN)}
                    async with self.http.post("/api/v1/auth/telegram", json=body) as answer:
                        signed: dict[str, Any] = await answer.json()
                    if answer.status == 200:
                        self.token, self.id = signed["access_token"], signed["user"]["id"]
                        return
                except (aiohttp.ClientError, ConnectionError, TimeoutError, ValueError):
                    pass
                await asyncio.sleep(PAUSE_S)


Arrive = Callable[..., Awaitable[Stranger]]


async def engine() -> None:
    """Skip without a Docker engine at home; in CI fail."""
    reason = "no Docker engine answers: start one, or set DOCKER_HOST"
    try:
        if shutil.which("docker"):
            await docker("info")
            return
    except Refused as failure:
        reason = f"{reason} ({failure})"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


def production(backups: Path) -> dict[str, str]:
    """A `.env`: a bot's token, a domain, ports that are free, and where back-ups go."""
    return {
        "TIKETHET_VERSION": "test",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_ID": "1",
        "TELEGRAM_API_HASH": secrets.token_hex(16),
        "ADMIN_TELEGRAM_IDS": str(ADMIN),
        "DOMAIN": "localhost",
        "TLS_ISSUER": "internal",
        "EDGE_ADDRESS": "127.0.0.1",
        "BACKUP_DIR": str(backups),
        **{name: str(free_port()) for name in ("PORT", "HTTP_PORT", "HTTPS_PORT")},
    }


@pytest.fixture(scope="session")
async def installation(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """Everything built and up, the TLS edge with an authority of its own included; back-ups go to ``BACKUP_DIR``."""
    await engine()
    env = production(tmp_path_factory.mktemp("backups"))
    made = Installation(f"tikethet-test-{os.getpid()}", env)
    try:
        await made.compose("build", "--quiet")
        await made.compose("up", "--detach", "--wait", "--wait-timeout", "180")
        yield made
    finally:
        await made.keep_logs("containers.log")
        await made.compose("down", "--volumes", "--timeout", "10")


@pytest.fixture
async def arrive(installation: Installation) -> AsyncIterator[Arrive]:
    """`await arrive(CUSTOMER)`: signed in through the gateway's port; `edge=True`: through the TLS edge."""
    async with AsyncExitStack() as stack:
        trust = await installation.edge_trust()

        async def come(telegram_id: int, *, edge: bool = False) -> Stranger:
            address = f"http://127.0.0.1:{installation.env['PORT']}"
            if edge:
                address = f"https://localhost:{installation.env['HTTPS_PORT']}"
            connector = aiohttp.TCPConnector(ssl=trust)
            timeout = aiohttp.ClientTimeout(total=10)
            session = aiohttp.ClientSession(address, connector=connector, timeout=timeout)
            person = Stranger(await stack.enter_async_context(session), "", "", "", telegram_id)
            await person.sign_in()
            return person

        yield come
