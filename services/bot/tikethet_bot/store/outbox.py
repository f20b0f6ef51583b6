"""The outbox: what is to be sent, its random_id fixed before the first try."""

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from tikethet_bot.rules.outgoing import Action, Out, Rows, rows
from tikethet_bot.store import Connection, Pool

CHANNEL: Final = "tikethet_bot_outbox"
"""PostgreSQL notifies here when something was put in."""
_OPEN: Final = "delivered_at IS NULL AND given_up IS NULL"


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


async def put(connection: Connection, origin: str, outs: Sequence[Out]) -> None:
    """Queue what ``origin`` says. What it said before is not queued again."""
    for row in rows(origin, outs):
        out = row.out
        await connection.execute(
            """INSERT INTO bot.outbox
                (chat_id, random_id, priority, action, content, buttons, reply_to, ticket_id, message_id, part)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (random_id) DO NOTHING""",
            out.chat_id,
            row.random_id,
            out.priority,
            out.action,
            row.text,
            msgspec.json.encode(out.buttons) if out.buttons and row.last else None,
            out.reply_to if row.part == 0 else None,
            out.ticket_id,
            out.message_id,
            row.part,
        )


class Outbox:
    """The rows, for whoever sends them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def heads(self, limit: int, busy: Sequence[int]) -> list[tuple[int, int]]:
        """(id, chat) of what comes next in each chat but the busy ones, the most urgent first."""
        sql = f"""SELECT id, chat_id FROM (
                SELECT DISTINCT ON (chat_id) id, chat_id, priority FROM bot.outbox
                WHERE {_OPEN} AND NOT (chat_id = ANY($2::bigint[])) ORDER BY chat_id, id) heads
            ORDER BY priority, id LIMIT $1"""  # noqa: S608 a constant of ours
        return [(row["id"], row["chat_id"]) for row in await self._pool.fetch(sql, limit, list(busy))]

    async def row(self, row_id: int) -> Waiting | None:
        """One row with the access hash of its chat."""
        row = await self._pool.fetchrow(
            """SELECT o.*, coalesce(p.access_hash, 0) AS access_hash
            FROM bot.outbox o LEFT JOIN bot.people p ON p.telegram_id = o.chat_id WHERE o.id = $1""",
            row_id,
        )
        if row is None:
            return None
        return Waiting(
            id=row["id"],
            chat_id=row["chat_id"],
            access_hash=row["access_hash"],
            random_id=row["random_id"],
            action=row["action"],
            text=row["content"],
            buttons=msgspec.json.decode(row["buttons"], type=Rows) if row["buttons"] else (),
            reply_to=row["reply_to"],
            ticket_id=str(row["ticket_id"]) if row["ticket_id"] else None,
            message_id=str(row["message_id"]) if row["message_id"] else None,
            part=row["part"],
        )

    async def delivered(self, row: Waiting, telegram_id: int | None) -> None:
        """Telegram has it; ``telegram_id`` is its id there, where that is known."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                """UPDATE bot.outbox SET delivered_at = now(), telegram_id = $2, buttons = NULL,
                content = CASE WHEN $2::bigint IS NULL THEN content ELSE '' END WHERE id = $1""",
                row.id,
                telegram_id,
            )
            if telegram_id is not None:
                await _map(connection, row.chat_id, telegram_id, row.ticket_id, row.message_id)

    async def recognised(self, chat_id: int, telegram_id: int, text: str) -> None:
        """A message of our own that Telegram told of later: the oldest one delivered without an id, if it says this."""
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(
                """UPDATE bot.outbox SET telegram_id = $2, content = '' WHERE id = (
                    SELECT id FROM bot.outbox WHERE chat_id = $1 AND action = 'send' AND telegram_id IS NULL
                    AND delivered_at IS NOT NULL AND content = $3 ORDER BY id LIMIT 1)
                RETURNING ticket_id, message_id""",
                chat_id,
                telegram_id,
                text,
            )
            if row is not None:
                await _map(connection, chat_id, telegram_id, row["ticket_id"], row["message_id"])

    async def refused(self, row: Waiting, why: str) -> None:
        """It will never be delivered."""
        sql = "UPDATE bot.outbox SET given_up = $2, content = '', buttons = NULL WHERE id = $1"
        await self._pool.execute(sql, row.id, why)

    async def stopped(self, chat_id: int, why: str) -> None:
        """The chat cannot be written to: remember it, and give up what waits for it."""
        async with self._pool.acquire() as connection, connection.transaction():
            await stop(connection, chat_id, why)

    async def copies(self, chat_id: int, message_id: str) -> list[int]:
        """The messages of a chat that show a message of a ticket, in order."""
        sql = """SELECT telegram_id FROM bot.messages WHERE chat_id = $1 AND message_id = $2::text::uuid
            AND NOT incoming ORDER BY telegram_id"""
        return [row["telegram_id"] for row in await self._pool.fetch(sql, chat_id, message_id)]

    async def sweep(self, days: int = 14) -> None:
        """Drop what is long over."""
        sql = "DELETE FROM bot.outbox WHERE coalesce(delivered_at, created_at) < now() - make_interval(days => $1)"
        await self._pool.execute(f"{sql} AND NOT ({_OPEN})", days)


async def stop(connection: Connection, chat_id: int, why: str) -> None:
    """Remember that a chat is closed to us, and give up what waits for it."""
    sql = "UPDATE bot.people SET writable = false, stopped_at = now() WHERE telegram_id = $1"
    await connection.execute(sql, chat_id)
    await connection.execute(
        f"UPDATE bot.outbox SET given_up = $2, content = '', buttons = NULL WHERE chat_id = $1 AND {_OPEN}",  # noqa: S608 a constant of ours
        chat_id,
        why,
    )


async def _map(connection: Connection, chat_id: int, telegram_id: int, ticket_id: object, message_id: object) -> None:
    if ticket_id is not None:
        await connection.execute(
            """INSERT INTO bot.messages VALUES ($1, $2, $3::text::uuid, $4::text::uuid, false)
            ON CONFLICT DO NOTHING""",
            chat_id,
            telegram_id,
            str(ticket_id),
            str(message_id) if message_id else None,
        )
