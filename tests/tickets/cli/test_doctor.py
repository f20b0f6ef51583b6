"""What the doctor makes of numbers, of engines that are away, and of a house that is well."""

import asyncio
import os
import secrets
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tikethet_devstack.provision import Databases
from tikethet_devstack.stack import Stack
from tikethet_service.callers import public_key_of
from tikethet_service.settings import encode_key
from tikethet_tickets import cli
from tikethet_tickets.cli.doctor import findings

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ago(hours: float) -> datetime:
    return NOW - timedelta(hours=hours)


@pytest.mark.parametrize(
    ("finding", "state", "said"),
    [
        (findings.clock(timedelta(seconds=-0.4)), "ok", "-0.40 s"),
        (findings.clock(timedelta(seconds=61)), "BAD", "+61.0 s"),
        (findings.backup(NOW, None, None), "ok", "none yet"),
        (findings.backup(NOW, None, ago(2)), "ok", "none yet"),
        (findings.backup(NOW, None, ago(48)), "LOOK", "never"),
        (findings.backup(NOW, ago(9), ago(480)), "ok", "9 h old"),
        (findings.backup(NOW, ago(40), ago(480)), "LOOK", "40 h old"),
        (findings.disk(0.4), "ok", "40% used"),
        (findings.disk(0.9), "LOOK", "90% used"),
        (findings.relay(10, 10), "ok", "0 events"),
        (findings.relay(5000, 10), "BAD", "4990 events"),
        (findings.consumers({"telegram": 3})[0], "ok", "3 events"),
        (findings.consumers({"telegram": 3000})[0], "LOOK", "3000 events"),
        (findings.foreign("a", "b"), "BAD", "of installation a"),
        (findings.parts({"parts": {"bot": {"status": "not_configured"}}})[0], "ok", "not_configured"),
        (findings.parts({"parts": {"bot": {"status": "down", "detail": "telegram"}}})[0], "BAD", "down: telegram"),
    ],
)
def test_what_numbers_mean(finding: findings.Finding, state: str, said: str) -> None:
    assert finding.state == state
    assert said in finding.said
    assert bool(finding.cure) == (state != "ok")


async def test_what_is_away_is_named_with_what_to_do(
    postgres: Databases, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seed = secrets.token_bytes(32)
    for name, value in {
        "PORT": "0",
        "DATABASE_URL": await postgres.database(),
        "NATS_URL": "nats://127.0.0.1:1",
        "SECRET_KEY": encode_key(secrets.token_bytes(32)),
        "SERVICE_KEY": encode_key(seed),
        "SERVICE_PUBLIC_KEYS": f"tickets={encode_key(public_key_of(seed))}",
    }.items():
        monkeypatch.setenv(name, value)
    assert await asyncio.to_thread(cli.main, ["doctor", "--gateway", "http://127.0.0.1:1"]) == 1
    said = capsys.readouterr().out
    for line in (
        "BAD   postgres         reached, but not as it should be",
        "→ start tickets once",
        "BAD   nats             does not let us in",
        "LOOK  files            attachments are not kept",
        "BAD   gateway          does not answer",
        "3 broken, 1 worth a look, 1 well",
    ):
        assert line in said


async def test_a_house_that_is_well(stack: Stack) -> None:
    env = _environment(stack.parts["tickets"])
    command = [sys.executable, "-m", "tikethet_tickets.cli", "doctor", "--gateway", stack.address]
    async with asyncio.timeout(60):
        while True:
            done = await asyncio.to_thread(
                subprocess.run, command, env=env, check=False, capture_output=True, text=True
            )
            if done.returncode == 0:
                break
            await asyncio.sleep(0.5)  # the bot may still be on its way in
    for what in ("keys             SECRET_KEY is this log's", "relay", "reader feeds", "part tickets", "disk", "clock"):
        assert f" {what}" in done.stdout
    assert "0 broken" in done.stdout


def _environment(part: Any) -> dict[str, str]:
    return {**os.environ, **part.process.env}
