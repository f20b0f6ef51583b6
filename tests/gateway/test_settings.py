"""The gateway as a process: its settings, its start, its end."""

import asyncio
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest
from init_data_py import hash_token
from tikethet_devstack.process import free_port
from tikethet_gateway.settings import GatewaySettings
from tikethet_service.callers import public_key_of
from tikethet_service.settings import encode_key, load

from tests.gateway.conftest import SEED, until

GOOD = {
    "SERVICE_KEY": encode_key(SEED),
    "SERVICE_PUBLIC_KEYS": f"gateway={encode_key(public_key_of(SEED))}",
    "TICKETS_URL": "http://127.0.0.1:1",
    "NOTIFY_URL": "http://127.0.0.1:1",
    "NOTIFY_WS_URL": "ws://127.0.0.1:1/ws",
    "TIKETHET_MODE": "demo",
}


def run(environment: dict[str, str]) -> "subprocess.Popen[str]":
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    command = [sys.executable, "-m", "tikethet_gateway"]
    return subprocess.Popen(command, env=inherited | environment, stderr=subprocess.PIPE, text=True)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"REDIS_URL": ""}, "REDIS_URL is missing (redis://host:port/0 of Redis or Valkey)"),
        ({"TICKETS_URL": "tickets:80"}, "TICKETS_URL "),
        ({"TIKETHET_MODE": "production"}, "TELEGRAM_BOT_TOKEN is missing"),
        ({"HOST": "192.0.2.1"}, "HOST must be a loopback address with TIKETHET_MODE=demo"),
        ({"TELEGRAM_BOT_TOKEN_HASH": "abc"}, "TELEGRAM_BOT_TOKEN_HASH "),
        ({"SERVICE_PUBLIC_KEYS": f"gateway={encode_key(SEED)}"}, "SERVICE_PUBLIC_KEYS has another key for the gateway"),
        ({"TRUSTED_PROXIES": "everyone"}, "TRUSTED_PROXIES "),
    ],
)
def test_a_bad_setting_is_one_clear_line(
    changes: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (GOOD | {"REDIS_URL": "redis://127.0.0.1:1/0"} | changes).items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        load(GatewaySettings)
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert said.startswith(f"tikethet: {line}")
    assert said.count("\n") == 1


async def test_the_process_ends_with_2_then() -> None:
    process = run(GOOD)
    _, err = await asyncio.to_thread(process.communicate, timeout=60)
    assert process.returncode == 2
    assert err == "tikethet: REDIS_URL is missing (redis://host:port/0 of Redis or Valkey)\n"


async def test_it_starts_serves_and_stops(valkey: str) -> None:
    port = free_port()
    real = {"TELEGRAM_BOT_TOKEN_HASH": hash_token("1:real"), "TIKETHET_MODE": "production"}
    begun = time.monotonic()
    process = run(GOOD | real | {"REDIS_URL": valkey, "PORT": str(port)})
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:

        async def ready() -> bool:
            try:
                return (await http.get("/health/ready")).status_code == 200
            except httpx.TransportError:
                return False

        await until(ready)
        print(f"ready after {time.monotonic() - begun:.2f} s")
        health = (await http.get("/health")).json()
        assert health["parts"]["redis"]["status"] == "up"
        assert health["parts"]["tickets"]["status"] == "down"
        assert (await http.get("/api/v1/demo/token")).status_code == 404
        assert "server" not in (await http.get("/")).headers
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.to_thread(process.communicate, timeout=60)
    assert process.returncode == 0, err
    assert "Traceback" not in err
