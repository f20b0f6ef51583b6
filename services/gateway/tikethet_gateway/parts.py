"""How every part of the house is, for ``/health``: each service is asked for its own parts."""

import asyncio
from typing import Any

import aiohttp
from redis.asyncio import Redis
from tikethet_service.health import Check, PartState

from tikethet_gateway.settings import GatewaySettings
from tikethet_gateway.upstream import Upstream

OK = 200


def parts(settings: GatewaySettings, redis: "Redis", upstream: Upstream) -> dict[str, Check]:
    """The checks, by the name of the part."""

    async def gateway() -> PartState:
        return PartState("up")

    async def sessions() -> PartState:
        # redis-py gives up only after its own retries; a part is asked once.
        await redis.ping()
        return PartState("up")

    return {
        "gateway": gateway,
        "redis": sessions,
        "tickets": _service(upstream, settings.tickets_url),
        "notify": _service(upstream, settings.notify_url),
        "bot": _service(upstream, settings.bot_url),
    }


def _service(upstream: Upstream, base: str | None) -> Check:
    async def check() -> PartState:
        if base is None:
            return PartState("not_configured")
        try:
            async with upstream.client.get(f"{base}/health") as answer:
                body = await answer.json(content_type=None)
        except asyncio.CancelledError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as failure:
            return PartState("down", f"does not answer ({type(failure).__name__})")
        return _state(answer.status, body if isinstance(body, dict) else {})

    return check


def _state(status: int, body: dict[str, Any]) -> PartState:
    found = body.get("parts")
    inner = found if isinstance(found, dict) else {}
    if status != OK:
        ailing = [name for name, part in inner.items() if isinstance(part, dict) and part.get("status") == "down"]
        return PartState("down", ", ".join(ailing) or f"answers {status}", inner)
    idle = [part for part in inner.values() if isinstance(part, dict) and part.get("status") == "not_configured"]
    if idle:
        return PartState("not_configured", idle[0].get("detail"), inner)
    return PartState("up", parts=inner)
