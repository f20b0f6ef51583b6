"""The journal: every update once, kept until it was acted upon; with it, how far Telegram's updates were taken."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from tikethet_bot.rules.albums import Part
from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.store import Connection, Pool

KEEP_DAYS: Final = 14
"""So long a repeat of an update is recognised; Telegram repeats only what is recent."""

_encode = msgspec.json.encode


class State(Struct):
    """How far the updates of all private chats were journalled."""

    pts: int
    qts: int
    date: int


class Channel(Struct, frozen=True):
    """A group: how it is addressed, and how far its own updates were journalled (0: it is not looked into)."""

    access_hash: int
    pts: int


class Entry(Struct, frozen=True):
    """One update to act upon; ``plan`` is the command decided upon before, if it came that far."""

    id: int
    incoming: Incoming
    plan: bytes | None


class Album(Struct, frozen=True):
    """The open parts of an album; whether the chat went on after them; seconds since the last one came."""

    parts: tuple[Part, ...]
    followed: bool
    quiet_s: float


class Journal:
    """The rows of one bot."""

    def __init__(self, pool: Pool, bot_id: int) -> None:
        self._pool = pool
        self._bot_id = bot_id

    async def state(self) -> State | None:
        """Where to go on; ``None`` before the first sign-in."""
        row = await self._pool.fetchrow("SELECT pts, qts, date FROM bot.update_state WHERE bot_id = $1", self._bot_id)
        return State(row["pts"], row["qts"], row["date"]) if row is not None else None

    async def channels(self) -> dict[int, Channel]:
        """The groups the bot heard of, by their chat_id."""
        rows = await self._pool.fetch("SELECT chat_id, access_hash, pts FROM bot.channels")
        return {row["chat_id"]: Channel(row["access_hash"], row["pts"]) for row in rows}

    async def take(
        self, updates: Sequence[Incoming], state: State, channels: Mapping[int, Channel] = MappingProxyType({})
    ) -> list[tuple[int, int]]:
        """Journal updates together with the state behind them; (id, chat) of those that are new."""
        taken: list[tuple[int, int]] = []
        async with self._pool.acquire() as connection, connection.transaction():
            for each in updates:
                found = await self._add(connection, each)
                if found is not None:
                    taken.append(found)
            await connection.execute(
                """INSERT INTO bot.update_state VALUES ($1, $2, $3, $4)
                ON CONFLICT (bot_id) DO UPDATE SET pts = excluded.pts, qts = excluded.qts, date = excluded.date""",
                self._bot_id,
                state.pts,
                state.qts,
                state.date,
            )
            for chat_id, channel in channels.items():
                await connection.execute(
                    """INSERT INTO bot.channels VALUES ($1, $2, $3) ON CONFLICT (chat_id)
                    DO UPDATE SET access_hash = excluded.access_hash, pts = excluded.pts""",
                    chat_id,
                    channel.access_hash,
                    channel.pts,
                )
        return taken

    async def _add(self, connection: Connection, incoming: Incoming) -> tuple[int, int] | None:
        if incoming.kind == "delete":  # Telegram does not say in which chat
            sql = "SELECT chat_id FROM bot.journal WHERE message_id = $1 AND chat_id > 0 AND key LIKE 'm:%'"
            chat_id = await connection.fetchval(sql, incoming.message_id)
            if chat_id is None:
                return None
            incoming = msgspec.structs.replace(incoming, chat_id=chat_id)
        row = await connection.fetchrow(
            """INSERT INTO bot.journal (key, chat_id, message_id, update, album) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (key) DO NOTHING RETURNING id""",
            incoming.key,
            incoming.chat_id,
            incoming.message_id,
            _encode(incoming),
            incoming.album if incoming.kind == "message" else None,
        )
        return (row["id"], incoming.chat_id) if row is not None else None

    async def waiting(self) -> list[tuple[int, int]]:
        """(id, chat) of everything not yet acted upon, in order."""
        sql = "SELECT id, chat_id FROM bot.journal WHERE done_at IS NULL ORDER BY id"
        return [(row["id"], row["chat_id"]) for row in await self._pool.fetch(sql)]

    async def entry(self, entry_id: int) -> Entry | None:
        """One entry, unless it was acted upon."""
        sql = "SELECT update, plan FROM bot.journal WHERE id = $1 AND done_at IS NULL"
        row = await self._pool.fetchrow(sql, entry_id)
        if row is None:
            return None
        return Entry(entry_id, msgspec.json.decode(row["update"], type=Incoming), row["plan"])

    async def album(self, chat_id: int, album: int) -> Album:
        """What came of an album and was not acted upon yet."""
        rows = await self._pool.fetch(
            """SELECT id, update, extract(epoch FROM clock_timestamp() - received_at)::float8 AS age
            FROM bot.journal WHERE chat_id = $1 AND album = $2 AND done_at IS NULL ORDER BY id""",
            chat_id,
            album,
        )
        parts = tuple(Part(row["id"], msgspec.json.decode(row["update"], type=Incoming)) for row in rows)
        sql = "SELECT EXISTS (SELECT FROM bot.journal WHERE chat_id = $1 AND id > $2 AND album IS DISTINCT FROM $3)"
        last = rows[-1]["id"] if rows else 0
        followed = await self._pool.fetchval(sql, chat_id, last, album)
        return Album(parts, followed, rows[-1]["age"] if rows else 0.0)

    async def fix_plan(self, entry_id: int, plan: bytes) -> None:
        """Keep what was decided, before it is done: a second try does the same thing again."""
        await self._pool.execute("UPDATE bot.journal SET plan = $2 WHERE id = $1", entry_id, plan)

    async def sweep(self) -> None:
        """Drop what is too old to be repeated."""
        sql = "DELETE FROM bot.journal WHERE done_at < now() - make_interval(days => $1)"
        await self._pool.execute(sql, KEEP_DAYS)


async def done(connection: Connection, entry_id: int, failure: str | None = None) -> None:
    """It was acted upon; the words in it are dropped."""
    sql = "UPDATE bot.journal SET done_at = now(), update = NULL, plan = NULL, failure = $2 WHERE id = $1"
    await connection.execute(sql, entry_id, failure)
