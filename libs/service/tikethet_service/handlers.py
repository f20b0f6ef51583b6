"""FastAPI's and Starlette's own failures, told as problems (installed by `problems.install`)."""

from collections.abc import Sequence
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from tikethet_service.logs import told
from tikethet_service.problems import MEDIA_TYPE, FieldError, Problem, language_of_scope, problem_json

METHOD_NOT_ALLOWED: Final = 405

_BY_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    METHOD_NOT_ALLOWED: "method_not_allowed",
    409: "conflict",
    412: "version_conflict",
    413: "too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    422: "invalid",
    429: "rate_limited",
    431: "headers_too_large",
    503: "unavailable",
}
"""What Starlette and FastAPI raise by status, as our codes; anything else is ``internal`` with its own status."""

_FIELD_CODES = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "greater_than": "too_small",
    "greater_than_equal": "too_small",
    "less_than": "too_big",
    "less_than_equal": "too_big",
    "enum": "not_allowed",
    "literal_error": "not_allowed",
    "string_pattern_mismatch": "pattern",
    "control_character": "control_character",
}
"""pydantic's error types as our stable field codes; every other one is ``invalid``."""

_log = structlog.get_logger("tikethet.http")


def install_handlers(app: FastAPI) -> None:
    """Register the handlers on ``app``."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_unexpected)


async def _on_problem(request: Request, failure: Exception) -> Response:
    assert isinstance(failure, Problem)  # noqa: S101 - Starlette's registry keys handlers by type but does not type them
    return _answer(request, failure)


async def _on_validation(request: Request, failure: Exception) -> Response:
    errors: Sequence[Any] = getattr(failure, "errors", list)()
    return _answer(request, problem_of(errors))


def problem_of(errors: Sequence[Any]) -> Problem:
    """Pydantic's list of errors as one `Problem`: ``malformed_json``, or ``invalid`` with a line per field."""
    if any(error["type"] == "json_invalid" for error in errors):
        return Problem("malformed_json")
    return Problem("invalid", errors=[_field_error(error) for error in errors])


def _field_error(error: dict[str, Any]) -> FieldError:
    location = [str(part) for part in error["loc"]]
    if len(location) > 1 and location[0] in {"body", "query", "path", "header", "cookie"}:
        location = location[1:]
    # Only limits go out, never the input itself: it may be a person's words.
    facts = {name: value for name, value in (error.get("ctx") or {}).items() if isinstance(value, int | float | str)}
    limit = next((value for name, value in facts.items() if name.endswith(("length", "le", "lt", "ge", "gt"))), None)
    return FieldError(".".join(location), _FIELD_CODES.get(error["type"], "invalid"), facts=facts | {"limit": limit})


async def _on_http(request: Request, failure: Exception) -> Response:
    status = getattr(failure, "status_code", 500)
    headers = {"allow": _allowed(request)} if status == METHOD_NOT_ALLOWED else getattr(failure, "headers", None)
    return _answer(request, Problem(_BY_STATUS.get(status, "internal"), status=status, headers=headers))


def _allowed(request: Request) -> str:
    """What may be asked at this path; Starlette tells of the first route there alone."""
    there = (route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE)
    return ", ".join(sorted({method for route in there for method in getattr(route, "methods", None) or ()}))


async def _on_unexpected(request: Request, failure: Exception) -> Response:
    # Starlette raises it again, for the server, after this answer.
    _log.error("request failed", method=request.method, path=request.url.path, exc_info=failure)
    told(failure)
    return _answer(request, Problem("internal"))


def _answer(request: Request, problem: Problem) -> Response:
    language = language_of_scope(request.scope)
    return Response(
        problem_json(problem, language),
        status_code=problem.status,
        headers={"content-language": language, "cache-control": "no-store"} | problem.headers,
        media_type=MEDIA_TYPE,
    )
