"""The journal: every update once, kept until it was acted upon; with it, how far Telegram's updates were taken."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from tikethet_bot.rules.albums import Part
from tikethet_bot.rules.incoming import Incoming
from tikethet_bot.store import Effect, Pool

KEEP_DAYS: Final = 14
"""So long a repeat of an update is recognised; Telegram repeats only what is recent."""

_encode = msgspec.json.encode

_TAKE: Final = """
    WITH standing AS (
        INSERT INTO bot.update_state VALUES ($1, $2, $3, $4)
        ON CONFLICT (bot_id) DO UPDATE SET pts = excluded.pts, qts = excluded.qts, date = excluded.date
    ){groups}
    INSERT INTO bot.journal (key, chat_id, message_id, update, album)
    SELECT * FROM unnest($5::text[], $6::bigint[], $7::bigint[], $8::bytea[], $9::bigint[])
    ON CONFLICT (key) DO NOTHING RETURNING id, key
"""
_GROUPS: Final = """, groups AS (
        INSERT INTO bot.channels SELECT * FROM unnest($10::bigint[], $11::bigint[], $12::int[])
        ON CONFLICT (chat_id) DO UPDATE SET access_hash = excluded.access_hash, pts = excluded.pts
    )"""


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
    ) -> list[Entry]:
        """Journal updates together with the state behind them, in one statement; the entries that are new."""
        told = {each.key: each for each in await self._placed(updates)}
        values: list[object] = [
            self._bot_id,
            state.pts,
            state.qts,
            state.date,
            list(told),
            [each.chat_id for each in told.values()],
            [each.message_id for each in told.values()],
            [_encode(each) for each in told.values()],
            [each.album if each.kind == "message" else None for each in told.values()],
        ]
        if channels:
            values += [list(channels), [each.access_hash for each in channels.values()]]
            values.append([each.pts for each in channels.values()])
        rows = await self._pool.fetch(_TAKE.format(groups=_GROUPS if channels else ""), *values)
        return sorted((Entry(row["id"], told[row["key"]], None) for row in rows), key=lambda entry: entry.id)

    async def _placed(self, updates: Sequence[Incoming]) -> list[Incoming]:
        """Deletions with the chat they happened in, which Telegram does not say; without those of unknown messages."""
        gone = [each.message_id for each in updates if each.kind == "delete"]
        if not gone:
            return list(updates)
        sql = """SELECT message_id, chat_id FROM bot.journal
            WHERE message_id = ANY($1::bigint[]) AND chat_id > 0 AND key LIKE 'm:%'"""
        chats = {row["message_id"]: row["chat_id"] for row in await self._pool.fetch(sql, gone)}
        chats |= {each.message_id: each.chat_id for each in updates if each.kind == "message" and each.chat_id > 0}
        return [
            msgspec.structs.replace(each, chat_id=chats[each.message_id]) if each.kind == "delete" else each
            for each in updates
            if each.kind != "delete" or each.message_id in chats
        ]

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


def done(entry_ids: Collection[int], failure: str | None = None) -> Effect:
    """They were acted upon; the words in them are dropped."""
    sql = """UPDATE bot.journal SET done_at = now(), update = NULL, plan = NULL, failure = $2
        WHERE id = ANY($1::bigint[])"""
    return Effect(sql, (list(entry_ids), failure))
