"""One-time codes that let staff into a desktop browser; only what they hash to is kept."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from tikethet_events.word import MemberId

from tikethet_tickets.queries.viewer import Reader

LIVES: Final = timedelta(seconds=60)
_RANDOM_BYTES: Final = 24


async def new_desk_code(reader: Reader, member_id: MemberId, now: datetime) -> tuple[str, datetime]:
    """A code and when it ends; the member's former one works no longer."""
    code, expires_at = secrets.token_urlsafe(_RANDOM_BYTES), now + LIVES
    await reader.execute("DELETE FROM tickets.desk_codes WHERE expires_at <= $1", now)
    await reader.execute(
        """
        INSERT INTO tickets.desk_codes (member_id, code_hash, expires_at) VALUES ($1::uuid, $2, $3)
        ON CONFLICT (member_id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at
        """,
        member_id,
        _hash(code),
        expires_at,
    )
    return code, expires_at


async def redeem_desk_code(reader: Reader, code: str, now: datetime) -> MemberId | None:
    """Whose code it was, once; nobody's when it was used, replaced or too old."""
    row = await reader.fetchrow(
        "DELETE FROM tickets.desk_codes WHERE code_hash = $1 RETURNING member_id::text, expires_at", _hash(code)
    )
    return MemberId(row[0]) if row is not None and row[1] > now else None


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
