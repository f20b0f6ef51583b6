"""One child process: its log file, its end, and the leash that ends it should we die first."""

import asyncio
import contextlib
import fcntl
import os
import secrets
import signal
import socket
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from tikethet_devstack.leash import Leash

POLL_S = 0.02
LOG_BYTES = 20 * 1024 * 1024
"""A log larger than this is put aside, once, at the next start."""
FIRST_PORT, LAST_PORT = 20000, 32000
_told: dict[int, int] = {}
"""Ports told, each with the descriptor that holds its lock for as long as this process lives."""


class DidNotStart(Exception):
    """A process ended or stayed silent instead of getting ready. The message is one line with its last words."""


class Process:
    """A child in a process group of its own, so that a Ctrl-C reaches it through us and in our order."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        leash: Leash,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        gentle: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.log = log
        self.env = env
        self._leash = leash
        self._cwd = cwd
        self._gentle = gentle
        self._child: subprocess.Popen[bytes] | None = None
        self._said_before = 0

    @property
    def pid(self) -> int:
        """Process id. Raises RuntimeError before the first start."""
        if self._child is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._child.pid

    @property
    def started(self) -> bool:
        """Whether it was ever started."""
        return self._child is not None

    @property
    def alive(self) -> bool:
        """Whether the process runs now."""
        return self.exit_code is None and self._child is not None

    @property
    def exit_code(self) -> int | None:
        """How it ended (negative: by that signal), None while it runs."""
        if self._child is None:
            return None
        code = self._child.poll()
        if code is not None:
            self._leash.release(self._child.pid)
        return code

    def spawn(self) -> None:
        """Start the process; its output goes to the end of the log file."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(f"{self.log}.1")
        with self.log.open("ab") as output:
            self._said_before = output.tell()
            self._child = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.env,
                cwd=self._cwd,
                start_new_session=True,
            )
        self._leash.hold(self._child.pid, self._gentle)

    async def wait(self, poll_s: float = POLL_S) -> int:
        """Wait for the end of the process, looking every `poll_s` seconds; returns its exit code."""
        while self.alive:  # noqa: ASYNC110 - polling is the same on every system and needs no child watcher
            await asyncio.sleep(poll_s)
        return self.exit_code or 0

    async def until_ready(self, ready: Callable[[], Awaitable[bool]], *, within_s: float) -> None:
        """Poll `ready` until it is true. Raises DidNotStart when the process ends first or time runs out."""
        deadline = asyncio.get_running_loop().time() + within_s
        while not await ready():
            if not self.alive:
                raise DidNotStart(f"{self.name} {self.ending()}: {self.last_words()} ({self.log})")
            if asyncio.get_running_loop().time() > deadline:
                raise DidNotStart(f"{self.name} was not ready after {within_s:.0f} s: {self.last_words()} ({self.log})")
            await asyncio.sleep(POLL_S)

    async def stop(self, *, grace_s: float = 10.0) -> None:
        """Ask it to end, wait `grace_s` seconds, then insist."""
        self.signal(self._gentle)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.wait(), grace_s)
        await self.kill()

    async def kill(self) -> None:
        """End it with SIGKILL and wait until it is gone."""
        self.signal(signal.SIGKILL)
        await self.wait()

    def signal(self, number: signal.Signals) -> None:
        """Signal the whole process group; nothing happens when it is gone already."""
        if self.alive:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: EPERM for one that just ended
                os.killpg(self.pid, number)

    def ending(self) -> str:
        """How it ended, in words."""
        code = self.exit_code or 0
        return f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"

    def last_words(self) -> str:
        """The last line in the log since the start that says something."""
        lines = self.said().strip().splitlines()
        return lines[-1].strip()[-300:] if lines else "it said nothing"

    def said(self) -> str:
        """What is in the log since the start."""
        with self.log.open("rb") as log:
            log.seek(self._said_before)
            return log.read().decode(errors="replace")


def free_port() -> int:
    """A loopback TCP port that nobody listens on right now, and that nobody else was told who still runs.

    It lies below the range from which systems draw ports for outgoing connections, so none of those takes it before
    its server does; and a port told twice, here or in another run beside this one, would be taken by the first of its
    two servers, so a lock on a file of its name is held until this process ends.
    """
    while True:
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        if port in _told:
            continue
        with contextlib.suppress(OSError):
            _told[port] = _lock(port)
            with socket.socket() as probe, contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port


def _lock(port: int) -> int:
    """Take the port's lock, and its descriptor; children do not inherit it. Raises OSError when another run has it."""
    place = Path(tempfile.gettempdir()) / f"tikethet-ports-{os.getuid()}"
    place.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(place / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


async def talk(port: int, words: bytes, *, until: bytes, within_s: float = 1.0) -> bytes:
    """Say `words` to a loopback port and return what it answers up to `until`; empty when nobody answers."""
    try:
        async with asyncio.timeout(within_s):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(words)
                return await reader.readuntil(until)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return b""
