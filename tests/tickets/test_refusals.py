import errno
import socket

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from tikethet_tickets.routes import refusals


@pytest.mark.parametrize(
    "failure",
    [
        socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution"),
        OSError(errno.EHOSTUNREACH, "No route to host"),
        ConnectionRefusedError(),
        TimeoutError(),
        asyncpg.InterfaceError("the pool is closed"),
        asyncpg.InternalClientError("cannot switch to state 12; another operation (2) is in progress"),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_a_database_that_is_away_is_unavailable_however_it_is_away(failure: Exception) -> None:
    app = FastAPI()
    refusals.install(app)

    @app.get("/")
    async def ask() -> None:
        raise failure

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk") as client:
        answer = await client.get("/")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert answer.headers["retry-after"] == "1"
