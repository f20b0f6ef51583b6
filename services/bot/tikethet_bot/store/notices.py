"""Notices of words: which messages each of them shows, so that an edit reaches it."""

import msgspec

from tikethet_bot.rules.notices import Notice
from tikethet_bot.rules.outgoing import Out
from tikethet_bot.store import Pool, outbox


class Notices:
    """What was told."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, notice: Notice, out: Out | None) -> None:
        """Queue what a notice says, if its chat is open to us. What it said before is not queued again."""
        async with self._pool.acquire() as connection, connection.transaction():
            sql = "SELECT writable AND NOT blocked FROM bot.people WHERE telegram_id = $1"
            if out is None or not await connection.fetchval(sql, notice.telegram_id):
                return
            await outbox.put(connection, f"notice:{notice.id}", [out])
            if notice.message_ids:
                await connection.execute(
                    """INSERT INTO bot.notices VALUES ($1::text::uuid, $2, $3::text[]::uuid[], $4)
                    ON CONFLICT DO NOTHING""",
                    notice.id,
                    notice.telegram_id,
                    list(notice.message_ids),
                    msgspec.json.encode(msgspec.structs.replace(notice, text="")),
                )

    async def of(self, message_id: str) -> list[Notice]:
        """The notices that show a message."""
        sql = "SELECT notice FROM bot.notices WHERE message_ids @> ARRAY[$1::text::uuid] ORDER BY id"
        return [msgspec.json.decode(row["notice"], type=Notice) for row in await self._pool.fetch(sql, message_id)]
