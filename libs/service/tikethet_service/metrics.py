"""Prometheus metrics of one process: its registry, the ``/metrics`` route and a histogram of requests."""

import time
from functools import lru_cache

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Histogram, ProcessCollector, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REGISTRY = CollectorRegistry()
"""Every metric of this process: ``Counter("tikethet_…", "…", registry=REGISTRY)``."""

ROUTE_KEY = "tikethet.route"
"""A plain ASGI callable names its route here (``scope[ROUTE_KEY]``); a bounded set of names, never a raw path."""

ProcessCollector(registry=REGISTRY)

_SECONDS = Histogram(
    "tikethet_http_request_seconds",
    "Time from request to the last byte of its answer.",
    ("method", "route", "status"),
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def routes() -> list[Route]:
    """``GET /metrics`` in the Prometheus text format."""
    return [Route("/metrics", _metrics, methods=["GET"], include_in_schema=False)]


async def _metrics(_request: Request) -> Response:
    return Response(generate_latest(REGISTRY), headers={"content-type": CONTENT_TYPE_LATEST})


class HttpMetrics:
    """ASGI middleware: counts and times every HTTP request by method, route template and status."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve and time one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        begin = time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            method = scope["method"] if scope["method"] in _METHODS else "other"
            _seconds_of(method, _route_of(scope), status).observe(time.perf_counter() - begin)


@lru_cache(maxsize=1024)
def _seconds_of(method: str, route: str, status: int) -> Histogram:
    return _SECONDS.labels(method, route, str(status))


def _route_of(scope: Scope) -> str:
    named = scope.get(ROUTE_KEY)
    if named is not None:
        return str(named)
    return str(getattr(scope.get("route"), "path", None) or "none")
