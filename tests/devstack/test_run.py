import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tikethet_devstack.process import free_port
from tikethet_devstack.run import Run, Taken, check_port, clear

Sleeper = subprocess.Popen[bytes]


@pytest.fixture
def sleepers() -> Iterator[list[Sleeper]]:
    """Two processes that would go on for ten minutes."""
    command = [sys.executable, "-c", "import time; time.sleep(600)"]
    started = [subprocess.Popen(command, start_new_session=True) for _ in range(2)]
    yield started
    for process in started:
        process.kill()
        process.wait()


def test_a_directory_is_held_by_one_run(tmp_path: Path) -> None:
    run = Run(tmp_path)
    try:
        with pytest.raises(Taken, match=f"already runs here .process {os.getpid()}."):
            Run(tmp_path)
    finally:
        run.close()
    Run(tmp_path).close()


def test_a_start_ends_what_a_killed_run_and_its_leash_left_behind(tmp_path: Path, sleepers: list[Sleeper]) -> None:
    left, other = sleepers
    born = {left.pid: psutil.Process(left.pid).create_time(), other.pid: psutil.Process(other.pid).create_time() - 1000}
    rows = {pid: (moment, signal.SIGTERM) for pid, moment in born.items()}
    (tmp_path / "processes.json").write_text(json.dumps(rows))
    Run(tmp_path).close()
    assert left.wait(30) == -signal.SIGTERM
    assert other.poll() is None  # its number was once another's


def test_a_list_cut_short_by_the_kill_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "processes.json").write_text('{"12')
    Run(tmp_path).close()
    assert not (tmp_path / "processes.json").exists()


def test_what_is_held_stands_in_the_list_until_it_ends(tmp_path: Path, sleepers: list[Sleeper]) -> None:
    run, process = Run(tmp_path), sleepers[0]
    run.hold(process.pid)
    assert list(json.loads((tmp_path / "processes.json").read_text())) == [str(process.pid)]
    process.kill()
    process.wait()
    run.release(process.pid)
    assert json.loads((tmp_path / "processes.json").read_text()) == {}
    run.close()


def test_a_taken_port_is_named_with_its_holder() -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(Taken) as refused:
            check_port(port)
    line = str(refused.value)
    assert f"port {port} is taken" in line
    assert f"make demo PORT={port + 1}" in line
    if sys.platform == "linux":
        assert f"process {os.getpid()}" in line
    assert "\n" not in line


def test_a_free_port_is_fine() -> None:
    check_port(free_port())


def test_starting_over_keeps_only_the_lock(tmp_path: Path) -> None:
    run = Run(tmp_path)
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "data").touch()
    (tmp_path / "secrets").touch()
    clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
    run.close()
