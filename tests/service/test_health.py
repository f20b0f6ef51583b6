import asyncio
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from tikethet_service import health
from tikethet_service.health import Health, PartState


async def up() -> PartState:
    return PartState("up", parts={"log": {"status": "up"}})


async def down() -> PartState:
    return PartState("down", "connection refused")


async def off() -> PartState:
    return PartState("not_configured", "no bot token")


async def raising() -> PartState:
    raise ConnectionError("redis://user:secret@host")


async def hanging() -> PartState:
    await asyncio.Event().wait()
    raise AssertionError


async def ask(subject: Health, path: str) -> tuple[int, dict[str, Any]]:
    transport = httpx.ASGITransport(Starlette(routes=subject.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        answer = await http.get(path)
        return answer.status_code, answer.json()


async def test_every_part_is_named_and_a_missing_setting_does_no_harm() -> None:
    status, body = await ask(Health("gateway", {"tickets": up, "bot": off}), "/health")
    assert status == 200
    assert body == {
        "status": "up",
        "service": "gateway",
        "parts": {
            "tickets": {"status": "up", "parts": {"log": {"status": "up"}}},
            "bot": {"status": "not_configured", "detail": "no bot token"},
        },
    }


async def test_a_part_that_is_down_is_a_503_and_tells_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PART_SECONDS", 0.05)
    status, body = await ask(Health("gateway", {"a": up, "b": down, "c": raising, "d": hanging}), "/health")
    assert status == 503
    assert body["status"] == "down"
    assert body["parts"]["b"] == {"status": "down", "detail": "connection refused"}
    assert body["parts"]["c"] == {"status": "down", "detail": "ConnectionError"}
    assert body["parts"]["d"]["detail"].startswith("no answer within")


async def test_ready_asks_only_what_the_process_needs_and_live_asks_nobody() -> None:
    subject = Health("gateway", {"redis": up, "tickets": down}, ready=frozenset({"redis"}))
    assert (await ask(subject, "/health/ready"))[0] == 200
    assert (await ask(subject, "/health/live")) == (200, {"status": "up", "service": "gateway"})
    assert (await ask(subject, "/health"))[0] == 503
