"""The demo's people: real init data, signed with the demo's bot token, for whoever tries TiketHet on their machine.

These calls exist only where `GatewaySettings.demo` says so, and answer only a visit from this very machine.
"""

import secrets
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, FastAPI, Query, Request
from init_data_py import sign
from pydantic import BaseModel, Field
from tikethet_service.problems import Problem

from tikethet_gateway.routes import FirstTokens, client_of, desk_of, first_tokens
from tikethet_gateway.rules import is_local_visit, telegram_user_json
from tikethet_gateway.settings import DEMO_BOT_TOKEN


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


As = Annotated[DemoPerson, Query(alias="as", description="customer, helper or admin")]


def local_only(request: Request) -> None:
    """Refuses other hosts' names and forwarded requests; raises ``Problem("forbidden")``."""
    if not is_local_visit(request.client.host if request.client else None, request.scope["headers"]):
        raise Problem("forbidden")


def init_data_of(person: DemoPerson) -> str:
    """Fresh init data of a demo person."""
    fields = {"query_id": secrets.token_urlsafe(16), "user": telegram_user_json(*PEOPLE[person])}
    return sign(fields, DEMO_BOT_TOKEN)


def add_demo(app: FastAPI) -> None:
    """Put the demo's calls on ``app``."""
    local = [Depends(local_only)]
    add = app.add_api_route
    add("/api/v1/demo/init-data", init_data, methods=["GET"], tags=["demo"], dependencies=local, summary="Init data")
    add("/api/v1/demo/token", token, methods=["GET"], tags=["demo"], dependencies=local, summary="Tokens at once")


async def init_data(person: As = DemoPerson.CUSTOMER) -> DemoInitData:
    """Init data to sign in with as one of the demo's people."""
    return DemoInitData(init_data=init_data_of(person))


async def token(request: Request, person: As = DemoPerson.CUSTOMER) -> FirstTokens:
    """The same, signed in already: for trying calls out in the docs."""
    return first_tokens(await desk_of(request).sign_in.exchange(init_data_of(person), client_of(request)))
