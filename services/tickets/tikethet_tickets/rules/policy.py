"""Who may do what: role x action x relation to the ticket (or member), as one piece of data.

The status a ticket is in does not matter here; that is `status.py`.
"""

from enum import StrEnum
from typing import Final

from tikethet_events.word import Role


class Relation(StrEnum):
    """What somebody is to the ticket (or member) they act on; for a member `OWN` means themself."""

    OWN = "own"
    """They asked the question (or are that member)."""
    ASSIGNED = "assigned"
    """They are responsible for the answer."""
    OTHER = "other"
    """Neither."""


class Action(StrEnum):
    """Everything that needs a permission."""

    SEE_TICKET = "see_ticket"
    OPEN_TICKET = "open_ticket"
    OPEN_CRITICAL = "open_critical"
    POST_MESSAGE = "post_message"
    ADD_NOTE = "add_note"
    DELETE_OTHERS_MESSAGE = "delete_others_message"
    MOVE_MESSAGE = "move_message"
    MERGE = "merge"
    ASSIGN = "assign"
    TRANSFER = "transfer"
    MOVE_WORK = "move_work"
    FINISH = "finish"
    REOPEN = "reopen"
    CHANGE_DETAILS = "change_details"
    SNOOZE = "snooze"
    RATE = "rate"
    SEE_MEMBER = "see_member"
    SEE_MEMBERS = "see_members"
    CHANGE_ROLE = "change_role"
    BLOCK = "block"
    EXPORT_MEMBER = "export_member"
    ERASE_MEMBER = "erase_member"
    CHANGE_OWN_SETTINGS = "change_own_settings"
    BE_ON_DUTY = "be_on_duty"
    INVITE_STAFF = "invite_staff"
    MANAGE_CATEGORIES = "manage_categories"
    SEE_DASHBOARD = "see_dashboard"
    SEE_STATISTICS = "see_statistics"
    EXPORT_TICKETS = "export_tickets"
    MANAGE_DESK = "manage_desk"
    SEE_TEMPLATES = "see_templates"
    MANAGE_TEMPLATES = "manage_templates"
    MANAGE_PROGRAMS = "manage_programs"
    BROADCAST = "broadcast"


_U, _H, _M, _A = Role.USER, Role.HELPER, Role.MODERATOR, Role.ADMIN

LEAST_ROLE: Final[dict[Action, tuple[Role | None, Role | None, Role | None]]] = {
    # action:                      OWN, ASSIGNED, OTHER    (the least role that may; None: nobody)
    Action.SEE_TICKET:            (_U,   _H,   _H),
    Action.OPEN_TICKET:           (_U,   None, None),
    Action.OPEN_CRITICAL:         (_H,   None, None),
    Action.POST_MESSAGE:          (_U,   _H,   _H),
    Action.ADD_NOTE:              (_H,   _H,   _H),
    Action.DELETE_OTHERS_MESSAGE: (_M,   _M,   _M),
    Action.MOVE_MESSAGE:          (_U,   _H,   _H),
    Action.MERGE:                 (_H,   _H,   _H),
    Action.ASSIGN:                (_H,   _H,   _H),
    Action.TRANSFER:              (_M,   _H,   _M),
    Action.MOVE_WORK:             (_H,   _H,   _H),
    Action.FINISH:                (_U,   _H,   _H),
    Action.REOPEN:                (_U,   _H,   _H),
    Action.CHANGE_DETAILS:        (_H,   _H,   _H),
    Action.SNOOZE:                (_H,   _H,   _H),
    Action.RATE:                  (_U,   None, None),
    Action.SEE_MEMBER:            (_U,   None, _H),
    Action.SEE_MEMBERS:           (_H,   _H,   _H),
    Action.CHANGE_ROLE:           (_A,   None, _A),
    Action.BLOCK:                 (None, None, _M),
    Action.EXPORT_MEMBER:         (_U,   None, _A),
    Action.ERASE_MEMBER:          (_U,   None, _A),
    Action.CHANGE_OWN_SETTINGS:   (_U,   None, None),
    Action.BE_ON_DUTY:            (_H,   None, None),
    Action.INVITE_STAFF:          (_A,   None, _A),
    Action.MANAGE_CATEGORIES:     (_A,   _A,   _A),
    Action.SEE_DASHBOARD:         (_H,   _H,   _H),
    Action.SEE_STATISTICS:        (_M,   _M,   _M),
    Action.EXPORT_TICKETS:        (_A,   _A,   _A),
    Action.MANAGE_DESK:           (_A,   _A,   _A),
    Action.SEE_TEMPLATES:         (_H,   _H,   _H),
    Action.MANAGE_TEMPLATES:      (_M,   _M,   _M),
    Action.MANAGE_PROGRAMS:       (_A,   _A,   _A),
    Action.BROADCAST:             (_A,   _A,   _A),
}  # fmt: skip

_COLUMN: Final = {Relation.OWN: 0, Relation.ASSIGNED: 1, Relation.OTHER: 2}

HIGHEST_GRANT: Final[dict[Role, Role]] = {Role.ADMIN: Role.DEVELOPER, Role.DEVELOPER: Role.DEVELOPER}
"""The highest role that a member of this role may give; nobody else gives any."""


def may(role: Role, action: Action, relation: Relation = Relation.OTHER) -> bool:
    """Whether somebody of this role may do this, being what they are to it."""
    least = LEAST_ROLE[action][_COLUMN[relation]]
    return least is not None and role.at_least(least)


def markdown() -> str:
    """The policy as a page of the docs shows it: the least role that may."""
    lines = ["| action | " + " | ".join(Relation) + " |", "| --- |" + " --- |" * len(Relation)]
    for action, row in LEAST_ROLE.items():
        lines.append(f"| {action} | " + " | ".join(role or "nobody" for role in row) + " |")
    return "\n".join(lines) + "\n"
