"""What happens to appends when something breaks: a poisonous one, a full queue, a lost connection, a slow server."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import asyncpg
import pytest
from tikethet_events.chain import verify
from tikethet_events.envelope import Recorded
from tikethet_events.errors import Overloaded, Unreachable
from tikethet_events.log import Append, Appended, Limits, Log
from tikethet_events.sealing import Keyring
from tikethet_events.ticket import MessagePosted

Post = Callable[..., Append]
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"


class Indigestible(Exception):
    """Raised by a read model that chokes on one event."""


async def _choosy(connection: Any, recorded: Sequence[Recorded]) -> None:
    for event in recorded:
        match event.data:
            case MessagePosted(content="choke"):
                raise Indigestible
            case MessagePosted(content="bad sql"):
                await connection.execute("SELECT 1 / 0")
            case _:
                await connection.execute("INSERT INTO tickets.seen VALUES ($1)", event.position)


async def test_a_poisonous_append_fails_alone(pool: Pool, keyring: Keyring, post: Post) -> None:
    await pool.execute("CREATE TABLE tickets.seen (position bigint)")
    async with Log(pool, keyring, project=_choosy) as log:
        texts = ["fine"] * 30
        texts[7], texts[21] = "choke", "bad sql"
        answers = await asyncio.gather(
            *(log.append(post(f"ticket-{n}", 0, text)) for n, text in enumerate(texts)), return_exceptions=True
        )
        after = await log.append(post("ticket-after", 0, "fine"))

    assert isinstance(answers[7], Indigestible)
    assert isinstance(answers[21], asyncpg.DivisionByZeroError)
    assert [n for n, answer in enumerate(answers) if not isinstance(answer, Appended)] == [7, 21]
    assert after.position == 29
    assert [row[0] for row in await pool.fetch("SELECT position FROM tickets.seen ORDER BY 1")] == list(range(1, 30))
    assert (await verify(pool)).position == 29


async def test_read_models_see_exactly_what_was_written_in_order(pool: Pool, keyring: Keyring, post: Post) -> None:
    seen: list[Recorded] = []

    async def project(_: Any, recorded: Sequence[Recorded]) -> None:
        seen.extend(recorded)

    async with Log(pool, keyring, project=project) as log:
        command = post("ticket-1", 0, "one", "two")
        await log.append(command)
        await log.append(command)
        await asyncio.gather(*(log.append(post(f"ticket-x{n}", 0, "x")) for n in range(10)))
        assert seen == await log.read(0, 100)


async def test_a_full_queue_refuses_and_later_takes_again(pool: Pool, keyring: Keyring, post: Post) -> None:
    async with Log(pool, keyring, limits=Limits(waiting=3, batch=1)) as log, pool.acquire() as blocker:
        await log.append(post("ticket-0", 0, "x"))
        async with blocker.transaction():
            await blocker.execute("SELECT * FROM tickets.log_head FOR UPDATE")
            running = [asyncio.ensure_future(log.append(post("ticket-0", 1, "x")))]  # noqa: TID251 awaited below
            await _until(lambda: _stuck(pool))
            commands = [post("ticket-0", version, "x") for version in range(2, 10)]
            running += [asyncio.ensure_future(log.append(command)) for command in commands]  # noqa: TID251 same
            refused = await asyncio.gather(*running[4:], return_exceptions=True)
        done = await asyncio.gather(*running[:4])

    assert all(isinstance(answer, Overloaded) and answer.retry_after > 0 for answer in refused)
    assert [answer.version for answer in done] == [2, 3, 4, 5]


async def _stuck(pool: Pool) -> bool:
    here = "datname = current_database() AND wait_event_type = 'Lock'"
    return bool(await pool.fetchval(f"SELECT count(*) FROM pg_stat_activity WHERE {here}"))  # noqa: S608 ours


async def _until(holds: Callable[[], Any], within_s: float = 30) -> None:
    async with asyncio.timeout(within_s):
        while not await holds():  # noqa: ASYNC110 PostgreSQL sets no event
            await asyncio.sleep(0.01)


async def test_a_head_row_held_too_long_is_overload_not_failure(pool: Pool, keyring: Keyring, post: Post) -> None:
    async with Log(pool, keyring, limits=Limits(lock_s=0.1)) as log, pool.acquire() as blocker:
        command = post("ticket-1", 0, "x")
        async with blocker.transaction():
            await blocker.execute("SELECT * FROM tickets.log_head FOR UPDATE")
            with pytest.raises(Overloaded):
                await log.append(command)
        assert (await log.append(command)).position == 1


async def test_a_caller_that_goes_away_harms_nobody(log: Log, post: Post, pool: Pool) -> None:
    async with pool.acquire() as blocker:
        await log.append(post("ticket-0", 0, "x"))
        async with blocker.transaction():
            await blocker.execute("SELECT * FROM tickets.log_head FOR UPDATE")
            flying = asyncio.ensure_future(log.append(post("ticket-0", 1, "x")))  # noqa: TID251 cancelled below
            await _until(lambda: _stuck(pool))
            waiting = asyncio.ensure_future(log.append(post("ticket-0", 2, "x")))  # noqa: TID251 same
            other = asyncio.ensure_future(log.append(post("ticket-1", 0, "x")))  # noqa: TID251 awaited below
            await asyncio.sleep(0)
            flying.cancel()
            waiting.cancel()
        assert isinstance(await other, Appended)
    # The one in flight was written, the one that only waited was not; both callers may ask again and be told.
    assert [event.version for event in await log.read_stream("ticket-0")] == [1, 2]


@asynccontextmanager
async def _line(url: str) -> AsyncIterator["Line"]:
    """A TCP line to the server that can be cut."""
    line = Line(url)
    server = await asyncio.start_server(line.carry, "127.0.0.1", 0)
    at = urlsplit(url)
    port = server.sockets[0].getsockname()[1]
    line.url = at._replace(netloc=f"{at.username}:{at.password}@127.0.0.1:{port}").geturl()
    yield line
    line.cut()
    server.close()
    await line.quiet()


def _frail(line: "Line") -> Any:
    return asyncpg.create_pool(line.url, min_size=0, max_size=4)


class Line:
    """`cut` breaks every connection; `swallow` one, just before the answer to a message that holds these bytes."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.swallow: bytes | None = None
        self.swallowed = 0
        self.down = False
        self._far = urlsplit(url)
        self._open: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None] | None] = set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._carrying.add(asyncio.current_task())
        far_reader, far_writer = await asyncio.open_connection(self._far.hostname, self._far.port)
        both = {writer, far_writer}
        self._open |= both
        if self.down:
            self.cut()
        mute = asyncio.Event()
        await asyncio.gather(
            self._pump(reader, far_writer, both, mute, asks=True),
            self._pump(far_reader, writer, both, mute, asks=False),
        )
        for end in both:
            with suppress(ConnectionError):
                await end.wait_closed()
        self._open -= both

    async def _pump(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        both: set[asyncio.StreamWriter],
        mute: asyncio.Event,
        *,
        asks: bool,
    ) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(1 << 20):
                if asks and self.swallow and self.swallow in data:
                    self.swallow = None
                    mute.set()
                if not asks and mute.is_set():  # it is committed now, and nobody will say so
                    self.swallowed += 1
                    break
                writer.write(data)
        for end in both:
            end.transport.abort()

    def cut(self) -> None:
        for writer in self._open:
            writer.transport.abort()

    async def quiet(self) -> None:
        await asyncio.gather(*(task for task in self._carrying if task))


@pytest.mark.parametrize("with_views", [False, True])
async def test_a_commit_whose_answer_was_lost_is_not_done_twice(
    database: str, pool: Pool, keyring: Keyring, post: Post, *, with_views: bool
) -> None:
    await pool.execute("CREATE TABLE tickets.seen (position bigint)")
    views = _choosy if with_views else None
    async with _line(database) as line, _frail(line) as frail, Log(frail, keyring, project=views) as log:
        await log.append(post("ticket-0", 0, "x"))
        # Without read models a flush is one message, which names the stream; with them COMMIT is one of its own.
        line.swallow = b"COMMIT" if with_views else b"ticket-0"
        answer = await log.append(post("ticket-0", 1, "x"))

    assert line.swallowed == 1
    assert (answer.position, answer.versions, answer.replayed) == (2, {"ticket-0": 2}, True)
    assert (await verify(pool)).position == 2
    if with_views:
        assert await pool.fetchval("SELECT count(*) FROM tickets.seen") == 2


async def _persistently(log: Log, command: Append) -> None:
    """Looking up keys may be cut too: what it was for was not begun, and may be sent again."""
    while True:
        try:
            answer = await log.append(command)
        except Unreachable:
            await asyncio.sleep(0.01)
        else:
            assert answer.version == command.writes[0].expected + 1
            return


async def test_connections_cut_while_appending_lose_and_repeat_nothing(
    database: str, pool: Pool, keyring: Keyring, post: Post
) -> None:
    async with _line(database) as line, _frail(line) as frail, Log(frail, keyring) as log, asyncio.TaskGroup() as group:
        await log.append(post("ticket-0", 0, "x"))

        async def talk(number: int) -> None:
            for version in range(20):
                if version % 5 == number:  # while the others are in flight
                    line.cut()
                await _persistently(log, post(f"ticket-t{number}", version, "x"))

        for number in range(5):
            group.create_task(talk(number))
    assert (await verify(pool)).position == 101


async def test_a_server_out_of_reach_is_said_so_and_comes_back(database: str, keyring: Keyring, post: Post) -> None:
    limits = Limits(patience_s=0.3)
    async with _line(database) as line, _frail(line) as frail, Log(frail, keyring, limits=limits) as log:
        await log.append(post("ticket-1", 0, "x"))
        line.down = True
        line.cut()
        command = post("ticket-1", 1, "y")
        with pytest.raises(Unreachable):
            await log.append(command)
        line.down = False
        assert (await log.append(command)).version == 2


async def test_reading_out_of_reach_is_said_so_too(database: str, keyring: Keyring, post: Post) -> None:
    async with _line(database) as line, _frail(line) as frail, Log(frail, keyring) as log:
        await log.append(post("ticket-1", 0, "x"))
        line.down = True
        line.cut()
        for ask in (log.head(), log.read(0, 1), log.read_stream("ticket-1"), log.guard("x"), log.find("a", "b", b"c")):
            with pytest.raises(Unreachable):
                await ask


async def test_closing_writes_what_waits_and_then_refuses(pool: Pool, keyring: Keyring, post: Post) -> None:
    log = Log(pool, keyring, limits=Limits(batch=2))
    async with log:
        await log.append(post("ticket-0", 0, "x"))
        running = [asyncio.ensure_future(log.append(post("ticket-0", n, "x"))) for n in range(1, 9)]  # noqa: TID251 awaited below
        await asyncio.sleep(0)
    assert [answer.version for answer in await asyncio.gather(*running)] == list(range(2, 10))
    with pytest.raises(Overloaded):
        await log.append(post("ticket-0", 9, "x"))


async def test_nobody_waits_for_an_appender_that_died(pool: Pool, keyring: Keyring, post: Post) -> None:
    async with Log(pool, keyring) as log:
        await log.append(post("ticket-0", 0, "x"))
        before = log.alive
        assert before
        async with pool.acquire() as blocker, blocker.transaction():
            await blocker.execute("SELECT * FROM tickets.log_head FOR UPDATE")
            waiting = asyncio.gather(*(log.append(post("ticket-0", n, "x")) for n in (1, 2)), return_exceptions=True)
            await _until(lambda: _stuck(pool))
            next(task for task in asyncio.all_tasks() if task.get_name() == "log appender").cancel()
            assert [type(answer) for answer in await waiting] == [Unreachable, Unreachable]
        async with asyncio.timeout(30):
            await log.lasting()
        dead = log.alive
        assert not dead
        with pytest.raises(Overloaded):
            await log.append(post("ticket-0", 1, "x"))
