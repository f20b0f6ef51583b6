"""People, tickets and messages as the bot needs them to know where words belong."""

from typing import Final

import asyncpg
from msgspec import Struct
from tikethet_service.settings import Language

from tikethet_bot.rules.incoming import Person
from tikethet_bot.store import Pool

STAFF: Final = ("HELPER", "MODERATOR", "ADMIN", "DEVELOPER")
DIALOGUE_HOURS: Final = 12
"""So long the bot remembers what it asked."""
_COLUMNS: Final = f"""telegram_id, member_id, profile, role, language, writable,
    (SELECT ARRAY[kind, target] FROM bot.dialogues
        WHERE chat_id = telegram_id AND begun_at > now() - interval '{DIALOGUE_HOURS} hours') AS dialogue"""  # noqa: S608 ours


class Dialogue(Struct, frozen=True):
    """What the next words are for."""

    kind: str
    target: str


class Member(Struct, frozen=True, kw_only=True):
    """Somebody the bot may speak for, or to."""

    telegram_id: int
    id: str
    role: str
    language: Language
    profile: bytes | None = None
    writable: bool = False
    dialogue: Dialogue | None = None
    """What the bot asked them for, unless that was too long ago."""

    @property
    def staff(self) -> bool:
        """Whether they answer questions."""
        return self.role in STAFF


class Where(Struct, frozen=True):
    """What a message of a chat is in a ticket; without ``message_id`` the ticket's own first words."""

    ticket_id: str
    message_id: str | None
    incoming: bool


class Draft(Struct, frozen=True):
    """Words, and the files kept with them, that wait for their ticket."""

    content: str
    attachments: tuple[str, ...] = ()


class People:
    """Looks things up; what changes them takes a connection, to commit together with its cause."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def find(self, telegram_id: int) -> Member | None:
        """A person by their Telegram id."""
        sql = f"SELECT {_COLUMNS} FROM bot.people WHERE telegram_id = $1 AND member_id IS NOT NULL"  # noqa: S608 ours
        row = await self._pool.fetchrow(sql, telegram_id)
        return _member(row) if row is not None else None

    async def joined(self, person: Person, member_id: str, role: str, language: str) -> Member:
        """Somebody came through our door: they may be written to from now on."""
        row = await self._pool.fetchrow(
            f"""INSERT INTO bot.people (telegram_id, member_id, access_hash, profile, role, language, writable)
            VALUES ($1, $2::text::uuid, $3, $4, $5, $6, true)
            ON CONFLICT (telegram_id) DO UPDATE SET member_id = excluded.member_id, role = excluded.role,
                access_hash = excluded.access_hash, profile = excluded.profile, language = excluded.language,
                writable = true, stopped_at = NULL
            RETURNING {_COLUMNS}""",  # noqa: S608 ours
            person.telegram_id,
            member_id,
            person.access_hash,
            person.digest(),
            role,
            language,
        )
        if row is None:
            raise TypeError("an upsert returns its row")
        return _member(row)

    async def where(self, chat_id: int, telegram_id: int) -> Where | None:
        """What a message of a chat is in a ticket."""
        sql = "SELECT ticket_id, message_id, incoming FROM bot.messages WHERE chat_id = $1 AND telegram_id = $2"
        return _where(await self._pool.fetchrow(sql, chat_id, telegram_id))

    async def nobodys(self, ticket_id: str, member_id: str) -> int | None:
        """The number of a ticket nobody is responsible for, unless it is the member's own question."""
        sql = """SELECT number FROM bot.tickets
            WHERE id = $1::text::uuid AND assignee_id IS NULL AND requester_id <> $2::text::uuid"""
        found: int | None = await self._pool.fetchval(sql, ticket_id, member_id)
        return found

    async def on_its_way(self, chat_id: int, telegram_id: int) -> bool:
        """Whether this may be a message of ours that Telegram shows already and we have not noted yet."""
        found: bool = await self._pool.fetchval(
            """SELECT EXISTS (SELECT FROM bot.outbox WHERE chat_id = $1 AND action = 'send'
                AND delivered_at IS NULL AND given_up IS NULL)
            AND NOT EXISTS (SELECT FROM bot.outbox WHERE chat_id = $1 AND telegram_id >= $2)""",
            chat_id,
            telegram_id,
        )
        return found

    async def album(self, chat_id: int, album: int) -> Where | None:
        """What earlier parts of an album became."""
        row = await self._pool.fetchrow(
            """SELECT m.ticket_id, m.message_id, m.incoming FROM bot.journal j JOIN bot.messages m
                ON m.chat_id = j.chat_id AND m.telegram_id = j.message_id
            WHERE j.chat_id = $1 AND j.album = $2 LIMIT 1""",
            chat_id,
            album,
        )
        return _where(row)

    async def edited(self, chat_id: int, telegram_id: int) -> str | None:
        """The fingerprint of what the last edit of a message that was acted upon made of it."""
        sql = """SELECT key FROM bot.journal WHERE chat_id = $1 AND message_id = $2 AND key LIKE 'e:%'
            AND done_at IS NOT NULL ORDER BY id DESC LIMIT 1"""
        key: str | None = await self._pool.fetchval(sql, chat_id, telegram_id)
        return key.rpartition(":")[2] if key is not None else None

    async def parts(self, chat_id: int, message_id: str) -> int:
        """How many messages of a chat one of a ticket was sent as."""
        sql = "SELECT count(*) FROM bot.messages WHERE chat_id = $1 AND message_id = $2::text::uuid AND incoming"
        found: int = await self._pool.fetchval(sql, chat_id, message_id)
        return found

    async def draft(self, chat_id: int, telegram_id: int) -> Draft | None:
        """What a member of staff wrote without saying where it goes."""
        sql = "SELECT content, attachments FROM bot.drafts WHERE chat_id = $1 AND telegram_id = $2"
        row = await self._pool.fetchrow(sql, chat_id, telegram_id)
        return Draft(row["content"], tuple(map(str, row["attachments"]))) if row is not None else None


def _where(row: "asyncpg.Record | None") -> Where | None:
    if row is None:
        return None
    return Where(str(row["ticket_id"]), str(row["message_id"]) if row["message_id"] else None, row["incoming"])


def _member(row: "asyncpg.Record") -> Member:
    return Member(
        telegram_id=row["telegram_id"],
        id=str(row["member_id"]),
        role=row["role"],
        language=row["language"],
        profile=row["profile"],
        writable=row["writable"],
        dialogue=Dialogue(*row["dialogue"]) if row["dialogue"] else None,
    )
