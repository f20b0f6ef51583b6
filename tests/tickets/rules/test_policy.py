"""Who may do what, written out by hand."""

import pytest
from tikethet_events.word import Role
from tikethet_tickets.rules.policy import LEAST_ROLE, Action, Relation, may

OWN, ASSIGNED, OTHER = Relation.OWN, Relation.ASSIGNED, Relation.OTHER

# action, relation → the roles that may, as U(ser) H(elper) M(oderator) A(dmin) D(eveloper)
EXPECTED = {
    (Action.SEE_TICKET, OWN): "UHMAD",
    (Action.SEE_TICKET, OTHER): "HMAD",
    (Action.OPEN_TICKET, OWN): "UHMAD",
    (Action.OPEN_TICKET, OTHER): "",
    (Action.OPEN_CRITICAL, OWN): "HMAD",
    (Action.POST_MESSAGE, OWN): "UHMAD",
    (Action.POST_MESSAGE, OTHER): "HMAD",
    (Action.ADD_NOTE, OWN): "HMAD",
    (Action.ADD_NOTE, OTHER): "HMAD",
    (Action.DELETE_OTHERS_MESSAGE, OWN): "MAD",
    (Action.DELETE_OTHERS_MESSAGE, OTHER): "MAD",
    (Action.MOVE_MESSAGE, OWN): "UHMAD",
    (Action.MOVE_MESSAGE, OTHER): "HMAD",
    (Action.MERGE, OWN): "HMAD",
    (Action.MERGE, OTHER): "HMAD",
    (Action.ASSIGN, OTHER): "HMAD",
    (Action.TRANSFER, ASSIGNED): "HMAD",
    (Action.TRANSFER, OTHER): "MAD",
    (Action.MOVE_WORK, OWN): "HMAD",
    (Action.MOVE_WORK, OTHER): "HMAD",
    (Action.FINISH, OWN): "UHMAD",
    (Action.FINISH, OTHER): "HMAD",
    (Action.REOPEN, OWN): "UHMAD",
    (Action.REOPEN, OTHER): "HMAD",
    (Action.CHANGE_DETAILS, OWN): "HMAD",
    (Action.CHANGE_DETAILS, OTHER): "HMAD",
    (Action.SNOOZE, OWN): "HMAD",
    (Action.SNOOZE, OTHER): "HMAD",
    (Action.RATE, OWN): "UHMAD",
    (Action.RATE, ASSIGNED): "",
    (Action.RATE, OTHER): "",
    (Action.SEE_MEMBER, OWN): "UHMAD",
    (Action.SEE_MEMBER, OTHER): "HMAD",
    (Action.SEE_MEMBERS, OTHER): "HMAD",
    (Action.CHANGE_ROLE, OWN): "AD",
    (Action.CHANGE_ROLE, OTHER): "AD",
    (Action.BLOCK, OWN): "",
    (Action.BLOCK, OTHER): "MAD",
    (Action.EXPORT_MEMBER, OWN): "UHMAD",
    (Action.EXPORT_MEMBER, OTHER): "AD",
    (Action.ERASE_MEMBER, OWN): "UHMAD",
    (Action.ERASE_MEMBER, OTHER): "AD",
    (Action.CHANGE_OWN_SETTINGS, OWN): "UHMAD",
    (Action.CHANGE_OWN_SETTINGS, OTHER): "",
    (Action.INVITE_STAFF, OWN): "AD",
    (Action.INVITE_STAFF, OTHER): "AD",
    (Action.BE_ON_DUTY, OWN): "HMAD",
    (Action.BE_ON_DUTY, OTHER): "",
    (Action.MANAGE_CATEGORIES, OTHER): "AD",
    (Action.SEE_DASHBOARD, OTHER): "HMAD",
    (Action.SEE_STATISTICS, OTHER): "MAD",
    (Action.EXPORT_TICKETS, OTHER): "AD",
    (Action.MANAGE_DESK, OTHER): "AD",
    (Action.SEE_TEMPLATES, OTHER): "HMAD",
    (Action.MANAGE_TEMPLATES, OTHER): "MAD",
    (Action.MANAGE_PROGRAMS, OTHER): "AD",
    (Action.BROADCAST, OTHER): "AD",
}


@pytest.mark.parametrize(("action", "relation"), EXPECTED)
def test_who_may(action: Action, relation: Relation) -> None:
    assert "".join(role.value[0] for role in Role if may(role, action, relation)) == EXPECTED[action, relation]


def test_every_action_is_shown() -> None:
    assert {action for action, _ in EXPECTED} == set(Action) == set(LEAST_ROLE)
