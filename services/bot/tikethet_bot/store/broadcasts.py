"""The rows of broadcasts in the outbox: put in page by page, counted, reported, given up."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from tikethet_bot.rules.outgoing import BULK, Out
from tikethet_bot.rules.outgoing import rows as rows_of
from tikethet_bot.store import Connection, Pool, outbox

_OPEN: Final = "delivered_at IS NULL AND given_up IS NULL"
_REPORTED_AT_ONCE: Final = 500


class Recipient(Struct, frozen=True):
    """Somebody a broadcast goes to, and the text in their language."""

    member_id: str
    telegram_id: int
    language: str
    text: str


class Ended(Struct, frozen=True):
    """How it ended for one recipient (nobody, once they are forgotten); ``row`` is theirs in the outbox."""

    row: int
    member_id: str
    outcome: str


class Sent(Struct, frozen=True):
    """How far a broadcast is: how many rows there are, and how many wait."""

    rows: int
    waiting: int


class Broadcasts:
    """The rows, for whoever delivers broadcasts."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, broadcast_id: str, recipients: Sequence[Recipient]) -> list[str]:
        """Queue a page of recipients; the members among them whose chats are closed to us. Repeats are harmless.

        Whoever is in the outbox already is none of those, however things stand now: their row says how it ended.
        """
        origin = f"broadcast:{broadcast_id}"
        outs = [
            Out(
                chat_id=each.telegram_id,
                text=each.text,
                purpose="broadcast",
                priority=BULK,
                broadcast_id=broadcast_id,
            )
            for each in recipients
        ]
        async with self._pool.acquire() as connection, connection.transaction():
            writable = await self._writable(connection, outs)
            queued = await self._queued(connection, origin, outs)
            await outbox.put(connection, origin, [out for out in outs if out.chat_id in writable])
        return [each.member_id for each in recipients if each.telegram_id not in writable | queued]

    async def _writable(self, connection: Connection, outs: Sequence[Out]) -> set[int]:
        """The chats that are open to us."""
        rows = await connection.fetch(
            "SELECT telegram_id FROM bot.people WHERE writable AND telegram_id = ANY($1::bigint[])",
            [out.chat_id for out in outs],
        )
        return {row["telegram_id"] for row in rows}

    async def _queued(self, connection: Connection, origin: str, outs: Sequence[Out]) -> set[int]:
        """The chats whose copy was put in before; found by what makes it be sent once, which has an index."""
        ids = [row.random_id for row in rows_of(origin, outs)]
        sql = "SELECT chat_id FROM bot.outbox WHERE random_id = ANY($1::bigint[])"
        return {row["chat_id"] for row in await connection.fetch(sql, ids)}

    async def sent(self, broadcast_id: str) -> Sent:
        """How far it is."""
        row = await self._pool.fetchrow(
            f"""SELECT count(*) AS rows, count(*) FILTER (WHERE {_OPEN}) AS waiting
            FROM bot.outbox WHERE broadcast_id = $1::text::uuid""",  # noqa: S608 a constant of ours
            broadcast_id,
        )
        return Sent(row["rows"], row["waiting"]) if row is not None else Sent(0, 0)

    async def ended(self) -> dict[str, list[Ended]]:
        """What the desk does not know yet, by broadcast."""
        rows = await self._pool.fetch(
            f"""SELECT o.id, o.broadcast_id, p.member_id, o.delivered_at IS NOT NULL AS delivered
            FROM bot.outbox o LEFT JOIN bot.people p ON p.telegram_id = o.chat_id
            WHERE o.broadcast_id IS NOT NULL AND NOT o.reported AND NOT ({_OPEN})
            ORDER BY o.broadcast_id, o.id LIMIT $1""",  # noqa: S608 same
            _REPORTED_AT_ONCE,
        )
        found: dict[str, list[Ended]] = {}
        for row in rows:
            outcome = "delivered" if row["delivered"] else "failed"
            found.setdefault(str(row["broadcast_id"]), []).append(
                Ended(row["id"], str(row["member_id"] or ""), outcome)
            )
        return found

    async def reported(self, ended: Sequence[Ended]) -> None:
        """The desk knows."""
        await self._pool.execute(
            "UPDATE bot.outbox SET reported = true WHERE id = ANY($1::bigint[])", [each.row for each in ended]
        )

    async def waiting(self) -> list[str]:
        """The broadcasts of which something is still to be sent."""
        sql = f"""SELECT DISTINCT broadcast_id FROM bot.outbox
            WHERE broadcast_id IS NOT NULL AND NOT reported AND {_OPEN}"""  # noqa: S608 same
        return [str(row["broadcast_id"]) for row in await self._pool.fetch(sql)]

    async def give_up(self, broadcast_id: str) -> None:
        """It goes to nobody else, and there is nothing to report of those."""
        await self._pool.execute(
            f"""UPDATE bot.outbox SET given_up = 'CANCELLED', content = '', reported = true
            WHERE broadcast_id = $1::text::uuid AND {_OPEN}""",  # noqa: S608 same
            broadcast_id,
        )

    async def watched(self, slot: str) -> tuple[int, str] | None:
        """The chat that watches it, and in which language."""
        row = await self._pool.fetchrow(
            """SELECT s.chat_id, p.language FROM bot.shown s JOIN bot.people p ON p.telegram_id = s.chat_id
            WHERE s.slot = $1""",
            slot,
        )
        return (row["chat_id"], row["language"]) if row is not None else None

    async def tell(self, origin: str, out: Out) -> None:
        """Put the progress into its slot, instead of what waits to be put there."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(
                f"DELETE FROM bot.outbox WHERE slot = $1 AND action = 'edit' AND {_OPEN}",  # noqa: S608 same
                out.slot,
            )
            await outbox.put(connection, origin, [out])
