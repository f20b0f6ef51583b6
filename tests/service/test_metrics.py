import httpx
import pytest
from prometheus_client import generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send
from tikethet_service import metrics


async def hello(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def plain(scope: Scope, receive: Receive, send: Send) -> None:
    scope[metrics.ROUTE_KEY] = "/somewhere"
    await PlainTextResponse("plain", status_code=202)(scope, receive, send)


async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise ValueError("broken")


async def test_requests_are_counted_by_template_not_by_path() -> None:
    app = Starlette(routes=[Route("/hello/{name}", hello), *metrics.routes()])
    transport = httpx.ASGITransport(metrics.HttpMetrics(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        await http.get("/hello/one")
        await http.get("/hello/two")
        await http.get("/nowhere")
        await http.request("BREW", "/hello/three")
        said = (await http.get("/metrics")).text
    assert 'tikethet_http_request_seconds_count{method="GET",route="/hello/{name}",status="200"} 2.0' in said
    assert 'route="none",status="404"' in said
    assert 'method="other"' in said
    assert "/hello/one" not in said
    assert "process_resident_memory_bytes" in said or "process_" not in said  # no /proc on macOS


async def test_a_plain_callable_names_its_route_and_a_crash_counts_as_500() -> None:
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(metrics.HttpMetrics(plain)), base_url="http://test"
    ) as http:
        await http.get("/x")
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(metrics.HttpMetrics(broken)), base_url="http://test"
    ) as http:
        with pytest.raises(ValueError, match="broken"):
            await http.get("/x")
    said = generate_latest(metrics.REGISTRY).decode()
    assert 'route="/somewhere",status="202"} 1.0' in said
    assert 'route="none",status="500"} 1.0' in said
