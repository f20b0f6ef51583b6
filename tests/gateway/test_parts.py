"""`/health` names every part."""

from tikethet_gateway.parts import _state

from tests.gateway.conftest import Build, House


async def test_all_is_well_and_the_bot_is_not_configured(house: House) -> None:
    found = await house.http.get("/health")
    assert found.status_code == 200
    body = found.json()
    assert {name: part["status"] for name, part in body["parts"].items()} == {
        "gateway": "up",
        "redis": "up",
        "tickets": "up",
        "notify": "up",
        "bot": "not_configured",
    }
    assert body["parts"]["tickets"]["parts"] == {"log": {"status": "up"}}


async def test_an_ailing_part_is_named(house: House) -> None:
    house.tickets.healthy = False
    found = await house.http.get("/health")
    assert found.status_code == 503
    assert found.json()["parts"]["tickets"] == {
        "status": "down",
        "detail": "log",
        "parts": {"log": {"status": "down"}},
    }
    assert (await house.http.get("/health/ready")).status_code == 200
    assert (await house.http.get("/health/live")).status_code == 200


async def test_what_is_away_is_down_and_tells_no_secret(houses: Build) -> None:
    house = await houses(bot_url="http://127.0.0.1:1", redis_url="redis://:hunter2@127.0.0.1:1/0")
    found = await house.http.get("/health")
    assert found.status_code == 503
    parts = found.json()["parts"]
    assert parts["bot"]["status"] == "down"
    assert parts["redis"]["status"] == "down"
    assert "hunter2" not in found.text
    assert (await house.http.get("/health/ready")).status_code == 503
    assert (await house.http.get("/health/live")).status_code == 200


def test_a_bot_without_a_token_says_so_itself() -> None:
    body = {"status": "up", "parts": {"telegram": {"status": "not_configured", "detail": "no TELEGRAM_BOT_TOKEN"}}}
    state = _state(200, body)
    assert (state.status, state.detail) == ("not_configured", "no TELEGRAM_BOT_TOKEN")
    assert _state(503, {}).status == "down"
