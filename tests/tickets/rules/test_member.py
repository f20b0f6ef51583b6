# ruff: noqa: FBT001 - Russian letters that look Latin; parametrised flags
"""The rules about members."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tikethet_events.errors import Refused
from tikethet_events.member import (
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
    JoinMember,
    LanguageChosen,
    MemberBlocked,
    MemberErased,
    MemberJoined,
    MemberUnblocked,
    NoteReachable,
    PreferencesChanged,
    ProfileChanged,
    RoleChanged,
    StaffInviteRevoked,
    StartDuty,
    UnblockMember,
)
from tikethet_events.word import CategoryId, InviteId, MemberId, Role
from tikethet_tickets.rules import member as rules
from tikethet_tickets.rules.member_state import Invite

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ME, BOSS = MemberId("me"), MemberId("boss")


def member(role: Role = Role.USER, **facts: Any) -> rules.Member:
    details = {"first_name": "Алексей", "last_name": None, "username": "alexey_m", "language": "ru"} | facts
    return rules.Member(id=ME, role=role, **details)


def joining(**facts: Any) -> JoinMember:
    details = {"first_name": "Алексей", "username": "alexey_m", "language": "ru"} | facts
    return JoinMember(member_id=ME, telegram_id=700000001, **details)


def outcome(
    command: Any, state: rules.Member | None, actor: Role | None, *, myself: bool = False, admins: int = 2
) -> Any:
    """The events, or the code of the refusal."""
    actor_id = None if actor is None else ME if myself else BOSS
    try:
        facts = rules.Facts(actor_id=actor_id, actor_role=actor, admins=admins)
        return rules.decide(command, state, NOW, facts)
    except Refused as refused:
        return refused.code


# ---------------------------------------------------------------- joining


def test_somebody_new_joins() -> None:
    assert outcome(joining(first_name=" Алексей ", last_name="  "), None, None) == [
        MemberJoined(
            member_id=ME,
            telegram_id=700000001,
            first_name="Алексей",
            last_name=None,
            username="alexey_m",
            language="ru",
            role=Role.USER,
        )
    ]


def test_joining_again_changes_nothing() -> None:
    assert outcome(joining(language="en"), member(), None) == []


def test_joining_again_notes_another_name() -> None:
    changed = [ProfileChanged(first_name="Лёша", last_name=None, username=None)]
    assert outcome(joining(first_name="Лёша", username=None), member(), None) == changed


def test_the_operator_can_make_somebody_an_admin_later() -> None:
    raised = [RoleChanged(role=Role.ADMIN, previous=Role.HELPER)]
    assert outcome(joining(role=Role.ADMIN), member(Role.HELPER), None) == raised
    assert outcome(joining(role=Role.ADMIN), member(Role.DEVELOPER), None) == []
    assert outcome(joining(), member(Role.ADMIN), None) == []


def test_only_a_door_lets_people_in() -> None:
    assert outcome(joining(), None, Role.ADMIN) == "forbidden"


def test_who_was_erased_does_not_come_back_under_the_same_id() -> None:
    assert outcome(joining(), member(erased=True), None) == "conflict"


# ---------------------------------------------------------------- roles

U, H, M, A, D = Role


@pytest.mark.parametrize(
    ("actor", "before", "after", "expected"),
    [
        (A, U, H, "changed"),
        (A, U, D, "changed"),
        (A, D, U, "changed"),
        (A, H, H, "same"),
        (D, A, U, "changed"),
        (M, U, H, "forbidden"),
        (M, H, U, "forbidden"),
        (H, U, H, "forbidden"),
        (U, U, A, "forbidden"),
    ],
)
def test_who_gives_which_role(actor: Role, before: Role, after: Role, expected: str) -> None:
    events = {"changed": [RoleChanged(role=after, previous=before)], "same": [], "forbidden": "forbidden"}
    assert outcome(ChangeRole(role=after), member(before), actor) == events[expected]


@pytest.mark.parametrize("command", [ChangeRole(role=H), EraseMember()])
@pytest.mark.parametrize("role", [A, D])
def test_the_last_admin_stays(command: Any, role: Role) -> None:
    assert outcome(command, member(role), role, myself=True, admins=1) == "last_admin"
    assert isinstance(outcome(command, member(role), role, myself=True, admins=2), list)


def test_one_admin_may_become_developer() -> None:
    assert outcome(ChangeRole(role=D), member(A), A, myself=True, admins=1) == [RoleChanged(role=D, previous=A)]


def test_nobody_learns_who_is_the_last_admin_without_the_right_to_act() -> None:
    assert outcome(ChangeRole(role=U), member(A), H, admins=1) == "forbidden"
    assert outcome(BlockMember(), member(A), A, admins=1) == "last_admin"


@pytest.mark.parametrize(
    ("command", "state", "takes"),
    [
        (ChangeRole(role=H), member(A), True),
        (ChangeRole(role=D), member(A), False),
        (ChangeRole(role=H), member(M), False),
        (BlockMember(), member(A), True),
        (EraseMember(), member(D), True),
        (EraseMember(), member(A, blocked=True), False),
        (UnblockMember(), member(A), False),
        (ChangeRole(role=H), None, False),
    ],
)
def test_what_needs_the_guard_of_admins(command: Any, state: rules.Member | None, takes: bool) -> None:
    assert rules.takes_an_admin(command, state) is takes


# ---------------------------------------------------------------- blocking


@pytest.mark.parametrize(
    ("actor", "target", "expected"),
    [
        (M, U, "done"),
        (M, H, "done"),
        (M, M, "forbidden"),
        (M, A, "forbidden"),
        (A, M, "done"),
        (A, A, "forbidden"),
        (D, A, "done"),
        (H, U, "forbidden"),
        (U, U, "forbidden"),
    ],
)
def test_who_shuts_whom_out(actor: Role, target: Role, expected: str) -> None:
    blocked = outcome(BlockMember(reason=" Спам "), member(target), actor)
    unblocked = outcome(UnblockMember(), member(target, blocked=True), actor)
    if expected == "done":
        assert (blocked, unblocked) == ([MemberBlocked(reason="Спам")], [MemberUnblocked()])
    else:
        assert (blocked, unblocked) == ("forbidden", "forbidden")


def test_blocking_twice_changes_nothing() -> None:
    assert outcome(BlockMember(), member(blocked=True), M) == []
    assert outcome(UnblockMember(), member(), M) == []


def test_nobody_blocks_themselves() -> None:
    assert outcome(BlockMember(), member(A), A, myself=True) == "forbidden"


# ---------------------------------------------------------------- one's own things


def test_a_member_chooses_for_themself_only() -> None:
    assert outcome(ChooseLanguage(language="en"), member(), U, myself=True) == [LanguageChosen(language="en")]
    assert outcome(ChooseLanguage(language="ru"), member(), U, myself=True) == []
    assert outcome(ChooseLanguage(language="en"), member(), A) == "forbidden"
    off = ChangePreferences(preferences={"status": False})
    assert outcome(off, member(), U, myself=True) == [PreferencesChanged(preferences={"status": False})]
    assert outcome(off, member(preferences={"status": False}), U, myself=True) == []
    assert outcome(off, member(), A) == "forbidden"
    assert outcome(ChangePreferences(preferences={"colour": True}), member(), U, myself=True) == "invalid"


@pytest.mark.parametrize(
    ("actor", "myself", "expected"),
    [(U, True, [MemberErased()]), (A, False, [MemberErased()]), (M, False, "forbidden"), (U, False, "forbidden")],
)
def test_who_forgets_whom(actor: Role, myself: bool, expected: Any) -> None:
    assert outcome(EraseMember(), member(), actor, myself=myself) == expected


AGAIN = (EraseAgain(), DemoteAgain(role=U), BlockAgain(), EndInviteAgain(invite_id=InviteId("link")))


def test_only_the_house_does_again_what_a_restore_undid() -> None:
    assert outcome(EraseAgain(), member(), None) == [MemberErased()]
    for command in AGAIN:
        assert outcome(command, member(A), D) == "forbidden"
        assert outcome(command, member(erased=True), None) == "not_found"


@pytest.mark.parametrize(
    ("has", "said", "expected"),
    [
        (A, H, [RoleChanged(role=H, previous=A)]),
        (A, U, [RoleChanged(role=U, previous=A)]),
        (H, H, []),
        (U, H, []),  # a ledger gives nothing
    ],
)
def test_who_was_demoted_is_so_again(has: Role, said: Role, expected: Any) -> None:
    assert outcome(DemoteAgain(role=said), member(has), None, admins=1) == expected


def test_who_was_blocked_is_so_again() -> None:
    until = NOW + timedelta(days=1)
    blocked = [MemberBlocked(reason="Спам", until=until)]
    assert outcome(BlockAgain(reason="Спам", until=until), member(A), None, admins=1) == blocked
    assert outcome(BlockAgain(reason="Спам", until=until), member(blocked=True, blocked_until=until), None) == blocked
    assert outcome(BlockAgain(), member(), None) == [MemberBlocked()]
    assert outcome(BlockAgain(until=NOW), member(), None) == []  # it is over


def test_a_link_that_was_used_up_is_so_again() -> None:
    link = InviteId("link")
    inviter = member(H, invites={link: Invite(H, NOW + timedelta(days=1))})
    assert outcome(EndInviteAgain(invite_id=link), inviter, None) == [StaffInviteRevoked(invite_id=link)]
    assert outcome(EndInviteAgain(invite_id=InviteId("other")), inviter, None) == []


@pytest.mark.parametrize("state", [None, member(erased=True)])
@pytest.mark.parametrize(
    "command",
    [
        ChangeRole(role=H),
        BlockMember(),
        UnblockMember(),
        ChooseLanguage(language="en"),
        ChangePreferences(preferences={}),
        EraseMember(),
    ],
)
def test_nobody_is_there(command: Any, state: rules.Member | None) -> None:
    assert outcome(command, state, A) == "not_found"


def test_what_a_member_becomes() -> None:
    state: rules.Member | None = None
    for event in (
        MemberJoined(member_id=ME, telegram_id=1, first_name="А", last_name=None, username=None, language="ru", role=U),
        RoleChanged(role=H, previous=U),
        ProfileChanged(first_name="Б", last_name="В", username="g"),
        LanguageChosen(language="en"),
        PreferencesChanged(preferences={"status": False}),
        MemberBlocked(),
    ):
        state = rules.evolve(state, event, NOW)
    assert state == rules.Member(
        id=ME,
        role=H,
        language="en",
        first_name="Б",
        last_name="В",
        username="g",
        blocked=True,
        preferences={"status": False},
    )
    state = rules.evolve(rules.evolve(state, MemberUnblocked(), NOW), MemberErased(), NOW)
    assert (state.blocked, state.erased, state.first_name, state.username) == (False, True, None, None)
    with pytest.raises(ValueError, match="cannot begin"):
        rules.evolve(None, MemberUnblocked(), NOW)


# ---------------------------------------------------------------- blocks with a term, and whom the bot reaches

TOMORROW = NOW + timedelta(days=1)


def test_a_block_may_have_a_term() -> None:
    block = BlockMember(reason="Спам", until=TOMORROW)
    assert outcome(block, member(), A) == [MemberBlocked(reason="Спам", until=TOMORROW)]
    blocked = member(blocked=True, blocked_until=TOMORROW)
    assert outcome(block, blocked, A) == []
    assert outcome(BlockMember(), blocked, A) == [MemberBlocked()]
    for until in (NOW, NOW - timedelta(seconds=1), NOW + timedelta(days=4000)):
        assert outcome(BlockMember(until=until), member(), A) == "invalid"


def test_a_term_ends_by_itself() -> None:
    over = member(blocked=True, blocked_until=NOW)
    assert outcome(EndBlock(), over, None) == [MemberUnblocked()]
    assert outcome(EndBlock(), over, A) == "forbidden"
    for state in (member(), member(blocked=True), member(blocked=True, blocked_until=TOMORROW)):
        assert outcome(EndBlock(), state, None) == []


def test_the_bot_tells_whom_it_reaches() -> None:
    stopped = member(reachable=False)
    assert outcome(NoteReachable(reachable=False), member(), None) == [BotStopped()]
    assert outcome(NoteReachable(reachable=True), stopped, None) == [BotRestarted()]
    assert outcome(NoteReachable(reachable=False), stopped, None) == []
    assert outcome(NoteReachable(reachable=False), member(), A) == "forbidden"


def test_whoever_answered_telegrams_question_tells_it_of_themselves() -> None:
    assert outcome(NoteReachable(reachable=False), member(), Role.USER, myself=True) == [BotStopped()]
    assert outcome(NoteReachable(reachable=True), member(reachable=False), Role.USER, myself=True) == [BotRestarted()]


# ---------------------------------------------------------------- duty

BANS, DONATIONS = CategoryId("bans"), CategoryId("donations")


def duty(command: Any, state: rules.Member, *, mine: bool = True) -> Any:
    facts = rules.Facts(actor_id=ME if mine else BOSS, actor_role=state.role, categories=frozenset({BANS, DONATIONS}))
    try:
        return rules.decide(command, state, NOW, facts)
    except Refused as refused:
        return refused.code


def test_staff_go_on_and_off_duty() -> None:
    off, on = member(H, serves=(BANS,)), member(H, on_duty=True, serves=(BANS,))
    assert duty(StartDuty(), off) == [DutyStarted(categories=(BANS,))]
    assert duty(StartDuty(categories=()), off) == [DutyStarted(categories=())]
    assert duty(StartDuty(categories=(DONATIONS, BANS, BANS)), off) == [DutyStarted(categories=(BANS, DONATIONS))]
    assert duty(StartDuty(), on) == duty(StartDuty(categories=(BANS,)), on) == duty(EndDuty(), off) == []
    assert duty(StartDuty(categories=()), on) == [DutyStarted(categories=())]
    assert duty(EndDuty(), on) == [DutyEnded()]
    assert duty(StartDuty(categories=(CategoryId("gone"),)), off) == "invalid"


def test_nobody_else_does() -> None:
    for command in (StartDuty(), EndDuty()):
        assert duty(command, member(U)) == "forbidden"
        assert duty(command, member(H), mine=False) == "forbidden"


@pytest.mark.parametrize(
    ("event", "stays"),
    [
        (RoleChanged(role=U, previous=H), False),
        (RoleChanged(role=A, previous=H), True),
        (MemberBlocked(), False),
        (MemberErased(), False),
        (DutyEnded(), False),
    ],
)
def test_what_ends_a_duty(event: Any, stays: bool) -> None:
    state = rules.evolve(member(H), DutyStarted(categories=(BANS,)), NOW)
    assert (state.on_duty, state.serves) == (True, (BANS,))
    assert rules.evolve(state, event, NOW).on_duty is stays
