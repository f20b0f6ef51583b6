"""What is generated from the code and kept in the repository: docs/openapi.json. `make documents` writes it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from tikethet_gateway.openapi import merge
from tikethet_gateway.routes import add_routes
from tikethet_gateway.wiring import application
from tikethet_service.health import Health
from tikethet_tickets.routes.app import build

OPENAPI = Path(__file__).resolve().parents[3] / "docs" / "openapi.json"


def openapi() -> str:
    """The document of a production house, as the gateway serves it at `/openapi.json`; no engine is needed for it."""
    gateway = application()
    add_routes(gateway)
    tickets = build(_nothing_opened, Health("tickets", {}))
    return json.dumps(merge(gateway.openapi(), tickets.openapi()), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@asynccontextmanager
async def _nothing_opened(_app: FastAPI) -> AsyncIterator[None]:
    yield


if __name__ == "__main__":
    OPENAPI.write_text(openapi(), "utf-8")
