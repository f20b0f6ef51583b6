"""Events of a member → their row. Pure and total."""

from typing import Any

from msgspec.structs import replace
from tikethet_events.envelope import Recorded
from tikethet_events.errors import UnknownEvent
from tikethet_events.member import (
    BotRestarted,
    BotStopped,
    LanguageChosen,
    MemberBlocked,
    MemberErased,
    MemberJoined,
    MemberUnblocked,
    PreferencesChanged,
    ProfileChanged,
    RoleChanged,
)

from tikethet_tickets.views.rows import MemberRow


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
        case BotStopped():
            return {"reachable": False}
        case BotRestarted():
            return {"reachable": True}
        case MemberErased():
            nobody = dict.fromkeys(("telegram_id", "first_name", "last_name", "username"))
            return nobody | {"preferences": {}, "erased": True}
        case _:
            raise UnknownEvent(recorded.stream_id, recorded.type, recorded.schema_version)
