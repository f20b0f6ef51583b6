"""Ports for servers that are not there yet."""

import subprocess
import sys

import pytest
from tikethet_devstack import process
from tikethet_devstack.process import free_port


def test_no_port_is_told_twice_though_nobody_listens_yet() -> None:
    told = [free_port() for _ in range(500)]
    assert len(set(told)) == len(told)


def test_a_port_that_another_run_was_told_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "FIRST_PORT", 19_990)
    monkeypatch.setattr(process, "LAST_PORT", 19_992)
    held = free_port()
    say = "from tikethet_devstack import process; process.FIRST_PORT, process.LAST_PORT = 19990, 19992; "
    told = subprocess.run(
        [sys.executable, "-c", say + "print(process.free_port())"], capture_output=True, text=True, check=True
    )
    assert int(told.stdout) == 19_990 + 19_991 - held
