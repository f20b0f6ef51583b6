"""An API call on its way to tickets and back."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import httpx
import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs
from tikethet_gateway.demo import DemoPerson
from tikethet_gateway.sessions import session_key
from tikethet_service.callers import AccessTokens, public_key_of

from tests.gateway.conftest import SEED, Build, House, member_id_of, problem, served, until

PIECE = b"p" * 65_536


async def test_a_caller_token_takes_the_place_of_the_persons(house: House) -> None:
    tokens = await house.sign_in()
    auth = {"Authorization": f"Bearer {tokens['access_token']}"}
    found = await house.http.get("/api/v1/tickets/echo?status=OPEN&q=%D0%B0%20b", headers=auth)
    assert found.json() == {
        "method": "GET",
        "path": "/api/v1/tickets/echo",
        "query": "status=OPEN&q=%D0%B0%20b",
        "length": 0,
    }
    caller = house.tickets.verifier.verify_header(house.tickets.seen[-1].headers["authorization"])
    assert caller.member_id == member_id_of(DemoPerson.CUSTOMER)
    assert caller.service == "gateway"
    assert tokens["access_token"] not in str(house.tickets.seen[-1])


async def test_a_service_accounts_token_goes_on_as_its_hash(houses: Build) -> None:
    house = await houses(requests_per_second=0.01, requests_burst=2)
    auth = {"Authorization": "Bearer tkh_secret"}
    assert (await house.http.get("/api/v1/tickets/echo", headers=auth)).status_code == 200
    seen = house.tickets.seen[-1]
    caller = house.tickets.verifier.verify_header(seen.headers["authorization"])
    assert caller.subject == f"account:{hashlib.sha256(b'tkh_secret').hexdigest()}"
    assert "tkh_secret" not in str(seen)
    assert (await house.http.get("/api/v1/tickets/echo", headers=auth)).status_code == 200
    problem(await house.http.get("/api/v1/tickets/echo", headers=auth), 429, "rate_limited")
    problem(await house.http.get("/api/v1/internal/members/1/access", headers=auth), 404, "not_found")


async def test_only_listed_headers_go_in(house: House) -> None:
    sent = {
        **(await house.bearer()),
        "Accept-Language": "en",
        "If-Match": '"7"',
        "Idempotency-Key": "k1",
        "Range": "bytes=0-9",
        "If-None-Match": '"8"',
        "X-Forwarded-For": "6.6.6.6",
        "X-Forwarded-Host": "evil",
        "Forwarded": "for=6.6.6.6",
        "Cookie": "a=b",
        "Tikethet-Caller": "service:gateway",
        "X-Real-Ip": "6.6.6.6",
        "Proxy-Authorization": "Basic x",
        "Connection": "If-Match",
        "X-Request-Id": "request-from-client",
    }
    found = await house.http.get("/api/v1/tickets/echo", headers=sent)
    seen = house.tickets.seen[-1].headers
    assert {name: seen[name] for name in ("accept-language", "if-match", "idempotency-key", "range")} == {
        "accept-language": "en",
        "if-match": '"7"',
        "idempotency-key": "k1",
        "range": "bytes=0-9",
    }
    assert not set(seen) & {
        "x-forwarded-for",
        "x-forwarded-host",
        "forwarded",
        "cookie",
        "tikethet-caller",
        "x-real-ip",
    }
    assert "proxy-authorization" not in seen
    assert seen["x-request-id"] == found.headers["x-request-id"] == "request-from-client"
    assert seen["traceparent"].startswith("00-")


async def test_what_belongs_to_one_connection_stays_there(house: House) -> None:
    found = await house.http.get("/api/v1/tickets/headers", headers=await house.bearer())
    assert found.headers["etag"] == '"7"'
    assert (found.headers["tikethet-epoch"], found.headers["tikethet-position"]) == ("e1", "42")
    assert "x-private" not in found.headers
    assert "keep-alive" not in found.headers
    assert found.headers.get_list("x-request-id") != ["theirs"]
    assert len(found.headers.get_list("date")) == 1
    assert found.headers["cache-control"] == "no-store"


async def test_bodies_arrive_as_they_are(house: House) -> None:
    body = bytes(range(256)) * 10
    for method in ("POST", "PATCH", "PUT", "DELETE"):
        found = await house.http.request(method, "/api/v1/tickets/echo", content=body, headers=await house.bearer())
        assert found.json()["length"] == len(body)
        assert house.tickets.seen[-1].digest == hashlib.sha256(body).hexdigest()
        assert house.tickets.seen[-1].headers["content-length"] == str(len(body))


async def pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield PIECE


@pytest.mark.parametrize("announced", [True, False])
async def test_large_bodies_are_streamed(house: House, *, announced: bool) -> None:
    headers = await house.bearer() | ({"Content-Length": str(200 * len(PIECE))} if announced else {})
    found = await house.http.post("/api/v1/files/echo", content=pieces(200), headers=headers)
    assert found.json()["length"] == 200 * len(PIECE)
    seen = house.tickets.seen[-1]
    assert seen.pieces > 10
    assert seen.digest == hashlib.sha256(PIECE * 200).hexdigest()
    assert ("content-length" in seen.headers) is announced


async def test_the_first_piece_arrives_before_the_last_is_sent(house: House) -> None:
    release = asyncio.Event()

    async def halting() -> AsyncIterator[bytes]:
        yield PIECE * 4
        await release.wait()
        yield b"end"

    headers = await house.bearer()
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(house.http.post("/api/v1/files/echo", content=halting(), headers=headers))
        await until(lambda: house.tickets.seen[-1].length == 4 * len(PIECE))
        release.set()
    assert sending.result().json()["length"] == 4 * len(PIECE) + 3


async def test_large_answers_are_streamed_with_back_pressure(house: House) -> None:
    # Were it not for back-pressure, the whole 640 MB would be taken from tickets at once.
    async with house.http.stream("GET", "/api/v1/files/stream?10000", headers=await house.bearer()) as found:
        received = found.aiter_raw()
        assert await anext(received)
        taken = -1

        async def stands_still() -> bool:
            nonlocal taken
            before, taken = taken, house.tickets.sent
            await asyncio.sleep(0.2)
            return before == house.tickets.sent

        await until(stands_still)
        assert house.tickets.sent < 1_000
        async for _ in received:
            if house.tickets.sent > 2_000:
                break


async def test_a_client_that_goes_away_stops_the_answer(house: House) -> None:
    async with house.http.stream("GET", "/api/v1/files/stream?10000", headers=await house.bearer()) as found:
        assert await anext(found.aiter_raw())
    await until(lambda: house.tickets.cut == 1)


@pytest.mark.parametrize("announced", [True, False])
async def test_too_large_is_413(houses: Build, *, announced: bool) -> None:
    house = await houses(body_max_bytes=1024 * 1024)
    headers = await house.bearer() | ({"Content-Length": str(32 * len(PIECE))} if announced else {})
    found = await house.http.post("/api/v1/files/echo", content=pieces(32), headers=headers)
    assert problem(found, 413, "too_large")["limit"] == 1024 * 1024
    assert not any(seen.finished for seen in house.tickets.seen if seen.path == "/api/v1/files/echo")


async def test_an_early_refusal_is_passed_on(house: House) -> None:
    found = await house.http.post("/api/v1/tickets/early", content=b"x" * 10, headers=await house.bearer())
    assert found.status_code == 422
    assert (await house.http.get("/api/v1/tickets/echo", headers=await house.bearer())).status_code == 200


async def test_nobody_in_particular_is_401(house: House) -> None:
    for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": "tma abc"}, {"Authorization": "Bearer"}):
        problem(await house.http.get("/api/v1/tickets/echo", headers=headers), 401, "unauthorized")
    assert not any(seen.path.startswith("/api/") for seen in house.tickets.seen)


async def test_an_expired_token_says_so(house: House) -> None:
    old = AccessTokens(public_key_of(SEED), SEED, clock=lambda: 1_000_000_000.0).issue("m", "s")
    found = await house.http.get("/api/v1/tickets/echo", headers={"Authorization": f"Bearer {old}"})
    problem(found, 401, "token_expired")


async def test_a_good_token_of_a_session_that_is_gone(house: House, valkey: str) -> None:
    auth = await house.bearer()
    async with Redis.from_url(valkey) as redis:
        for key in await redis.keys(session_key("*")):
            await redis.delete(key)
    problem(await house.http.get("/api/v1/tickets/echo", headers=auth), 401, "session_ended")


INTERNAL = [
    "/internal/members/join",
    "/api/v1/internal/members/join",
    "/api/v1/%69nternal/members/join",
    "/api/v1/../../internal/members/join",
    "/api/v1/%2e%2e/%2e%2e/internal/members/join",
    "/api/v1/%2e%2e%2f%2e%2e%2finternal",
    "/api/v1//internal/members",
    "/api/v1/demo/../../internal",
]


async def test_internal_calls_are_never_reached(house: House) -> None:
    auth = await house.bearer()
    before = len(house.tickets.seen)
    for path in INTERNAL:
        # httpx tidies paths up; this goes over the wire as it is.
        url = httpx.URL(house.url).copy_with(raw_path=path.encode())
        problem(await house.http.request("POST", url, headers=auth), 404, "not_found")
    assert len(house.tickets.seen) == before


async def test_tickets_is_away(houses: Build) -> None:
    house = await houses()
    auth = await house.bearer()
    async with served(house.tickets, lifespan="off") as at:
        gone = at
    away = await houses(tickets_url=f"http://{gone}")
    found = await away.http.get("/api/v1/tickets/echo", headers=auth)
    problem(found, 503, "unavailable")
    assert found.headers["retry-after"] == "1"


async def test_tickets_takes_too_long(houses: Build) -> None:
    auth = await (await houses()).bearer()
    house = await houses(upstream_answer_s=0.3)
    for body in (b"", b"x" * 10):
        found = await house.http.post("/api/v1/tickets/never", content=body, headers=auth)
        problem(found, 504, "upstream_timeout")


async def test_tickets_breaks_off(house: House) -> None:
    problem(await house.http.get("/api/v1/tickets/broken", headers=await house.bearer()), 502, "upstream_failed")
    headers = await house.bearer()
    with capture_logs() as said, pytest.raises(httpx.RemoteProtocolError):
        await house.http.get("/api/v1/tickets/long-broken", headers=headers)
    assert [line["event"] for line in said] == ["an answer broke off"]


async def test_a_body_that_stands_still_is_408(houses: Build) -> None:
    auth = (await (await houses()).bearer())["Authorization"]
    house = await houses(upstream_idle_s=0.3)
    host, _, port = house.url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"POST /api/v1/tickets/echo HTTP/1.1\r\nHost: x\r\nAuthorization: {auth}\r\n".encode())
    writer.write(b"Content-Length: 10\r\n\r\nhalf")
    async with asyncio.timeout(20):
        assert b" 408 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_redis_is_away(houses: Build) -> None:
    house = await houses()
    auth = await house.bearer()
    away = await houses(redis_url="redis://127.0.0.1:1/0")
    problem(await away.http.get("/api/v1/tickets/echo", headers=auth), 503, "unavailable")
    problem(await away.http.get("/api/v1/auth/sessions", headers=auth), 503, "unavailable")


async def test_too_many_requests_are_429(houses: Build) -> None:
    house = await houses(requests_per_second=0.01, requests_burst=5)
    auth = await house.bearer()
    found = [await house.http.get("/api/v1/tickets/echo", headers=auth) for _ in range(8)]
    assert [one.status_code for one in found].count(200) in {4, 5}  # a lease may cost one more
    assert 1 <= int(found[-1].headers["retry-after"]) <= 100
    problem(found[-1], 429, "rate_limited")
    other = await house.bearer(DemoPerson.HELPER)
    assert (await house.http.get("/api/v1/tickets/echo", headers=other)).status_code == 200


async def test_the_language_of_a_problem_is_the_callers(house: House) -> None:
    found = await house.http.get("/api/v1/tickets/echo", headers={"Accept-Language": "en-GB,en"})
    assert problem(found, 401, "unauthorized")["detail"] == "Please sign in."


async def test_metrics_name_areas_not_people(house: House) -> None:
    auth = await house.bearer()
    await house.http.get("/api/v1/tickets/0198c0de-secret/echo", headers=auth)
    await house.http.get("/api/v1/unheard-of/echo", headers=auth)
    said = (await house.http.get("/metrics")).text
    assert 'route="/api/v1/tickets"' in said
    assert 'route="/api/v1/…"' in said
    assert "0198c0de-secret" not in said
    assert "unheard-of" not in said
    problem(await house.http.get("/metrics", headers={"X-Forwarded-For": "1.2.3.4"}), 404, "not_found")


async def test_a_refusal_before_the_body_was_read_is_passed_on_too(house: House) -> None:
    for announced in (True, False):
        headers = await house.bearer() | ({"Content-Length": str(400 * len(PIECE))} if announced else {})
        found = await house.http.post("/api/v1/tickets/early", content=pieces(400), headers=headers)
        assert found.status_code == 422
    assert (await house.http.get("/api/v1/tickets/echo", headers=await house.bearer())).status_code == 200


async def test_too_much_at_once_is_refused_at_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tikethet_gateway.forward.UNDER_WAY_MAX", 1)
    auth = await house.bearer()
    async with house.http.stream("GET", "/api/v1/files/stream?10000", headers=auth):
        found = await house.http.get("/api/v1/tickets/echo", headers=auth)
        problem(found, 503, "overloaded")
        assert found.headers["retry-after"] == "1"

    async def has_room() -> bool:
        return (await house.http.get("/api/v1/tickets/echo", headers=auth)).status_code == 200

    await until(has_room)


async def test_a_head_has_no_body(house: House) -> None:
    auth = await house.bearer()
    found = await house.http.head("/api/v1/tickets/echo", headers=auth)
    assert (found.status_code, found.content) == (200, b"")
    assert int(found.headers["content-length"]) > 0
    assert (await house.http.get("/api/v1/tickets/echo", headers=auth)).status_code == 200
