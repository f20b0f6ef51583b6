"""Health of one process: ``/health/live`` (it runs), ``/health/ready`` (it can do its own duties), ``/health`` (parts).

A part that is not configured says so and does no harm; a part that is down makes ``/health`` and ready answer 503.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

PART_SECONDS = 3.0
"""A part that has not answered by then is down."""

Status = Literal["up", "down", "not_configured"]


@dataclass(frozen=True, slots=True)
class PartState:
    """How one part is; ``detail`` says why in words without secrets; ``parts`` are the part's own, if it has some."""

    status: Status
    detail: str | None = None
    parts: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The part as it stands in the answer."""
        body: dict[str, Any] = {"status": self.status}
        if self.detail is not None:
            body["detail"] = self.detail
        if self.parts:
            body["parts"] = dict(self.parts)
        return body


Check = Callable[[], Awaitable[PartState]]


class Health:
    """Asks every part of ``service``; ``ready`` names the parts without which it cannot do its own duties (all)."""

    def __init__(self, service: str, parts: Mapping[str, Check], *, ready: frozenset[str] | None = None) -> None:
        self._service = service
        self._parts = dict(parts)
        self._needed = frozenset(parts) if ready is None else ready

    async def check(self, names: frozenset[str] | None = None) -> dict[str, PartState]:
        """Every part's state (or only those in ``names``), asked at the same time."""
        wanted = {name: check for name, check in self._parts.items() if names is None or name in names}
        states = await asyncio.gather(*(_ask(check) for check in wanted.values()))
        return dict(zip(wanted, states, strict=True))

    def routes(self) -> list[Route]:
        """The three routes, to add to a Starlette or FastAPI application."""
        return [
            Route("/health/live", self._live, include_in_schema=False),
            Route("/health/ready", self._ready, include_in_schema=False),
            Route("/health", self._all, include_in_schema=False),
        ]

    async def _live(self, _request: Request) -> JSONResponse:
        return _answer(self._service, {})

    async def _ready(self, _request: Request) -> JSONResponse:
        return _answer(self._service, await self.check(self._needed))

    async def _all(self, _request: Request) -> JSONResponse:
        return _answer(self._service, await self.check())


async def _ask(check: Check) -> PartState:
    try:
        async with asyncio.timeout(PART_SECONDS):
            return await check()
    except TimeoutError:
        return PartState("down", f"no answer within {PART_SECONDS:g} s")
    except Exception as failure:  # noqa: BLE001 - whatever a part's driver raises, the part is down
        return PartState("down", type(failure).__name__)


def _answer(service: str, states: Mapping[str, PartState]) -> JSONResponse:
    down = any(state.status == "down" for state in states.values())
    body: dict[str, Any] = {"status": "down" if down else "up", "service": service}
    if states:
        body["parts"] = {name: state.as_json() for name, state in states.items()}
    return JSONResponse(body, status_code=503 if down else 200, headers={"cache-control": "no-store"})
