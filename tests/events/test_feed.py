"""A feed hands out every message once, in order, whatever happens to the server, the stream or the way."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, suppress

import pytest
from nats.aio.client import Client
from tikethet_devstack.engines import Nats
from tikethet_devstack.nats_conf import READER_PREFIX, USERS, accounts
from tikethet_events.batch import Batches
from tikethet_events.bus import DEFAULT_PREFIX, Lineage, configuration, connect, state_of
from tikethet_events.feed import Epoch, Feed
from tikethet_events.stream import STREAM, Message

FIRST = Lineage("an-installation", "epoch-1")
SECOND = Lineage("an-installation", "epoch-2", 2)


def message(position: int, lineage: Lineage = FIRST) -> Message:
    """What the relay would write; only the headers the feed looks at."""
    headers = {"ce-position": str(position), "ce-epoch": lineage.epoch, "ce-id": f"{lineage.epoch}-{position}"}
    return Message(position, "tikethet.events.-.-.CategoryAdded", headers, b'{"n":%d}' % position)


class Desk:
    """A log to fill holes from, and a stream to publish it to."""

    def __init__(self, connection: Client) -> None:
        self.connection = connection
        self.manager = connection.jetstream()
        self.log: list[Message] = []
        self.asked: list[tuple[int, int]] = []
        self.lineage = FIRST

    async def make(self, lineage: Lineage = FIRST, *, first: int = 1) -> None:
        self.lineage = lineage
        await self.manager.add_stream(configuration(lineage, first=first))

    async def write(self, count: int, *, publish: bool = True) -> None:
        after = len(self.log)
        written = [message(after + number, self.lineage) for number in range(1, count + 1)]
        self.log += written
        if publish:
            await self.publish(written)

    async def publish(self, messages: Sequence[Message]) -> None:
        async with Batches(self.connection) as batches:
            outgoing = [(one.subject, one.headers, one.body) for one in messages]
            await batches.publish(outgoing, after=messages[0].position - 1)

    async def fill(self, after: int, upto: int) -> Sequence[Message]:
        self.asked.append((after, upto))
        return self.log[after : min(upto, after + 3)]  # small pages, so that a hole takes several


class Heard:
    """What a feed said, collected in the background."""

    def __init__(self, feed: Feed, after: int | None = None) -> None:
        self.items: list[Epoch | Message] = []
        self.feed = feed
        self._after = after

    @property
    def positions(self) -> list[int]:
        return [item.position for item in self.items if isinstance(item, Message)]

    @property
    def epochs(self) -> list[Epoch]:
        return [item for item in self.items if isinstance(item, Epoch)]

    async def listen(self) -> None:
        async with aclosing(self.feed.items(after=self._after)) as items:
            async for item in items:
                self.items.append(item)

    async def until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not true():  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.02)


Listen = Callable[[Feed, int | None], Heard]


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    tasks: list[asyncio.Task[None]] = []

    def start(feed: Feed, after: int | None = None) -> Heard:
        heard = Heard(feed, after)
        tasks.append(asyncio.get_running_loop().create_task(heard.listen()))
        return heard

    yield start
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@pytest.fixture
async def server(nats_server: Callable[..., Awaitable[Nats]]) -> Nats:
    return await nats_server()


@pytest.fixture
async def reader(server: Nats) -> AsyncIterator[Client]:
    connection = await connect(server.url, name="reader")
    yield connection
    await connection.close()


@pytest.fixture
async def desk(server: Nats) -> AsyncIterator[Desk]:
    connection = await connect(server.url, name="writer")
    yield Desk(connection)
    await connection.close()


async def test_from_now_on_and_from_a_position(desk: Desk, reader: Client, listen: Listen) -> None:
    await desk.make()
    await desk.write(10)
    now, all_of_it = listen(Feed(reader, desk.fill), None), listen(Feed(reader, desk.fill), 0)
    await now.until(lambda: bool(now.epochs))
    await desk.write(300)
    await desk.write(1)
    await now.until(lambda: now.positions == list(range(11, 312)))
    await all_of_it.until(lambda: all_of_it.positions == list(range(1, 312)))
    assert now.epochs == [Epoch(FIRST, 10)]
    assert all_of_it.epochs == [Epoch(FIRST, 0)]
    assert now.feed.standing == Epoch(FIRST, 311)
    assert now.items[1] == desk.log[10]
    assert desk.asked == []


async def test_who_stops_listening_leaves_nothing_behind(desk: Desk, reader: Client) -> None:
    await desk.make()
    await desk.write(5)
    async with aclosing(Feed(reader, desk.fill).items(after=0)) as items:
        async for item in items:
            if item.position == 5:
                break
    assert await desk.manager.consumers_info(STREAM) == []


async def test_what_the_stream_no_longer_has_comes_from_the_log(desk: Desk, reader: Client, listen: Listen) -> None:
    await desk.write(5, publish=False)
    await desk.make(first=6)
    await desk.write(8)
    await desk.manager.purge_stream(STREAM, subject="tikethet.events.-.-.CategoryAdded", seq=9)
    await desk.write(1)
    heard = listen(Feed(reader, desk.fill), 0)
    await heard.until(lambda: heard.positions == list(range(1, 15)))
    assert [item for item in heard.items if isinstance(item, Message)] == desk.log


async def test_what_was_forgotten_at_the_end_comes_from_the_log(desk: Desk, reader: Client, listen: Listen) -> None:
    await desk.make()
    await desk.write(4)
    heard = listen(Feed(reader, desk.fill), 2)
    await heard.until(lambda: heard.positions == [3, 4])
    await desk.write(3, publish=False)
    await desk.manager.purge_stream(STREAM, seq=8)  # moves the stream's end to 7 without a message there
    await heard.until(lambda: heard.positions == [3, 4, 5, 6, 7])


async def test_a_server_killed_and_started_again(server: Nats, desk: Desk, reader: Client, listen: Listen) -> None:
    await desk.make()
    heard = listen(Feed(reader, desk.fill), 0)
    for round_ in range(3):
        await desk.write(20)
        await heard.until(lambda: len(heard.positions) >= 20 * (round_ + 1) - 5)  # noqa: B023 - used at once
        await server.kill()
        await server.restart()
        await heard.until(lambda: desk.connection.is_connected)
    await desk.write(20)
    await heard.until(lambda: heard.positions == list(range(1, 81)))
    assert len(heard.epochs) == 1


async def test_a_stream_deleted_and_rebuilt_in_the_same_epoch(desk: Desk, reader: Client, listen: Listen) -> None:
    await desk.make()
    await desk.write(10)
    heard = listen(Feed(reader, desk.fill), 0)
    await heard.until(lambda: len(heard.positions) == 10)
    await desk.manager.delete_stream(STREAM)
    await desk.write(2, publish=False)
    await desk.make()
    await desk.publish(desk.log)
    await heard.until(lambda: heard.positions == list(range(1, 13)))
    assert len(heard.epochs) == 1


async def test_a_new_epoch_is_said_and_goes_on_where_it_says(desk: Desk, reader: Client, listen: Listen) -> None:
    await desk.make()
    await desk.write(5)
    heard = listen(Feed(reader, desk.fill), 0)
    await heard.until(lambda: len(heard.positions) == 5)
    await desk.manager.delete_stream(STREAM)
    desk.log = [message(position, SECOND) for position in (1, 2, 3)]
    await desk.make(SECOND)
    await desk.publish(desk.log)
    await heard.until(lambda: len(heard.epochs) == 2)
    started = heard.epochs[1]
    assert started.lineage == SECOND
    await desk.write(2)
    at = heard.items.index(started)
    expected = desk.log[started.position :]
    await heard.until(lambda: heard.items[at + 1 :] == expected)


async def test_a_stream_of_another_installation_is_not_listened_to(desk: Desk, reader: Client, listen: Listen) -> None:
    await desk.make()
    await desk.write(2)
    heard = listen(Feed(reader, desk.fill), 0)
    await heard.until(lambda: len(heard.positions) == 2)
    await desk.manager.delete_stream(STREAM)
    desk.log = []
    await desk.make(Lineage("another-installation", "epoch-9"))
    await desk.write(3)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(3):
            await heard.until(lambda: len(heard.items) > 3)


async def test_a_failing_log_is_asked_until_it_answers(desk: Desk, reader: Client, listen: Listen) -> None:
    await desk.write(4, publish=False)
    await desk.make(first=4)
    await desk.publish(desk.log[3:])
    failures = iter([OSError("away"), ValueError("nonsense")])

    async def fill(after: int, upto: int) -> Sequence[Message]:
        if error := next(failures, None):
            raise error
        return await desk.fill(after, upto)

    heard = listen(Feed(reader, fill), 0)
    await heard.until(lambda: heard.positions == [1, 2, 3, 4])


async def test_through_the_readers_own_account(nats_server: Callable[..., Awaitable[Nats]], listen: Listen) -> None:
    server = await nats_server(config=accounts(dict.fromkeys(USERS, "secret")))
    owner = await connect(server.url_for("tickets", "secret"), name="tickets")
    reader = await connect(server.url_for("notify", "secret"), name="notify")
    desk = Desk(owner)
    await desk.make()
    await desk.write(600)
    heard = listen(Feed(reader, desk.fill, prefix=READER_PREFIX), 0)
    await heard.until(lambda: len(heard.positions) == 600)
    await desk.write(3)
    await heard.until(lambda: heard.positions == list(range(1, 604)))
    assert desk.asked == []
    state = await state_of(reader.jetstream(prefix=READER_PREFIX))
    assert state is not None
    assert (state.lineage, state.last) == (FIRST, 603)
    assert DEFAULT_PREFIX != READER_PREFIX
    await reader.close()
    await owner.close()


async def test_cancelled_at_any_moment_it_ends(desk: Desk, reader: Client) -> None:
    """Python 3.11 forgets a cancellation that comes together with an answer from NATS."""
    await desk.make()
    await desk.write(3)
    for number in range(150):
        heard = Heard(Feed(reader, desk.fill), 0)
        task = asyncio.get_running_loop().create_task(heard.listen())
        await asyncio.sleep(number / 20_000)
        task.cancel()
        async with asyncio.timeout(20):
            with suppress(asyncio.CancelledError):
                await task
