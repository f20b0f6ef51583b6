"""The gateway's own HTTP calls: signing in and looking after one's sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from tikethet_service.callers import ACCESS_SECONDS, Access, AccessTokens
from tikethet_service.problems import Problem

from tikethet_gateway import headers
from tikethet_gateway.admission import Admission
from tikethet_gateway.devices import device_name
from tikethet_gateway.limits import Limits, Rate
from tikethet_gateway.rules import INIT_DATA_MAX_BYTES, Network, client_address
from tikethet_gateway.sessions import TOKEN_MAX, Session, Sessions
from tikethet_gateway.signin import SignedIn, SignIn

DESK_CODE_MAX = 64
EXAMPLE_ID = "0198c0de-7a52-7c3e-8a11-5d1f0a6c2b01"


class InitData(BaseModel):
    """What Telegram hands to a Mini App (`window.Telegram.WebApp.initData`), as it is."""

    model_config = ConfigDict(extra="forbid")
    init_data: str = Field(
        min_length=1, max_length=INIT_DATA_MAX_BYTES, examples=["query_id=AAH…&user=%7B%22id%22…&auth_date=…&hash=…"]
    )


class RefreshToken(BaseModel):
    """The newest refresh token of a session."""

    model_config = ConfigDict(extra="forbid")
    refresh_token: str = Field(min_length=1, max_length=TOKEN_MAX, examples=["kF3Zq0….1.1nqQ8…"])


class DeskCode(BaseModel):
    """The code behind the `#` of a link that the bot gave to somebody of the staff."""

    model_config = ConfigDict(extra="forbid")
    code: str = Field(
        min_length=1, max_length=DESK_CODE_MAX, pattern=r"^[A-Za-z0-9_-]+$", examples=["kF3Zq0aT1bV8xY2cL5mN7pQr"]
    )


class Tokens(BaseModel):
    """A way in: an access token for the next ``expires_in`` seconds and a refresh token for the time after."""

    access_token: str = Field(examples=["eyJhbGciOiJFZERTQSJ9.…"])
    token_type: str = "Bearer"  # noqa: S105 - the name of a scheme
    expires_in: int = ACCESS_SECONDS
    refresh_token: str = Field(examples=["kF3Zq0….2.pT41x…"])


class SignedInMember(BaseModel):
    """The member who signed in."""

    model_config = ConfigDict(extra="allow")
    id: str = Field(examples=[EXAMPLE_ID])
    first_name: str | None = Field(None, examples=["Алексей"])
    last_name: str | None = Field(None, examples=["Морозов"])
    username: str | None = Field(None, examples=["alexey_m"])
    role: str = Field("USER", examples=["USER"])
    language: str = Field("ru", examples=["ru"])


class FirstTokens(Tokens):
    """The answer to a sign-in."""

    user: SignedInMember


class SessionShape(BaseModel):
    """One of the caller's sessions."""

    id: str = Field(examples=["kF3Zq0aT1bV8xY2cL5mN7pQr"])
    client: str = Field(examples=["Chrome, Android"])
    current: bool
    created_at: datetime
    used_at: datetime


class SessionList(BaseModel):
    """Every session of the caller, the last used first."""

    items: list[SessionShape]
    total: int
    page: int = 1
    size: int
    pages: int = 1
    next_cursor: str | None = None


TOKENS: dict[str, Any] = {
    "access_token": "eyJhbGciOiJFZERTQSJ9.…",
    "token_type": "Bearer",
    "expires_in": ACCESS_SECONDS,
    "refresh_token": "kF3Zq0….2.pT41x…",
}
FIRST_TOKENS: dict[str, Any] = TOKENS | {
    "user": {
        "id": EXAMPLE_ID,
        "first_name": "Алексей",
        "last_name": "Морозов",
        "username": "alexey_m",
        "role": "USER",
        "language": "ru",
    }
}
_SESSIONS: dict[str, Any] = {
    "items": [
        {
            "id": "kF3Zq0aT1bV8xY2cL5mN7pQr",
            "client": "Chrome, Android",
            "current": True,
            "created_at": "2026-11-23T10:02:00Z",
            "used_at": "2026-11-26T08:15:00Z",
        }
    ],
    "total": 1,
    "page": 1,
    "size": 1,
    "pages": 1,
    "next_cursor": None,
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What the routes work with."""

    sign_in: SignIn
    sessions: Sessions
    tokens: AccessTokens
    admission: Admission
    limits: Limits
    sign_in_rate: Rate
    trusted: tuple[Network, ...]


_bearer = HTTPBearer(auto_error=False, scheme_name="bearer", bearerFormat="JWT", description="The access token.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def desk_of(request: Request) -> Desk:
    """The objects `wiring` opened."""
    desk: Desk = request.app.state.desk
    return desk


async def signed_in(request: Request, credentials: Bearer) -> Access:
    """Who is calling, admitted; raises `Problem`."""
    if credentials is None:
        raise Problem("unauthorized")
    desk = desk_of(request)
    access = desk.tokens.verify(credentials.credentials)
    await desk.admission.admit(access.session_id, access.member_id)
    return access


async def not_too_often(request: Request) -> None:
    """Counts sign-ins by address; raises ``Problem("rate_limited")``."""
    desk = desk_of(request)
    peer = request.client.host if request.client else None
    address = client_address(peer, headers.of(request.scope["headers"], b"x-forwarded-for"), desk.trusted)
    await desk.limits.take(desk.sign_in_rate, address)


Caller = Annotated[Access, Depends(signed_in)]
Counted = Depends(not_too_often)


def shown(example: Mapping[str, Any]) -> dict[int | str, dict[str, Any]]:
    """``responses=`` of a call, with what it answers for example."""
    return {200: {"content": {"application/json": {"example": example}}}}


def add_routes(app: FastAPI) -> None:
    """Put the calls under ``/api/v1/auth`` on ``app``."""
    tags: dict[str, Any] = {"tags": ["auth"]}
    way_in: dict[str, Any] = {"methods": ["POST"], "dependencies": [Counted], **tags}
    add = app.add_api_route
    add("/api/v1/auth/telegram", exchange, summary="Sign in", responses=shown(FIRST_TOKENS), **way_in)
    add("/api/v1/auth/desk", desk_link, summary="Sign in at a desk", responses=shown(FIRST_TOKENS), **way_in)
    add("/api/v1/auth/refresh", refresh, summary="Renew tokens", responses=shown(TOKENS), **way_in)
    add("/api/v1/auth/logout", logout, methods=["POST"], status_code=204, summary="End this session", **tags)
    add("/api/v1/auth/sessions", sessions, methods=["GET"], summary="My sessions", responses=shown(_SESSIONS), **tags)
    add("/api/v1/auth/sessions", end_others, methods=["DELETE"], status_code=204, summary="End my others", **tags)
    add("/api/v1/auth/sessions/{session_id}", end_one, methods=["DELETE"], status_code=204, summary="End one", **tags)


async def exchange(request: Request, body: InitData) -> FirstTokens:
    """Exchange Telegram's signed init data for tokens. The same data works for an hour and 20 times at most."""
    came = await desk_of(request).sign_in.exchange(body.init_data, client_of(request))
    return first_tokens(came)


async def desk_link(request: Request, body: DeskCode) -> FirstTokens:
    """Exchange the code of a staff member's link for tokens, in a browser outside Telegram: once, within 60 s."""
    came = await desk_of(request).sign_in.redeem(body.code, client_of(request))
    return first_tokens(came)


async def refresh(request: Request, body: RefreshToken) -> Tokens:
    """Exchange a refresh token for the next ones.

    A token that was used already answers the same successor for 30 s; after that its use ends the session.
    """
    came = await desk_of(request).sign_in.refresh(body.refresh_token)
    return Tokens(access_token=came.access_token, refresh_token=came.grant.refresh_token)


async def logout(request: Request, caller: Caller) -> Response:
    """End the session this access token belongs to; its sockets close."""
    await _end(desk_of(request), caller.session_id)
    return Response(status_code=204)


async def sessions(request: Request, caller: Caller) -> SessionList:
    """Where the caller is signed in."""
    found = await desk_of(request).sessions.of(caller.member_id)
    items = [_shape(session, caller.session_id) for session in found]
    return SessionList(items=items, total=len(items), size=max(1, len(items)))


async def end_others(request: Request, caller: Caller) -> Response:
    """End every session of the caller but this one."""
    desk = desk_of(request)
    for session in await desk.sessions.of(caller.member_id):
        if session.id != caller.session_id:
            await _end(desk, session.id)
    return Response(status_code=204)


async def end_one(request: Request, caller: Caller, session_id: str) -> Response:
    """End one of the caller's sessions."""
    desk = desk_of(request)
    if session_id not in {session.id for session in await desk.sessions.of(caller.member_id)}:
        raise Problem("not_found")
    await _end(desk, session_id)
    return Response(status_code=204)


def first_tokens(came: SignedIn) -> FirstTokens:
    """The answer to a sign-in."""
    user = SignedInMember.model_validate(came.member)
    return FirstTokens(access_token=came.access_token, refresh_token=came.grant.refresh_token, user=user)


def client_of(request: Request) -> str:
    """What to call the program that signs in."""
    return device_name(request.headers.get("user-agent", ""))


async def _end(desk: Desk, session_id: str) -> None:
    desk.admission.forget(session_id)
    await desk.sessions.end(session_id)


def _shape(session: Session, current: str) -> SessionShape:
    return SessionShape(
        id=session.id,
        client=session.client,
        current=session.id == current,
        created_at=datetime.fromtimestamp(session.created_at, UTC),
        used_at=datetime.fromtimestamp(session.used_at, UTC),
    )
