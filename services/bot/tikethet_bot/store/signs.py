"""Whose chat lists which commands, and what its menu button says."""

from typing import Final

from msgspec import Struct
from tikethet_service.settings import Language

from tikethet_bot.store import Pool
from tikethet_bot.store.people import STAFF

EVERYBODYS: Final[Language] = "ru"
"""The language of what is shown in chats that nothing else was said of."""
_AT_ONCE: Final = 20
_COMMANDS: Final = "CASE WHEN role = ANY($1::text[]) THEN role || ' ' || language ELSE '' END"
_MENU: Final = "CASE WHEN $2::text <> '' AND language <> $3 THEN language || ' ' || $2 ELSE '' END"


class Sign(Struct, frozen=True, kw_only=True):
    """What a chat should show; what differs from everybody's is not empty."""

    telegram_id: int
    access_hash: int
    role: str
    language: Language
    commands: str
    menu: str
    stale_commands: bool
    stale_menu: bool


class Signs:
    """Looks up what is to be changed, and remembers that it was. ``app_url`` is where menu buttons lead."""

    def __init__(self, pool: Pool, app_url: str | None) -> None:
        self._pool = pool
        self._app_url = app_url

    async def wanted(self) -> list[Sign]:
        """Chats that show something else than they should."""
        rows = await self._pool.fetch(
            f"""SELECT * FROM (SELECT telegram_id, access_hash, role, language, {_COMMANDS} AS commands,
                {_MENU} AS menu, coalesce(signs, '') <> {_COMMANDS} AS stale_commands,
                coalesce(menu, '') <> {_MENU} AS stale_menu FROM bot.people WHERE writable) sign
            WHERE stale_commands OR stale_menu ORDER BY telegram_id LIMIT $4""",  # noqa: S608 constants of ours
            list(STAFF),
            self._app_url or "",
            EVERYBODYS,
            _AT_ONCE,
        )
        return [
            Sign(
                telegram_id=row["telegram_id"],
                access_hash=row["access_hash"],
                role=row["role"],
                language=row["language"],
                commands=row["commands"],
                menu=row["menu"],
                stale_commands=row["stale_commands"],
                stale_menu=row["stale_menu"],
            )
            for row in rows
        ]

    async def done(self, sign: Sign) -> None:
        """It shows that now."""
        sql = "UPDATE bot.people SET signs = $2, menu = $3 WHERE telegram_id = $1"
        await self._pool.execute(sql, sign.telegram_id, sign.commands, sign.menu)
