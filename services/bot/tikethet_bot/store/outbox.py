"""The outbox: what is to be sent, its random_id fixed before the first try."""

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import takewhile
from typing import Final

import asyncpg
import msgspec
from msgspec import Struct

from tikethet_bot.rules.outgoing import Action, Out, Rows, rows
from tikethet_bot.rules.packing import File
from tikethet_bot.store import Connection, Effect, Pool, together

SHOWN_DAYS: Final = 90
"""So long a message of ours is changed in place."""
CHANNEL: Final = "tikethet_bot_outbox"
"""PostgreSQL notifies here when something was put in."""
_OPEN: Final = "delivered_at IS NULL AND given_up IS NULL"
_FILL: Final = """INSERT INTO bot.outbox (chat_id, random_id, priority, action, content, buttons, reply_to, ticket_id,
        message_id, part, files, lane, author_id, slot, broadcast_id, room)
    SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::text[], $6::bytea[], $7::bigint[],
        $8::text[]::uuid[], $9::text[]::uuid[], $10::smallint[], $11::bytea[], $12::text[], $13::text[]::uuid[],
        $14::text[], $15::text[]::uuid[], $16::int[])
    ON CONFLICT (random_id) DO NOTHING"""
_MAP: Final = "INSERT INTO bot.messages SELECT chat_id, {id}, ticket_id, message_id, false"


class Waiting(Struct, frozen=True, kw_only=True):
    """A row to send."""

    id: int
    chat_id: int
    access_hash: int
    random_id: int
    action: Action
    text: str
    buttons: Rows
    reply_to: int | None
    ticket_id: str | None
    message_id: str | None
    part: int
    lane: str
    author_id: str | None
    created_at: datetime
    member_id: str | None = None
    files: tuple[File, ...] = ()
    slot: str | None = None


def filled(origin: str, outs: Sequence[Out]) -> list[Effect]:
    """What ``origin`` says is queued; what it said before is not queued again."""
    found = [
        (
            row.out.chat_id,
            row.random_id,
            row.out.priority,
            row.out.action,
            row.text,
            msgspec.json.encode(row.buttons) if row.buttons else None,
            row.out.reply_to if row.part == row.out.part else None,
            row.out.ticket_id,
            row.out.message_id,
            row.part,
            msgspec.json.encode(row.files) if row.files else None,
            row.out.lane,
            row.out.author_id,
            row.slot,
            row.out.broadcast_id,
            row.room,
        )
        for row in rows(origin, outs)
    ]
    return [Effect(_FILL, tuple(zip(*found, strict=True)))] if found else []


async def put(connection: Connection, origin: str, outs: Sequence[Out]) -> None:
    """Queue what ``origin`` says."""
    if effects := filled(origin, outs):
        await together(connection, effects)


class Outbox:
    """The rows, for whoever sends them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def next(self, limit: int, resting: Sequence[int]) -> list[Waiting]:
        """What comes next in each of at most ``limit`` chats, the most urgent chat first; none of the ``resting``.

        A chat is as urgent as the most urgent row that waits in it, and the rows of a lane go first in, first out: what
        stands before an answer goes before everything that is less urgent elsewhere.
        """
        found = await self._pool.fetch(
            f"""WITH urgent AS (
                SELECT chat_id, lane, priority, id FROM bot.outbox WHERE {_OPEN} AND NOT (chat_id = ANY($2::bigint[]))
                ORDER BY priority, id LIMIT $1
            ), chats AS (SELECT DISTINCT ON (chat_id) * FROM urgent ORDER BY chat_id, priority, id)
            SELECT o.*, coalesce(p.access_hash, 0) AS access_hash, p.member_id
            FROM chats c CROSS JOIN LATERAL (
                SELECT * FROM bot.outbox w WHERE w.chat_id = c.chat_id AND w.lane = c.lane AND {_OPEN}
                ORDER BY w.id LIMIT 1) o
            LEFT JOIN bot.people p ON p.telegram_id = o.chat_id
            ORDER BY c.priority, c.id""",  # noqa: S608 a constant of ours
            limit,
            list(resting),
        )
        return [_waiting(row) for row in found]

    async def waiting(self) -> int:
        """How many rows are still to be sent."""
        return int(await self._pool.fetchval(f"SELECT count(*) FROM bot.outbox WHERE {_OPEN}"))  # noqa: S608 a constant of ours

    async def delivered(self, row: Waiting, telegram_id: int | None, others: Sequence[int] = ()) -> None:
        """Telegram has it and what went with it; ``telegram_id`` is its id there, where that is known.

        ``others`` are the ids of the rest of its album.
        """
        await self._pool.execute(
            f"""WITH sent AS (
                UPDATE bot.outbox SET delivered_at = now(), telegram_id = $2, buttons = NULL, files = NULL,
                content = CASE WHEN $2::bigint IS NULL AND action = 'send' THEN content ELSE '' END
                WHERE id = $1 OR batch = $1
                RETURNING chat_id, ticket_id, message_id)
            {_MAP.format(id="each")} FROM sent, unnest($3::bigint[]) each WHERE ticket_id IS NOT NULL
            ON CONFLICT DO NOTHING""",  # noqa: S608 same
            row.id,
            telegram_id,
            [] if telegram_id is None else [telegram_id, *others],
        )
        if row.slot is not None and row.action == "send" and telegram_id is not None:
            await self._pool.execute(
                """INSERT INTO bot.shown VALUES ($1, $2, $3)
                ON CONFLICT (slot, chat_id) DO UPDATE SET telegram_id = excluded.telegram_id,
                shown_at = clock_timestamp()""",
                row.slot,
                row.chat_id,
                telegram_id,
            )

    async def recognised(self, chat_id: int, telegram_id: int, text: str) -> None:
        """A message of our own that Telegram told of later: the oldest one delivered without an id, if it says this."""
        await self._pool.execute(
            f"""WITH sent AS (
                UPDATE bot.outbox SET telegram_id = $2, content = '' WHERE id = (
                    SELECT id FROM bot.outbox WHERE chat_id = $1 AND action = 'send' AND telegram_id IS NULL
                    AND delivered_at IS NOT NULL AND content = $3 ORDER BY id LIMIT 1)
                RETURNING chat_id, telegram_id, ticket_id, message_id)
            {_MAP.format(id="telegram_id")} FROM sent WHERE ticket_id IS NOT NULL ON CONFLICT DO NOTHING""",  # noqa: S608 same
            chat_id,
            telegram_id,
            text,
        )

    async def batch(self, row: Waiting, fits: Callable[[Sequence[str]], int], limit: int = 20) -> list[Waiting]:
        """The rows that go as one message with this first one of its lane; fixed before the first try.

        ``fits`` says how many texts do. What was fixed stays so, for Telegram takes a random_id once.
        """
        fixed = await self._pool.fetch("SELECT * FROM bot.outbox WHERE batch = $1 ORDER BY id", row.id)
        if not fixed:
            found = await self._pool.fetch(
                f"SELECT * FROM bot.outbox WHERE chat_id = $1 AND lane = $2 AND {_OPEN} ORDER BY id LIMIT $3",  # noqa: S608 same
                row.chat_id,
                row.lane,
                limit,
            )
            plain = list(takewhile(_plain, found)) or found[:1]
            ids = [each["id"] for each in plain[: fits([each["content"] for each in plain])]]
            sql = "UPDATE bot.outbox SET batch = $1 WHERE id = ANY($2::bigint[]) RETURNING *"
            fixed = sorted(await self._pool.fetch(sql, row.id, ids), key=lambda each: each["id"])
        return [_waiting(each) for each in fixed]

    async def alone(self, chat_id: int, message_id: str) -> bool:
        """Whether nothing of a ticket's message shares a message of a chat with something else."""
        sql = """SELECT NOT EXISTS (SELECT FROM bot.outbox WHERE batch IN (SELECT batch FROM bot.outbox
            WHERE chat_id = $1 AND message_id = $2::text::uuid AND action = 'send') GROUP BY batch
            HAVING count(*) > 1)"""
        return bool(await self._pool.fetchval(sql, chat_id, message_id))

    async def shown(self, row: Waiting) -> None:
        """It was carried out, unless it was asked for again meanwhile."""
        sql = "UPDATE bot.outbox SET delivered_at = now() WHERE id = $1 AND created_at = $2"
        await self._pool.execute(sql, row.id, row.created_at)

    async def refused(self, row: Waiting, why: str) -> None:
        """It will never be delivered."""
        sql = "UPDATE bot.outbox SET given_up = $2, content = '', buttons = NULL, files = NULL WHERE id = $1"
        await self._pool.execute(sql, row.id, why)

    async def stopped(self, chat_id: int, why: str) -> None:
        """The chat cannot be written to: remember it, and give up what waits for it."""
        await together(self._pool, stopped(chat_id, why))

    async def changed_by(self, row: Waiting) -> list[int]:
        """The messages of ours that a row changes: what stands in its slot, or what shows its message of a ticket."""
        if row.slot is not None:
            sql = "SELECT telegram_id FROM bot.shown WHERE slot = $1 AND chat_id = $2"
            return [each["telegram_id"] for each in await self._pool.fetch(sql, row.slot, row.chat_id)]
        if row.message_id is None:
            return []
        if row.action == "delete":
            return await self.copies(row.chat_id, row.message_id)
        last = None if row.action == "cut" else row.part
        return await self._parts(row.chat_id, row.message_id, row.id, row.part, last)

    async def _parts(self, chat_id: int, message_id: str, before: int, first: int, last: int | None) -> list[int]:
        """The messages that show these parts of the words of one of a ticket, as far as Telegram told their ids."""
        rows = await self._pool.fetch(
            """SELECT telegram_id FROM (SELECT DISTINCT ON (part) part, telegram_id FROM bot.outbox
                WHERE chat_id = $1 AND message_id = $2::text::uuid AND action = 'send' AND room > 0 AND id < $3
                AND part BETWEEN $4 AND coalesce($5, 32767) ORDER BY part, id DESC) shown
            WHERE telegram_id IS NOT NULL ORDER BY part""",
            chat_id,
            message_id,
            before,
            first,
            last,
        )
        return [row["telegram_id"] for row in rows]

    async def copies(self, chat_id: int, message_id: str) -> list[int]:
        """The messages of a chat that show a message of a ticket, in order."""
        sql = """SELECT telegram_id FROM bot.messages WHERE chat_id = $1 AND message_id = $2::text::uuid
            AND NOT incoming ORDER BY telegram_id"""
        return [row["telegram_id"] for row in await self._pool.fetch(sql, chat_id, message_id)]

    async def sweep(self, days: int = 14) -> None:
        """Drop what is long over."""
        for each, age, kept in (
            ("notices", "told_at", days),
            ("drafts", "kept_at", days),
            ("shown", "shown_at", SHOWN_DAYS),
        ):
            sql = f"DELETE FROM bot.{each} WHERE {age} < now() - make_interval(days => $1)"  # noqa: S608 names of ours
            await self._pool.execute(sql, kept)
        sql = "DELETE FROM bot.outbox WHERE coalesce(delivered_at, created_at) < now() - make_interval(days => $1)"
        await self._pool.execute(f"{sql} AND NOT ({_OPEN})", days)


async def asked_again(connection: Connection, chat_id: int, lane: str, priority: int) -> bool:
    """Whether a row waits in this lane already; if so it is carried out as of now, and as urgently as is asked."""
    sql = f"""UPDATE bot.outbox SET created_at = clock_timestamp(), priority = least(priority, $3)
        WHERE chat_id = $1 AND lane = $2 AND {_OPEN}"""  # noqa: S608 same
    return str(await connection.execute(sql, chat_id, lane, priority)) != "UPDATE 0"


def stopped(chat_id: int, why: str) -> tuple[Effect, Effect]:
    """A chat is closed to us, and what waits for it is given up."""
    person = "UPDATE bot.people SET writable = false, stopped_at = now() WHERE telegram_id = $1"
    waiting = f"""UPDATE bot.outbox SET given_up = $2, content = '', buttons = NULL, files = NULL
        WHERE chat_id = $1 AND {_OPEN}"""  # noqa: S608 a constant of ours
    return Effect(person, (chat_id,)), Effect(waiting, (chat_id, why))


def _plain(row: asyncpg.Record) -> bool:
    """Whether a row can share a message with its neighbours."""
    return row["action"] == "send" and not (row["buttons"] or row["files"]) and row["reply_to"] is None


def _waiting(row: asyncpg.Record) -> Waiting:
    return Waiting(
        id=row["id"],
        chat_id=row["chat_id"],
        access_hash=row.get("access_hash", 0),
        random_id=row["random_id"],
        action=row["action"],
        text=row["content"],
        buttons=msgspec.json.decode(row["buttons"], type=Rows) if row["buttons"] else (),
        reply_to=row["reply_to"],
        ticket_id=str(row["ticket_id"]) if row["ticket_id"] else None,
        message_id=str(row["message_id"]) if row["message_id"] else None,
        part=row["part"],
        lane=row["lane"],
        author_id=str(row["author_id"]) if row["author_id"] else None,
        created_at=row["created_at"],
        member_id=str(row["member_id"]) if row.get("member_id") else None,
        files=msgspec.json.decode(row["files"], type=tuple[File, ...]) if row["files"] else (),
        slot=row["slot"],
    )
