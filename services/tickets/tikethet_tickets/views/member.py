"""Events of a member → their rows. Pure and total."""

from typing import Any

from msgspec.structs import replace
from tikethet_events.envelope import Recorded
from tikethet_events.errors import UnknownEvent
from tikethet_events.member import (
    BotRestarted,
    BotStopped,
    DutyEnded,
    DutyStarted,
    LanguageChosen,
    MemberBlocked,
    MemberErased,
    MemberJoined,
    MemberUnblocked,
    PreferencesChanged,
    ProfileChanged,
    RoleChanged,
    StaffInvited,
    StaffInviteRevoked,
    StaffInviteUsed,
)
from tikethet_events.word import InviteId, MemberId, Role

from tikethet_tickets.views.rows import DutyRow, InviteRow, MemberRow


def fold_duty(row: DutyRow | None, recorded: Recorded) -> DutyRow | None:
    """Whether somebody is on duty after one more event; ``None`` for who never was."""
    event, at = recorded.data, recorded.recorded_at
    match event:
        case DutyStarted():
            return DutyRow(member_id=member_of(recorded), on_duty=True, categories=event.categories, since=at)
        case DutyEnded() | MemberBlocked() | MemberErased() if row is not None and row.on_duty:
            return replace(row, on_duty=False, since=at)
        case RoleChanged() if row is not None and row.on_duty and not event.role.at_least(Role.HELPER):
            return replace(row, on_duty=False, since=at)
        case _:
            return row


def invite_of(recorded: Recorded) -> InviteId | None:
    """The invite an event of a member speaks of, if it does."""
    match recorded.data:
        case StaffInvited(invite_id=found) | StaffInviteRevoked(invite_id=found) | StaffInviteUsed(invite_id=found):
            return found
        case _:
            return None


def fold_invite(row: InviteRow | None, recorded: Recorded) -> InviteRow | None:
    """An invite after one more event that speaks of it."""
    event, at = recorded.data, recorded.recorded_at
    match event:
        case StaffInvited():
            return InviteRow(
                id=event.invite_id,
                inviter_id=member_of(recorded),
                role=event.role,
                token_hash=event.token_hash,
                created_at=at,
                expires_at=event.expires_at,
                used_by=None,
                ended_at=None,
            )
        case StaffInviteRevoked() if row is not None:
            return replace(row, ended_at=at)
        case StaffInviteUsed() if row is not None:
            return replace(row, ended_at=at, used_by=event.used_by)
        case _:
            return row


def member_of(recorded: Recorded) -> MemberId:
    """The member whose stream this is."""
    return MemberId(recorded.stream_id.removeprefix("member-"))


def fold_member(row: MemberRow | None, recorded: Recorded) -> MemberRow:
    """The member after one more event; ``None`` before the first. Raises UnknownEvent for a word this release lacks."""
    event, at = recorded.data, recorded.recorded_at
    if row is None:
        if not isinstance(event, MemberJoined):
            raise UnknownEvent(recorded.stream_id, recorded.type, recorded.schema_version)
        return MemberRow(
            id=event.member_id,
            telegram_id=event.telegram_id,
            first_name=event.first_name,
            last_name=event.last_name,
            username=event.username,
            role=event.role,
            language=event.language,
            blocked=False,
            reachable=True,
            preferences={},
            joined_at=at,
            updated_at=at,
            version=recorded.version,
            erased=recorded.erased,
        )
    return replace(row, **_changes(row, recorded), version=recorded.version, updated_at=at)


def _changes(row: MemberRow, recorded: Recorded) -> dict[str, Any]:
    event = recorded.data
    match event:
        case ProfileChanged() if row.erased:
            return {}
        case ProfileChanged():
            return {"first_name": event.first_name, "last_name": event.last_name, "username": event.username}
        case RoleChanged():
            return {"role": event.role}
        case MemberBlocked():
            return {"blocked": True}
        case MemberUnblocked():
            return {"blocked": False}
        case LanguageChosen():
            return {"language": event.language}
        case PreferencesChanged():
            return {"preferences": {} if row.erased else event.preferences}
        case DutyStarted() | DutyEnded() | StaffInvited() | StaffInviteRevoked() | StaffInviteUsed():
            return {}
        case BotStopped():
            return {"reachable": False}
        case BotRestarted():
            return {"reachable": True}
        case MemberErased():
            nobody = dict.fromkeys(("telegram_id", "first_name", "last_name", "username"))
            return nobody | {"preferences": {}, "erased": True}
        case _:
            raise UnknownEvent(recorded.stream_id, recorded.type, recorded.schema_version)
