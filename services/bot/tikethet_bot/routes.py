"""HTTP in: health and metrics."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from tikethet_service import metrics
from tikethet_service.health import Health

Lifespan = Callable[[Starlette], AbstractAsyncContextManager[None]]


def application(health: Health, lifespan: Lifespan | None = None) -> Starlette:
    """The ASGI application of this process."""
    return Starlette(routes=[*health.routes(), *metrics.routes()], lifespan=lifespan)
