"""How a process runs: uvicorn until told to stop, and background tasks whose failure ends it loudly."""

import asyncio
import contextlib
import resource
import signal
import sys
from collections.abc import Coroutine, Generator
from typing import Any

import structlog
import uvicorn
from starlette.types import ASGIApp

from tikethet_service.http import BoundedHttp, BoundedSocket

FILES = 65_536 if sys.platform != "darwin" else 10_240
"""Open files and sockets a process may have, as far as the machine allows it."""
GRACE_SECONDS = 8
"""How long open requests may take to finish after the signal to stop."""

_log = structlog.get_logger("tikethet.run")
_running: set[asyncio.Task[Any]] = set()
_failed: list[str] = []
_serving: list[uvicorn.Server] = []


class _Server(uvicorn.Server):
    """uvicorn's server that returns after a signal instead of raising the signal again: a graceful stop exits 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.handle_exit)
        yield


def serve(app: ASGIApp, *, host: str, port: int, ws_max_size: int = 65_536, ws_max_queue: int = 16) -> None:
    """Serve ``app`` until SIGTERM or SIGINT; exits with 1 when start-up or a background task failed.

    ``ws_max_size`` bounds one incoming WebSocket message in bytes, ``ws_max_queue`` how many wait unread.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=BoundedHttp,
        ws=BoundedSocket,
        ws_max_size=ws_max_size,
        ws_max_queue=ws_max_queue,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    _raise_file_limit()
    server = _Server(config)
    _serving.append(server)
    try:
        server.run()
    finally:
        _serving.remove(server)
    if not server.started or _failed:
        raise SystemExit(1)


def _raise_file_limit() -> None:
    # Every socket is a file; a shell's usual 1024 would be used up by 500 people.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES if hard == resource.RLIM_INFINITY else min(hard, FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS refuses more than its own maximum
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def background(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Run ``work`` beside the requests. It may be cancelled (`finish`); failing or ending, it stops the process.

    The process then exits with 1.
    """
    task = asyncio.get_running_loop().create_task(work, name=name)
    _running.add(task)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if task.cancelled():
        return
    failure = task.exception()
    _failed.append(task.get_name())
    _log.critical("a background task ended; the process stops", task=task.get_name(), exc_info=failure)
    for server in _serving:
        server.should_exit = True


async def finish(*tasks: asyncio.Task[None]) -> None:
    """Cancel ``tasks`` and wait until they are gone."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
