"""One run per directory: who holds it now, and the end of what a killed run left behind."""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
from pathlib import Path
from typing import IO

import psutil

from tikethet_devstack.leash import Leash, end_groups

KEPT = frozenset({"lock", "erasures.jsonl"})
"""What `clear` leaves."""


class Taken(Exception):
    """The directory or the port belongs to another process; the message is one line that names it."""


class Run(Leash):
    """The lock on a directory, and a leash that also writes its processes down in it.

    The leash ends the processes when we die; the list is for the day the leash was killed with us.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._list = directory / "processes.json"
        self._lock = _lock(directory / "lock")
        self._written: dict[int, tuple[float, int]] = {}
        _end_left_over(self._list)
        super().__init__()

    def hold(self, pid: int, gentle: signal.Signals = signal.SIGTERM) -> None:
        """As Leash.hold, and write it down."""
        super().hold(pid, gentle)
        with contextlib.suppress(psutil.NoSuchProcess):
            self._written[pid] = (psutil.Process(pid).create_time(), gentle.value)
            self._list.write_text(json.dumps(self._written))

    def release(self, pid: int) -> None:
        """As Leash.release, and strike it out."""
        super().release(pid)
        if self._written.pop(pid, None):
            self._list.write_text(json.dumps(self._written))

    def close(self) -> None:
        """End what is held and give the directory back."""
        super().close()
        self._list.unlink(missing_ok=True)
        self._lock.close()


def clear(directory: Path) -> None:
    """Remove everything in the directory but the lock file, which somebody holds, and the ledger."""
    for path in directory.iterdir():
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in KEPT:
            path.unlink()


def check_port(port: int) -> None:
    """Raises Taken when somebody listens on the loopback port, with their name where the system tells it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Taken(f"port {port} needs root; choose one above 1023: make demo PORT=8000") from None
        except OSError:
            raise _taken(port) from None
    with socket.socket() as caller:  # macOS lets us bind beside a listener on all addresses
        caller.settimeout(1)
        if caller.connect_ex(("127.0.0.1", port)) == 0:
            raise _taken(port)


def _taken(port: int) -> Taken:
    other = port + 1 if port < (1 << 16) - 1 else port - 1
    return Taken(f"port {port} is taken{_listener(port)}; choose another: make demo PORT={other}")


def _listener(port: int) -> str:
    with contextlib.suppress(psutil.Error, OSError):  # macOS tells only root
        for connection in psutil.net_connections("tcp"):
            if (
                connection.status == psutil.CONN_LISTEN
                and connection.laddr
                and connection.laddr[1] == port
                and connection.pid
            ):
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    return ""


def _lock(path: Path) -> IO[str]:
    lock = path.open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise Taken(f"TiketHet already runs here (process {holder}); stop it first") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _end_left_over(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError, ValueError):
        groups = {int(pid): number for pid, (born, number) in json.loads(path.read_text()).items() if _is(pid, born)}
        end_groups(groups)
    path.unlink(missing_ok=True)


def _is(pid: str, born: float) -> bool:
    """Whether this is still the same process and not another one with its number."""
    try:
        return psutil.Process(int(pid)).create_time() == born
    except psutil.NoSuchProcess:
        return False
