"""One OpenAPI document for all services: the gateway's own calls and those of tickets."""

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

import aiohttp

from tikethet_gateway.rules import API, INTERNAL
from tikethet_gateway.upstream import Upstream

FRESH_S = 60.0
"""For so long a merged document is handed out again."""

Document = dict[str, Any]

_OPEN = frozenset(f"{API}auth/{call}" for call in ("telegram", "desk", "refresh"))


def merge(own: Document, tickets: Document | None) -> Document:
    """Both documents as one; where both name a schema differently, the gateway's is renamed."""
    theirs = tickets or {}
    their_schemas = dict(_schemas(theirs))
    renamed = {
        name: f"Gateway{name}"
        for name, schema in _schemas(own).items()
        if name in their_schemas and their_schemas[name] != schema
    }
    mine = _renamed(own, renamed)
    paths = {path: item for path, item in theirs.get("paths", {}).items() if _is_public(path)}
    merged = {
        **mine,
        "paths": {**paths, **mine.get("paths", {})},
        "components": {
            **{kind: parts for kind, parts in theirs.get("components", {}).items() if kind != "securitySchemes"},
            "schemas": {**their_schemas, **_schemas(mine)},
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
        },
        "security": [{"bearer": []}],
    }
    merged["paths"] = {
        path: {method: _secured(path, operation) for method, operation in item.items()}
        for path, item in merged["paths"].items()
    }
    return merged


def _is_public(path: str) -> bool:
    return path.startswith(API) and not path.startswith(INTERNAL)


def _schemas(document: Document) -> dict[str, Any]:
    found: dict[str, Any] = document.get("components", {}).get("schemas", {})
    return found


def _renamed(document: Document, renamed: Mapping[str, str]) -> Document:
    if not renamed:
        return document
    text = json.dumps(document)
    for old, new in renamed.items():
        text = text.replace(f'"#/components/schemas/{old}"', f'"#/components/schemas/{new}"')
    changed: Document = json.loads(text)
    schemas = _schemas(changed)
    changed["components"]["schemas"] = {renamed.get(name, name): schema for name, schema in schemas.items()}
    return changed


def _secured(path: str, operation: Any) -> Any:
    if not isinstance(operation, dict):
        return operation
    found = {name: value for name, value in operation.items() if name != "security"}
    return found | {"security": []} if path in _OPEN or path.startswith(f"{API}demo/") else found


class OpenApi:
    """The merged document as bytes, fetched from tickets when first wanted and then once a minute."""

    def __init__(self, upstream: Upstream, tickets_url: str, own: Callable[[], Document]) -> None:
        self._upstream = upstream
        self._url = f"{tickets_url}/openapi.json"
        self._own = own
        self._theirs: Document | None = None
        self._made_at = -FRESH_S
        self._body = b""
        self._turn = asyncio.Lock()

    async def body(self) -> bytes:
        """The document; without tickets' calls only while tickets has never answered."""
        async with self._turn:
            if self._theirs is None or time.monotonic() - self._made_at > FRESH_S:
                self._theirs = await self._fetch() or self._theirs
                self._made_at = time.monotonic()
                self._body = json.dumps(merge(self._own(), self._theirs), ensure_ascii=False).encode()
            return self._body

    async def _fetch(self) -> Document | None:
        try:
            async with asyncio.timeout(self._upstream.answer_s):
                async with self._upstream.client.get(self._url) as answer:
                    found = await answer.json(content_type=None) if answer.ok else None
        except (aiohttp.ClientError, OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None
