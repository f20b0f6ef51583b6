"""Personal text is never stored in the clear, and destroying one key makes it unreadable everywhere at once."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, TypeAlias

import asyncpg
import pytest
from msgspec.structs import replace
from tikethet_devstack.provision import Databases
from tikethet_events.chain import verify
from tikethet_events.envelope import Metadata, Recorded
from tikethet_events.errors import Broken, WrongSecret
from tikethet_events.log import Append, Log, Write
from tikethet_events.member import MemberErased, MemberJoined
from tikethet_events.sealing import Keyring
from tikethet_events.ticket import Attachment, MessagePosted, TicketErased, TicketOpened, TitleChanged, WorkStarted
from tikethet_events.word import CategoryId, MemberId, MessageId, Priority, Role, TicketId

Post = Callable[..., Append]
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
MEMBER = MemberId("0190a000-0000-7000-8000-00000000000a")
OTHER = MemberId("0190a000-0000-7000-8000-00000000000b")
SECRETS = ("Алексей", "Морозов", "alexey_m", "сервер не пускает", "подробности", "screenshot.png", "700000001", "новый")
TELEGRAM_COMMAND = "tg:7000000000:700000001:17"


def _append(stream: str, expected: int, *events: Any, owner: MemberId = MEMBER, command: str = "") -> Append:
    write = Write(stream_id=stream, expected=expected, events=events, owner=owner)
    return Append(
        caller="service:bot",
        command_id=command or f"{stream}/{expected}",
        fingerprint=repr(events).encode(),
        metadata=Metadata(actor=owner),
        writes=(write,),
    )


def _life(member: MemberId) -> list[Append]:
    attachment = Attachment(id="f", filename="screenshot.png", size=1, content_type="image/png")
    joined = MemberJoined(
        member_id=member,
        telegram_id=700000001,
        first_name="Алексей",
        last_name="Морозов",
        username="alexey_m",
        language="ru",
        role=Role.USER,
    )
    opened = TicketOpened(
        ticket_id=TicketId(f"t-{member}"),
        number=1,
        requester_id=member,
        title="сервер не пускает",
        description="подробности",
        category_id=CategoryId("c"),
        priority=Priority.HIGH,
        attachments=(attachment,),
    )
    posted = MessagePosted(message_id=MessageId("m"), author_id=member, content="подробности")
    titled = TitleChanged(title="новый", previous="сервер не пускает")
    return [
        _append(f"member-{member}", 0, joined, owner=member, command=f"{TELEGRAM_COMMAND}:{member}"),
        _append(f"ticket-{member}", 0, opened, posted, owner=member),
        _append(f"ticket-{member}", 2, titled, WorkStarted(), owner=member),
    ]


def _erase(member: MemberId, version: int = 1) -> Append:
    return replace(_append(f"member-{member}", version, MemberErased(), owner=member, command="erase"), forget=member)


@pytest.fixture
async def other_process(database: str, keyring: Keyring) -> AsyncIterator[Log]:
    async with asyncpg.create_pool(database, min_size=0, max_size=3) as pool, Log(pool, keyring) as log:
        yield log


async def test_personal_text_is_in_no_file_of_the_database(log: Log, database: str, postgres: Databases) -> None:
    for append in _life(MEMBER):
        await log.append(append)
    assert len(await log.read(0, 10)) == 5

    admin = await asyncpg.connect(postgres.url(database.rpartition("/")[2], "postgres"))
    await admin.execute("CHECKPOINT")
    files = await admin.fetch(
        """SELECT c.relname, pg_read_binary_file(pg_relation_filepath(c.oid)) AS bytes
           FROM pg_class c LEFT JOIN pg_class t ON t.reltoastrelid = c.oid
           WHERE 'tickets'::regnamespace IN (c.relnamespace, t.relnamespace) AND c.relfilenode <> 0"""
    )
    await admin.close()
    assert {"events", "commands", "streams"} <= {file["relname"] for file in files}
    for secret in (*SECRETS, TELEGRAM_COMMAND):
        # However the three bytes fall into base64's groups, the middle of the text shows.
        spellings = [secret.encode(), *(base64.b64encode(b" " * n + secret.encode())[4:-4] for n in range(3))]
        for file in files:
            assert not any(len(spelt) > 4 and spelt in file["bytes"] for spelt in spellings), file["relname"]
    whole = b"".join(file["bytes"] for file in files)
    assert MEMBER.encode() in whole  # ids are what it may know people by
    assert b"WorkStarted" in whole


async def test_an_erased_member_is_unreadable_at_once_in_every_process(
    log: Log, other_process: Log, pool: Pool
) -> None:
    for append in [*_life(MEMBER), *_life(OTHER)]:
        await log.append(append)
    assert await other_process.read(0, 20) == await log.read(0, 20)  # both remember the keys now

    await log.append(_erase(MEMBER))

    for process in (log, other_process):
        events = await process.read(0, 20)
        gone = [event for event in events if event.owner == MEMBER and event.data.personal]
        kept = [event for event in events if event.owner == OTHER and event.data.personal]
        assert len(gone) == len(kept) == 4
        for event in gone:
            assert event.erased
            assert {getattr(event.data, field) for field in event.data.personal} == {None}
        assert not any(event.erased for event in kept)
        assert [event.data.content for event in kept if isinstance(event.data, MessagePosted)] == ["подробности"]
        assert [event.type for event in events if not event.data.personal] == ["WorkStarted"] * 2 + ["MemberErased"]
        assert not any(event.erased for event in events if not event.data.personal)
        requesters = [event.data.requester_id for event in gone if isinstance(event.data, TicketOpened)]
        assert requesters == [MEMBER]
    assert await pool.fetchval("SELECT wrapped FROM tickets.member_keys WHERE member_id = $1", MEMBER) is None
    assert (await verify(pool)).position == 11


@pytest.mark.parametrize("projecting", [True, False])
async def test_one_ticket_is_forgotten_by_itself(
    pool: Pool,
    keyring: Keyring,
    other_process: Log,
    projecting: bool,  # noqa: FBT001 - with read models and without
) -> None:
    async def project(_: Any, _recorded: Sequence[Recorded]) -> None:
        return

    async with Log(pool, keyring, project=project if projecting else None) as log:
        for append in [*_life(MEMBER), *_life(OTHER)]:
            await log.append(append)
        await other_process.read(0, 20)  # remembers the keys
        await log.append(_append(f"ticket-{MEMBER}", 4, TicketErased()))
        for process in (log, other_process):
            events = await process.read(0, 20)
            gone = {event.stream_id for event in events if event.erased}
            assert gone == {f"ticket-{MEMBER}"}
            theirs = [event for event in events if event.stream_id in gone and event.data.personal]
            assert len(theirs) == 3
            for event in theirs:
                assert {getattr(event.data, field) for field in event.data.personal} == {None}
        assert (
            await pool.fetchval("SELECT count(*) FROM tickets.stream_keys WHERE stream_id = $1", f"ticket-{MEMBER}")
            == 0
        )
        late = MessagePosted(message_id=MessageId("late"), author_id=OTHER, content="подробности")
        await log.append(_append(f"ticket-{MEMBER}", 5, late))  # no rule lets it; no key is made for it either
        assert (await log.read_stream(f"ticket-{MEMBER}", after=5))[0].data == replace(
            late, content=None, attachments=None
        )
    assert (await verify(pool)).position == 12


async def test_nothing_personal_is_kept_for_an_erased_member(pool: Pool, keyring: Keyring, other_process: Log) -> None:
    shown: list[Recorded] = []

    async def project(_: Any, recorded: Sequence[Recorded]) -> None:
        shown.extend(recorded)

    async with Log(pool, keyring, project=project) as log:
        for append in _life(MEMBER):
            await log.append(append)
        await other_process.read(0, 20)
        await log.append(_erase(MEMBER))
        # The other process still remembers the key: it is told, and seals nothing.
        late = MessagePosted(message_id=MessageId("late"), author_id=OTHER, content="подробности")
        done = await other_process.append(_append(f"ticket-{MEMBER}", 4, late, WorkStarted()))
        assert [event.erased for event in done.recorded] == [True, False]
        assert done.recorded[0].data == replace(late, content=None, attachments=None)
        new = await log.append(_append("ticket-new", 0, late))
        assert new.recorded[0].data == replace(late, content=None, attachments=None)
        assert tuple(await log.read_stream("ticket-new")) == new.recorded
        assert shown[-1:] == list(new.recorded)


async def test_two_processes_make_one_key_for_a_new_member(log: Log, other_process: Log) -> None:
    text = MessagePosted(message_id=MessageId("m"), author_id=MEMBER, content="hello")
    processes = [log, other_process] * 10
    await asyncio.gather(*(p.append(_append(f"ticket-{n}", 0, text)) for n, p in enumerate(processes)))

    assert [event.data for event in await log.read(0, 50)] == [text] * 20
    assert [event.data for event in await other_process.read(0, 50)] == [text] * 20


async def test_one_command_may_begin_several_streams_of_a_new_member(log: Log) -> None:
    member, ticket, _ = _life(MEMBER)
    await log.append(replace(member, writes=member.writes + ticket.writes))
    assert not any(event.erased for event in await log.read(0, 10))


async def test_another_secret_is_refused_before_it_seals_anything(log: Log, pool: Pool) -> None:
    with pytest.raises(WrongSecret):
        async with Log(pool, Keyring(b"another secret of thirty-two bytes!!")):
            pass
    assert (await log.head()).position == 0


async def test_sealed_text_moved_elsewhere_does_not_open(log: Log, pool: Pool, post: Post) -> None:
    await log.append(post("ticket-1", 0, "one", "two"))
    await pool.execute("ALTER TABLE tickets.events DISABLE TRIGGER append_only")
    await pool.execute(
        "UPDATE tickets.events SET data = (SELECT data FROM tickets.events WHERE position = 2) WHERE position = 1"
    )
    with pytest.raises(Broken) as broken:
        await log.read(0, 1)
    assert broken.value.position == 1


async def test_a_log_without_an_owner_is_sealed_all_the_same(log: Log, post: Post, other_process: Log) -> None:
    await log.append(post("ticket-1", 0, "nobody's", owner=None))
    await log.append(post("ticket-1", 1, "text", owner=None))
    contents = [event.data.content for event in await other_process.read(0, 9) if isinstance(event.data, MessagePosted)]
    assert contents == ["nobody's", "text"]
