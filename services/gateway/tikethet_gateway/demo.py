"""The demo's people: real init data, signed with the demo's bot token, for whoever tries TiketHet on their machine.

These calls exist only where `GatewaySettings.demo` says so, and answer only a visit from this very machine.
"""

import secrets
from enum import StrEnum
from typing import Annotated, Any

import aiohttp
from fastapi import Depends, FastAPI, Query, Request, Response
from fastapi.responses import RedirectResponse
from init_data_py import sign
from pydantic import BaseModel, Field
from tikethet_service.problems import Problem

from tikethet_gateway.routes import FIRST_TOKENS, FirstTokens, client_of, desk_of, first_tokens, shown
from tikethet_gateway.rules import is_local_visit, telegram_user_json
from tikethet_gateway.settings import DEMO_BOT_TOKEN
from tikethet_gateway.upstream import Upstream, problem_of


class DemoPerson(StrEnum):
    """Who to be."""

    CUSTOMER = "customer"
    HELPER = "helper"
    ADMIN = "admin"


PEOPLE = {
    DemoPerson.CUSTOMER: (700000001, "Алексей", "Морозов", "alexey_m"),
    DemoPerson.HELPER: (700000002, "Мария", "Соколова", "maria_help"),
    DemoPerson.ADMIN: (700000003, "Игорь", "Власов", "igor_admin"),
}
"""Telegram id, first name, last name, username."""


class DemoInitData(BaseModel):
    """What Telegram would hand to the Mini App for this person."""

    init_data: str = Field(examples=["query_id=…&user=%7B…&auth_date=…&hash=…"])


_INIT_DATA = {"init_data": "query_id=…&user=%7B…&auth_date=…&hash=…"}


PASSED = ("content-type", "x-sandbox")
SHOWN = ("content-type", "content-security-policy", "cache-control")

As = Annotated[DemoPerson, Query(alias="as", description="customer, helper or admin")]


def local_only(request: Request) -> None:
    """Refuses other hosts' names and forwarded requests; raises ``Problem("forbidden")``."""
    if not is_local_visit(request.client.host if request.client else None, request.scope["headers"]):
        raise Problem("forbidden")


def init_data_of(person: DemoPerson) -> str:
    """Fresh init data of a demo person."""
    fields = {"query_id": secrets.token_urlsafe(16), "user": telegram_user_json(*PEOPLE[person])}
    return sign(fields, DEMO_BOT_TOKEN)


def add_demo(app: FastAPI, chats: "Chats | None") -> None:
    """Put the demo's calls on ``app``; ``chats`` where the local Telegram runs."""
    local = [Depends(local_only)]
    ask: dict[str, Any] = {"methods": ["GET"], "tags": ["demo"], "dependencies": local}
    add = app.add_api_route
    add("/api/v1/demo/init-data", init_data, summary="Init data", responses=shown(_INIT_DATA), **ask)
    add("/api/v1/demo/token", token, summary="Tokens at once", responses=shown(FIRST_TOKENS), **ask)
    if chats is not None:
        add("/sandbox", chats.front, methods=["GET"], include_in_schema=False, dependencies=local)
        add("/sandbox/{path:path}", chats.show, methods=["GET", "POST"], include_in_schema=False, dependencies=local)


class Chats:
    """The chat page of the local Telegram at ``url``, shown under the gateway's own address."""

    def __init__(self, upstream: Upstream, url: str) -> None:
        self._upstream = upstream
        self._url = url

    async def front(self) -> Response:
        """The page's own folder, so that its relative addresses hold."""
        return RedirectResponse("/sandbox/", 307)

    async def show(self, request: Request) -> Response:
        """Ask the sandbox the same; small bodies both ways. Raises `Problem` when it is away."""
        body = await request.body()
        headers = {name: request.headers[name] for name in PASSED if name in request.headers}
        url = f"{self._url}{request.url.path}"
        if request.url.query:
            url += f"?{request.url.query}"
        try:
            async with self._upstream.client.request(request.method, url, headers=headers, data=body) as answer:
                known = {name: answer.headers[name] for name in SHOWN if name in answer.headers}
                return Response(await answer.read(), answer.status, known)
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise problem_of(failure) from None


async def init_data(person: As = DemoPerson.CUSTOMER) -> DemoInitData:
    """Init data to sign in with as one of the demo's people."""
    return DemoInitData(init_data=init_data_of(person))


async def token(request: Request, person: As = DemoPerson.CUSTOMER) -> FirstTokens:
    """The same, signed in already: for trying calls out in the docs."""
    return first_tokens(await desk_of(request).sign_in.exchange(init_data_of(person), client_of(request)))
