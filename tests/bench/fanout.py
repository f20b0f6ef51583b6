"""What one event costs when 500 sockets hear it: notify beside a bare picows broadcast, in one run; and how late it is.

    python tests/bench/fanout.py [events per round]

* bare: a picows server that sends the same bytes to every socket and does nothing else;
* notify: the real process, fed by log → relay → NATS; every socket is a member of staff with a feed of its own;
* latency: from an event's commit in PostgreSQL to its arrival at each of the 500 clients, at a steady 20 events/s.

Server and clients are processes of their own; CPU is the server's, as the system counts it.
"""

import asyncio
import json
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect, ws_create_server
from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table
from tikethet_devstack.engines import Nats, Postgres, Valkey
from tikethet_devstack.leash import Leash
from tikethet_devstack.nats_conf import USERS, accounts
from tikethet_devstack.process import free_port
from tikethet_devstack.provision import Databases

if TYPE_CHECKING:
    from tests.notify.desk import Desk, desk_on, process_environment
else:  # a script's neighbours are no package, and a `tests` among the installed ones hides ours
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "notify"))
    from desk import Desk, desk_on, process_environment

SOCKETS = 500
MEMBERS = 50
ROUNDS = 3
BATCH = 20
LATENCY_EVENTS = 200
LATENCY_RATE = 20
TEXT = "Сервер выкидывает через минуту после входа, пишет «соединение потеряно». "


class Broadcast(WSListener):
    """The bare server's side of a socket."""

    sockets: set[WSTransport] = set()  # noqa: RUF012 - one set for all of them is the point

    def on_ws_connected(self, transport: WSTransport) -> None:
        """One more to send to."""
        self.sockets.add(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        """One less."""
        self.sockets.discard(transport)


async def bare(port: int) -> None:
    """Broadcast ``events`` messages of ``size`` bytes whenever a line on stdin says so."""
    await ws_create_server(lambda _request: Broadcast(), "127.0.0.1", port)
    reader = await _stdin()
    while line := await reader.readline():
        events, size = json.loads(line)
        message = b"x" * size
        for _ in range(events):
            for transport in Broadcast.sockets:
                transport.send(WSMsgType.TEXT, message)
            await asyncio.sleep(0)


class Listener(WSListener):
    """A client that counts what it hears and, if told to, how old it is."""

    heard = 0
    size = 0
    ready = 0
    timing = False
    ages: list[float] = []  # noqa: RUF012 - one list for all of them is the point
    first = last = 0.0

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:  # noqa: ARG002 - picows calls it so
        """Count it."""
        if frame.msg_type != WSMsgType.TEXT:
            return
        text = frame.get_payload_as_bytes()
        if text.startswith((b'{"type":"event"', b"x")):
            now = time.time()
            Listener.first = Listener.first or now
            Listener.last, Listener.size = now, len(text)
            Listener.heard += 1
            if Listener.timing:
                at = text.index(b'"time":"') + 8
                Listener.ages.append(now - datetime.fromisoformat(text[at : text.index(b'"', at)].decode()).timestamp())
        elif text.startswith(b'{"type":"ready"'):
            Listener.ready += 1


async def clients(url: str) -> None:
    """Open the sockets (tokens, if any, come first on stdin), then answer every line with what was heard."""
    reader = await _stdin()
    tokens = json.loads(await reader.readline())
    open_ones: list[WSTransport] = []
    for number in range(SOCKETS):
        transport, _ = await ws_connect(Listener, url)
        if tokens:
            said = {"type": "authenticate", "token": tokens[number % len(tokens)]}
            transport.send(WSMsgType.TEXT, json.dumps(said).encode())
        open_ones.append(transport)
    while tokens and Listener.ready < SOCKETS:  # noqa: ASYNC110 - counted where nothing may wait
        await asyncio.sleep(0.01)
    print("open", flush=True)
    while line := await reader.readline():
        events, Listener.timing = json.loads(line)
        Listener.heard, Listener.first = 0, 0.0
        Listener.ages.clear()
        print("listening", flush=True)
        while Listener.heard < events * SOCKETS:  # noqa: ASYNC110 - counted where nothing may wait
            await asyncio.sleep(0.01)
        ages = sorted(Listener.ages)
        found = {"seconds": Listener.last - Listener.first, "size": Listener.size}
        if ages:
            found |= {"p50": ages[len(ages) // 2], "p99": ages[len(ages) * 99 // 100]}
        print(json.dumps(found), flush=True)


async def _stdin() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=1 << 20)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


class Process:
    """A process of this benchmark, spoken to in lines."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._seen = psutil.Process(process.pid)

    def memory(self) -> int:
        """Resident bytes."""
        return int(self._seen.memory_info().rss)

    def cpu(self) -> float:
        """CPU seconds used so far."""
        times = self._seen.cpu_times()
        return float(times.user + times.system)

    async def say(self, words: object) -> None:
        """One line in."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(words).encode() + b"\n")
        await self._process.stdin.drain()

    async def answer(self) -> str:
        """One line out."""
        assert self._process.stdout is not None
        line = await asyncio.wait_for(self._process.stdout.readline(), 120)
        assert line, "it ended before it answered"
        return line.decode().strip()

    async def stop(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.terminate()
        await self._process.communicate()


@asynccontextmanager
async def process(*arguments: str, environment: dict[str, str] | None = None) -> AsyncIterator[Process]:
    """Python with pipes."""
    pipe = asyncio.subprocess.PIPE
    started = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=environment, stdin=pipe, stdout=pipe)
    process = Process(started)
    try:
        yield process
    finally:
        await process.stop()


async def round_of(server: Process, ears: Process, events: int, *, timing: bool, send: Any) -> dict[str, float]:
    """Let ``send`` cause ``events`` events; deliveries per second and the server's CPU per delivery."""
    await ears.say([events, timing])
    assert await ears.answer() == "listening"
    before = server.cpu()
    await send()
    found: dict[str, float] = json.loads(await ears.answer())
    deliveries = events * SOCKETS
    return found | {"rate": deliveries / found["seconds"], "cpu": (server.cpu() - before) / deliveries}


async def measured(desk: Desk, events: int) -> dict[str, list[dict[str, float]]]:
    """Rounds of both, interleaved, then the latency."""
    helpers = [await desk.join("HELPER") for _ in range(MEMBERS)]
    ticket = await desk.open_ticket(await desk.join())
    tokens = [await desk.token(helper) for helper in helpers]
    ports = free_port(), free_port(), free_port()
    found: dict[str, list[dict[str, float]]] = {"bare": [], "notify": [], "latency": []}

    async def post() -> None:
        for _ in range(events // BATCH):
            await desk.post_many(ticket, TEXT, BATCH)

    async def post_steadily() -> None:
        for _ in range(LATENCY_EVENTS):
            await desk.post(ticket, TEXT)
            await asyncio.sleep(1 / LATENCY_RATE)

    async with AsyncExitStack() as stack:
        plain = await stack.enter_async_context(process(__file__, "bare", str(ports[0])))
        settings = process_environment(desk, ports[1], ports[2])
        notify = await stack.enter_async_context(process("-m", "tikethet_notify", environment=settings))
        for port in (ports[0], ports[2]):
            await _listening(port)
        ears = [
            await stack.enter_async_context(process(__file__, "clients", f"ws://127.0.0.1:{port}/ws"))
            for port in (ports[0], ports[2])
        ]
        for server, listeners, known in zip((plain, notify), ears, ([], tokens), strict=True):
            before = server.memory()
            await listeners.say(known)
            assert await listeners.answer() == "open"
            found["bare" if server is plain else "notify"].append({"memory": (server.memory() - before) / SOCKETS})
        for _ in range(ROUNDS):
            found["notify"].append(await round_of(notify, ears[1], events, timing=False, send=post))
            order = partial(plain.say, [events, int(found["notify"][-1]["size"])])
            found["bare"].append(await round_of(plain, ears[0], events, timing=False, send=order))
        found["latency"].append(await round_of(notify, ears[1], LATENCY_EVENTS, timing=True, send=post_steadily))
    return found


async def _listening(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            return


def show(found: dict[str, list[dict[str, float]]], events: int) -> None:
    """The table."""
    memory = {name: found[name].pop(0)["memory"] for name in ("bare", "notify")}
    table = Table(title=f"{events} events to {SOCKETS} sockets (medians of {ROUNDS} rounds)")
    for column in ("", "deliveries/s", "CPU per delivery", "bytes", "memory per socket", "commit to socket p50", "p99"):
        table.add_column(column, justify="right" if column else "left")
    for name in ("bare", "notify"):
        rate, cpu, size = (statistics.median(run[key] for run in found[name]) for key in ("rate", "cpu", "size"))
        title = "bare picows broadcast" if name == "bare" else "notify, from the log on"
        kept = f"{memory[name] / 1024:.1f} KiB"
        table.add_row(title, f"{rate:,.0f}", f"{cpu * 1e6:.1f} µs", f"{size:.0f}", kept, "", "")
    late = found["latency"][0]
    table.add_row(
        f"notify at {LATENCY_RATE} events/s", f"{late['rate']:,.0f}", f"{late['cpu'] * 1e6:.1f} µs",
        f"{late['size']:.0f}", "", f"{late['p50'] * 1000:.1f} ms", f"{late['p99'] * 1000:.1f} ms",
    )  # fmt: skip
    Console(width=120).print(table)


async def main(events: int) -> None:
    """Start the engines, measure, print."""
    with tempfile.TemporaryDirectory(prefix="tikethet-bench-") as name:
        directory, leash = Path(name), Leash()
        directory.chmod(0o755)  # noqa: ASYNC240 - nothing else is going on yet; the server may run as another user
        password = secrets.token_urlsafe()
        postgres = Postgres(directory / "pg", log=directory / "pg.log", leash=leash, password=password)
        config = accounts({user: user for user in USERS})
        nats = Nats(directory / "nats", log=directory / "nats.log", leash=leash, config=config)
        valkey = Valkey(directory / "valkey", log=directory / "valkey.log", leash=leash, password=password)
        engines = (postgres, nats, valkey)
        await asyncio.gather(*(engine.start() for engine in engines))
        try:
            url = await Databases(postgres).database()
            async with Redis.from_url(valkey.url) as redis, desk_on(url, nats.url, redis, valkey.url) as desk:
                show(await measured(desk, events), events)
        finally:
            await asyncio.gather(*(engine.stop() for engine in engines))
            leash.close()


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare", port]:
            uvloop.run(bare(int(port)))
        case ["clients", url]:
            uvloop.run(clients(url))
        case rest:
            asyncio.run(main(int(rest[0]) if rest else 400))
