"""The link that makes an admin while there is none; only what its secret hashes to is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from tikethet_events.word import Role

from tikethet_tickets.queries.viewer import Reader

LIVES: Final = timedelta(hours=24)
ADMINS: Final = (Role.ADMIN, Role.DEVELOPER)
_RANDOM_BYTES: Final = 24


async def new_admin_link(reader: Reader, now: datetime) -> str:
    """The secret of a new link; a former one works no longer."""
    token = secrets.token_urlsafe(_RANDOM_BYTES)
    await reader.execute(
        """
        INSERT INTO tickets.admin_link (token_hash, expires_at) VALUES ($1, $2)
        ON CONFLICT (one) DO UPDATE SET token_hash = excluded.token_hash, expires_at = excluded.expires_at
        """,
        hashlib.sha256(token.encode()).hexdigest(),
        now + LIVES,
    )
    return token


async def admin_link_works(reader: Reader, token_hash: str, now: datetime) -> bool:
    """Whether that is the link, and not too old."""
    return bool(
        await reader.fetchval(
            "SELECT EXISTS (SELECT FROM tickets.admin_link WHERE token_hash = $1 AND expires_at > $2)", token_hash, now
        )
    )


async def bot_username(reader: Reader) -> str | None:
    """How the bot is called, once it has signed in to Telegram."""
    found: str | None = await reader.fetchval("SELECT username FROM tickets.bot")
    return found


async def name_bot(reader: Reader, username: str) -> None:
    """The bot told its name."""
    await reader.execute(
        """
        INSERT INTO tickets.bot (username) VALUES ($1) ON CONFLICT (one) DO UPDATE SET username = excluded.username
        """,
        username,
    )
