"""Years of a desk's work, written through the log: every event sealed, chained and shown by the read models.

The log's own group commit is the bulk path: a whole step of a ticket's life is one append of several events, and
hundreds of appends share a transaction. Only the clock is turned: the database finds ``bench.clock_timestamp()`` before
PostgreSQL's own, so that `flush` writes the times of the past.
"""

import asyncio
import random
import re
import uuid
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import asyncpg
from tikethet_events.desk import DESK_STREAM, CategoryAdded
from tikethet_events.envelope import Metadata
from tikethet_events.errors import Overloaded
from tikethet_events.log import Append, Limits, Log, Write
from tikethet_events.member import MemberJoined, member_stream
from tikethet_events.sealing import Keyring
from tikethet_events.ticket import (
    MessagePosted,
    ReplyAwaited,
    TagsChanged,
    TicketAssigned,
    TicketClosed,
    TicketOpened,
    TicketRated,
    TicketResolved,
    WorkStarted,
    ticket_stream,
)
from tikethet_events.word import Event, MemberId, MessageId, Priority, Role, TicketId
from tikethet_tickets.rules.defaults import DEFAULT_CATEGORIES
from tikethet_tickets.views.project import project

CHUNK = 256
"""Tickets that go through their life side by side; one transaction takes no more commands."""
STAFF, TICKETS_PER_CUSTOMER, HITS = 20, 20, 40
"""Members of staff; tickets of one customer; tickets that a rare word is in."""

WORDS = re.findall(
    r"\w+",
    "сервер подключение ошибка оплата подписка игрок предмет квест награда пропал вход пароль обновление клиент карта "
    "рынок обмен валюта бан жалоба читер клан турнир уровень босс загрузка экран звук пинг лагает вылетает возврат",
)

CLOCK = """
    CREATE SCHEMA bench;
    CREATE TABLE bench.clock (at timestamptz NOT NULL);
    INSERT INTO bench.clock VALUES ('2020-01-01Z');
    CREATE FUNCTION bench.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS 'SELECT at FROM bench.clock';
    GRANT USAGE ON SCHEMA bench TO PUBLIC;
    GRANT SELECT, UPDATE ON bench.clock TO PUBLIC;
"""


class Loader:
    """Fills one migrated database; `members` and `tickets` are who and what is in it afterwards."""

    def __init__(self, url: str, secret: bytes, *, seed: int = 1) -> None:
        self.staff: list[MemberId] = []
        self.customers: list[MemberId] = []
        self.tickets: list[TicketId] = []
        self._url = url
        self._secret = secret
        self._random = random.Random(seed)
        self._at = datetime.min.replace(tzinfo=UTC)

    async def load(self, tickets: int, messages_each: int, since: datetime, until: datetime) -> None:
        """Tickets evenly over the time; the last 600 are still in work, the rest is closed or resolved."""
        step = (until - since) / tickets
        async with (
            asyncpg.create_pool(self._url, min_size=2, max_size=4, server_settings={"jit": "off"}) as pool,
            Log(pool, Keyring(self._secret), project=project, limits=Limits(batch=CHUNK)) as log,
        ):
            await self._turn(pool, since)
            await self._people(log, 1 + tickets // TICKETS_PER_CUSTOMER)
            for first in range(0, tickets, CHUNK):
                chunk = [self._new(number) for number in range(first, min(first + CHUNK, tickets))]
                at = max(since + first * step, self._at)
                for life in zip(*(self._life(number, messages_each, tickets) for number in chunk), strict=True):
                    at += timedelta(minutes=self._random.randint(1, 60))
                    await self._turn(pool, min(at, until))
                    await self._append(log, life)
                await pool.execute("VACUUM tickets.ticket_counters")  # autovacuum would have, between two days' work
            await self._turn(pool, max(until, self._at))
            await pool.execute("VACUUM ANALYZE")

    async def _turn(self, pool: "asyncpg.Pool[asyncpg.Record]", at: datetime) -> None:
        self._at = at
        await pool.execute("UPDATE bench.clock SET at = $1", at)

    def _id(self) -> str:
        moment = int(self._at.timestamp() * 1000)
        return str(uuid.UUID(int=moment << 80 | 7 << 76 | 2 << 62 | self._random.getrandbits(60)))

    async def _people(self, log: Log, customers: int) -> None:
        added = tuple(CategoryAdded(category=category) for category in DEFAULT_CATEGORIES)
        await self._append(log, [Write(stream_id=DESK_STREAM, expected=0, events=added)])
        for number in range(STAFF + customers):
            member = MemberId(self._id())
            (self.staff if number < STAFF else self.customers).append(member)
        everyone = [*self.staff, *self.customers]
        for first in range(0, len(everyone), CHUNK):
            await self._append(
                log, [self._joining(first + n, each) for n, each in enumerate(everyone[first : first + CHUNK])]
            )

    def _joining(self, number: int, member: MemberId) -> Write:
        joined = MemberJoined(
            member_id=member,
            telegram_id=1000 + number,
            first_name=f"{self._random.choice(WORDS).title()}{number}",
            last_name=None,
            username=f"player{number}",
            language="ru",
            role=Role.ADMIN if number == 0 else Role.HELPER if number < STAFF else Role.USER,
        )
        return Write(stream_id=member_stream(member), expected=0, events=(joined,), owner=member)

    def _new(self, number: int) -> int:
        self.tickets.append(TicketId(self._id()))
        return number

    def _text(self, number: int) -> str:
        return " ".join(self._random.choices(WORDS, k=12)) + f" случай{number // HITS}"

    def _life(self, number: int, messages: int, tickets: int) -> list[Write]:
        """Three steps of one ticket: asked and taken, talked about, done (of the last ones: not yet)."""
        ticket, requester = self.tickets[number], self._random.choice(self.customers)
        helper, stream, version = self._random.choice(self.staff), ticket_stream(self.tickets[number]), 0

        def step(*events: Event) -> Write:
            nonlocal version
            write = Write(stream_id=stream, expected=version, events=events, owner=requester)
            version += len(events)
            return write

        def said(author: MemberId) -> MessagePosted:
            return MessagePosted(message_id=MessageId(self._id()), author_id=author, content=self._text(number))

        opened = TicketOpened(
            ticket_id=ticket,
            number=1001 + number,
            requester_id=requester,
            title=self._text(number)[:80],
            description=self._text(number),
            category_id=self._random.choice(DEFAULT_CATEGORIES).id,
            priority=self._random.choices(list(Priority), (20, 60, 15, 5))[0],
        )
        fresh = tickets - number
        taken = [TicketAssigned(assignee_id=helper), WorkStarted()] if fresh > 200 else []
        tagged = [TagsChanged(tags=(self._random.choice(WORDS),), previous=())] if number % 10 == 0 else []
        talk: list[Event] = []
        for turn in range(messages if taken else 0):
            talk += [said(helper), ReplyAwaited()] if turn % 2 == 0 else [said(requester), WorkStarted()]
        done: list[Event] = []
        if fresh > 600:
            done = [TicketResolved(), TicketRated(score=self._random.choices((1, 2, 3, 4, 5), (1, 1, 2, 4, 8))[0])]
            done += [TicketClosed()] if fresh > 2000 else []
        return [step(opened, *taken, *tagged), step(*talk), step(*done)]

    async def _append(self, log: Log, writes: Iterable[Write]) -> None:
        wanted: Sequence[Write] = [write for write in writes if write.events]
        await asyncio.gather(*(self._insist(log, write) for write in wanted))

    async def _insist(self, log: Log, write: Write) -> None:
        """Where the machine stood still for too long, again under the same command id, as every caller would."""
        append = Append(
            caller="loader",
            command_id=f"{write.stream_id}:{write.expected}",
            fingerprint=b"",
            metadata=Metadata(actor=write.owner or "loader", channel="app"),
            writes=(write,),
        )
        for pause in (1, 5, 25):
            try:
                await log.append(append)
            except Overloaded:
                await asyncio.sleep(pause)
            else:
                return
        await log.append(append)
