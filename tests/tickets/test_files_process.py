"""Files through the process itself: what memory they cost, and that it goes on after a client that leaves."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
from tikethet_devstack.engines import Nats
from tikethet_devstack.provision import Databases
from tikethet_service.callers import CallerSigner

from tests.tickets.test_process import SEED, environment, healthy, started

MEBIBYTE = 1024 * 1024
SIZE = 192 * MEBIBYTE
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.bin"\r\n\r\n'


async def body(size: int, *, breaks: bool = False) -> AsyncIterator[bytes]:
    yield HEAD
    for _ in range(size // MEBIBYTE):
        yield b"\1" * MEBIBYTE
    if breaks:
        raise ConnectionResetError
    yield b"\r\n--b--\r\n"


def peak(pid: int) -> int:
    """The most memory the process ever held, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_file_is_never_whole_in_memory(
    postgres: Databases, nats_server: Callable[[], Awaitable[Nats]], tmp_path: Path
) -> None:
    env = environment(
        DATABASE_URL=await postgres.database(),
        NATS_URL=(await nats_server()).url,
        FILES_URL=f"file://{tmp_path}/kept",
        FILES_DOCUMENT_MAX_BYTES=str(256 * MEBIBYTE),
    )
    address = f"http://127.0.0.1:{env['PORT']}"
    async with started(env) as process, httpx.AsyncClient(base_url=address, timeout=60) as client:
        assert (await healthy(client, process))["parts"]["files"]["status"] == "up"
        signer = CallerSigner("gateway", SEED)
        joined = await client.post(
            "/api/v1/internal/members/join",
            json={"telegram_id": 7, "first_name": "Игорь"},
            headers={"authorization": f"Bearer {signer.own('tickets')}"},
        )
        headers = {
            "authorization": f"Bearer {signer.token(joined.json()['id'], 'tickets')}",
            "content-type": "multipart/form-data; boundary=b",
        }
        before = peak(process.pid)
        with pytest.raises(ConnectionResetError):
            await client.post("/api/v1/files", content=body(8 * MEBIBYTE, breaks=True), headers=headers)
        sent = await client.post("/api/v1/files", content=body(SIZE), headers=headers)
        assert (sent.status_code, sent.json()["size"]) == (201, SIZE)
        fetched = 0
        async with client.stream("GET", sent.json()["url"], headers=headers) as answer:
            async for piece in answer.aiter_bytes():
                fetched += len(piece)
        assert fetched == SIZE
        assert peak(process.pid) - before < 64 * MEBIBYTE
        assert [path for path in (tmp_path / "kept" / "uploads").rglob("*") if path.is_file()] == []
        process.terminate()
        async with asyncio.timeout(30):
            await process.wait()
        assert process.returncode == 0
