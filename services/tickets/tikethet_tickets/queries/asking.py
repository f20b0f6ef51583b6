# ruff: noqa: S608 - names of this package only
"""The one query before every answer: who asks, and how far the log went before anything else was read."""

from typing import Final

from msgspec import Struct
from tikethet_events.word import MemberId

from tikethet_tickets.queries.sql import MEMBER, as_json
from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.views.rows import MemberRow

_ASK: Final = f"""
    SELECT h.position, h.epoch::text, {as_json("u")}
    FROM tickets.log_head h LEFT JOIN tickets.members u ON u.id = $1::uuid AND NOT u.erased
"""


class Asking(Struct, frozen=True, kw_only=True):
    """Who asks (``None``: no such member, or one who was erased), at ``position`` of ``epoch``."""

    position: int
    epoch: str
    member: MemberRow | None


async def ask(reader: Reader, member_id: MemberId | None) -> Asking:
    """Look both up; without a member id only the head."""
    position, epoch, member = await reader.fetchrow(_ASK, member_id)
    return Asking(position=position, epoch=epoch, member=MEMBER.decode(member) if member else None)
