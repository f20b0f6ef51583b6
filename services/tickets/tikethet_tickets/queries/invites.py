# ruff: noqa: S608 - names of this package only
"""Links that let one person be of the staff."""

from datetime import datetime

from msgspec import Struct
from tikethet_events.word import InviteId, MemberId, Role

from tikethet_tickets.queries.shaped import member_shape
from tikethet_tickets.queries.sql import MEMBER, as_json
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.shapes import Invite


class InviteKey(Struct, frozen=True, kw_only=True):
    """Which invite that is, and whose."""

    id: InviteId
    inviter_id: MemberId
    role: Role


async def open_invites(reader: Reader, viewer: Viewer, now: datetime) -> list[Invite]:
    """Those that still work, newest first."""
    rows = await reader.fetch(
        f"""
        SELECT i.id::text, i.role, i.created_at, i.expires_at, {as_json("u")}
        FROM tickets.invites i LEFT JOIN tickets.members u ON u.id = i.inviter_id
        WHERE i.ended_at IS NULL AND i.expires_at > $1 ORDER BY i.id DESC
        """,
        now,
    )
    return [
        Invite(
            id=InviteId(row[0]),
            role=Role(row[1]),
            created_at=row[2],
            expires_at=row[3],
            inviter=member_shape(MEMBER.decode(row[4]), viewer) if row[4] else None,
        )
        for row in rows
    ]


async def invite_by_id(reader: Reader, invite_id: str) -> InviteKey | None:
    """One that nobody used or revoked."""
    return _key(
        await reader.fetchrow(
            "SELECT id::text, inviter_id::text, role FROM tickets.invites WHERE id = $1::uuid AND ended_at IS NULL",
            invite_id,
        )
    )


async def invite_by_token(reader: Reader, token_hash: str) -> InviteKey | None:
    """The same by what its link's secret hashes to."""
    return _key(
        await reader.fetchrow(
            "SELECT id::text, inviter_id::text, role FROM tickets.invites WHERE token_hash = $1 AND ended_at IS NULL",
            token_hash,
        )
    )


def _key(row: tuple[str, str, str] | None) -> InviteKey | None:
    if row is None:
        return None
    return InviteKey(id=InviteId(row[0]), inviter_id=MemberId(row[1]), role=Role(row[2]))
