"""A process of its own each time: how it starts, stops and dies is the thing under test."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest
from tikethet_devstack.process import free_port

PROGRAM = """
import asyncio, contextlib, sys
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from tikethet_service import logs, run

logs.setup("sample")

async def slow(request):
    print("asked", flush=True)
    await asyncio.sleep(0.5)
    return PlainTextResponse("done")

async def fail():
    await asyncio.sleep(0.2)
    raise ValueError("the task is broken")

async def forever():
    await asyncio.Event().wait()

@contextlib.asynccontextmanager
async def lifespan(app):
    if sys.argv[2] == "unable":
        raise RuntimeError("cannot start")
    task = run.background(fail() if sys.argv[2] == "fail" else forever(), "the-task")
    yield
    await run.finish(task)
    print("closed", flush=True)

app = Starlette(routes=[Route("/", slow)], lifespan=lifespan)
run.serve(app, host="127.0.0.1", port=int(sys.argv[1]))
"""

Start = Callable[[str], tuple[subprocess.Popen[str], str]]


def start(how: str) -> tuple[subprocess.Popen[str], str]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(port), how], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    return process, f"http://127.0.0.1:{port}/"


async def wait_for(url: str) -> None:
    async with httpx.AsyncClient() as http:
        async with asyncio.timeout(90):
            while True:
                try:
                    await http.get(url, timeout=90)
                except httpx.TransportError:
                    await asyncio.sleep(0.05)
                else:
                    return


async def asked(process: subprocess.Popen[str]) -> None:
    """Wait until the next request is in its hands."""
    assert process.stdout is not None
    assert await asyncio.to_thread(process.stdout.readline) == "asked\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_open_requests_finish_and_exits_with_0(number: signal.Signals) -> None:
    process, url = start("well")
    await wait_for(url)
    await asked(process)
    async with httpx.AsyncClient() as http, asyncio.TaskGroup() as group:
        request = group.create_task(http.get(url, timeout=90))
        await asked(process)
        process.send_signal(number)
    assert request.result().text == "done"
    out, err = await asyncio.to_thread(process.communicate, timeout=90)
    assert process.returncode == 0, err
    assert "closed" in out
    assert "Traceback" not in err


async def test_a_background_failure_is_logged_and_exits_with_1() -> None:
    process, _ = start("fail")
    out, err = await asyncio.to_thread(process.communicate, timeout=90)
    assert process.returncode == 1
    assert "closed" in out
    assert err.count("ValueError: the task is broken") == 1
    assert "the-task" in err


async def test_a_failed_start_does_not_exit_with_0() -> None:
    process, _ = start("unable")
    _, err = await asyncio.to_thread(process.communicate, timeout=90)
    assert process.returncode not in {0, None}
    assert "cannot start" in err
