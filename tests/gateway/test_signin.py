"""Getting in, staying in, getting out."""

import asyncio
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from init_data_py import sign
from tikethet_gateway.demo import DemoPerson, init_data_of
from tikethet_gateway.rules import telegram_user_json
from tikethet_gateway.settings import DEMO_BOT_TOKEN

from tests.gateway.conftest import Build, House, member_id_of, problem

ECHO = "/api/v1/tickets/echo"
SIGN_IN = "/api/v1/auth/telegram"
DESK = "/api/v1/auth/desk"
USER = telegram_user_json(700000001, "Алексей", "Морозов", "alexey_m")


async def test_the_way_in(house: House) -> None:
    found = await house.http.post(SIGN_IN, json={"init_data": init_data_of(DemoPerson.CUSTOMER)})
    body = found.json()
    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 900
    assert body["user"]["first_name"] == "Алексей"
    assert body["user"]["id"] == member_id_of(DemoPerson.CUSTOMER)
    assert body["user"]["reachable"] is True  # whatever tickets says of a member is handed on
    claims = jwt.decode(body["access_token"], options={"verify_signature": False})
    assert claims["sub"] == body["user"]["id"]
    assert claims["exp"] - claims["iat"] == 900
    assert found.headers["cache-control"] == "no-store"


async def test_forged_and_old_data_is_refused_in_the_callers_language(house: House) -> None:
    old = sign({"user": USER}, DEMO_BOT_TOKEN, auth_date=datetime.now(UTC) - timedelta(hours=2))
    english = {"Accept-Language": "en"}
    body = problem(await house.http.post(SIGN_IN, json={"init_data": old}, headers=english), 401, "init_data_expired")
    assert body["detail"].startswith("Telegram's sign-in data is too old")
    forged = sign({"user": USER}, "1:somebody-elses-bot")
    problem(await house.http.post(SIGN_IN, json={"init_data": forged}), 401, "init_data_invalid")
    problem(await house.http.post(SIGN_IN, json={"init_data": "a=\\ud800"}), 401, "init_data_invalid")
    surrogate = b'{"init_data": "user=\\ud800"}'
    found = await house.http.post(SIGN_IN, content=surrogate, headers={"Content-Type": "application/json"})
    assert found.status_code in {401, 422}
    assert house.tickets.members == {}


BAD_BODIES = [
    (b"{", 400, "malformed_json"),
    (b"[]", 422, "invalid"),
    (b"{}", 422, "invalid"),
    (b'{"init_data": 5}', 422, "invalid"),
    (b'{"init_data": ""}', 422, "invalid"),
    (b'{"init_data": "a=b", "more": 1}', 422, "invalid"),
    (b'{"init_data": "' + b"x" * 9000 + b'"}', 422, "invalid"),
    (b'{"init_data": "' + b"x" * 70_000 + b'"}', 413, "too_large"),
]


async def test_bad_bodies(house: House) -> None:
    for body, status, code in BAD_BODIES:
        found = await house.http.post(SIGN_IN, content=body, headers={"Content-Type": "application/json"})
        problem(found, status, code)
        assert b"xxx" not in found.content


async def test_the_same_data_works_twenty_times(house: House) -> None:
    raw = init_data_of(DemoPerson.CUSTOMER)
    found = [(await house.http.post(SIGN_IN, json={"init_data": raw})).status_code for _ in range(20)]
    assert found == [200] * 20
    last = await house.http.post(SIGN_IN, json={"init_data": raw})
    problem(last, 429, "init_data_overused")
    assert 3590 <= int(last.headers["retry-after"]) <= 3600
    await house.sign_in()  # fresh data is another matter


async def test_a_desk_code_opens_a_session_of_its_own(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    member = member_id_of(DemoPerson.HELPER)
    house.tickets.desk_codes["kF3Zq0aT1bV8xY2cL5mN7pQr"] = member
    firefox = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"}
    found = await house.http.post(DESK, json={"code": "kF3Zq0aT1bV8xY2cL5mN7pQr"}, headers=firefox)
    body = found.json()
    assert (found.status_code, body["user"]["id"], body["user"]["role"]) == (200, member, "HELPER")
    assert found.headers["cache-control"] == "no-store"
    bearer = {"Authorization": f"Bearer {body['access_token']}"}
    (session,) = (await house.http.get("/api/v1/auth/sessions", headers=bearer)).json()["items"]
    assert session["client"] == "Firefox, Linux"
    again = await house.http.post(DESK, json={"code": "kF3Zq0aT1bV8xY2cL5mN7pQr"}, headers={"Accept-Language": "en"})
    assert "/desk" in problem(again, 401, "desk_code_invalid")["detail"]
    assert "kF3Zq0aT1bV8xY2cL5mN7pQr" not in caplog.text + again.text


async def test_bad_desk_codes_never_reach_tickets(house: House) -> None:
    for code in ("", "x" * 65, "a b", "нет", "../x", 5, None):
        found = await house.http.post(DESK, json={"code": code})
        problem(found, 422, "invalid")
    assert not any("desk-codes" in seen.path for seen in house.tickets.seen)


async def test_desk_codes_are_guessed_no_faster_than_anybody_signs_in(houses: Build) -> None:
    house = await houses(sign_in_per_minute=1, sign_in_burst=3)
    codes = [(await house.http.post(DESK, json={"code": "guess"})).status_code for _ in range(4)]
    assert codes == [401, 401, 401, 429]


async def test_sign_ins_are_counted_by_address(houses: Build) -> None:
    house = await houses(sign_in_per_minute=1, sign_in_burst=3, trusted_proxies="127.0.0.0/8")
    for address, status in (("9.9.9.9", 401), ("9.9.9.9", 401), ("9.9.9.9", 401), ("9.9.9.9", 429), ("8.8.8.8", 401)):
        found = await house.http.post(SIGN_IN, json={"init_data": "a=b"}, headers={"X-Forwarded-For": address})
        assert found.status_code == status


async def test_tickets_is_away_or_fails(house: House) -> None:
    house.tickets.ready = False
    found = await house.http.post(SIGN_IN, json={"init_data": init_data_of(DemoPerson.CUSTOMER)})
    problem(found, 503, "unavailable")


async def test_a_blocked_member_gets_nowhere(house: House) -> None:
    tokens = await house.sign_in()
    house.tickets.members[tokens["user"]["id"]]["blocked"] = True
    found = await house.http.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    problem(found, 403, "blocked")
    found = await house.http.post(SIGN_IN, json={"init_data": init_data_of(DemoPerson.CUSTOMER)})
    problem(found, 403, "blocked")
    auth = {"Authorization": f"Bearer {tokens['access_token']}"}
    problem(await house.http.get(ECHO, headers=auth), 401, "session_ended")


async def test_an_erased_members_sessions_end_at_refresh(house: House) -> None:
    tokens = await house.sign_in()
    house.tickets.members.clear()
    found = await house.http.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    problem(found, 401, "session_ended")


async def test_refresh_carries_the_session_on(house: House) -> None:
    tokens = await house.sign_in()
    found = (await house.http.post("/api/v1/auth/refresh", json={"refresh_token": tokens["refresh_token"]})).json()
    assert set(found) == {"access_token", "token_type", "expires_in", "refresh_token"}
    auth = {"Authorization": f"Bearer {found['access_token']}"}
    assert (await house.http.get(ECHO, headers=auth)).status_code == 200
    problem(await house.http.post("/api/v1/auth/refresh", json={"refresh_token": "x.1.y"}), 401, "session_ended")


async def test_racing_tabs_stay_signed_in(house: House) -> None:
    tokens = await house.sign_in()
    body = {"refresh_token": tokens["refresh_token"]}
    found = await asyncio.gather(*(house.http.post("/api/v1/auth/refresh", json=body) for _ in range(8)))
    assert {one.status_code for one in found} == {200}
    assert len({one.json()["refresh_token"] for one in found}) == 1


async def test_an_outage_of_tickets_uses_no_token_up(house: House) -> None:
    tokens = await house.sign_in()
    body = {"refresh_token": tokens["refresh_token"]}
    house.tickets.ready = False
    problem(await house.http.post("/api/v1/auth/refresh", json=body), 503, "unavailable")
    house.tickets.ready = True
    found = await house.http.post("/api/v1/auth/refresh", json=body)
    assert found.json()["refresh_token"].split(".")[1] == "2"


async def test_logout_is_felt_by_the_next_request(house: House) -> None:
    tokens = await house.sign_in()
    auth = {"Authorization": f"Bearer {tokens['access_token']}"}
    for _ in range(10):
        assert (await house.http.get(ECHO, headers=auth)).status_code == 200
    assert (await house.http.post("/api/v1/auth/logout", headers=auth)).status_code == 204
    problem(await house.http.get(ECHO, headers=auth), 401, "session_ended")
    body = {"refresh_token": tokens["refresh_token"]}
    problem(await house.http.post("/api/v1/auth/refresh", json=body), 401, "session_ended")


async def test_a_logout_at_another_gateway_is_felt_here(houses: Build) -> None:
    here, there = await houses(), await houses()
    auth = await here.bearer()
    for _ in range(20):
        assert (await here.http.get(ECHO, headers=auth)).status_code == 200
    assert (await there.http.post("/api/v1/auth/logout", headers=auth)).status_code == 204
    problem(await here.http.get(ECHO, headers=auth), 401, "session_ended")


async def test_sessions_are_seen_and_ended_by_their_owner(house: House) -> None:
    first, second = await house.bearer(), await house.bearer()
    stranger = await house.bearer(DemoPerson.HELPER)
    listed = (await house.http.get("/api/v1/auth/sessions", headers=first)).json()
    assert (listed["total"], len(listed["items"])) == (2, 2)
    current = [session["id"] for session in listed["items"] if session["current"]]
    others = [session["id"] for session in listed["items"] if not session["current"]]
    assert (len(current), len(others)) == (1, 1)
    gone = await house.http.delete(f"/api/v1/auth/sessions/{others[0]}", headers=stranger)
    problem(gone, 404, "not_found")
    assert (await house.http.delete(f"/api/v1/auth/sessions/{others[0]}", headers=first)).status_code == 204
    problem(await house.http.get(ECHO, headers=second), 401, "session_ended")
    third = await house.bearer()
    assert (await house.http.delete("/api/v1/auth/sessions", headers=first)).status_code == 204
    problem(await house.http.get(ECHO, headers=third), 401, "session_ended")
    assert (await house.http.get(ECHO, headers=first)).status_code == 200
    assert (await house.http.get(ECHO, headers=stranger)).status_code == 200


async def test_own_calls_need_a_token_too(house: House) -> None:
    for method, path in (("POST", "logout"), ("GET", "sessions"), ("DELETE", "sessions"), ("DELETE", "sessions/x")):
        found = await house.http.request(method, f"/api/v1/auth/{path}")
        problem(found, 401, "unauthorized")
        assert found.headers["www-authenticate"] == "Bearer"
    forwarded = await house.http.get(ECHO)
    problem(forwarded, 401, "unauthorized")
    assert forwarded.headers["www-authenticate"] == "Bearer"
