"""The bot's process: it lives, says what it does not do, and stops when told to."""

import asyncio
import json
import os
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
import pytest
from tikethet_bot.settings import Settings
from tikethet_service.settings import encode_key, load

TOKEN = "7000000000:AAEdemo-token-for-the-local-sandbox-000"
Start = Callable[..., Awaitable[tuple[asyncio.subprocess.Process, str]]]


def environment(port: int, **more: str) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PORT": str(port),
        "TIKETHET_MODE": "test",
        "SERVICE_KEY": encode_key(secrets.token_bytes(32)),
        "SERVICE_PUBLIC_KEYS": f"gateway={encode_key(secrets.token_bytes(32))}",
        **more,
    }


async def process(variables: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tikethet_bot", env=variables, stderr=asyncio.subprocess.PIPE
    )


@pytest.fixture
async def start(unused_tcp_port: int) -> AsyncIterator[Start]:
    started: list[asyncio.subprocess.Process] = []

    async def start(**more: str) -> tuple[asyncio.subprocess.Process, str]:
        bot = await process(environment(unused_tcp_port, **more))
        started.append(bot)
        return bot, f"http://127.0.0.1:{unused_tcp_port}"

    yield start
    for bot in started:
        if bot.returncode is None:
            bot.kill()
        await bot.communicate()


async def get(url: str) -> tuple[int, str]:
    async with asyncio.timeout(60), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(url) as answer:
                    return answer.status, await answer.text()
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)


async def test_without_a_token_it_is_well_and_says_so(start: Start) -> None:
    _, url = await start()
    assert (await get(f"{url}/health/live"))[0] == 200
    assert (await get(f"{url}/health/ready"))[0] == 200
    status, body = await get(f"{url}/health")
    assert status == 200
    assert json.loads(body)["parts"]["telegram"]["status"] == "not_configured"
    assert "process_cpu_seconds_total" in (await get(f"{url}/metrics"))[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_stops_it_gracefully(start: Start, number: signal.Signals) -> None:
    bot, url = await start()
    await get(f"{url}/health/live")
    bot.send_signal(number)
    async with asyncio.timeout(60):
        assert await bot.wait() == 0


async def test_a_malformed_token_is_one_clear_line(start: Start) -> None:
    bot, _ = await start(TELEGRAM_BOT_TOKEN="nonsense")
    async with asyncio.timeout(60):
        _, said = await bot.communicate()
    assert bot.returncode == 2
    assert said.decode().count("\n") == 1
    assert "TELEGRAM_BOT_TOKEN" in said.decode()
    assert "nonsense" not in said.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"TELEGRAM_BOT_TOKEN": TOKEN}, "TELEGRAM_API_ID"),
        ({"TELEGRAM_TEST_SERVER": "127.0.0.1:1", "TIKETHET_MODE": "production"}, "TIKETHET_MODE=demo or test only"),
        ({"TELEGRAM_TEST_SERVER": "127.0.0.1:1"}, "go together"),
        ({"TELEGRAM_TEST_SERVER": "nowhere"}, "host:port"),
        ({"TELEGRAM_PROXY": "ftp://somewhere"}, "TELEGRAM_PROXY"),
    ],
)
def test_half_a_configuration_is_one_clear_line(
    given: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**environment(0), **given}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        load(Settings)
    line = capsys.readouterr().err
    assert ended.value.code == 2
    assert line.count("\n") == 1
    assert said in line
    assert TOKEN not in line
