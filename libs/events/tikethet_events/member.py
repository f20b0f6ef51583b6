"""Every word said about a member: one person in Telegram. Stream ``member-<id>``; first event `MemberJoined`."""

from datetime import datetime
from typing import ClassVar

from tikethet_events.word import Audience, CategoryId, Command, Event, InviteId, Language, MemberId, Role

# ---------------------------------------------------------------- commands


class JoinMember(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody came through a door (Mini App, bot): register them, or note what changed in their profile."""

    member_id: MemberId
    telegram_id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language: Language
    role: Role = Role.USER


class ChangeRole(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let a member do more, or less."""

    role: Role


class BlockMember(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shut a member out, for good or until then."""

    reason: str | None = None
    until: datetime | None = None


class UnblockMember(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let them in again."""


class EndBlock(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The timer's: the term of a block is over."""


class ChooseLanguage(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The member prefers this language."""

    language: Language


class ChangePreferences(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Replace the member's own settings; unknown names are refused at the edge."""

    preferences: dict[str, bool]


class EraseMember(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Forget the person: their keys are destroyed, everything personal with them."""


class EraseAgain(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Forget somebody whom a restore brought back; only the house knows that they were forgotten."""


class DemoteAgain(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Take from somebody what a restore gave back; only the house knows that they had lost it."""

    role: Role


class BlockAgain(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Shut somebody out whom a restore let in; only the house knows that they were."""

    reason: str | None = None
    until: datetime | None = None


class EndInviteAgain(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """End a link that a restore made work again; only the house knows that it was used or revoked."""

    invite_id: InviteId


class NoteReachable(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The bot found out whether its messages reach them."""

    reachable: bool


class StartDuty(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A member of staff takes tickets now: of these categories, of all (none named), or as last time (``None``)."""

    categories: tuple[CategoryId, ...] | None = None


class EndDuty(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """They take no new tickets for now."""


class InviteStaff(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let whoever opens a link once be of the staff; ``token_hash`` is SHA-256 of the link's secret, in hex."""

    invite_id: InviteId
    role: Role
    token_hash: str
    expires_at: datetime


class RevokeInvite(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The link works no longer."""

    invite_id: InviteId


class UseInvite(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody opened the link (said to its inviter's stream)."""

    invite_id: InviteId
    used_by: MemberId


class AcceptRole(Command, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody opened the link (said to their own stream)."""

    role: Role


MemberCommand = (
    JoinMember
    | ChangeRole
    | BlockMember
    | UnblockMember
    | EndBlock
    | ChooseLanguage
    | ChangePreferences
    | EraseMember
    | EraseAgain
    | DemoteAgain
    | BlockAgain
    | EndInviteAgain
    | NoteReachable
    | StartDuty
    | EndDuty
    | InviteStaff
    | RevokeInvite
    | UseInvite
    | AcceptRole
)

# ---------------------------------------------------------------- events


class MemberJoined(Event, frozen=True, kw_only=True):
    """A person was seen for the first time."""

    personal: ClassVar = frozenset({"telegram_id", "first_name", "last_name", "username"})

    member_id: MemberId
    telegram_id: int | None
    first_name: str | None
    last_name: str | None
    username: str | None
    language: Language
    role: Role


class ProfileChanged(Event, frozen=True, kw_only=True):
    """Their names in Telegram are others now."""

    personal: ClassVar = frozenset({"first_name", "last_name", "username"})

    first_name: str | None
    last_name: str | None
    username: str | None


class RoleChanged(Event, frozen=True, kw_only=True):
    """They may do more, or less."""

    role: Role
    previous: Role


class MemberBlocked(Event, frozen=True, kw_only=True):
    """They are shut out, for good or ``until`` then."""

    schema: ClassVar[int] = 2
    personal: ClassVar = frozenset({"reason"})
    heard_by: ClassVar[Audience] = "staff"

    reason: str | None = None
    until: datetime | None = None


class MemberUnblocked(Event, frozen=True, kw_only=True):
    """They are let in again."""

    heard_by: ClassVar[Audience] = "staff"


class LanguageChosen(Event, frozen=True, kw_only=True):
    """They chose a language."""

    language: Language


class PreferencesChanged(Event, frozen=True, kw_only=True):
    """Their settings, whole."""

    preferences: dict[str, bool]


class BotStopped(Event, frozen=True, kw_only=True):
    """They stopped the bot (or left Telegram): its messages no longer reach them."""

    heard_by: ClassVar[Audience] = "staff"


class BotRestarted(Event, frozen=True, kw_only=True):
    """The bot's messages reach them again."""

    heard_by: ClassVar[Audience] = "staff"


class DutyStarted(Event, frozen=True, kw_only=True):
    """A member of staff takes tickets of these categories, or of all when none is named."""

    heard_by: ClassVar[Audience] = "staff"

    categories: tuple[CategoryId, ...]


class DutyEnded(Event, frozen=True, kw_only=True):
    """They take no new tickets. Whoever is shut out, or is staff no longer, ends it without a word."""

    heard_by: ClassVar[Audience] = "staff"


class StaffInvited(Event, frozen=True, kw_only=True):
    """They made a link that lets one person be of the staff until ``expires_at``."""

    heard_by: ClassVar[Audience] = "admin"

    invite_id: InviteId
    role: Role
    token_hash: str
    expires_at: datetime


class StaffInviteRevoked(Event, frozen=True, kw_only=True):
    """A link of theirs works no longer."""

    heard_by: ClassVar[Audience] = "admin"

    invite_id: InviteId


class StaffInviteUsed(Event, frozen=True, kw_only=True):
    """Somebody opened a link of theirs; it works no longer."""

    heard_by: ClassVar[Audience] = "admin"

    invite_id: InviteId
    used_by: MemberId


class MemberErased(Event, frozen=True, kw_only=True):
    """Their key is destroyed; what was personal can no longer be read by anyone."""


MemberEvent = (
    MemberJoined
    | ProfileChanged
    | RoleChanged
    | MemberBlocked
    | MemberUnblocked
    | LanguageChosen
    | PreferencesChanged
    | BotStopped
    | BotRestarted
    | DutyStarted
    | DutyEnded
    | StaffInvited
    | StaffInviteRevoked
    | StaffInviteUsed
    | MemberErased
)


def member_stream(member_id: MemberId) -> str:
    """The name of a member's stream."""
    return f"member-{member_id}"
