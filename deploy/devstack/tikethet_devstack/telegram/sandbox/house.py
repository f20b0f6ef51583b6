"""The other processes of the demo: the page may kill some with SIGKILL, and the devstack starts them again."""

import contextlib
import os
from typing import Final

import psutil

KILLABLE: Final = ("bot", "tickets", "gateway", "notify")


def kill(name: str) -> bool:
    """Kill one of the services that the same devstack started; False when it does not run. Raises KeyError."""
    if name not in KILLABLE:
        raise KeyError(name)
    for process in _beside():
        with contextlib.suppress(psutil.Error):
            if process.cmdline()[-2:] == ["-m", f"tikethet_{name}"]:
                process.kill()
                return True
    return False


def _beside() -> list[psutil.Process]:
    """Our parent's other children: nothing that somebody else started."""
    try:
        return [each for each in psutil.Process(os.getppid()).children() if each.pid != os.getpid()]
    except psutil.Error:
        return []
