"""Errors as people and programs meet them: RFC 9457 ``application/problem+json`` with a stable ``code``.

`PROBLEMS` is the one list of codes; their texts live in ``messages/<language>/problems.json``.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from tikethet_service.settings import Language
from tikethet_service.texts import language_of, messages, text

if TYPE_CHECKING:
    from fastapi import FastAPI

MEDIA_TYPE = "application/problem+json"
TYPE_PREFIX = "/docs/problems#"
"""``type`` of a problem is this and its code: a place to read more, on the same origin."""

PROBLEMS: dict[str, int] = {
    "malformed_json": 400,
    "bad_request": 400,
    "unauthorized": 401,
    "token_expired": 401,
    "session_ended": 401,
    "account_revoked": 401,
    "token_replaced": 401,
    "init_data_invalid": 401,
    "init_data_expired": 401,
    "desk_code_invalid": 401,
    "blocked": 403,
    "forbidden": 403,
    "out_of_scope": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "conflict": 409,
    "bad_transition": 409,
    "ticket_closed": 409,
    "ticket_merged": 409,
    "not_merged": 409,
    "already_assigned": 409,
    "not_resolved": 409,
    "already_rated": 409,
    "last_admin": 409,
    "category_archived": 409,
    "broadcast_ended": 409,
    "epoch_changed": 409,
    "version_conflict": 412,
    "too_large": 413,
    "unsupported_media_type": 415,
    "range_not_satisfiable": 416,
    "invalid": 422,
    "key_reused": 422,
    "init_data_overused": 429,
    "rate_limited": 429,
    "headers_too_large": 431,
    "internal": 500,
    "upstream_failed": 502,
    "overloaded": 503,
    "unavailable": 503,
    "unknown_event": 503,
    "upstream_timeout": 504,
}

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: ``field`` is its path (``title``, ``attachments.0``), ``code`` is stable."""

    field: str
    code: str
    detail: str | None = None
    facts: Mapping[str, object] | None = None


class Problem(Exception):
    """A refusal with a stable code; ``facts`` fill the text and are part of the answer."""

    def __init__(
        self,
        code: str,
        *,
        status: int | None = None,
        errors: list[FieldError] | None = None,
        headers: Mapping[str, str] | None = None,
        **facts: object,
    ) -> None:
        super().__init__(f"{code} {facts}" if facts else code)
        self.code = code
        self.status = status or PROBLEMS[code]
        self.errors = errors or []
        # RFC 9110: a 401 says how one shows who one is; here that is always a bearer token.
        ours = {"WWW-Authenticate": "Bearer"} if self.status == HTTPStatus.UNAUTHORIZED else {}
        self.headers = ours | dict(headers or {})
        self.facts = facts


def detail_of(problem: Problem, language: Language) -> str:
    """The readable sentence of a problem."""
    return text(language, f"problems.{problem.code}", **problem.facts)


def problem_json(problem: Problem, language: Language) -> bytes:
    """The body of the answer: type, title, status, code, detail, facts and, for fields, errors."""
    body: dict[str, object] = {
        "type": TYPE_PREFIX + problem.code,
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": detail_of(problem, language),
    }
    body |= {name: fact for name, fact in problem.facts.items() if name not in body and name != "errors"}
    if problem.errors:
        body["errors"] = [_field_json(error, language) for error in problem.errors]
    return json.dumps(body, ensure_ascii=False, default=str).encode()


def _field_json(error: FieldError, language: Language) -> dict[str, object]:
    facts = dict(error.facts or {})
    detail = error.detail
    if detail is None:
        known = f"field_{error.code}" in messages(language, "problems")
        detail = text(language, f"problems.field_{error.code if known else 'invalid'}", **facts)
    return {"field": error.field, "code": error.code, "detail": detail}


def language_of_scope(scope: Scope) -> Language:
    """The language to answer a request in: the member's when a route put it in ``state``, else Accept-Language."""
    known = scope.get("state", {}).get("language")
    if known is not None:
        return language_of(str(known))
    for name, value in scope.get("headers", ()):
        if name == b"accept-language":
            return language_of(value.decode("latin-1"))
    return language_of(None)


async def problem_asgi(problem: Problem, scope: Scope, send: Send) -> None:
    """Answer a request of a plain ASGI callable with ``problem``."""
    language = language_of_scope(scope)
    body = problem_json(problem, language)
    headers = {
        "content-type": MEDIA_TYPE,
        "content-length": str(len(body)),
        "content-language": language,
        "cache-control": "no-store",
    } | {name.lower(): value for name, value in problem.headers.items()}
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status, "headers": raw})
    await send({"type": "http.response.body", "body": b"" if scope.get("method") == "HEAD" else body})


def install(app: "FastAPI") -> None:
    """Make every failure of ``app`` a problem: ours, FastAPI's, Starlette's and, logged once, the unexpected ones."""
    from tikethet_service.handlers import install_handlers  # noqa: PLC0415 - only FastAPI's users pay for FastAPI

    install_handlers(app)
