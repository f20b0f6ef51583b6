from collections.abc import AsyncIterator
from typing import Annotated, Any

import httpx
import pytest
from fastapi import Body, FastAPI, HTTPException, Query
from pydantic import BaseModel, Field
from starlette.types import Receive, Scope, Send
from tikethet_service.problems import PROBLEMS, FieldError, Problem, install, problem_asgi


class Ticket(BaseModel):
    model_config = {"extra": "forbid"}
    title: Annotated[str, Field(min_length=1, max_length=5)]
    score: Annotated[int, Field(ge=1, le=5)] = 1


def build() -> FastAPI:
    app = FastAPI()
    install(app)

    @app.post("/tickets")
    async def post(ticket: Annotated[Ticket, Body()], page: Annotated[int, Query(ge=1)] = 1) -> dict[str, Any]:
        return {"title": ticket.title, "page": page}

    @app.get("/tickets")
    async def get() -> dict[str, Any]:
        return {}

    @app.get("/refused")
    async def refused() -> None:
        facts = {"current": 7}
        errors = [FieldError("assignee_id", "missing")]
        raise Problem("version_conflict", headers={"Retry-After": "1"}, errors=errors, **facts)

    @app.get("/broken")
    async def broken() -> None:
        raise ValueError("secret detail")

    return app


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build(), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        yield http


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"], body["type"]) == (status, code, f"/docs/problems#{code}")
    assert body["title"]
    assert body["detail"]
    return body


async def test_a_refusal_has_facts_headers_and_fields(client: httpx.AsyncClient) -> None:
    answer = await client.get("/refused", headers={"accept-language": "en"})
    body = problem(answer, 412, "version_conflict")
    assert body["current"] == 7
    assert body["detail"] == "This has changed since you read it; please look again."
    assert body["errors"] == [{"field": "assignee_id", "code": "missing", "detail": "This field is required."}]
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-language"] == "en"


async def test_russian_is_the_default(client: httpx.AsyncClient) -> None:
    assert problem(await client.get("/nowhere"), 404, "not_found")["detail"] == "Здесь ничего нет."


async def test_starlettes_failures_are_problems(client: httpx.AsyncClient) -> None:
    problem(await client.get("/nowhere"), 404, "not_found")
    answer = await client.delete("/tickets")
    problem(answer, 405, "method_not_allowed")
    assert answer.headers["allow"] == "GET, POST"


async def test_fields_are_named_with_stable_codes_and_never_echoed(client: httpx.AsyncClient) -> None:
    sent = {"title": "far too long", "score": 9, "strange": True}
    answer = await client.post("/tickets?page=0", json=sent, headers={"accept-language": "en"})
    errors = {error["field"]: error for error in problem(answer, 422, "invalid")["errors"]}
    assert {field: error["code"] for field, error in errors.items()} == {
        "title": "too_long",
        "score": "too_big",
        "strange": "unknown",
        "page": "too_small",
    }
    assert errors["title"]["detail"] == "Too long: at most 5."
    assert "far too long" not in answer.text


async def test_wrong_json_is_said_so(client: httpx.AsyncClient) -> None:
    answer = await client.post("/tickets", content=b"{", headers={"content-type": "application/json"})
    problem(answer, 400, "malformed_json")


async def test_the_unexpected_tells_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/broken")
    problem(answer, 500, "internal")
    assert "secret" not in answer.text


@pytest.mark.parametrize("code", PROBLEMS)
async def test_a_401_and_no_other_says_how_to_show_who_one_is(code: str) -> None:
    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        await problem_asgi(Problem(code), scope, send)

    app = FastAPI()
    install(app)

    @app.get("/")
    async def refused() -> None:
        raise Problem(code)

    for asked in (plain, app):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(asked), base_url="http://test") as http:
            answer = await http.get("/")
            assert answer.headers.get("www-authenticate") == ("Bearer" if answer.status_code == 401 else None)


async def test_starlettes_own_401_says_so_too() -> None:
    app = FastAPI()
    install(app)

    @app.get("/")
    async def refused() -> None:
        raise HTTPException(401)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as http:
        assert (await http.get("/")).headers["www-authenticate"] == "Bearer"


async def test_a_plain_callable_answers_problems_too() -> None:
    async def plain(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        await problem_asgi(Problem("rate_limited", headers={"Retry-After": "3"}, retry_after=3), scope, send)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(plain), base_url="http://test") as http:
        answer = await http.get("/")
        assert problem(answer, 429, "rate_limited")["retry_after"] == 3
        assert answer.headers["retry-after"] == "3"
        assert (await http.head("/")).content == b""
