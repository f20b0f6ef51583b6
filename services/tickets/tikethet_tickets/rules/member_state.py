"""What a member is to their rules, and what each event makes of them."""

from datetime import datetime
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace
from tikethet_events.member import (
    BotRestarted,
    BotStopped,
    DutyEnded,
    DutyStarted,
    LanguageChosen,
    MemberBlocked,
    MemberErased,
    MemberEvent,
    MemberJoined,
    MemberUnblocked,
    PreferencesChanged,
    ProfileChanged,
    RoleChanged,
    StaffInvited,
    StaffInviteRevoked,
    StaffInviteUsed,
)
from tikethet_events.word import CategoryId, InviteId, Language, MemberId, Role


class Invite(Struct, frozen=True):
    """A link that nobody opened yet."""

    role: Role
    expires_at: datetime


class Member(Struct, frozen=True, kw_only=True):
    """One member, as far as rules need them; names are ``None`` once they are forgotten."""

    id: MemberId
    role: Role
    language: Language
    first_name: str | None
    last_name: str | None
    username: str | None
    blocked: bool = False
    blocked_until: datetime | None = None
    reachable: bool = True
    erased: bool = False
    preferences: dict[str, bool] = {}
    on_duty: bool = False
    serves: tuple[CategoryId, ...] = ()
    invites: dict[InviteId, Invite] = {}


def evolve(state: Member | None, event: MemberEvent, at: datetime) -> Member:
    """The member after an event. Raises `ValueError` for a stream that begins otherwise than by joining."""
    del at
    if isinstance(event, MemberJoined):
        return Member(
            id=event.member_id,
            role=event.role,
            language=event.language,
            first_name=event.first_name,
            last_name=event.last_name,
            username=event.username,
        )
    if state is None:
        raise ValueError(f"a member cannot begin with {type(event).__name__}")
    match event:
        case ProfileChanged():
            return replace(state, first_name=event.first_name, last_name=event.last_name, username=event.username)
        case RoleChanged(role=role):
            return replace(state, role=role, on_duty=state.on_duty and role.at_least(Role.HELPER))
        case MemberBlocked():
            return replace(state, blocked=True, blocked_until=event.until, on_duty=False)
        case MemberUnblocked():
            return replace(state, blocked=False, blocked_until=None)
        case LanguageChosen(language=language):
            return replace(state, language=language)
        case PreferencesChanged(preferences=preferences):
            return replace(state, preferences=preferences)
        case DutyStarted(categories=categories):
            return replace(state, on_duty=True, serves=categories)
        case DutyEnded():
            return replace(state, on_duty=False)
        case StaffInvited(invite_id=invite_id):
            invite = Invite(event.role, event.expires_at)
            return replace(state, invites={**state.invites, invite_id: invite})
        case StaffInviteRevoked(invite_id=invite_id) | StaffInviteUsed(invite_id=invite_id):
            return replace(state, invites={key: each for key, each in state.invites.items() if key != invite_id})
        case BotStopped():
            return replace(state, reachable=False)
        case BotRestarted():
            return replace(state, reachable=True)
        case MemberErased():
            return replace(state, erased=True, on_duty=False, first_name=None, last_name=None, username=None)
        case _:
            assert_never(event)
