"""What the OpenAPI document says: the contract's shapes, one example per call, and how every call can fail."""

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from tikethet_service.problems import MEDIA_TYPE, PROBLEMS, TYPE_PREFIX

from tikethet_tickets.shapes import json_schemas

Responses = dict[int | str, dict[str, Any]]

_PROBLEM: Final = {
    "type": "object",
    "description": "RFC 9457. `code` is stable and one of a closed list; `detail` is in the caller's language.",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": sorted(PROBLEMS)},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("field", "code", "detail")},
            },
        },
    },
}

_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer"}
_EVENT: Final = {
    "type": "object",
    "description": "A CloudEvent 1.0; `data` has the fields of the event that `type` names.",
    "required": ["specversion", "id", "type", "source", "subject", "time", "position", "epoch", "audience", "data"],
    "properties": {
        **dict.fromkeys(("specversion", "id", "type", "source", "subject", "time", "datacontenttype"), _TEXT),
        **dict.fromkeys(("dataschema", "epoch", "audience", "actor", "channel", "traceparent"), _TEXT),
        **dict.fromkeys(("position", "streamversion"), _NUMBER),
        "requester": {"anyOf": [_TEXT, {"type": "null"}]},
        "erased": {"type": "boolean"},
        "data": {"type": "object"},
    },
}
_EVENT_PAGE: Final = {
    "type": "object",
    "description": "Events the caller may hear; go on with `after=position` until it is `head`.",
    "required": ["epoch", "head", "position", "items"],
    "properties": {
        "epoch": _TEXT,
        **dict.fromkeys(("head", "position"), _NUMBER),
        "items": {"type": "array", "items": {"$ref": "#/components/schemas/CloudEvent"}},
    },
}

_WHEN: Final = {
    "not_found": "There is no such thing, or it is none of the caller's business.",
    "forbidden": "The caller's role does not allow it.",
    "conflict": "The state of the ticket does not allow it.",
    "not_resolved": "The ticket is not resolved, or this resolution was rated already.",
    "version_conflict": "`If-Match` names another version than the present one.",
    "rate_limited": "Too much in too short a time; `Retry-After` says when it is allowed again.",
    "broadcast_ended": "It is finished already.",
    "invalid": "A field is wrong; `errors` names each.",
}

_HEADERS: Final = {
    "Tikethet-Epoch": {"schema": {"type": "string"}, "description": "Which history the position belongs to."},
    "Tikethet-Position": {"schema": {"type": "integer"}, "description": "Where in the log a listener starts."},
}
_ETAG: Final = {"ETag": {"schema": {"type": "string"}, "description": "The version, for `If-Match`."}}


def answers(
    shape: str | None, example: object = None, *, status: int = 200, versioned: bool = False, says: str = "Done."
) -> Responses:
    """``responses=`` of a call that answers ``shape`` (a name in the components), with an example of it."""
    answer: dict[str, Any] = {"description": says, "headers": _HEADERS | (_ETAG if versioned else {})}
    if shape is not None:
        schema = {"$ref": f"#/components/schemas/{shape}"}
        answer["content"] = {"application/json": {"schema": schema, "example": example}}
    return {status: answer}


def refusals(*codes: str) -> Responses:
    """The refusals a call is likely to meet; every call knows 401, 403, 422 and 503 besides."""
    return {PROBLEMS[code]: _refusal(code) for code in dict.fromkeys(("invalid", *codes))}


def _refusal(code: str) -> dict[str, Any]:
    example = {"type": TYPE_PREFIX + code, "title": "", "status": PROBLEMS[code], "code": code, "detail": ""}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        "description": _WHEN.get(code, code),
        "content": {MEDIA_TYPE: {"schema": schema, "example": example}},
    }


_COMMAND_HEADERS: Final = [
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "Any name for this command; the same again answers as the first time and changes nothing.",
        "schema": {"type": "string", "maxLength": 200},
    },
    {
        "name": "If-Match",
        "in": "header",
        "required": False,
        "description": "The version (`ETag`) this command is meant for; at another one it answers 412.",
        "schema": {"type": "string"},
    },
]


def _with_command_headers(paths: dict[str, dict[str, dict[str, Any]]]) -> None:
    """Every command takes them; the routes read them by hand (see `asking.commander`)."""
    for item in paths.values():
        for method, call in item.items():
            if method != "get":
                call.setdefault("parameters", []).extend(_COMMAND_HEADERS)


def describe(app: FastAPI) -> None:
    """Make ``app`` serve a document that has the shapes of the contract in it."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            found = get_openapi(title=app.title, version=app.version, routes=app.routes, tags=app.openapi_tags)
            _with_command_headers(found["paths"])
            components = found.setdefault("components", {})
            own = {"Problem": _PROBLEM, "CloudEvent": _EVENT, "EventPage": _EVENT_PAGE}
            components.setdefault("schemas", {}).update(json_schemas(), **own)
            components["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
            found["security"] = [{"bearer": []}]
            app.openapi_schema = found
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]
