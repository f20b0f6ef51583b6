"""The log's errors and the database's absence, told as problems."""

from typing import Any, cast

import asyncpg
import structlog
from fastapi import FastAPI, Request, Response
from tikethet_events.errors import Conflict, KeyReused, Overloaded, Refused, UnknownEvent
from tikethet_service.problems import MEDIA_TYPE, FieldError, Problem, language_of_scope, problem_json

RETRY_AFTER_S = 1

_KINDS: tuple[type[Exception], ...] = (
    *(Refused, Conflict, KeyReused, Overloaded, UnknownEvent),
    *(asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError, asyncpg.InsufficientResourcesError),
    *(asyncpg.InterfaceError, asyncpg.InternalClientError),  # the driver's words for a connection that died under it
    OSError,  # refused, silent, or a host that is away and has no address meanwhile
)

_log = structlog.get_logger("tikethet.tickets.http")


def install(app: FastAPI) -> None:
    """Register the handlers on ``app``."""
    for kind in _KINDS:
        app.add_exception_handler(kind, _answer)


def problem_of(failure: Exception) -> Problem:
    """The problem a failure is to the caller; one that says nothing of the kind is ``unavailable``."""
    match failure:
        case Refused(code="invalid", facts=facts):
            return Problem("invalid", errors=[_field_error(facts)])
        case Refused(code="rate_limited", facts={"retry_after": seconds}):
            return Problem("rate_limited", headers={"retry-after": str(seconds)}, retry_after=seconds)
        case Refused(code=code, facts=facts):
            return Problem(code, **cast("dict[str, Any]", facts))
        case Conflict():
            return Problem("conflict")
        case KeyReused():
            return Problem("key_reused")
        case Overloaded(retry_after=seconds):
            return Problem("overloaded", headers={"retry-after": str(seconds)})
        case UnknownEvent(type=type_):
            return Problem("unknown_event", event_type=type_, headers={"retry-after": "30"})
        case _:
            return Problem("unavailable", headers={"retry-after": str(RETRY_AFTER_S)})


def _field_error(facts: dict[str, object]) -> FieldError:
    rest = {name: value for name, value in facts.items() if name not in {"field", "reason"}}
    return FieldError(str(facts.get("field", "")), str(facts.get("reason", "invalid")), facts=rest)


async def _answer(request: Request, failure: Exception) -> Response:
    problem = problem_of(failure)
    if problem.code == "unavailable":
        _log.warning("the database did not answer", exc_info=failure)
    language = language_of_scope(request.scope)
    return Response(
        problem_json(problem, language),
        status_code=problem.status,
        headers={"content-language": language, "cache-control": "no-store"} | problem.headers,
        media_type=MEDIA_TYPE,
    )
