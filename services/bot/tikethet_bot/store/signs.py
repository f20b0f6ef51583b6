"""Whose chat lists which commands."""

from typing import Final

from msgspec import Struct
from tikethet_service.settings import Language

from tikethet_bot.store import Pool
from tikethet_bot.store.people import STAFF

_AT_ONCE: Final = 20
_WANTED: Final = "CASE WHEN role = ANY($1::text[]) THEN role || ' ' || language ELSE '' END"


class Sign(Struct, frozen=True, kw_only=True):
    """What a chat should list."""

    telegram_id: int
    access_hash: int
    role: str
    language: Language
    wanted: str

    @property
    def staff(self) -> bool:
        """Whether it differs from what everybody has."""
        return self.role in STAFF


class Signs:
    """Looks up what is to be changed, and remembers that it was."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def wanted(self) -> list[Sign]:
        """Chats that list something else than they should."""
        rows = await self._pool.fetch(
            f"""SELECT telegram_id, access_hash, role, language, {_WANTED} AS wanted FROM bot.people
            WHERE writable AND coalesce(signs, '') <> {_WANTED} ORDER BY telegram_id LIMIT $2""",  # noqa: S608 a constant of ours
            list(STAFF),
            _AT_ONCE,
        )
        return [
            Sign(
                telegram_id=row["telegram_id"],
                access_hash=row["access_hash"],
                role=row["role"],
                language=row["language"],
                wanted=row["wanted"],
            )
            for row in rows
        ]

    async def done(self, sign: Sign) -> None:
        """It lists that now."""
        sql = "UPDATE bot.people SET signs = $2 WHERE telegram_id = $1"
        await self._pool.execute(sql, sign.telegram_id, sign.wanted)
