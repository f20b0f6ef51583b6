"""HTTP in: health and metrics, nothing else; people's sockets have a port of their own."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from starlette.applications import Starlette
from tikethet_service import metrics
from tikethet_service.health import Health


def application(health: Health, lifespan: Callable[[Starlette], AbstractAsyncContextManager[None]]) -> Starlette:
    """The ASGI application of this process; ``lifespan`` opens and closes everything else."""
    return Starlette(routes=[*health.routes(), *metrics.routes()], lifespan=lifespan)
