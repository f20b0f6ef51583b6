import httpx
import pytest
from starlette.types import Receive, Scope, Send
from tikethet_service import tracing

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def show(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": tracing.traceparent().encode()})


async def ask(**headers: str) -> httpx.Response:
    transport = httpx.ASGITransport(tracing.Tracing(show))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        return await http.get("/", headers={name.replace("_", "-"): value for name, value in headers.items()})


async def test_a_trace_is_continued_with_a_step_of_our_own() -> None:
    answer = await ask(traceparent=PARENT, x_request_id="my-request-1")
    version, trace_id, span_id, flags = answer.text.split("-")
    assert (version, trace_id, flags) == ("00", PARENT.split("-")[1], "01")
    assert span_id != PARENT.split("-")[2]
    assert answer.headers["x-request-id"] == "my-request-1"


@pytest.mark.parametrize("header", ["", "rubbish", PARENT.upper(), "00-" + "0" * 32 + "-b7ad6b7169203331-01"])
async def test_a_malformed_trace_begins_anew(header: str) -> None:
    answer = await ask(traceparent=header, x_request_id="short")
    trace_id = answer.text.split("-")[1]
    assert len(trace_id) == 32
    assert trace_id not in PARENT
    assert answer.headers["x-request-id"] == trace_id


def test_outside_of_a_request_there_is_none() -> None:
    assert tracing.current() is None
    assert tracing.continue_from(tracing.traceparent()).flags == "00"
