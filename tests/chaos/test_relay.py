"""Processes that append and relay, killed with -9 while they do, and NATS with them: what was answered is there, the
stream is the log, and who listens all the while hears every position once.
"""

import asyncio
import random
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
from tikethet_devstack.engines import Nats
from tikethet_devstack.provision import Databases
from tikethet_events.bus import connect, state_of
from tikethet_events.feed import Feed
from tikethet_events.lease import Lease
from tikethet_events.log import Log
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.relay import Relay
from tikethet_events.sealing import Keyring
from tikethet_events.stream import STREAM, Message, as_json, body_of, headers_of, page_of, subject_of

WRITER = Path(__file__).parent / "writer.py"


class Writers:
    """Processes of `writer.py`, and what each was answered."""

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments
        self._processes: list[Process] = []
        self._readers: list[asyncio.Task[None]] = []
        self.answered: dict[str, int] = {}

    async def start(self) -> None:
        name = f"writer-{len(self._readers)}"
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(WRITER), *self._arguments, name, stdout=PIPE, stdin=asyncio.subprocess.DEVNULL
        )
        self._processes.append(process)
        self._readers.append(asyncio.get_running_loop().create_task(self._listen(process)))

    async def _listen(self, process: Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            if line.endswith(b"\n"):
                command_id, position = line.decode().split()
                self.answered[command_id] = int(position)

    async def until_answered(self, count: int) -> None:
        goal = len(self.answered) + count
        async with asyncio.timeout(60):
            while len(self.answered) < goal:  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.01)

    async def kill(self, process: Process | None = None) -> None:
        for one in [process] if process else list(self._processes):
            with suppress(ProcessLookupError):
                one.kill()
            await one.wait()
            self._processes.remove(one)

    async def kill_one(self, rng: random.Random) -> None:
        await self.kill(rng.choice(self._processes))

    async def close(self) -> None:
        await self.kill()
        await asyncio.gather(*self._readers)


async def test_killed_processes_and_a_killed_server(
    postgres: Databases, nats_server: Callable[..., Awaitable[Nats]]
) -> None:
    rng = random.Random(42)
    database, secret = await postgres.database(), secrets.token_bytes(32)
    connection = await asyncpg.connect(database)
    await migrate(connection, {"log": LOG_SCHEMA})
    await connection.close()
    server = await nats_server()
    writers = Writers(database, server.url, secret.hex())
    reader = await connect(server.url, name="listener")
    heard: list[int] = []
    relay_lease = Lease("relay", lambda: asyncpg.connect(database))
    async with (
        asyncpg.create_pool(database, min_size=1, max_size=4) as pool,
        Log(pool, Keyring(secret)) as log,
        background(listen(Feed(reader, fill_from(log)), heard)),
    ):
        try:
            await torment(writers, server, rng)
        finally:
            await writers.close()
        await last_words(pool)
        relay = Relay(log, lambda: connect(server.url, name="the last"), relay_lease)
        async with background(relay.run()):
            await check(log, relay, server, writers.answered, heard)
    await reader.close()


async def torment(writers: Writers, server: Nats, rng: random.Random) -> None:
    """Two writers, of which one is killed every now and then, and every other time the server too."""
    await writers.start()
    await writers.start()
    for round_ in range(6):
        await writers.until_answered(rng.randint(50, 300))
        await writers.kill_one(rng)
        if round_ % 2:
            await server.kill()
            await server.restart()
        await writers.start()
    await writers.until_answered(100)


async def last_words(pool: "asyncpg.Pool[asyncpg.Record]") -> None:
    """Wait until the server has done what the killed writers sent last: only then the log stands still."""
    sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'writer'"
    async with asyncio.timeout(60):
        while await pool.fetchval(sql):  # noqa: ASYNC110 - PostgreSQL sets no event
            await asyncio.sleep(0.05)


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.get_running_loop().create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def fill_from(log: Log) -> Callable[[int, int], Awaitable[Sequence[Message]]]:
    """As `GET events` answers, without the HTTP between."""

    async def fill(after: int, upto: int) -> Sequence[Message]:
        head = await log.head()
        events = await log.read(after, min(100, upto - after))
        items = b",".join(as_json(event, head.epoch, head.installation) for event in events)
        answer = b'{"epoch":"%s","head":%d,"items":[%s]}' % (head.epoch.encode(), head.position, items)
        return page_of(answer).items

    return fill


async def listen(feed: Feed, heard: list[int]) -> None:
    async with aclosing(feed.items(after=0)) as items:
        async for item in items:
            if isinstance(item, Message):
                heard.append(item.position)  # noqa: PERF401 - a comprehension shows nothing before its end


async def check(log: Log, relay: Relay, server: Nats, answered: dict[str, int], heard: list[int]) -> None:
    """The relay catches the stream up; then log, stream, answers and what was heard are compared."""
    head = await log.head()
    connection = await connect(server.url, name="onlooker")
    manager = connection.jetstream()
    async with asyncio.timeout(60):
        while relay.status.published < head.position or len(heard) < head.position:  # noqa: ASYNC110 - no event
            await asyncio.sleep(0.05)
    events = await log.read(0, head.position + 1)
    assert [event.position for event in events] == list(range(1, head.position + 1))
    at = {event.stream_id.removeprefix("ticket-"): event.position for event in events}
    assert {command_id: at[command_id] for command_id in answered} == answered
    state = await state_of(manager)
    assert state is not None
    assert (state.first, state.last, state.messages) == (1, head.position, head.position)
    assert heard == list(range(1, head.position + 1))
    for event in events:
        message = await manager.get_msg(STREAM, seq=event.position)
        assert (message.subject, message.data) == (subject_of(event), body_of(event))
        assert headers_of(event, head.epoch, head.installation).items() <= (message.headers or {}).items()
    await connection.close()
