"""The demo's people."""

import pytest
from starlette.types import Receive, Scope, Send
from tikethet_gateway.demo import PEOPLE, DemoPerson

from tests.gateway.conftest import Build, House, answer, member_id_of, problem, served


@pytest.mark.parametrize("person", list(DemoPerson))
async def test_each_of_them_signs_in(house: House, person: DemoPerson) -> None:
    raw = (await house.http.get(f"/api/v1/demo/init-data?as={person}")).json()["init_data"]
    found = await house.http.post("/api/v1/auth/telegram", json={"init_data": raw})
    assert found.json()["user"]["id"] == member_id_of(person)
    assert found.json()["user"]["username"] == PEOPLE[person][3]
    again = (await house.http.get(f"/api/v1/demo/init-data?as={person}")).json()["init_data"]
    assert raw != again


async def test_a_token_at_once(house: House) -> None:
    body = (await house.http.get("/api/v1/demo/token?as=admin")).json()
    auth = {"Authorization": f"Bearer {body['access_token']}"}
    assert (await house.http.get("/api/v1/tickets/echo", headers=auth)).status_code == 200
    assert body["user"]["first_name"] == "Игорь"


async def test_nobody_else(house: House) -> None:
    problem(await house.http.get("/api/v1/demo/token?as=root"), 422, "invalid")


async def test_only_a_visit_from_this_machine(house: House) -> None:
    for headers in ({"Host": "desk.example"}, {"X-Forwarded-For": "1.2.3.4"}, {"Forwarded": "for=x"}, {"Via": "1.1 x"}):
        for call in ("init-data", "token"):
            problem(await house.http.get(f"/api/v1/demo/{call}?as=admin", headers=headers), 403, "forbidden")
    assert house.tickets.members == {}


@pytest.mark.parametrize(
    "changes", [{"telegram_bot_token": "123456:real"}, {"tikethet_mode": "production", "telegram_bot_token": "1:real"}]
)
async def test_there_is_no_demo_beside_a_real_bot(houses: Build, changes: dict[str, str]) -> None:
    house = await houses(**changes)
    problem(await house.http.get("/api/v1/demo/token?as=admin"), 404, "not_found")
    problem(await house.http.get("/api/v1/demo/init-data?as=admin"), 404, "not_found")


async def test_the_chat_page_takes_files_and_nothing_else_does(houses: Build) -> None:
    async def lengths(scope: Scope, receive: Receive, send: Send) -> None:
        body, more = b"", scope["type"] == "http"
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        await answer(send, 200, {"length": len(body), "path": scope.get("path")})

    async with served(lengths) as address:
        house = await houses(sandbox_url=f"http://{address}")
        large = b"x" * 1_000_000
        found = await house.http.post("/sandbox/upload?as=customer", content=large)
        assert found.json() == {"length": len(large), "path": "/sandbox/upload"}
        problem(await house.http.post("/api/v1/auth/telegram", content=large), 413, "too_large")
