"""The log's and the relay's own suites once more, on the images that a server runs instead of the wheels."""

import asyncio
import os
import sys

import pytest

from tests.containers.conftest import engine
from tests.containers.installation import ROOT

pytestmark = [pytest.mark.container, pytest.mark.timeout(900)]

SUITES = (
    "tests/events/test_log_append.py",
    "tests/events/test_log_concurrent.py",
    "tests/events/test_log_killed.py",
    "tests/events/test_relay.py",
)
QUIET = ("-W", "ignore::pytest.PytestUnraisableExceptionWarning", "-W", "ignore::ResourceWarning")
"""Docker's client and its proxy leave sockets to the collector; that is not what these runs are about."""


async def test_the_log_and_the_relay_keep_their_promises_on_the_images() -> None:
    await engine()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *QUIET, *SUITES),
        cwd=ROOT,
        env={**os.environ, "TEST_ENGINES": "images"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    assert process.returncode == 0, said.decode()[-6000:]
    assert " passed" in said.decode()
