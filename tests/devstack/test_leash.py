import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

OWNER = """
import subprocess, sys, time
from tikethet_devstack.leash import Leash
leash = Leash()
meek = "import time; print('up', flush=True); time.sleep(600)"
stubborn = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + meek
children = [
    subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    for code in (meek, stubborn)
]
for child in children:
    child.stdout.readline()
    leash.hold(child.pid)
print(leash.pid, *(child.pid for child in children), flush=True)
time.sleep(600)
"""


@pytest.fixture
def owner() -> Iterator[tuple[subprocess.Popen[str], list[psutil.Process]]]:
    """A process with two children on a leash; the list is the watchdog and the children."""
    with subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process, [psutil.Process(int(pid)) for pid in process.stdout.readline().split()]
        process.kill()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_its_owner(
    owner: tuple[subprocess.Popen[str], list[psutil.Process]], end: signal.Signals
) -> None:
    process, held = owner
    process.send_signal(end)
    assert psutil.wait_procs(held, timeout=30)[1] == []


def test_a_ctrl_c_reaches_the_owner_alone(owner: tuple[subprocess.Popen[str], list[psutil.Process]]) -> None:
    _, held = owner
    assert all(os.getpgid(process.pid) == process.pid for process in held)


def test_the_watchdog_cannot_be_talked_into_going(
    owner: tuple[subprocess.Popen[str], list[psutil.Process]],
) -> None:
    _, (watchdog, *children) = owner
    watchdog.terminate()
    watchdog.send_signal(signal.SIGINT)
    time.sleep(0.1)
    assert watchdog.status() != psutil.STATUS_ZOMBIE
    assert all(child.is_running() for child in children)
