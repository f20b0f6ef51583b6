"""What browsers load."""

import re
from pathlib import Path

import pytest
from tikethet_gateway.pages import app_policy
from tikethet_service.problems import PROBLEMS

from tests.gateway.conftest import Build, House, problem


async def test_the_root_leads_to_the_app(house: House) -> None:
    found = await house.http.get("/?tgWebAppStartParam=t1042")
    assert found.status_code == 307
    assert found.headers["location"] == "/app/index.html?tgWebAppStartParam=t1042"
    assert (await house.http.get("/app")).headers["location"] == "/app/index.html"


async def test_addresses_inside_the_app_are_the_app(house: House) -> None:
    for path in ("/app/index.html", "/app/", "/app/tickets/1042", "/app/desk"):
        found = await house.http.get(path)
        assert found.status_code == 200
        assert found.text == "<!doctype html><title>app</title>"
        assert found.headers["content-type"] == "text/html; charset=utf-8"
        assert found.headers["cache-control"] == "no-cache"
        again = await house.http.get(path, headers={"If-None-Match": found.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"] == found.headers["etag"]
        assert (await house.http.head(path)).status_code == 200


async def test_large_files_are_packed_for_who_can_unpack(houses: Build, tmp_path: Path) -> None:
    script = "export const answer = 42;\n" * 1000
    (tmp_path / "static" / "app" / "assets" / "big-1.js").write_text(script, encoding="utf-8")
    house = await houses()
    packed = await house.http.get("/app/assets/big-1.js")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    assert int(packed.headers["content-length"]) < 1000
    plain = await house.http.get("/app/assets/big-1.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text == script


async def test_named_after_its_content_is_kept_for_ever(house: House) -> None:
    found = await house.http.get("/app/assets/main-abc123.js")
    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert found.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_nothing_else_is_served(house: House) -> None:
    for path in ("assets/nothing.js", "%2e%2e/%2e%2e/pyproject.toml", "..%2f..%2fsecret.txt", ".env", "assets/.x.js"):
        problem(await house.http.get(f"/app/{path}"), 404, "not_found")


async def test_the_policy_allows_no_inline_script_and_no_other_origin(house: House) -> None:
    policy = (await house.http.get("/app/index.html")).headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self'"
    assert "unsafe" not in policy
    host = house.url.removeprefix("http://")
    assert rules["connect-src"] == f"'self' ws://{host} wss://{host}"
    assert "https://web.telegram.org" in rules["frame-ancestors"]


@pytest.mark.parametrize("host", ["", "a b", "x; script-src *", "host:port", "x/y", "x'y", "a" * 300])
def test_a_made_up_host_adds_nothing_to_the_policy(host: str) -> None:
    assert "connect-src 'self';" in app_policy(host)


async def test_an_app_that_is_not_built_says_so(houses: Build) -> None:
    house = await houses(static_dir="/nonexistent")
    problem(await house.http.get("/app/index.html"), 404, "not_found")
    problem(await house.http.get("/app/tickets"), 503, "unavailable")


async def test_the_docs_come_from_here_alone(house: House) -> None:
    page = await house.http.get("/docs")
    assert page.status_code == 200
    assert 'data-demo="true"' in page.text
    assert "://" not in page.text
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    for address in re.findall(r'(?:src|href)="(/[^"]+)"', page.text):
        found = await house.http.get(address)
        assert found.status_code == 200, address
        assert found.headers["content-type"].startswith(("text/javascript", "text/css"))
    problem(await house.http.get("/docs/redoc.standalone.js"), 404, "not_found")


async def test_a_real_bots_docs_sign_nobody_in(houses: Build) -> None:
    house = await houses(telegram_bot_token="123456:real-token")
    assert 'data-demo="false"' in (await house.http.get("/docs")).text


async def test_every_problem_is_explained(house: House) -> None:
    page = (await house.http.get("/docs/problems")).text
    for code in PROBLEMS:
        assert f'id="{code}"' in page


async def test_every_answer_is_secured(houses: Build) -> None:
    house = await houses(public_url="https://desk.example")
    for path in ("/", "/app/index.html", "/docs", "/health", "/openapi.json", "/api/v1/tickets", "/nowhere"):
        headers = (await house.http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert len(headers.get_list("content-security-policy")) == 1
        assert re.fullmatch(r"[0-9a-f]{32}", headers["x-request-id"])
    plain = await houses()
    assert "strict-transport-security" not in (await plain.http.get("/")).headers


REFUSALS = [
    ("GET", "/nowhere", 404, "not_found"),
    ("GET", "/internal/members/join", 404, "not_found"),
    ("GET", "/api/v2/tickets", 404, "not_found"),
    ("GET", "/API/v1/tickets", 404, "not_found"),
    ("POST", "/health", 405, "method_not_allowed"),
    ("GET", "/api/v1/auth/telegram", 405, "method_not_allowed"),
    ("PUT", "/api/v1/auth/sessions", 405, "method_not_allowed"),
    ("DELETE", "/", 405, "method_not_allowed"),
    ("PATCH", "/app/index.html", 405, "method_not_allowed"),
]


async def test_every_refusal_is_a_problem(house: House) -> None:
    for method, path, status, code in REFUSALS:
        problem(await house.http.request(method, path), status, code)


async def test_events_are_described_for_programs_and_for_people(house: House) -> None:
    document = (await house.http.get("/asyncapi.json")).json()
    assert document["asyncapi"] == "3.0.0"
    schema = await house.http.get("/schemas/ticket/TicketOpened/1")
    assert schema.headers["content-type"].startswith("application/schema+json")
    assert schema.json() == document["components"]["schemas"]["ticket.TicketOpened.1"]
    page = (await house.http.get("/docs/events")).text
    for key, message in document["components"]["messages"].items():
        assert f'id="{key}"' in page
        assert message["title"] in page
    for path in ("ticket/TicketOpened/99", "ticket/TicketLost/1", "ticket/TicketOpened/x"):
        problem(await house.http.get(f"/schemas/{path}"), 404, "not_found")
