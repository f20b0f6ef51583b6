"""Commands and reads per second through the gateway beside direct calls to tickets; start-up time and memory.

    python tests/bench/edge.py [seconds per measurement]

32 keep-alive connections of one bare HTTP client (it shares the two cores with the house, so the ratio counts, not the
figures). A command is a new message in one of 32 tickets, acknowledged after its COMMIT; a read is one ticket.
"""

import asyncio
import base64
import json
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from rich.console import Console
from rich.table import Table
from tikethet_devstack.choices import Choices
from tikethet_devstack.keys import load
from tikethet_devstack.leash import Leash
from tikethet_devstack.process import free_port
from tikethet_devstack.seed import seed
from tikethet_devstack.stack import Stack
from tikethet_service.callers import CallerSigner

CONNECTIONS = 32
UNLIMITED = {"REQUESTS_PER_SECOND": "1000000", "REQUESTS_BURST": "1000000"}

Request = Callable[[], bytes]


def http(port: int, token: str, method: str, path: str, body: Callable[[], bytes] | None = None) -> Request:
    """A request as bytes; a command gets a fresh key each time."""
    head = f"{method} /api/v1/{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"

    def render() -> bytes:
        if body is None:
            return f"{head}\r\n".encode()
        data = body()
        more = (
            f"Content-Type: application/json\r\nIdempotency-Key: {uuid.uuid4()}\r\nContent-Length: {len(data)}\r\n\r\n"
        )
        return (head + more).encode() + data

    return render


async def rate(port: int, requests: list[Request], seconds: float) -> float:
    """Answers per second over one connection per request; anything but a 2xx is an error."""
    until = time.monotonic() + seconds

    async def one(render: Request) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        done = 0
        while time.monotonic() < until:
            writer.write(render())
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            if head[9:10] != b"2":
                raise RuntimeError(body.decode())
            done += 1
        writer.close()
        await writer.wait_closed()
        return done

    started = time.monotonic()
    counts = await asyncio.gather(*(one(render) for render in requests))
    return sum(counts) / (time.monotonic() - started)


@asynccontextmanager
async def house(directory: Path, leash: Leash) -> AsyncIterator[tuple[Stack, float]]:
    """The whole house, started a second time (the first one made its files), and how long that took."""
    choices = Choices(directory=directory, port=free_port(), mode="demo", reset=False, settings={})
    first = Stack(choices, leash)
    await first.start()
    await seed(choices.address)
    await first.stop()
    stack, began = Stack(choices, leash), time.monotonic()
    try:
        await stack.start()
        took = time.monotonic() - began
        gateway = stack.parts["gateway"]
        gateway.process.env = {**(gateway.process.env or {}), **UNLIMITED}
        await stack.restart("gateway")
        yield stack, took
    finally:
        await stack.stop()


async def unlimited(session: aiohttp.ClientSession) -> None:
    """One customer writes more here than a desk would let them."""
    admin = await (await session.get("/api/v1/demo/token", params={"as": "admin"})).json()
    none = {"tickets_per_hour": 0, "messages_per_minute": 0}
    headers = {"Authorization": f"Bearer {admin['access_token']}"}
    (await session.patch("/api/v1/desk", json=none, headers=headers)).raise_for_status()


async def opened(stack: Stack) -> tuple[str, str, list[str]]:
    """A customer's token and id, and the tickets they write in."""
    async with aiohttp.ClientSession(stack.address) as session:
        answer = await session.get("/api/v1/demo/token", params={"as": "customer"})
        token = (await answer.json())["access_token"]
        await unlimited(session)
        session.headers["Authorization"] = f"Bearer {token}"
        member = (await (await session.get("/api/v1/auth/me")).json())["id"]
        categories: list[Any] = (await (await session.get("/api/v1/categories")).json())["items"]
        tickets = []
        for number in range(CONNECTIONS):
            body = {"title": f"Bench {number}", "description": "…", "category_id": categories[0]["id"]}
            tickets.append((await (await session.post("/api/v1/tickets", json=body)).json())["id"])
    return token, member, tickets


def signer_of(stack: Stack) -> CallerSigner:
    """What the gateway signs its calls with."""
    seed_text = load(stack.choices.directory / "secrets").seed("gateway")
    return CallerSigner("gateway", base64.urlsafe_b64decode(f"{seed_text}="))


async def measured(stack: Stack, seconds: float) -> dict[str, tuple[float, float]]:
    """(direct, through the gateway) for reads and commands."""
    token, member, tickets = await opened(stack)
    signer = signer_of(stack)
    ways = {stack.parts["tickets"].port: signer.token(member, "tickets"), stack.choices.port: token}
    text = json.dumps({"content": "The server throws me out after a minute. " * 4}).encode()
    found = {}
    for name in ("reads", "commands"):
        rates = []
        for port, bearer in ways.items():
            requests = [
                http(port, bearer, "GET", f"tickets/{ticket}")
                if name == "reads"
                else http(port, bearer, "POST", f"tickets/{ticket}/messages", lambda: text)
                for ticket in tickets
            ]
            await rate(port, requests, seconds / 4)  # warm
            rates.append(await rate(port, requests, seconds))
        found[name] = (rates[0], rates[1])
    return found


def megabytes(pid: int) -> float:
    """Resident memory of a process, as the kernel counts it (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def main(seconds: float) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory(prefix="tkb-") as made:
        directory = Path(made)
        directory.chmod(0o755)  # noqa: ASYNC240 - once, before anything runs; PostgreSQL may run as another user
        leash = Leash()
        try:
            async with house(directory, leash) as (stack, took):
                idle = {name: megabytes(part.process.pid) for name, part in stack.parts.items()}
                show(await measured(stack, seconds), idle, took)
        finally:
            leash.close()


def show(rates: dict[str, tuple[float, float]], idle: dict[str, float], took: float) -> None:
    """One row per kind of call; one per process."""
    table = Table(title=f"Answers per second, {CONNECTIONS} connections")
    for column in ("", "direct", "through the gateway", "ratio"):
        table.add_column(column, justify="right" if column else "left")
    for name, (direct, through) in rates.items():
        table.add_row(name, f"{direct:,.0f}", f"{through:,.0f}", f"{through / direct:.2f}")
    Console().print(table)
    memory = Table(title=f"Start of the whole house: {took:.1f} s. Resident memory, idle")
    memory.add_column("process")
    memory.add_column("MB", justify="right")
    for name, size in idle.items():
        memory.add_row(name, f"{size:.0f}")
    memory.add_row("together", f"{sum(idle.values()):.0f}")
    Console().print(memory)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0))
