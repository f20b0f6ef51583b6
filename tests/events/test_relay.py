"""The stream is the log, once and in order, whatever dies, is deleted or is restored."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
from nats.aio.client import Client
from nats.js.errors import NotFoundError
from nats.js.manager import JetStreamManager
from tikethet_devstack.engines import Nats
from tikethet_devstack.provision import Databases
from tikethet_events.batch import Batches
from tikethet_events.bus import Lineage, configuration, connect, state_of
from tikethet_events.envelope import Metadata, Recorded
from tikethet_events.errors import LogError
from tikethet_events.keeper import Keeper
from tikethet_events.lease import DATABASE_TROUBLE, Lease
from tikethet_events.log import Append, Head, Log, Write
from tikethet_events.member import MemberErased, MemberJoined, member_stream
from tikethet_events.relay import Relay
from tikethet_events.sealing import Keyring
from tikethet_events.stream import STREAM, body_of, headers_of, subject_of
from tikethet_events.ticket import MessagePosted, ReplyAwaited, TicketErased, WorkStarted, ticket_stream
from tikethet_events.word import Event, MemberId, MessageId, Role, TicketId

ANNA, BORIS = MemberId(str(uuid.uuid4())), MemberId(str(uuid.uuid4()))


def posted(text: str) -> MessagePosted:
    return MessagePosted(message_id=MessageId(str(uuid.uuid4())), author_id=ANNA, content=text)


def joined(member: MemberId) -> MemberJoined:
    return MemberJoined(
        member_id=member, telegram_id=7, first_name="Анна", last_name=None, username=None, language="ru", role=Role.USER
    )


async def say(log: Log, stream_id: str, *events: Event, owner: MemberId | None = ANNA, expected: int = 0) -> int:
    """One command's worth of events; the position of the last."""
    appended = await log.append(
        Append(
            caller="test",
            command_id=str(uuid.uuid4()),
            fingerprint=b"",
            metadata=Metadata(actor="service:test"),
            writes=(Write(stream_id=stream_id, expected=expected, events=events, owner=owner),),
            forget=owner if any(isinstance(event, MemberErased) for event in events) else None,
        )
    )
    return appended.position


async def write(log: Log, count: int, *, owner: MemberId = ANNA) -> None:
    """`count` events, many at a time, each on a ticket of its own."""
    tickets = [ticket_stream(TicketId(str(uuid.uuid4()))) for _ in range(count)]
    for start in range(0, count, 50):
        await asyncio.gather(*(say(log, one, posted("сообщение"), owner=owner) for one in tickets[start : start + 50]))


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.05)


async def stream_is_the_log(manager: JetStreamManager, log: Log) -> None:
    """Wait until the stream goes as far as the log, then compare every message, by sequence, with what is due there."""

    async def as_far() -> bool:
        with suppress(Exception):  # the server may be away, the stream not yet there
            state = await state_of(manager)
            head = await log.head()
            due = Lineage(head.installation, head.epoch, head.base)
            return state is not None and (state.lineage, state.last) == (due, head.position)
        return False

    await until(as_far)
    head = await log.head()
    for event in await log.read(0, head.position):
        message = await manager.get_msg(STREAM, seq=event.position)
        headers = {name: value for name, value in (message.headers or {}).items() if name.startswith("ce-")}
        assert (message.subject, message.data or b"") == (subject_of(event), body_of(event))
        assert headers == headers_of(event, head.epoch, head.installation)


@pytest.fixture
async def server(nats_server: Callable[..., Awaitable[Nats]]) -> Nats:
    return await nats_server()


@pytest.fixture
async def manager(server: Nats) -> AsyncIterator[JetStreamManager]:
    connection = await connect(server.url, name="onlooker")
    yield connection.jetstream()
    await connection.close()


class Relays:
    """Starts relays as tasks, and ends them."""

    def __init__(self, server: Nats, url: str) -> None:
        self._server = server
        self._url = url
        self._tasks: dict[Relay, asyncio.Task[None]] = {}

    def start(self, log: Any, *, lease: str = "relay", url: str | None = None) -> Relay:
        async def open_nats() -> Client:
            return await connect(self._server.url, name="relay")

        async def open_database() -> "asyncpg.Connection[asyncpg.Record]":
            return await asyncpg.connect(url or self._url)

        relay = Relay(log, open_nats, Lease(lease, open_database))
        if isinstance(log, Log):
            log.on_append = relay.poke
        self._tasks[relay] = asyncio.get_running_loop().create_task(relay.run())
        return relay

    async def until_dead(self, log: Log, death: "Death") -> None:
        """A relay that dies as it must; events come for as long as it lives."""
        task = self._tasks.pop(self.start(log))
        death.kill = task.cancel
        while not task.done():
            await write(log, 1)
            await asyncio.sleep(0.02)
        with suppress(asyncio.CancelledError):
            await task

    async def stop(self, relay: Relay | None = None) -> None:
        for one in [relay] if relay else list(self._tasks):
            self._tasks[one].cancel()
            with suppress(asyncio.CancelledError):
                await self._tasks.pop(one)


@pytest.fixture
async def relays(server: Nats, database: str) -> AsyncIterator[Relays]:
    relays = Relays(server, database)
    yield relays
    await relays.stop()


OpenLog = Callable[[str], Awaitable[Log]]


@asynccontextmanager
async def opened(url: str, keyring: Keyring) -> AsyncIterator[Log]:
    async with asyncpg.create_pool(url, min_size=1, max_size=4) as pool, Log(pool, keyring) as log:
        yield log


class Backups:
    """Copies of whole databases, as a back-up and a restore would make them."""

    def __init__(self, postgres: Databases) -> None:
        self._postgres = postgres
        self._count = 0

    async def copy(self, url: str) -> str:
        """Another database with the same content; nobody may be connected to the first."""
        self._count += 1
        name = urlsplit(url).path.removeprefix("/")
        copy = f"{name}_copy_{self._count}"
        admin = await asyncpg.connect(self._postgres.url("postgres", "postgres"))
        try:
            await admin.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
        finally:
            await admin.close()
        return urlsplit(url)._replace(path=f"/{copy}").geturl()


@pytest.fixture
def backups(postgres: Databases) -> Backups:
    return Backups(postgres)


# ---------------------------------------------------------------- the way of an event


async def test_every_event_at_the_sequence_of_its_position(log: Log, relays: Relays, manager: JetStreamManager) -> None:
    relay = relays.start(log)
    for count in (1, 3, 60, 700, 1):
        await write(log, count)
        await stream_is_the_log(manager, log)
    await until_well(relay)
    assert (relay.status.published, relay.status.lag, relay.status.detail) == (765, 0, None)


async def test_what_was_written_before_it_came(log: Log, relays: Relays, manager: JetStreamManager) -> None:
    await write(log, 1300)
    relays.start(log)
    await stream_is_the_log(manager, log)


async def test_an_empty_log_has_an_empty_stream(log: Log, relays: Relays, manager: JetStreamManager) -> None:
    relay = relays.start(log)
    await stream_is_the_log(manager, log)
    await until_well(relay)
    await write(log, 2)
    await stream_is_the_log(manager, log)


async def until_well(relay: Relay) -> None:
    async def well() -> bool:
        return relay.status.state == "publishing" and not relay.status.lag

    await until(well)


# ---------------------------------------------------------------- dying


class Death:
    """Kills a relay right before or right after it calls something for the `call`th time."""

    def __init__(self, *, before: bool, call: int = 1) -> None:
        self._before = before
        self._call = call
        self._calls = 0
        self.kill: Callable[[], object] = lambda: None

    def waits_at(self, monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> None:
        real = getattr(owner, name)

        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            self._calls += 1
            due = self._calls == self._call
            if due and self._before:
                await self._strike()
            try:
                return await real(*args, **kwargs)
            finally:
                if due:
                    await self._strike()

        monkeypatch.setattr(owner, name, wrapped)

    async def _strike(self) -> None:
        self.kill()
        await asyncio.Event().wait()


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("owner", "name", "call"),
    [
        (JetStreamManager, "stream_info", 1),
        (JetStreamManager, "add_stream", 1),
        (Batches, "_store", 1),
        (Batches, "_store", 2),
        (Client, "publish", 9),
        (Client, "publish", 150),
        (Keeper, "forget", 3),
        (JetStreamManager, "purge_stream", 1),
    ],
)
async def test_killed_at_each_step(
    log: Log,
    relays: Relays,
    manager: JetStreamManager,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    call: int,
    before: bool,  # noqa: FBT001
) -> None:
    with monkeypatch.context() as patch:
        death = Death(before=before, call=call)
        death.waits_at(patch, owner, name)
        await say(log, member_stream(BORIS), joined(BORIS), MemberErased(), owner=BORIS)
        await write(log, 240)
        await relays.until_dead(log, death)
    await write(log, 5)
    relay = relays.start(log)
    await until_well(relay)
    with pytest.raises(NotFoundError):
        await manager.get_msg(STREAM, seq=1)
    assert (await manager.get_msg(STREAM, seq=2)).subject == f"tikethet.events.{BORIS}.-.MemberErased"
    state, head = await state_of(manager), (await log.head()).position
    assert state is not None
    assert (state.messages, state.last) == (head - 1, head)
    for event in await log.read(2, 2000):
        message = await manager.get_msg(STREAM, seq=event.position)
        assert (message.headers or {})["ce-id"] == event.event_id


async def test_the_server_killed_in_the_middle(
    log: Log, relays: Relays, server: Nats, manager: JetStreamManager
) -> None:
    relays.start(log)
    writing = asyncio.get_running_loop().create_task(write(log, 2500))
    for _ in range(3):
        await asyncio.sleep(0.15)
        await server.kill()
        await server.restart()
    await writing
    await stream_is_the_log(manager, log)


async def test_the_database_gone_for_a_moment(
    log: Log, relays: Relays, manager: JetStreamManager, postgres: Databases, database: str
) -> None:
    relay = relays.start(log)
    await write(log, 10)
    await until_well(relay)
    admin = await asyncpg.connect(postgres.url("postgres", "postgres"))
    name = urlsplit(database).path.removeprefix("/")
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
    await admin.close()

    async def written() -> bool:
        try:
            await write(log, 10)
        except (LogError, *DATABASE_TROUBLE):  # whoever asks at that moment hears of it
            return False
        return True

    await until(written)
    await stream_is_the_log(manager, log)


# ---------------------------------------------------------------- the stream and the log at odds


async def test_a_deleted_stream_is_rebuilt(log: Log, relays: Relays, manager: JetStreamManager) -> None:
    relay = relays.start(log)
    await write(log, 20)
    await stream_is_the_log(manager, log)
    epoch = (await log.head()).epoch
    await manager.delete_stream(STREAM)
    await stream_is_the_log(manager, log)
    await manager.delete_stream(STREAM)
    await write(log, 1)
    await stream_is_the_log(manager, log)
    assert (await log.head()).epoch == epoch == relay.status.epoch


@pytest.mark.parametrize("written", [0, 10, 40])
async def test_a_log_restored_behind_or_beside_its_stream(
    relays: Relays, database: str, keyring: Keyring, backups: Backups, manager: JetStreamManager, written: int
) -> None:
    """Twenty more events after the back-up; the restored log writes none, fewer or more before a relay comes."""
    async with opened(database, keyring) as log:
        await write(log, 30)
    restored_url = await backups.copy(database)
    async with opened(database, keyring) as log:
        await write(log, 20)
        relay = relays.start(log)
        await stream_is_the_log(manager, log)
        await relays.stop(relay)
        before = await log.head()
    async with opened(restored_url, keyring) as restored:
        await write(restored, written)
        relay = relays.start(restored, url=restored_url)
        await until_well(relay)
        await write(restored, 3)
        await stream_is_the_log(manager, restored)
        after = await restored.head()
        assert after.epoch != before.epoch
        assert (after.base, after.position) == (30, 33 + written)
        await relays.stop(relay)


async def test_a_log_that_is_swapped_while_the_relay_runs(
    relays: Relays, database: str, keyring: Keyring, backups: Backups, manager: JetStreamManager
) -> None:
    """A failover to a standby that was behind, and has already overtaken when the relay reads it first."""
    async with opened(database, keyring) as log:
        await write(log, 10)
    standby_url = await backups.copy(database)
    async with opened(database, keyring) as log, opened(standby_url, keyring) as standby:
        switch = Switch(log)
        await write(log, 5)
        relay = relays.start(switch)
        await stream_is_the_log(manager, log)
        await write(standby, 9)
        switch.log = standby
        await stream_is_the_log(manager, standby)
        assert (await standby.head()).base == 10
        await relays.stop(relay)


class Switch:
    """A log that can be another one from one moment to the next, as behind one address of a database."""

    def __init__(self, log: Log) -> None:
        self.log = log

    async def read(self, after: int, limit: int, *, types: Collection[str] | None = None) -> list[Recorded]:
        return await self.log.read(after, limit, types=types)

    async def head(self) -> Head:
        return await self.log.head()

    async def start_epoch(self, base: int) -> Head:
        return await self.log.start_epoch(base)


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize(
    ("owner", "name"), [(Log, "start_epoch"), (JetStreamManager, "delete_stream"), (JetStreamManager, "add_stream")]
)
async def test_killed_while_it_starts_an_epoch(
    log: Log,
    relays: Relays,
    manager: JetStreamManager,
    monkeypatch: pytest.MonkeyPatch,
    owner: type,
    name: str,
    before: bool,  # noqa: FBT001
) -> None:
    """A stream of this log that goes further than the log does, and ever will here."""
    await write(log, 4)
    head = await log.head()
    await manager.add_stream(configuration(Lineage(head.installation, head.epoch), first=1000))
    with monkeypatch.context() as patch:
        death = Death(before=before)
        death.waits_at(patch, owner, name)
        await relays.until_dead(log, death)
    relays.start(log)
    await stream_is_the_log(manager, log)
    assert (await log.head()).epoch != head.epoch


async def test_the_base_never_grows_over_the_epochs(log: Log, relays: Relays, manager: JetStreamManager) -> None:
    """Who slept through an epoch must not take its differences for known."""
    await write(log, 6)
    head = await log.start_epoch(3)
    relay = relays.start(log)
    await stream_is_the_log(manager, log)
    await relays.stop(relay)
    await manager.delete_stream(STREAM)
    await manager.add_stream(configuration(Lineage(head.installation, "an older epoch", 5), first=5))
    relays.start(log)
    await stream_is_the_log(manager, log)
    assert (await log.head()).base == 0  # nothing of that stream is left to compare with


@pytest.mark.parametrize("metadata", [{}, None])
async def test_a_foreign_stream_stops_it_and_is_not_touched(
    log: Log, relays: Relays, manager: JetStreamManager, metadata: dict[str, str] | None
) -> None:
    config = configuration(Lineage("another-installation", "epoch-1"))
    if metadata is not None:
        config = config.evolve(metadata=metadata)
    created = await manager.add_stream(config)
    await write(log, 5)
    relay = relays.start(log)

    async def foreign() -> bool:
        return relay.status.state == "foreign"

    await until(foreign)
    assert not relay.status.well
    assert relay.status.detail is not None
    await write(log, 5)
    await asyncio.sleep(1)
    info = await manager.stream_info(STREAM)
    assert (info.created, info.state.last_seq) == (created.created, 0)
    await manager.delete_stream(STREAM)  # the operator made room
    await stream_is_the_log(manager, log)


async def test_only_young_events_are_published_again(log: Log, manager: JetStreamManager) -> None:
    await write(log, 7)
    await asyncio.sleep(1.1)
    await write(log, 2)
    mark = await Keeper(log, manager, max_age_s=1.0).survey()
    assert mark.position >= 7
    await manager.delete_stream(STREAM)
    mark = await Keeper(log, manager, max_age_s=3600.0).survey()
    assert mark.position == 0
    mark = await Keeper(log, manager, max_age_s=7200.0).survey()
    assert (await manager.stream_info(STREAM)).config.max_age == 7200.0


# ---------------------------------------------------------------- several relays


async def test_two_relays_that_both_think_they_may(
    relays: Relays, database: str, keyring: Keyring, manager: JetStreamManager
) -> None:
    async with AsyncExitStack() as stack:
        logs = [await stack.enter_async_context(opened(database, keyring)) for _ in range(2)]
        for number, log in enumerate(logs):
            relays.start(log, lease=f"relay-{number}")
        await asyncio.gather(*(write(log, 900) for log in logs))
        await stream_is_the_log(manager, logs[0])
        state = await state_of(manager)
        assert state is not None
        assert (state.messages, state.last) == (1800, 1800)
        await relays.stop()


async def test_one_leads_the_other_pokes_and_takes_over(
    relays: Relays, database: str, keyring: Keyring, manager: JetStreamManager
) -> None:
    async with AsyncExitStack() as stack:
        first_log, second_log = [await stack.enter_async_context(opened(database, keyring)) for _ in range(2)]
        first = relays.start(first_log)
        await until_well(first)
        second = relays.start(second_log)

        async def stands_by() -> bool:
            return second.status.state == "standby"

        await until(stands_by)
        assert second.status.well
        await write(second_log, 30)
        await stream_is_the_log(manager, second_log)
        await relays.stop(first)
        await write(first_log, 30)
        await until_well(second)
        await stream_is_the_log(manager, second_log)
        await relays.stop()


# ---------------------------------------------------------------- forgetting


async def test_an_erased_members_subjects_are_purged(log: Log, relays: Relays, manager: JetStreamManager) -> None:
    relays.start(log)
    await say(log, member_stream(ANNA), joined(ANNA))
    await say(log, member_stream(BORIS), joined(BORIS), owner=BORIS)
    await write(log, 3, owner=BORIS)
    await write(log, 3)
    await stream_is_the_log(manager, log)
    erased_at = await say(log, member_stream(BORIS), MemberErased(), owner=BORIS, expected=1)
    await write(log, 1)

    async def forgotten() -> bool:
        state = await manager.stream_info(STREAM, subjects_filter=f"tikethet.events.{BORIS}.>")
        return list(state.state.subjects or {}) == [f"tikethet.events.{BORIS}.-.MemberErased"]

    await until(forgotten)
    assert (await manager.get_msg(STREAM, seq=erased_at)).subject == f"tikethet.events.{BORIS}.-.MemberErased"
    await until(forgotten_again(manager))
    await manager.delete_stream(STREAM)
    await until(forgotten_again(manager))
    assert b"\xd0" not in (await manager.get_msg(STREAM, seq=erased_at)).data  # type: ignore[operator]


async def test_an_erased_tickets_subjects_are_purged(log: Log, relays: Relays, manager: JetStreamManager) -> None:
    relays.start(log)
    await say(log, member_stream(ANNA), joined(ANNA), owner=ANNA)
    gone, other = TicketId(str(uuid.uuid4())), TicketId(str(uuid.uuid4()))
    for ticket in (gone, other):
        await say(log, ticket_stream(ticket), WorkStarted(), ReplyAwaited(), owner=ANNA)
    await stream_is_the_log(manager, log)
    erased_at = await say(log, ticket_stream(gone), TicketErased(), owner=ANNA, expected=2)

    async def forgotten() -> bool:
        state = await manager.stream_info(STREAM, subjects_filter=f"tikethet.events.*.{gone}.>")
        return list(state.state.subjects or {}) == [f"tikethet.events.{ANNA}.{gone}.TicketErased"]

    await until(forgotten)
    assert (await manager.get_msg(STREAM, seq=erased_at)).subject.endswith("TicketErased")  # type: ignore[union-attr]
    others = await manager.stream_info(STREAM, subjects_filter=f"tikethet.events.*.{other}.>")
    assert sum((others.state.subjects or {}).values()) == 2


def forgotten_again(manager: JetStreamManager) -> Callable[[], Awaitable[bool]]:
    async def again() -> bool:
        state = await state_of(manager)
        return state is not None and (state.messages, state.last) == (6, 10)

    return again
