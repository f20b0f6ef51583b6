"""What may happen to one member, and what they are afterwards."""

from datetime import datetime
from typing import assert_never

from msgspec import Struct
from tikethet_events.errors import Refused
from tikethet_events.member import (
    AcceptRole,
    BlockAgain,
    BlockMember,
    BotRestarted,
    BotStopped,
    ChangePreferences,
    ChangeRole,
    ChooseLanguage,
    DemoteAgain,
    DutyEnded,
    DutyStarted,
    EndBlock,
    EndDuty,
    EndInviteAgain,
    EraseAgain,
    EraseMember,
    InviteStaff,
    JoinMember,
    LanguageChosen,
    MemberBlocked,
    MemberCommand,
    MemberErased,
    MemberEvent,
    MemberJoined,
    MemberUnblocked,
    NoteReachable,
    PreferencesChanged,
    ProfileChanged,
    RevokeInvite,
    RoleChanged,
    StaffInvited,
    StaffInviteRevoked,
    StaffInviteUsed,
    StartDuty,
    UnblockMember,
    UseInvite,
)
from tikethet_events.word import CategoryId, MemberId, Role

from tikethet_tickets.rules import bounds
from tikethet_tickets.rules.member_state import Member, evolve
from tikethet_tickets.rules.notices import PREFERENCES
from tikethet_tickets.rules.policy import HIGHEST_GRANT, Action, Relation, may

__all__ = ["ADMINS_GUARD", "Facts", "Member", "decide", "evolve", "takes_an_admin"]

ADMINS_GUARD = "admins"
"""The named row that serialises everything that could take the last admin away."""


class Facts(Struct, frozen=True, kw_only=True):
    """Who acts (``actor_id`` is ``None`` for a door of the house: gateway, bot); how many active admins there are.

    ``categories`` are all that tickets can come under.
    """

    actor_id: MemberId | None
    actor_role: Role | None
    admins: int = 0
    categories: frozenset[CategoryId] = frozenset()


def takes_an_admin(command: MemberCommand, state: Member | None) -> bool:
    """Whether the command may leave the desk with one admin less, so that `ADMINS_GUARD` must be held."""
    if state is None or state.blocked or not state.role.at_least(Role.ADMIN):
        return False
    match command:
        case ChangeRole(role=role):
            return not role.at_least(Role.ADMIN)
        case BlockMember() | EraseMember():
            return True
        case (
            JoinMember()
            | UnblockMember()
            | ChooseLanguage()
            | ChangePreferences()
            | NoteReachable()
            | EndBlock()
            | StartDuty()
            | EndDuty()
        ):
            return False
        case InviteStaff() | RevokeInvite() | UseInvite() | AcceptRole():
            return False
        case EraseAgain() | DemoteAgain() | BlockAgain() | EndInviteAgain():
            return False  # it was allowed once; that a restore lost who came after them gives nobody a right back
        case _:
            assert_never(command)


def decide(command: MemberCommand, state: Member | None, now: datetime, facts: Facts) -> list[MemberEvent]:
    """What follows from a command: events, or none where nothing changes.

    Raises `Refused` with the problem code where a rule says no.
    """
    if isinstance(command, JoinMember):
        return _join(command, state, facts)
    if state is None or state.erased:
        raise Refused("not_found")
    if takes_an_admin(command, state) and facts.admins <= 1 and _may_at_all(command, state, facts):
        raise Refused("last_admin")
    match command:
        case ChangeRole():
            return _change_role(command, state, facts)
        case BlockMember():
            _need_below(state, facts)
            return _block(command, state, now)
        case UnblockMember():
            _need_below(state, facts)
            return [MemberUnblocked()] if state.blocked else []
        case ChooseLanguage(language=language):
            _need(Action.CHANGE_OWN_SETTINGS, state, facts)
            return [] if language == state.language else [LanguageChosen(language=language)]
        case ChangePreferences(preferences=preferences):
            _need(Action.CHANGE_OWN_SETTINGS, state, facts)
            if unknown := preferences.keys() - PREFERENCES:
                raise Refused("invalid", field="preferences", reason="unknown", name=min(unknown))
            return [] if preferences == state.preferences else [PreferencesChanged(preferences=preferences)]
        case EndBlock():
            if facts.actor_id is not None:
                raise Refused("forbidden")
            over = state.blocked and state.blocked_until is not None and state.blocked_until <= now
            return [MemberUnblocked()] if over else []
        case NoteReachable(reachable=reachable):
            if facts.actor_id not in {None, state.id}:
                raise Refused(
                    "forbidden"
                )  # the bot knows, and whoever answered Telegram's question whether it may write
            if reachable == state.reachable:
                return []
            return [BotRestarted()] if reachable else [BotStopped()]
        case InviteStaff() | RevokeInvite() | UseInvite():
            return _invite(command, state, now, facts)
        case AcceptRole(role=role):
            if facts.actor_id is not None:
                raise Refused("forbidden")
            if state.blocked:
                raise Refused("blocked")
            if state.role.at_least(role):
                raise Refused("conflict")
            return [RoleChanged(role=role, previous=state.role)]
        case StartDuty(categories=categories):
            return _start_duty(categories, state, facts)
        case EndDuty():
            _need(Action.BE_ON_DUTY, state, facts)
            return [DutyEnded()] if state.on_duty else []
        case EraseMember():
            _need(Action.ERASE_MEMBER, state, facts)
            return [MemberErased()]
        case EraseAgain() | DemoteAgain() | BlockAgain() | EndInviteAgain():
            if facts.actor_id is not None:
                raise Refused("forbidden")
            return _again(command, state, now)
        case _:
            assert_never(command)


def _join(command: JoinMember, state: Member | None, facts: Facts) -> list[MemberEvent]:
    if facts.actor_id is not None:
        raise Refused("forbidden")  # only the doors of the house let people in
    first_name = bounds.line(command.first_name, "first_name", bounds.NAME_MAX, least=0)
    last_name = _name(command.last_name, "last_name")
    username = _name(command.username, "username")
    if state is None:
        return [
            MemberJoined(
                member_id=command.member_id,
                telegram_id=command.telegram_id,
                first_name=first_name,
                last_name=last_name,
                username=username,
                language=command.language,
                role=command.role,
            )
        ]
    if state.erased:
        raise Refused("conflict")
    events: list[MemberEvent] = []
    if (first_name, last_name, username) != (state.first_name, state.last_name, state.username):
        events.append(ProfileChanged(first_name=first_name, last_name=last_name, username=username))
    if command.role.rank > state.role.rank:  # the operator's list of admins grew since they joined
        events.append(RoleChanged(role=command.role, previous=state.role))
    return events


def _change_role(command: ChangeRole, state: Member, facts: Facts) -> list[MemberEvent]:
    _need(Action.CHANGE_ROLE, state, facts)
    highest = HIGHEST_GRANT.get(facts.actor_role) if facts.actor_role else None
    if highest is None or not highest.at_least(command.role) or not highest.at_least(state.role):
        raise Refused("forbidden")
    return [] if command.role is state.role else [RoleChanged(role=command.role, previous=state.role)]


def _block(command: BlockMember, state: Member, now: datetime) -> list[MemberEvent]:
    """Another term replaces the one before; the same changes nothing."""
    if command.until is not None and not now < command.until <= now + bounds.LONGEST_BLOCK:
        raise Refused("invalid", field="until", reason="out_of_range", limit=(now + bounds.LONGEST_BLOCK).isoformat())
    if state.blocked and command.until == state.blocked_until:
        return []
    return [MemberBlocked(reason=bounds.reason(command.reason), until=command.until)]


def _invite(
    command: InviteStaff | RevokeInvite | UseInvite, state: Member, now: datetime, facts: Facts
) -> list[MemberEvent]:
    match command:
        case InviteStaff(invite_id=invite_id, role=role):
            _need(Action.INVITE_STAFF, state, facts)
            if not _may_grant(facts.actor_role, role):
                raise Refused("forbidden")
            if sum(each.expires_at > now for each in state.invites.values()) >= bounds.INVITES_MAX:
                raise Refused("invalid", field="invites", reason="too_many", limit=bounds.INVITES_MAX)
            return [
                StaffInvited(
                    invite_id=invite_id, role=role, token_hash=command.token_hash, expires_at=command.expires_at
                )
            ]
        case RevokeInvite(invite_id=invite_id):
            _need(Action.INVITE_STAFF, state, facts)
            if invite_id not in state.invites:
                raise Refused("not_found")
            return [StaffInviteRevoked(invite_id=invite_id)]
        case UseInvite(invite_id=invite_id, used_by=used_by):
            if facts.actor_id is not None:
                raise Refused("forbidden")
            invite = state.invites.get(invite_id)
            # Whoever may not give the role (any more) cannot have it given by a link made before.
            if invite is None or invite.expires_at <= now or state.blocked or not _may_grant(state.role, invite.role):
                raise Refused("not_found")
            return [StaffInviteUsed(invite_id=invite_id, used_by=used_by)]
        case _:
            assert_never(command)


def _again(
    command: EraseAgain | DemoteAgain | BlockAgain | EndInviteAgain, state: Member, now: datetime
) -> list[MemberEvent]:
    """What a restore had undone. Nothing of it gives anybody more than they have."""
    match command:
        case EraseAgain():
            return [MemberErased()]
        case DemoteAgain(role=role):
            return [] if role.at_least(state.role) else [RoleChanged(role=role, previous=state.role)]
        case BlockAgain(reason=reason, until=until):
            # Also over a block of the same term: the reason may be another, and it is the later word.
            over = until is not None and until <= now
            return [] if over else [MemberBlocked(reason=bounds.reason(reason), until=until)]
        case EndInviteAgain(invite_id=invite_id):
            return [StaffInviteRevoked(invite_id=invite_id)] if invite_id in state.invites else []
        case _:
            assert_never(command)


def _may_grant(granter: Role | None, role: Role) -> bool:
    highest = HIGHEST_GRANT.get(granter) if granter is not None else None
    return highest is not None and role.at_least(Role.HELPER) and highest.at_least(role)


def _start_duty(categories: tuple[CategoryId, ...] | None, state: Member, facts: Facts) -> list[MemberEvent]:
    _need(Action.BE_ON_DUTY, state, facts)
    serves = state.serves if categories is None else tuple(sorted(set(categories)))
    if categories is not None and not facts.categories.issuperset(serves):
        raise Refused("invalid", field="categories", reason="not_found")
    return [] if state.on_duty and serves == state.serves else [DutyStarted(categories=serves)]


def _name(value: str | None, field: str) -> str | None:
    return (bounds.line(value, field, bounds.NAME_MAX, least=0) or None) if value is not None else None


def _relation(state: Member, facts: Facts) -> Relation:
    return Relation.OWN if facts.actor_id == state.id else Relation.OTHER


def _need(action: Action, state: Member, facts: Facts) -> None:
    if facts.actor_role is None or not may(facts.actor_role, action, _relation(state, facts)):
        raise Refused("forbidden")


def _need_below(state: Member, facts: Facts) -> None:
    """Nobody shuts out (or lets in) their equals and those above."""
    _need(Action.BLOCK, state, facts)
    if facts.actor_role is None or state.role.at_least(facts.actor_role):
        raise Refused("forbidden")


def _may_at_all(command: MemberCommand, state: Member, facts: Facts) -> bool:
    """Whether the refusal may tell that this is the last admin: only to somebody who could do it otherwise."""
    if facts.actor_role is None:
        return False
    match command:
        case ChangeRole():
            action = Action.CHANGE_ROLE
        case BlockMember():
            action = Action.BLOCK
        case _:
            action = Action.ERASE_MEMBER
    return may(facts.actor_role, action, _relation(state, facts))
