"""`make demo` as its user sees it: one process that brings up seven, and takes them with it."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from tikethet_devstack.engines import Nats, Valkey
from tikethet_devstack.process import free_port
from tikethet_devstack.provision import Databases

START_S = 100
PARTS = {"postgres", "nats", "valkey", "gateway", "tickets", "notify", "bot", "telegram"}
TICKETS = {("OPEN", "HIGH", "🛠"), ("IN_PROGRESS", "NORMAL", "💎"), ("RESOLVED", "NORMAL", "⚖️")}


class Demo:
    """A run of the demo in a directory of its own."""

    def __init__(self, directory: Path, **env: str) -> None:
        self.port = env.get("PORT") or str(free_port())
        self._output = directory.parent / "output"
        with self._output.open("ab") as output:
            self.started = output.tell()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tikethet_devstack"],
                env={**os.environ, "TIKETHET_DIR": str(directory), "PORT": self.port, **env},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self._output.read_bytes()[self.started :].decode()

    def until(self, words: str) -> None:
        wait(lambda: words in self.said() or self.process.poll() is not None, self.said)
        assert words in self.said(), self.said()

    def up(self) -> "Demo":
        self.until("TiketHet is up")
        return self

    def end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        return self.process.wait(START_S)

    def processes(self) -> dict[str, psutil.Process]:
        """The parts by name, as the system knows them."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.NoSuchProcess):  # it ends just now
                line = " ".join(child.cmdline())
                found.update({name: child for name in PARTS if f"tikethet_{name}" in line or f"/{name}" in line})
        return found

    def get(self, path: str, token: str = "") -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - always http
            return json.load(answer)

    def health(self) -> str:
        try:
            return str(self.get("/health")["status"])
        except (urllib.error.URLError, OSError):
            return "none"

    def tickets(self) -> list[Any]:
        token = self.get("/api/v1/demo/token?as=helper")["access_token"]
        items: list[Any] = self.get("/api/v1/tickets", token)["items"]
        return items


def wait(condition: Callable[[], bool], why: Callable[[], object] = lambda: "") -> None:
    deadline = time.monotonic() + START_S
    while not condition():
        assert time.monotonic() < deadline, why()
        time.sleep(0.05)


def gone(processes: dict[str, psutil.Process]) -> None:
    assert set(processes) == PARTS
    assert psutil.wait_procs(list(processes.values()), timeout=START_S)[1] == []


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Starts demos over one and the same directory, each with the environment given."""
    started: list[Demo] = []

    def start(**env: str) -> Demo:
        started.append(Demo(tmp_path / "data", **env))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.end(signal.SIGTERM)


def test_it_tells_three_stories_once_and_leaves_nothing_behind(demo: Callable[..., Demo]) -> None:
    first = demo().up()
    wait(lambda: first.health() == "up", first.said)  # the bot comes into Telegram in its own time
    assert {(t["status"], t["priority"], t["category"]["icon"]) for t in first.tickets()} == TICKETS
    before = {t["id"]: (t["version"], t["messages_count"]) for t in first.tickets()}
    assert all(messages >= 3 for _, messages in before.values())
    for place in ("/app/?as=customer", "/docs", "/health"):
        assert f"http://127.0.0.1:{first.port}{place}" in first.said()
    processes = first.processes()
    assert first.end(signal.SIGINT) == 0
    gone(processes)

    second = demo().up()
    assert {t["id"]: (t["version"], t["messages_count"]) for t in second.tickets()} == before
    processes = second.processes()
    assert second.end(signal.SIGTERM) == 0
    gone(processes)


def test_a_killed_run_is_cleaned_up_and_the_next_start_has_its_data(demo: Callable[..., Demo]) -> None:
    first = demo().up()
    told, processes = {t["id"] for t in first.tickets()}, first.processes()
    first.end(signal.SIGKILL)
    second = demo(PORT=first.port).up()
    gone(processes)
    assert {t["id"] for t in second.tickets()} == told


@pytest.mark.parametrize("part", ["tickets", "valkey"])
def test_what_dies_is_started_again(demo: Callable[..., Demo], part: str) -> None:
    run = demo().up()
    run.processes()[part].kill()
    run.until(f"{part} was killed by SIGKILL; starting it again")
    wait(lambda: run.health() == "up" and part in run.processes(), run.said)
    assert len(run.tickets()) == 3


def test_a_second_run_here_or_on_the_same_port_is_refused_in_one_line(
    demo: Callable[..., Demo], tmp_path: Path
) -> None:
    run = demo().up()
    same_directory = demo()
    assert same_directory.process.wait(START_S) == 1
    assert f"TiketHet: TiketHet already runs here (process {run.process.pid})" in same_directory.said()
    same_port = Demo(tmp_path / "other", PORT=run.port)
    assert same_port.process.wait(START_S) == 1
    assert f"TiketHet: port {run.port} is taken" in same_port.said()
    assert same_port.said().count("\n") == 1


async def test_engines_of_the_persons_own_are_used_and_left_alone(
    demo: Callable[..., Demo],
    postgres: Databases,
    nats_server: Callable[..., Awaitable[Nats]],
    valkey_server: Valkey,
) -> None:
    nats, database = await nats_server(), await postgres.database("postgres")
    run = demo(DATABASE_URL=database, NATS_URL=nats.url, REDIS_URL=valkey_server.url)
    await asyncio.to_thread(run.up)
    assert set(run.processes()) == PARTS - {"postgres", "nats", "valkey"}
    assert len(await asyncio.to_thread(run.tickets)) == 3
    await asyncio.to_thread(run.end, signal.SIGTERM)
    assert nats.alive
    assert valkey_server.alive
    assert postgres.engine.alive


def test_a_database_that_does_not_answer_is_named(demo: Callable[..., Demo]) -> None:
    run = demo(DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none")
    assert run.process.wait(START_S) == 1
    assert run.said().strip().splitlines()[-1].startswith("TiketHet: DATABASE_URL does not answer: ")


def test_starting_over_forgets(demo: Callable[..., Demo]) -> None:
    first = demo().up()
    told = {t["id"] for t in first.tickets()}
    first.end(signal.SIGTERM)
    second = demo(RESET="1").up()
    assert {t["id"] for t in second.tickets()}.isdisjoint(told)
    assert {t["number"] for t in second.tickets()} == {1001, 1002, 1003}


def test_a_service_that_cannot_start_says_why_in_one_line(demo: Callable[..., Demo]) -> None:
    run = demo(SECRET_KEY="too-short")
    assert run.process.wait(START_S) == 1
    last = run.said().strip().splitlines()[-1]
    assert last.startswith("TiketHet: tickets ended with code 2: ")
    assert "SECRET_KEY" in last
    assert "too-short" not in last
