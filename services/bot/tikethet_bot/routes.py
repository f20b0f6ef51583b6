"""HTTP in: health and metrics."""

from starlette.applications import Starlette
from tikethet_service import metrics
from tikethet_service.health import Health


def application(health: Health) -> Starlette:
    """The ASGI application of this process."""
    return Starlette(routes=[*health.routes(), *metrics.routes()])
