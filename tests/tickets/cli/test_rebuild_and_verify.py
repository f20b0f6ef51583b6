# ruff: noqa: S608 - our own names
"""The operator's commands on a real log, with somebody erased in it."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
import tikethet_tickets
from tikethet_devstack.provision import Databases
from tikethet_events.append import Append, Write
from tikethet_events.envelope import Metadata
from tikethet_events.log import Log
from tikethet_events.member import MemberErased, MemberJoined, member_stream
from tikethet_events.migrate import LOG_SCHEMA, migrate
from tikethet_events.sealing import Keyring
from tikethet_events.word import Event, MemberId, Role
from tikethet_service.settings import encode_key
from tikethet_tickets import cli
from tikethet_tickets.queries.counts import counts
from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.queries.tickets import list_tickets
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.views.project import project
from tikethet_tickets.views.rebuild import FRESH, LOCK, NAMES, Busy, alone, complete, fill, switch

from tests.tickets.conftest import Story

SECRET = secrets.token_bytes(32)


class House:
    """A log with its read models."""

    def __init__(self, url: str, pool: "asyncpg.Pool[asyncpg.Record]", log: Log) -> None:
        self.url = url
        self.pool = pool
        self.log = log
        self._commands = 0
        self._versions: dict[str, int] = {}

    async def append(
        self, stream_id: str, *events: Event, owner: MemberId | None = None, forget: MemberId | None = None
    ) -> None:
        self._commands += 1
        expected = self._versions.get(stream_id, 0)
        self._versions[stream_id] = expected + len(events)
        write = Write(stream_id=stream_id, expected=expected, events=events, owner=owner)
        await self.log.append(
            Append(
                caller="test",
                command_id=f"c{self._commands}",
                fingerprint=b"",
                metadata=Metadata(actor="timer"),
                writes=(write,),
                forget=forget,
            )
        )

    async def keep(self, story: Story) -> None:
        """Append a whole story, event by event."""
        for event in story.recorded:
            erased = event.owner if isinstance(event.data, MemberErased) else None
            await self.append(event.stream_id, event.data, owner=event.owner, forget=erased)

    async def rows(self) -> dict[str, list[tuple[object, ...]]]:
        return {
            name: sorted(map(tuple, await self.pool.fetch(f"SELECT t::text FROM tickets.{name} t"))) for name in NAMES
        }

    async def indexes(self) -> list[tuple[object, ...]]:
        rows = await self.pool.fetch(
            "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'tickets' ORDER BY 1, 2"
        )
        return list(map(tuple, rows))

    async def options(self) -> list[tuple[object, ...]]:
        rows = await self.pool.fetch(
            "SELECT relname, reloptions FROM pg_class WHERE relkind = 'r' AND reloptions IS NOT NULL ORDER BY 1"
        )
        return list(map(tuple, rows))


@pytest.fixture
async def house(postgres: Databases, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    url = await postgres.database()
    connection = await asyncpg.connect(url)
    await migrate(connection, {"log": LOG_SCHEMA, "tickets": Path(tikethet_tickets.__file__).parent / "schema"})
    await connection.close()
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("SECRET_KEY", encode_key(SECRET))
    async with (
        asyncpg.create_pool(url, min_size=1, max_size=4) as pool,
        Log(pool, Keyring(SECRET), project=project) as log,
    ):
        yield House(url, pool, log)


@pytest.fixture
async def lived(house: House, story: Story) -> House:
    customer, forgotten, category = story.joins(), story.joins("Пётр"), story.category()
    helper = story.joins("Мария", Role.HELPER)
    for requester in (customer, forgotten, customer):
        ticket = story.opens(requester, category)
        story.says(requester, ticket, "вопрос")
        story.notes(helper, ticket, "заметка")
        story.says(helper, ticket, "ответ")
    story.happens(member_stream(forgotten), MemberErased())
    story.says(helper, ticket, "ещё")
    await house.keep(story)
    return house


async def run(command: str) -> int:
    return await asyncio.to_thread(cli.main, [command])


async def test_verify_says_that_all_is_well(lived: House, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run("verify") == 0
    said = capsys.readouterr().out
    assert "log           whole: 18 events" in said
    assert "read models   equal to the log, row for row, at position 18" in said
    assert await lived.pool.fetchval("SELECT to_regclass($1)", FRESH.name("tickets")) is None


async def test_verify_finds_a_touched_row(lived: House, capsys: pytest.CaptureFixture[str]) -> None:
    await lived.pool.execute("UPDATE tickets.messages SET content = 'подделка' WHERE content = 'вопрос'")
    await lived.pool.execute("DELETE FROM tickets.member_counters WHERE role = 'HELPER'")
    assert await run("verify") == 1
    said = capsys.readouterr().out
    assert "NOT what the log says at position 18: messages, member_counters (cure: rebuild)" in said
    assert "2 not in the log, 2 missing or other" in said


async def test_verify_finds_a_touched_log(
    lived: House, postgres: Databases, capsys: pytest.CaptureFixture[str]
) -> None:
    name = lived.url.rpartition("/")[2]
    superuser = await asyncpg.connect(postgres.url(name, "postgres"))
    await superuser.execute("ALTER TABLE tickets.events DISABLE TRIGGER ALL")
    await superuser.execute("UPDATE tickets.events SET audience = 'public' WHERE type = 'NoteAdded' AND position = 7")
    await superuser.close()
    assert await run("verify") == 1
    assert "log           BROKEN at position 7" in capsys.readouterr().out


async def test_rebuild_cures_and_keeps_everything_else(lived: House, capsys: pytest.CaptureFixture[str]) -> None:
    rows, indexes, options = await lived.rows(), await lived.indexes(), await lived.options()
    await lived.pool.execute("UPDATE tickets.tickets SET status = 'CLOSED'")
    await lived.pool.execute("DELETE FROM tickets.members")
    assert await run("rebuild") == 0
    assert "switched at position 18" in capsys.readouterr().out
    assert await lived.rows() == rows
    assert await lived.indexes() == indexes
    assert await lived.options() == options
    assert await run("rebuild") == 0
    assert await run("verify") == 0


async def test_rebuild_while_the_desk_works(lived: House) -> None:
    """Appends before, between and after; those during the switch wait for it and land in the new tables."""

    async def work(rebuilding: asyncio.Event) -> int:
        joined = 0
        while rebuilding.is_set() or joined < 10:
            member_id = MemberId(str(uuid4()))
            await lived.append(member_stream(member_id), joins(member_id), owner=member_id)
            joined += 1
        return joined

    rebuilding = asyncio.Event()
    rebuilding.set()
    working = asyncio.gather(work(rebuilding), work(rebuilding))
    assert await run("rebuild") == 0
    rebuilding.clear()
    joined = sum(await working)
    assert await lived.pool.fetchval("SELECT count(*) FROM tickets.members") == 3 + joined
    assert await run("verify") == 0


def joins(member_id: MemberId) -> MemberJoined:
    return MemberJoined(
        member_id=member_id,
        telegram_id=int(member_id[:8], 16),
        first_name="Новый",
        last_name=None,
        username=None,
        language="ru",
        role=Role.USER,
    )


async def test_readers_do_not_notice_a_switch(lived: House) -> None:
    """Statements that were prepared on the tables before go on with those after."""
    staff = Viewer(MemberId("0197f000-0000-7000-8000-000000000000"), Role.HELPER)

    async def read() -> tuple[object, ...]:
        page = await list_tickets(lived.pool, staff, TicketFilter(), PageRequest())
        hits = await list_tickets(lived.pool, staff, TicketFilter(q="вопрос"), PageRequest())
        return page, hits, await counts(lived.pool, staff)

    before = [await read() for _ in range(8)][-1]  # often enough for plans to be kept
    assert await run("rebuild") == 0
    assert await read() == before


async def test_rebuilt_tables_come_with_their_statistics(lived: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What plans and searches go by; nobody but `rebuild` looks at tables as new as these."""
    monkeypatch.setattr("tikethet_tickets.views.rebuild.NEAR", 0)  # as in a long log, most of it before the switch
    assert await run("rebuild") == 0
    known = await lived.pool.fetch(
        "SELECT attname FROM pg_stats WHERE schemaname = 'tickets' AND tablename = 'messages'"
    )
    assert {"search", "ticket_id"} <= {row[0] for row in known}
    assert await lived.pool.fetchval("SELECT reltuples FROM pg_class WHERE oid = 'tickets.messages'::regclass") == 10


async def test_only_one_at_a_time(lived: House, capsys: pytest.CaptureFixture[str]) -> None:
    async with lived.pool.acquire() as other:
        await other.execute("SELECT pg_advisory_lock($1)", LOCK)
        assert await run("rebuild") == 1
        await other.execute("SELECT pg_advisory_unlock($1)", LOCK)
    assert "not now: another rebuild or verify is running" in capsys.readouterr().out


async def test_a_switch_gives_way_to_readers(lived: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tikethet_tickets.views.rebuild.SWITCH_LOCK", "50ms")
    async with lived.pool.acquire() as reader, reader.transaction():
        await reader.execute("SELECT 1 FROM tickets.tickets")
        with pytest.raises(Busy):
            async with alone(lived.pool) as connection:
                await switch(connection, lived.log, await fill(connection, lived.log, lambda *_: None))
    assert await run("rebuild") == 0


@pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY"])
@pytest.mark.usefixtures("house")
async def test_a_missing_setting_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(SystemExit) as stopped:
        await run("verify")
    assert stopped.value.code == 2
    assert name in capsys.readouterr().err


@pytest.mark.usefixtures("lived")
async def test_another_secret_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("SECRET_KEY", encode_key(secrets.token_bytes(32)))
    assert await run("verify") == 1
    assert capsys.readouterr().out


def test_a_bad_call_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["dance"])
    assert stopped.value.code == 2
    assert "rebuild" in capsys.readouterr().err


async def start(url: str) -> bool:
    async with asyncpg.create_pool(url, min_size=1, max_size=3) as pool, Log(pool, Keyring(SECRET)) as log:
        return await complete(pool, log)


async def test_a_release_with_a_new_table_fills_it_once(lived: House) -> None:
    whole = await lived.rows()
    assert not await start(lived.url)
    await lived.pool.execute("TRUNCATE tickets.ticket_times")
    assert any(await asyncio.gather(*(start(lived.url) for _ in range(2))))
    assert await lived.rows() == whole
