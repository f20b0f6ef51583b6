"""What is generated from the code and kept in the repository: docs/openapi.json, docs/asyncapi.json, and the
operator's reference (`reference`).

`make documents` writes them.
"""

import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from tikethet_events.asyncapi import breaking, document
from tikethet_gateway.openapi import merge
from tikethet_gateway.routes import add_routes
from tikethet_gateway.wiring import application
from tikethet_service.health import Health
from tikethet_tickets.routes.app import build

from tikethet_devstack import reference

_ROOT = Path(__file__).resolve().parents[3]
OPENAPI = _ROOT / "docs" / "openapi.json"
ASYNCAPI = _ROOT / "docs" / "asyncapi.json"
SERVED = _ROOT / "services" / "gateway" / "tikethet_gateway" / "docs" / "asyncapi.json"
"""The same once more, where the gateway's package has it."""
EXAMPLES = _ROOT / "tests" / "events" / "golden.json"


def openapi() -> str:
    """The document of a production house, as the gateway serves it at `/openapi.json`; no engine is needed for it."""
    gateway = application()
    add_routes(gateway)
    tickets = build(_nothing_opened, Health("tickets", {}))
    return json.dumps(merge(gateway.openapi(), tickets.openapi()), ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def asyncapi() -> tuple[str, list[str]]:
    """Every event, and what would break for those who rely on the document as it was."""
    before: dict[str, Any] | None = json.loads(ASYNCAPI.read_text("utf-8")) if ASYNCAPI.exists() else None
    after = document(json.loads(EXAMPLES.read_text("utf-8")), before)
    text = json.dumps(after, ensure_ascii=False, indent=1) + "\n"
    return text, breaking(before, json.loads(text)) if before is not None else []


def main() -> int:
    """Write all; refuses to take back what a document has promised."""
    OPENAPI.write_text(openapi(), "utf-8")
    text, broken = asyncapi()
    if broken:
        print("events are only added (or get a new schema version and an upcast), but:", *broken, sep="\n  ")
        return 1
    reference.SETTINGS.write_text(reference.settings(), "utf-8")
    reference.METRICS.write_text(reference.metrics(), "utf-8")
    for path in (ASYNCAPI, SERVED):
        path.write_text(text, "utf-8")
    return 0


@asynccontextmanager
async def _nothing_opened(_app: FastAPI) -> AsyncIterator[None]:
    yield


if __name__ == "__main__":
    sys.exit(main())
