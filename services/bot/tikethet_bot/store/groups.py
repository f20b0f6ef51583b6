"""The staff group, the links that connect one, the topics in it, and groups that are none of ours."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import Struct
from tikethet_service.settings import Language

from tikethet_bot.store import Connection, Effect, Pool

LINK_HOURS: Final = 1


class StaffGroup(Struct, frozen=True, kw_only=True):
    """Where the topics are; ``member_id`` connected it, and what is ``missing`` stops the writing.

    ``filling`` is the cause for which the tickets that are open get their topics, until they do.
    """

    chat_id: int
    access_hash: int
    member_id: str
    language: Language
    missing: tuple[str, ...]
    filling: str | None = None


class Topic(Struct, frozen=True, kw_only=True):
    """The topic of a ticket, and what it shows."""

    ticket_id: str
    topic_id: int | None
    generation: int
    introduced: bool
    title: bytes | None
    icon: str | None
    closed: bool


class Groups:
    """Looks things up, for one bot."""

    def __init__(self, pool: Pool, bot_id: int) -> None:
        self._pool = pool
        self._bot_id = bot_id

    async def staff_group(self) -> StaffGroup | None:
        """The one that is connected."""
        return await staff_group(self._pool, self._bot_id)

    async def access_hash(self, chat_id: int) -> int:
        """How a group is addressed; 0 when nobody told."""
        return await self._pool.fetchval("SELECT access_hash FROM bot.channels WHERE chat_id = $1", chat_id) or 0

    async def speaker(self, group: StaffGroup) -> str:
        """The member in whose name the desk is asked about tickets: who connected the group, or another admin."""
        sql = """SELECT member_id FROM bot.people WHERE role IN ('ADMIN', 'DEVELOPER') AND NOT blocked
            AND member_id IS NOT NULL ORDER BY (member_id = $1::text::uuid) DESC, telegram_id LIMIT 1"""
        return str(await self._pool.fetchval(sql, group.member_id) or group.member_id)

    async def admins(self) -> list[tuple[int, Language]]:
        """(chat, language) of everybody who can do something about the group."""
        sql = """SELECT telegram_id, language FROM bot.people
            WHERE role IN ('ADMIN', 'DEVELOPER') AND writable AND NOT blocked ORDER BY telegram_id"""
        return [(row["telegram_id"], row["language"]) for row in await self._pool.fetch(sql)]

    async def ticket_of(self, chat_id: int, topic_id: int | None) -> str | None:
        """The ticket a topic is about."""
        sql = "SELECT ticket_id FROM bot.topics WHERE chat_id = $1 AND topic_id = $2"
        found = await self._pool.fetchval(sql, chat_id, topic_id)
        return str(found) if found is not None else None

    async def topic(self, ticket_id: str) -> Topic | None:
        """The topic of a ticket, in whatever state it is."""
        row = await self._pool.fetchrow("SELECT * FROM bot.topics WHERE ticket_id = $1::text::uuid", ticket_id)
        if row is None:
            return None
        return Topic(
            ticket_id=ticket_id,
            topic_id=row["topic_id"],
            generation=row["generation"],
            introduced=row["introduced"],
            title=row["title"],
            icon=row["icon"],
            closed=row["closed"],
        )

    async def shows(self, ticket_id: str, **facts: Any) -> None:
        """Note what a topic shows from now on."""
        names = ", ".join(f"{name} = ${at}" for at, name in enumerate(facts, 2))
        sql = f"UPDATE bot.topics SET {names} WHERE ticket_id = $1::text::uuid"  # noqa: S608 names of ours
        await self._pool.execute(sql, ticket_id, *facts.values())

    async def introduced(self, chat_id: int, topic: Topic, telegram_id: int | None) -> None:
        """The first message of a topic, which stands for the ticket itself, is there."""
        async with self._pool.acquire() as connection, connection.transaction():
            sql = "UPDATE bot.topics SET introduced = true WHERE ticket_id = $1::text::uuid AND generation = $2"
            await connection.execute(sql, topic.ticket_id, topic.generation)
            if telegram_id is not None:
                sql = "INSERT INTO bot.messages VALUES ($1, $2, $3::text::uuid, NULL, false) ON CONFLICT DO NOTHING"
                await connection.execute(sql, chat_id, telegram_id, topic.ticket_id)

    async def gone(self, topic: Topic) -> None:
        """Somebody deleted the topic; the next one is made anew."""
        await self._pool.execute(
            """UPDATE bot.topics SET topic_id = NULL, introduced = false, closed = false, icon = NULL, title = NULL,
            generation = generation + 1 WHERE ticket_id = $1::text::uuid AND generation = $2""",
            topic.ticket_id,
            topic.generation,
        )

    async def posting(self, chat_id: int, ticket_id: str) -> bool:
        """Whether something written in the group is on its way into this ticket right now."""
        sql = "SELECT plan FROM bot.journal WHERE chat_id = $1 AND done_at IS NULL AND plan IS NOT NULL"
        plans = [msgspec.json.decode(row["plan"]) for row in await self._pool.fetch(sql, chat_id)]
        return any(plan["ticket_id"] == ticket_id for plan in plans)

    async def written_here(self, chat_id: int, message_id: str) -> bool:
        """Whether a message of a ticket was written in this chat."""
        sql = "SELECT EXISTS (SELECT FROM bot.messages WHERE chat_id = $1 AND message_id = $2::text::uuid AND incoming)"
        return bool(await self._pool.fetchval(sql, chat_id, message_id))

    async def waits(self, chat_id: int, lane: str) -> set[str]:
        """The messages of a ticket that will still be shown from a lane; what was written in the chat never is."""
        sql = """SELECT message_id FROM bot.outbox o WHERE chat_id = $1 AND lane = $2 AND message_id IS NOT NULL
            AND delivered_at IS NULL AND given_up IS NULL
            AND NOT EXISTS (SELECT FROM bot.messages m
                WHERE m.chat_id = o.chat_id AND m.message_id = o.message_id AND m.incoming)"""
        return {str(row["message_id"]) for row in await self._pool.fetch(sql, chat_id, lane)}

    async def heard_at(self, ticket_id: str) -> datetime | None:
        """Up to when a ticket's events were heard; ``None``: long ago."""
        found: datetime | None = await self._pool.fetchval(
            "SELECT heard_at FROM bot.tickets WHERE id = $1::text::uuid", ticket_id
        )
        return found

    async def link(self, secret: str) -> str | None:
        """Who made the link with this secret, if it still works."""
        sql = "SELECT member_id FROM bot.group_links WHERE secret_hash = $1 AND expires_at > now() AND used_by IS NULL"
        found = await self._pool.fetchval(sql, _hash(secret))
        return str(found) if found is not None else None

    async def was_told(self, chat_id: int, telegram_id: int, what: str) -> bool:
        """Whether somebody was told this already."""
        sql = "SELECT EXISTS (SELECT FROM bot.told_once WHERE chat_id = $1 AND telegram_id = $2 AND what = $3)"
        return bool(await self._pool.fetchval(sql, chat_id, telegram_id, what))

    async def strangers(self, age: timedelta) -> list[int]:
        """Groups that are none of ours and were heard of at least so long ago."""
        sql = "SELECT chat_id FROM bot.foreign_groups WHERE since <= clock_timestamp() - $1::interval"
        return [row["chat_id"] for row in await self._pool.fetch(sql, age)]


async def staff_group(connection: "Connection | Pool", bot_id: int) -> StaffGroup | None:
    """The staff group of a bot."""
    row = await connection.fetchrow(
        """SELECT g.*, coalesce(c.access_hash, 0) AS access_hash
        FROM bot.staff_group g LEFT JOIN bot.channels c USING (chat_id) WHERE g.bot_id = $1""",
        bot_id,
    )
    if row is None:
        return None
    return StaffGroup(
        chat_id=row["chat_id"],
        access_hash=row["access_hash"],
        member_id=str(row["member_id"]),
        language=row["language"],
        missing=tuple(row["missing"]),
        filling=row["filling"],
    )


def link_made(secret: str, member_id: str, now: datetime) -> Effect:
    """Remember that this link was given out."""
    sql = "INSERT INTO bot.group_links VALUES ($1, $2::text::uuid, $3) ON CONFLICT DO NOTHING"
    return Effect(sql, (_hash(secret), member_id, now + timedelta(hours=LINK_HOURS)))


def link_used(secret: str, telegram_id: int) -> Effect:
    """It does not work again."""
    sql = "UPDATE bot.group_links SET used_by = $2 WHERE secret_hash = $1"
    return Effect(sql, (_hash(secret), telegram_id))


def connected(bot_id: int, group: StaffGroup) -> tuple[Effect, ...]:
    """It is the staff group: every ticket gets its topic here, and what waited for another group goes here."""
    staff_group = """INSERT INTO bot.staff_group VALUES ($1, $2, $3::text::uuid, $4, $5, $6) ON CONFLICT (bot_id)
        DO UPDATE SET chat_id = excluded.chat_id, member_id = excluded.member_id, language = excluded.language,
            missing = excluded.missing, filling = excluded.filling"""
    topics = """UPDATE bot.topics SET chat_id = $1, topic_id = NULL, introduced = false, closed = false, icon = NULL,
        title = NULL, generation = generation + 1 WHERE chat_id <> $1"""
    waiting = """UPDATE bot.outbox SET chat_id = $1, reply_to = NULL WHERE chat_id < 0 AND lane <> ''
        AND delivered_at IS NULL AND given_up IS NULL"""
    row = (bot_id, group.chat_id, group.member_id, group.language, list(group.missing), group.filling)
    return (
        Effect(staff_group, row),
        Effect(topics, (group.chat_id,)),
        Effect(waiting, (group.chat_id,)),
        no_longer_strange(group.chat_id),
    )


async def filled(connection: Connection, chat_id: int, origin: str) -> None:
    """Every ticket that was open when the group was connected for this cause waits for its topic."""
    sql = "UPDATE bot.staff_group SET filling = NULL WHERE chat_id = $1 AND filling = $2"
    await connection.execute(sql, chat_id, origin)


def lacks(bot_id: int, missing: tuple[str, ...]) -> Effect:
    """What the bot misses in the staff group."""
    sql = "UPDATE bot.staff_group SET missing = $2 WHERE bot_id = $1"
    return Effect(sql, (bot_id, list(missing)))


def topic_made(chat_id: int, topic_id: int, number: int) -> Effect:
    """A topic of ours was made; that is news only when Telegram's answer to us got lost."""
    sql = """UPDATE bot.topics t SET topic_id = $2 FROM bot.tickets k
        WHERE t.chat_id = $1 AND t.topic_id IS NULL AND k.id = t.ticket_id AND k.number = $3"""
    return Effect(sql, (chat_id, topic_id, number))


def strange(chat_id: int) -> Effect:
    """A group that is none of ours."""
    return Effect("INSERT INTO bot.foreign_groups VALUES ($1) ON CONFLICT DO NOTHING", (chat_id,))


def no_longer_strange(chat_id: int) -> Effect:
    """The bot is out of it."""
    return Effect("DELETE FROM bot.foreign_groups WHERE chat_id = $1", (chat_id,))


def told(chat_id: int, telegram_id: int, what: str) -> Effect:
    """Somebody was told this."""
    sql = "INSERT INTO bot.told_once VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
    return Effect(sql, (chat_id, telegram_id, what))


async def expect_topic(connection: Connection, ticket_id: str, chat_id: int) -> None:
    """A ticket is to have a topic; it is made when the first words for it are sent."""
    sql = "INSERT INTO bot.topics (ticket_id, chat_id) VALUES ($1::text::uuid, $2) ON CONFLICT DO NOTHING"
    await connection.execute(sql, ticket_id, chat_id)


def _hash(secret: str) -> bytes:
    return sha256(secret.encode()).digest()
