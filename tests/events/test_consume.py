"""Effects exactly once and in order: killed in the middle, failing, restored, beginning a new epoch."""

import asyncio
import uuid
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress

import asyncpg
import pytest
from nats.aio.client import Client
from tikethet_devstack.engines import Nats
from tikethet_devstack.nats_conf import BOT_CONSUMER, READER_PREFIX, USERS, accounts
from tikethet_devstack.provision import Databases
from tikethet_events.batch import Batches
from tikethet_events.bus import Lineage, configuration, connect
from tikethet_events.consume import Consumer, NotNow, NotParked
from tikethet_events.cursor import Connection, Ledger, consumer_tables
from tikethet_events.stream import STREAM, Message

FIRST = Lineage("an-installation", "epoch-1")
SECOND = Lineage("an-installation", "epoch-2", 4)


def message(position: int, lineage: Lineage = FIRST, *, ticket: str | None = None) -> Message:
    """As the relay writes it. Up to the second epoch's base both epochs have the same events."""
    same = lineage == FIRST or position <= SECOND.base
    headers = {
        "ce-position": str(position),
        "ce-epoch": lineage.epoch,
        "ce-id": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{'first' if same else 'second'} {position}")),
        "ce-type": "tikethet.MessagePosted",
        "ce-subject": ticket or f"ticket-{position % 3}",
    }
    return Message(position, "tikethet.events.-.-.MessagePosted", headers, b'{"n":%d}' % position)


class Town:
    """A stream with a log behind it, and a database where effects are kept."""

    def __init__(self, connection: Client, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        self.connection = connection
        self.pool = pool
        self.manager = connection.jetstream()
        self.log: list[Message] = []
        self.fails: dict[int, Exception] = {}
        self.calls: dict[int, int] = defaultdict(int)
        self.asked = 0

    async def write(self, count: int, lineage: Lineage = FIRST) -> None:
        after = len(self.log)
        written = [message(after + number, lineage) for number in range(1, count + 1)]
        self.log += written
        await self.publish(written)

    async def publish(self, messages: Sequence[Message]) -> None:
        async with Batches(self.connection) as batches:
            outgoing = [(one.subject, one.headers, one.body) for one in messages]
            await batches.publish(outgoing, after=messages[0].position - 1)

    async def fill(self, after: int, upto: int) -> Sequence[Message]:
        self.asked += 1
        return self.log[after : min(upto, after + 5)]

    async def handle(self, message: Message, connection: Connection) -> None:
        self.calls[message.position] += 1
        await connection.execute("INSERT INTO bot.effects VALUES ($1, $2)", message.event_id, message.position)
        if error := self.fails.get(message.position):
            raise error

    def consumer(self, *, connection: Client | None = None, prefix: str = "$JS.API") -> Consumer:
        return Consumer(
            Ledger("bot", BOT_CONSUMER),
            connection or self.connection,
            self.pool,
            self.fill,
            self.handle,
            prefix=prefix,
            delays_s=(0.01, 0.01),
        )

    async def effects(self) -> list[int]:
        return [row[0] for row in await self.pool.fetch("SELECT position FROM bot.effects ORDER BY ordinal")]

    async def until_effects(self, expected: Sequence[int]) -> None:
        await self.until(self.effects, list(expected))

    async def until_at(self, position: int) -> None:
        async def at() -> int:
            return await self.pool.fetchval("SELECT max(position) FROM bot.consumer_cursors") or 0

        await self.until(at, position)

    async def until(self, what: Callable[[], Awaitable[object]], is_: object) -> None:
        async with asyncio.timeout(60):
            while await what() != is_:  # noqa: ASYNC110 - what is waited for has no event
                await asyncio.sleep(0.03)


@pytest.fixture
async def server(nats_server: Callable[..., Awaitable[Nats]]) -> Nats:
    return await nats_server()


@pytest.fixture
async def pool(postgres: Databases) -> AsyncIterator["asyncpg.Pool[asyncpg.Record]"]:
    async with asyncpg.create_pool(await postgres.database("tikethet_bot"), min_size=1, max_size=5) as pool:
        for _ in range(2):  # as at every start
            await pool.execute(consumer_tables("bot"))
        await pool.execute(
            "CREATE TABLE bot.effects (event_id uuid PRIMARY KEY, position bigint, ordinal serial NOT NULL)"
        )
        yield pool


@pytest.fixture
async def town(server: Nats, pool: "asyncpg.Pool[asyncpg.Record]") -> AsyncIterator[Town]:
    connection = await connect(server.url, name="town")
    town = Town(connection, pool)
    await town.manager.add_stream(configuration(FIRST))
    yield town
    await connection.close()


class Runs:
    """Starts consumers as tasks, and kills them."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, consumer: Consumer) -> Consumer:
        self._tasks.append(asyncio.get_running_loop().create_task(consumer.run()))
        return consumer

    async def kill(self) -> None:
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()


@pytest.fixture
async def runs(town: Town) -> AsyncIterator[Runs]:  # noqa: ARG001 - consumers end before their town does
    runs = Runs()
    yield runs
    await runs.kill()


async def test_every_effect_once_in_order(town: Town, runs: Runs) -> None:
    await town.write(30)
    consumer = runs.start(town.consumer())
    await town.until_effects(range(1, 31))
    await town.write(300)
    await town.until_effects(range(1, 331))
    assert consumer.standing is not None
    assert (consumer.standing.position, consumer.trouble, town.asked) == (330, None, 0)

    async def answered() -> int:
        info = await town.manager.consumer_info(STREAM, BOT_CONSUMER)
        return info.ack_floor.stream_seq if info.ack_floor else 0

    await town.until(answered, 330)


async def test_killed_in_the_middle_again_and_again(town: Town, runs: Runs) -> None:
    await town.write(400)
    for _ in range(8):
        runs.start(town.consumer())
        before = len(await town.effects())
        async with asyncio.timeout(30):
            while len(await town.effects()) < min(before + 20, 400):  # noqa: ASYNC110 - rows have no event
                await asyncio.sleep(0.002)
        await runs.kill()
    runs.start(town.consumer())
    await town.until_effects(range(1, 401))


async def test_two_at_a_time_do_nothing_twice(town: Town, runs: Runs) -> None:
    runs.start(town.consumer())
    runs.start(town.consumer())
    await town.write(200)
    await town.until_effects(range(1, 201))


async def test_the_server_killed_and_the_stream_rebuilt(town: Town, runs: Runs, server: Nats) -> None:
    runs.start(town.consumer())
    await town.write(50)
    await town.until_effects(range(1, 51))
    await server.kill()
    await server.restart()
    await town.until(lambda: _value(town.connection.is_connected), is_=True)
    await town.write(10)
    await town.until_effects(range(1, 61))
    await town.manager.delete_stream(STREAM)
    await town.manager.add_stream(configuration(FIRST))
    await town.publish(town.log)
    await town.write(10)
    await town.until_effects(range(1, 71))


async def _value(value: object) -> object:
    return value


async def test_what_fails_is_parked_with_what_follows_it(town: Town, runs: Runs) -> None:
    town.fails[4] = ValueError("personal text that must not be kept")
    consumer = runs.start(town.consumer())
    await town.write(12)
    await town.until_at(12)
    others = [position for position in range(1, 13) if position % 3 != 1]
    assert await town.effects() == [1, *others]
    parked = await consumer.parked()
    assert [(one.position, one.key) for one in parked] == [(4, "ticket-1"), (7, "ticket-1"), (10, "ticket-1")]
    assert [one.reason for one in parked] == ["ValueError after 3 tries", "follows 4", "follows 4"]
    assert town.calls[4] == 3

    with pytest.raises(ValueError, match="personal"):
        await consumer.replay("ticket-1")
    assert len(await consumer.parked()) == 3
    del town.fails[4]
    assert await consumer.replay("ticket-1") == 3
    assert await consumer.parked() == []
    assert await town.effects() == [1, *others, 4, 7, 10]
    await town.write(3)
    await town.until_effects([1, *others, 4, 7, 10, 13, 14, 15])
    with pytest.raises(NotParked):
        await consumer.replay("ticket-1")


async def test_a_parked_event_can_be_given_up(town: Town, runs: Runs) -> None:
    town.fails[1] = ValueError()
    consumer = runs.start(town.consumer())
    await town.write(4)
    await town.until_at(4)
    await consumer.skip(1)
    with pytest.raises(NotParked):
        await consumer.skip(1)
    await town.write(3)
    await town.until_at(7)
    assert await town.effects() == [2, 3, 5, 6]
    assert await consumer.replay("ticket-1") == 2
    assert await town.effects() == [2, 3, 5, 6, 4, 7]


async def test_what_is_not_the_events_fault_waits(town: Town, runs: Runs) -> None:
    town.fails[2] = NotNow()
    consumer = runs.start(town.consumer())
    await town.write(3)

    async def tried() -> bool:
        return town.calls[2] > 3

    await town.until(tried, is_=True)
    assert consumer.trouble is not None
    del town.fails[2]
    await town.until_effects([1, 2, 3])
    assert await consumer.parked() == []
    await town.until(lambda: _value(consumer.trouble), is_=None)


async def test_the_database_gone_for_a_moment(town: Town, runs: Runs, postgres: Databases) -> None:
    consumer = runs.start(town.consumer())
    await town.write(10)
    await town.until_at(10)
    admin = await asyncpg.connect(postgres.url("postgres", "postgres"))
    name = await town.pool.fetchval("SELECT current_database()")
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    await admin.close()
    await town.write(10)
    await town.until_effects(range(1, 21))
    assert await consumer.parked() == []


async def test_a_new_epoch_goes_back_to_its_base_and_repeats_nothing(town: Town, runs: Runs) -> None:
    town.fails[3] = town.fails[6] = ValueError()
    consumer = runs.start(town.consumer())
    await town.write(8)
    await town.until_at(8)
    assert await town.effects() == [1, 2, 4, 5, 7, 8]
    town.fails.clear()
    await town.manager.delete_stream(STREAM)
    town.log = []
    await town.manager.add_stream(configuration(SECOND))
    await town.write(9, SECOND)
    await town.until_at(9)
    await town.until(lambda: _value(consumer.standing and consumer.standing.lineage), SECOND)
    # 1 to 4 were done (3 stays parked, and 6 and 9 behind it); 5, 7 and 8 are other events now.
    assert await town.effects() == [1, 2, 4, 5, 7, 8, 5, 7, 8]
    assert [one.position for one in await consumer.parked()] == [3, 6, 9]
    assert await consumer.replay("ticket-0") == 3


async def test_a_database_restored_behind_does_again_what_it_lost(town: Town, runs: Runs) -> None:
    runs.start(town.consumer())
    await town.write(20)
    await town.until_effects(range(1, 21))
    await town.pool.execute("UPDATE bot.consumer_cursors SET position = 10")
    await town.pool.execute("DELETE FROM bot.effects WHERE position > 10")
    done = [one.event_id for one in town.log[10:]]
    await town.pool.execute("DELETE FROM bot.consumer_done WHERE event_id = ANY($1)", done)
    await town.write(1)  # noticed here: the cursor is not where this process left it
    await town.until_effects(range(1, 22))


async def test_another_installation_is_not_followed(town: Town, runs: Runs) -> None:
    runs.start(town.consumer())
    await town.write(2)
    await town.until_at(2)
    await runs.kill()
    await town.manager.delete_stream(STREAM)
    other = Lineage("another-installation", "epoch-1")
    await town.manager.add_stream(configuration(other))
    await town.publish([message(position) for position in (1, 2, 3)])
    consumer = runs.start(town.consumer())

    async def says() -> bool:
        return "OtherInstallation" in (consumer.trouble or "")

    await town.until(says, is_=True)
    assert await town.effects() == [1, 2]


async def test_through_the_readers_own_account(
    nats_server: Callable[..., Awaitable[Nats]], pool: "asyncpg.Pool[asyncpg.Record]"
) -> None:
    server = await nats_server(config=accounts(dict.fromkeys(USERS, "secret")))
    owner = await connect(server.url_for("tickets", "secret"), name="tickets")
    reader = await connect(server.url_for("bot", "secret"), name="bot")
    town, runs = Town(owner, pool), Runs()
    await town.manager.add_stream(configuration(FIRST))
    for _ in range(2):
        runs.start(town.consumer(connection=reader, prefix=READER_PREFIX))
        await town.write(300)
        await town.until_at(len(town.log))
        await runs.kill()
    assert await town.effects() == list(range(1, 601))
    assert town.asked == 0

    async def answered() -> int:
        info = await town.manager.consumer_info(STREAM, BOT_CONSUMER)
        return info.ack_floor.stream_seq if info.ack_floor else 0

    await town.until(answered, 600)
    await reader.close()
    await owner.close()
