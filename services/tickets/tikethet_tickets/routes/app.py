"""The application: every route under ``/api/v1``, health and metrics beside it."""

from fastapi import FastAPI
from starlette.types import Lifespan
from tikethet_service import metrics, problems
from tikethet_service.health import Health
from tikethet_service.tracing import Tracing

from tikethet_tickets.routes import (
    accounts,
    broadcasts,
    categories,
    delivery,
    desk,
    duty,
    events,
    export,
    files,
    internal,
    invites,
    me,
    members,
    messages,
    notifications,
    past,
    refusals,
    snoozes,
    statistics,
    templates,
    tickets,
    webhooks,
    words,
)
from tikethet_tickets.routes.bounded import Bounded
from tikethet_tickets.routes.docs import describe

TAGS = [
    {"name": "auth", "description": "Oneself."},
    {"name": "tickets", "description": "Questions and what becomes of them."},
    {"name": "messages", "description": "What is said on a ticket."},
    {"name": "categories", "description": "What a question can be about."},
    {"name": "desk", "description": "How the desk itself works."},
    {"name": "files", "description": "What people attach."},
    {"name": "members", "description": "The people on both sides of the desk."},
    {"name": "notifications", "description": "What one should know of."},
    {"name": "statistics", "description": "How the desk does."},
    {"name": "integration", "description": "Programs outside: their tokens, their addresses."},
    {"name": "broadcasts", "description": "One message to many."},
    {"name": "events", "description": "Everything that happened, as CloudEvents."},
]


def build(lifespan: Lifespan[FastAPI], health: Health) -> FastAPI:
    """The application; ``lifespan`` puts the `House` into ``app.state.house`` before the first request."""
    app = FastAPI(
        title="TiketHet tickets",
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_tags=TAGS,
        redirect_slashes=False,
    )
    # Not `include_router`: it would match every request anew on each level.
    desks_own = (categories, desk, duty, invites, templates, broadcasts)
    figures = (statistics, export)
    programs = (accounts, webhooks)
    for room in (
        messages,
        tickets,
        snoozes,
        past,
        me,
        files,
        *desks_own,
        members,
        notifications,
        *figures,
        *programs,
        events,
        delivery,
        internal,
        words,
    ):
        app.router.routes += room.router.routes
    app.router.routes += [*health.routes(), *metrics.routes()]
    problems.install(app)
    refusals.install(app)
    describe(app)
    for middleware in (Bounded, Tracing, metrics.HttpMetrics):
        app.add_middleware(middleware)
    return app
