import json
import logging
import re
from collections.abc import Iterator

import pytest
import structlog
from tikethet_service import logs, tracing

TOKEN = "7000000000:AAEdemo-token-for-the-local-sandbox-000"
JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_line_is_json_with_service_and_trace(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup("gateway")
    trace = tracing.continue_from(None, "request-0001")
    token = tracing.enter(trace)
    structlog.get_logger("here").info("signed in", member_id="m1", n=3)
    tracing.leave(token)
    (line,) = lines(capsys)
    assert line["event"] == "signed in"
    assert (line["service"], line["level"], line["member_id"], line["n"]) == ("gateway", "info", "m1", 3)
    assert (line["trace_id"], line["request_id"]) == (trace.trace_id, "request-0001")


@pytest.mark.parametrize(
    "key",
    ["authorization", "access_token", "Refresh-Token", "init_data", "initData", "content", "title", "first_name", "q"],
)
def test_keys_that_may_hold_personal_data_are_redacted(capsys: pytest.CaptureFixture[str], key: str) -> None:
    logs.setup("gateway")
    structlog.get_logger().warning("seen", facts={key: "Алексей", "nested": [{key: "Алексей"}]}, **{key: "Алексей"})
    said = capsys.readouterr().err
    assert "Алексей" not in said
    assert logs.REDACTED in said


@pytest.mark.parametrize(
    "secret",
    [
        TOKEN,
        JWT,
        f"Bearer {'x' * 20}",
        "hash=abcdef0123",
        "user=%7B%22id%22",
        f"tkh_{'x' * 20}",
        "redis://user:hunter2secret@host/0",
    ],
)
def test_what_looks_like_a_secret_is_cut_out_everywhere(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    logs.setup("gateway")
    logging.getLogger("library").error("failed with %s", secret)
    structlog.get_logger().error("broken", detail=secret, exc_info=ValueError(secret))
    first, second = lines(capsys)
    kept = re.split(r"[=: @]", secret.replace("@host/0", ""))[-1]
    assert kept not in json.dumps([first, second])
    assert "ValueError" in str(second["exception"])


def test_what_a_database_tells_of_a_row_is_cut_out_of_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup("tickets")
    row = "duplicate key value\nDETAIL:  Failing row contains (1, Алексей,\n\nпишет в две строки).\nHINT:  none"
    several = ExceptionGroup("several", [LookupError(row), OSError("beside it")])
    later = KeyError("after it")
    later.__cause__ = ValueError(row)
    for failure in (several, later):
        structlog.get_logger().error("broken", detail=row, exc_info=failure)
    said = capsys.readouterr().err
    assert "Алексей" not in said
    assert "две строки" not in said
    assert said.count("duplicate key value") == 4
    assert "beside it" in said
    assert "after it" in said, "the rest of a traceback is still told"


def test_levels_are_kept_and_noise_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup("gateway", "warning")
    structlog.get_logger().info("quiet")
    logging.getLogger("library").info("quiet")
    known, unknown = ValueError("known"), ValueError("unknown")
    logs.told(known)
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=known)
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=unknown)
    logging.getLogger("uvicorn.error").error("ASGI callable returned without completing handshake.")
    logging.getLogger("library").warning("loud")
    assert [line["event"] for line in lines(capsys)] == ["Exception in ASGI application", "loud"]


def test_the_console_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    logs.setup("gateway", fmt="console")
    structlog.get_logger().info("signed in", token=JWT)
    said = capsys.readouterr().err
    assert "signed in" in said
    assert JWT not in said
