"""A watchdog that ends processes whose owner is gone, also when the owner was killed with -9.

The owner (the demo, a test run) keeps one pipe to the watchdog and names its processes on it; the kernel closes the
pipe whatever way the owner dies, and the watchdog then ends everything still named. Standard library only: it is
started as a plain script with `python -I -S`, so it costs a few milliseconds.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time

GRACE_S = 5.0


class Leash:
    """Holds the processes of one owner. Every process held must lead its own process group."""

    def __init__(self) -> None:
        self._watchdog = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        if self._watchdog.stdout:
            with self._watchdog.stdout as said:
                said.readline()  # from here on no signal but SIGKILL takes it away

    @property
    def pid(self) -> int:
        """The watchdog's own process id."""
        return self._watchdog.pid

    def hold(self, pid: int, gentle: signal.Signals = signal.SIGTERM) -> None:
        """End the group of `pid` with `gentle` (SIGKILL after 5 s) when the owner goes."""
        self._say(f"+ {pid} {gentle.value}")

    def release(self, pid: int) -> None:
        """Forget `pid`: it has ended."""
        self._say(f"- {pid} 0")

    def close(self) -> None:
        """End whatever is still held, and the watchdog."""
        if self._watchdog.stdin and not self._watchdog.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self._watchdog.stdin.close()
        self._watchdog.wait()

    def _say(self, line: str) -> None:
        if self._watchdog.stdin and not self._watchdog.stdin.closed:
            with contextlib.suppress(BrokenPipeError):  # a dead watchdog takes nothing with it; the run file remains
                self._watchdog.stdin.write(f"{line}\n".encode())
                self._watchdog.stdin.flush()


def end_groups(groups: dict[int, int], grace_s: float = GRACE_S) -> None:
    """Send each process group its signal, then SIGKILL to those still there after `grace_s` seconds."""
    left = {pid for pid, number in groups.items() if _signal_group(pid, number)}
    deadline = time.monotonic() + grace_s
    while left and time.monotonic() < deadline:
        time.sleep(0.05)
        left = {pid for pid in left if _signal_group(pid, 0)}
    for pid in left:
        _signal_group(pid, signal.SIGKILL)


def _signal_group(pid: int, number: int) -> bool:
    try:
        os.killpg(pid, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def watch() -> None:
    """Read what to hold until the owner's end of the pipe closes, then end it."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)  # only the owner's end may end the watch
    print("watching", flush=True)
    held: dict[int, int] = {}
    for line in sys.stdin:
        sign, pid, number = line.split()
        if sign == "+":
            held[int(pid)] = int(number)
        else:
            held.pop(int(pid), None)
    end_groups(held)


if __name__ == "__main__":
    watch()
