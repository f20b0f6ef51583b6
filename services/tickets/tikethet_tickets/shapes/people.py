"""People: members, what they chose, who is invited and on duty."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType
from tikethet_events.word import CategoryId, InviteId, Language, MemberId, Role


class Member(Struct, frozen=True, kw_only=True):
    """A person. Names read as ``null`` once the person was erased; a customer never sees how to reach staff."""

    id: MemberId
    first_name: str | None
    last_name: str | None
    username: str | None
    role: Role
    language: Language
    blocked: bool
    reachable: bool
    telegram_id: int | UnsetType | None = UNSET


class Me(Struct, frozen=True, kw_only=True):
    """A member as they see themselves: all of `Member` and what they chose."""

    id: MemberId
    first_name: str | None
    last_name: str | None
    username: str | None
    role: Role
    language: Language
    blocked: bool
    reachable: bool
    telegram_id: int | None
    preferences: dict[str, bool]


class Invite(Struct, frozen=True, kw_only=True):
    """A link that lets one person be of the staff; ``token``, its secret, is only in the answer that made it."""

    id: InviteId
    role: Role
    inviter: Member | None
    created_at: datetime
    expires_at: datetime
    token: str | UnsetType = UNSET


class Duty(Struct, frozen=True, kw_only=True):
    """One's own duty: for which ``categories`` (none: all), with how many open tickets; ``staff`` is who is on duty.

    ``passed_on`` tells, when a duty just ended, how many tickets went back into the queue or to a colleague.
    """

    on_duty: bool
    since: datetime | None
    categories: list[CategoryId]
    open_tickets: int
    staff: list[Member]
    passed_on: int = 0
