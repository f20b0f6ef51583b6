"""What browsers load: the Mini App, the API docs. Everything comes from this origin and no page runs inline script."""

import gzip
import hashlib
import html
import json
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route
from tikethet_service.problems import PROBLEMS, Problem
from tikethet_service.texts import LANGUAGES, text

from tikethet_gateway.openapi import OpenApi

FOREVER = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
SWAGGER = ("swagger-ui.css", "swagger-ui-bundle.js")

_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:\d{1,5})?")

_TELEGRAM = "https://web.telegram.org https://*.telegram.org"
"""Telegram's web clients show Mini Apps in a frame."""

_HERE = files("tikethet_gateway") / "docs"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file of the Mini App, held in memory; ``packed`` is its gzip form where that is worth it."""

    body: bytes
    packed: bytes | None
    media_type: str
    etag: str
    cache: str


def load_app(folder: Path) -> dict[str, StaticFile]:
    """Every file under ``folder`` by its path from there; nothing when the Mini App is not built."""
    return {
        path.relative_to(folder).as_posix(): _load(path, folder) for path in sorted(folder.rglob("*")) if path.is_file()
    }


def _load(path: Path, folder: Path) -> StaticFile:
    body = path.read_bytes()
    kind = _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    media_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    # Vite names what it puts under assets/ after the content.
    cache = FOREVER if path.relative_to(folder).parts[0] == "assets" else REVALIDATE
    packed = gzip.compress(body, mtime=0)
    worth_it = packed if len(packed) < len(body) * 0.9 else None
    return StaticFile(body, worth_it, media_type, f'W/"{hashlib.sha256(body).hexdigest()[:32]}"', cache)


def app_policy(host: str) -> str:
    """The Mini App's content security policy; ``host`` is named for browsers whose 'self' leaves sockets out."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
        f"font-src 'self'; connect-src 'self'{sockets}; manifest-src 'self'; worker-src 'self'; base-uri 'none'; "
        f"form-action 'none'; frame-ancestors 'self' {_TELEGRAM}"
    )


DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Pages:
    """Routes of the pages; ``folder`` is where the Mini App was built to, ``demo`` signs the docs in by themselves."""

    def __init__(self, folder: Path, openapi: OpenApi, *, demo: bool) -> None:
        self._app = load_app(folder / "app")
        self._openapi = openapi
        self._demo = demo
        self._swagger = Path(str(files("fastapi_offline") / "static"))

    def routes(self) -> list[Route]:
        """Everything a browser may open."""
        return [
            Route("/", _to_the_app),
            Route("/app", _to_the_app),
            Route("/app/{path:path}", self._mini_app),
            Route("/docs", self._docs),
            Route("/docs/init.js", _init_script),
            Route("/docs/problems", _problems),
            Route("/docs/events", _events),
            Route("/docs/{name}", self._asset),
            Route("/openapi.json", self._document),
            Route("/asyncapi.json", _asyncapi),
            Route("/schemas/{kind}/{name}/{version:int}", _schema),
        ]

    async def _mini_app(self, request: Request) -> Response:
        path = request.path_params["path"] or "index.html"
        found = self._app.get(path)
        if found is None and "." not in path.rpartition("/")[2]:
            found = self._app.get("index.html")  # an address inside the app
            if found is None:
                raise Problem("unavailable")  # not built
        if found is None:
            raise Problem("not_found")
        policy = app_policy(request.headers.get("host", ""))
        own = {"etag": found.etag, "cache-control": found.cache, "content-security-policy": policy}
        own["vary"] = "Accept-Encoding"
        if found.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=own)
        if found.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            own["content-encoding"] = "gzip"
            return Response(found.packed, media_type=found.media_type, headers=own)
        return Response(found.body, media_type=found.media_type, headers=own)

    async def _docs(self, _request: Request) -> Response:
        page = (_HERE / "index.html").read_text("utf-8").replace("{demo}", str(self._demo).lower())
        headers = {"content-security-policy": DOCS_POLICY, "cache-control": REVALIDATE}
        return Response(page, media_type="text/html", headers=headers)

    async def _asset(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in SWAGGER:
            raise Problem("not_found")
        return FileResponse(
            self._swagger / name, media_type=_TYPES[Path(name).suffix], headers={"cache-control": REVALIDATE}
        )

    async def _document(self, _request: Request) -> Response:
        return Response(await self._openapi.body(), media_type="application/json")


async def _to_the_app(request: Request) -> Response:
    query = request.scope["query_string"].decode("latin-1")
    return RedirectResponse(f"/app/index.html{'?' if query else ''}{query}", status_code=307)


async def _init_script(_request: Request) -> Response:
    body = (_HERE / "init.js").read_bytes()
    return Response(body, media_type="text/javascript", headers={"cache-control": REVALIDATE})


async def _problems(_request: Request) -> Response:
    rows = "".join(
        f'<tr id="{code}"><td><code>{code}</code></td><td>{status}</td>'
        + "".join(f"<td>{html.escape(text(language, f'problems.{code}'))}</td>" for language in LANGUAGES)
        for code, status in sorted(PROBLEMS.items())
    )
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>TiketHet: problems</title>'
        f"<h1>Problem codes</h1><table><tr><th>code<th>status<th>{'<th>'.join(LANGUAGES)}</tr>{rows}</table></html>"
    )
    return Response(page, media_type="text/html", headers={"content-security-policy": DOCS_POLICY})


@cache
def _events_document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_HERE / "asyncapi.json").read_text("utf-8"))
    return found


async def _asyncapi(_request: Request) -> Response:
    body = (_HERE / "asyncapi.json").read_bytes()
    return Response(body, media_type="application/json", headers={"cache-control": REVALIDATE})


async def _schema(request: Request) -> Response:
    """One version of one event, where ``dataschema`` says it is."""
    key = "{kind}.{name}.{version}".format(**request.path_params)
    schema = _events_document()["components"]["schemas"].get(key)
    if schema is None:
        raise Problem("not_found")
    body = json.dumps(schema, ensure_ascii=False)
    return Response(body, media_type="application/schema+json", headers={"cache-control": REVALIDATE})


async def _events(_request: Request) -> Response:
    """The same for people: every event, its fields and an example."""
    document = _events_document()
    schemas = document["components"]["schemas"]
    parts = []
    for key, message in document["components"]["messages"].items():
        place = message["payload"]["$ref"].rpartition("/")[2]
        fields = "".join(_field(name, field) for name, field in schemas[place]["properties"].items())
        example = json.dumps(message["examples"][0]["payload"], ensure_ascii=False, indent=1)
        parts.append(
            f'<h2 id="{key}"><code>{key}</code></h2><p>{html.escape(message["summary"])}<br>'
            f"<small>{html.escape(message['description'])} Schema: "
            f'<a href="/{schemas[place]["$id"].lstrip("/")}">{schemas[place]["$id"]}</a></small></p>'
            f"<table>{fields}</table><pre>{html.escape(example)}</pre>"
        )
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>TiketHet: events</title><h1>Events</h1>'
        f"<p>{html.escape(document['info']['description'])} "
        f'<a href="/asyncapi.json">AsyncAPI document</a></p>{"".join(parts)}</html>'
    )
    return Response(page, media_type="text/html", headers={"content-security-policy": DOCS_POLICY})


def _field(name: str, schema: dict[str, Any]) -> str:
    kinds = [each.get("type") or each.get("$ref", "").rpartition("/")[2] for each in schema.get("anyOf", [schema])]
    personal = "personal" if schema.get("x-personal") else ""
    shape = html.escape(" or ".join(str(kind) for kind in kinds))
    return f"<tr><td><code>{html.escape(name)}</code></td><td>{shape}</td><td>{personal}</td></tr>"
