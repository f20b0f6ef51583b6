"""What may happen to one ticket: every command, and what follows from it."""

from datetime import datetime
from typing import Final, assert_never

from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    AssignOnDuty,
    AssignTicket,
    CategoryChanged,
    ChangeCategory,
    ChangePriority,
    ChangeStatus,
    ChangeTags,
    ChangeTitle,
    CloseResolved,
    DeleteMessage,
    EditMessage,
    ForgetTicket,
    LetTicketGo,
    MergeTicket,
    MoveMessage,
    OpenTicket,
    PostMessage,
    PriorityChanged,
    RateTicket,
    ReportOverdue,
    ResponseOverdue,
    TagsChanged,
    TakeInMessage,
    TakeInTicket,
    TicketAssigned,
    TicketClosed,
    TicketCommand,
    TicketErased,
    TicketEvent,
    TicketLinked,
    TicketOpened,
    TicketRated,
    TicketUnassigned,
    TitleChanged,
    UnassignTicket,
    UnmergeTicket,
)
from tikethet_events.word import MemberId, Priority, Role, Status

from tikethet_tickets.rules import bounds
from tikethet_tickets.rules.policy import Action, Relation, may
from tikethet_tickets.rules.status import ASKED, Standing, Trigger, Who, cell, standing
from tikethet_tickets.rules.ticket_facts import Facts, moves, need, relation, side
from tikethet_tickets.rules.ticket_merge import goes_on_in, let_go, merge, need_unmerged, take_in_ticket, unmerge
from tikethet_tickets.rules.ticket_state import DONE, Said, Ticket, evolve
from tikethet_tickets.rules.ticket_words import delete, edit, move_away, note, post, take_in

__all__ = ["Facts", "Said", "Ticket", "decide", "evolve", "goes_on_elsewhere", "goes_on_in", "need_visible", "relation"]


def decide(command: TicketCommand, state: Ticket | None, now: datetime, facts: Facts) -> list[TicketEvent]:
    """What follows from a command: events, or none where nothing changes.

    Raises `Refused` with the problem code where a rule says no.
    """
    if state is None:
        if isinstance(command, OpenTicket):
            return _open(command, facts)
        raise Refused("not_found")
    if isinstance(command, CloseResolved | ReportOverdue | AssignOnDuty | ForgetTicket):
        return _on_time(command, state, facts)
    need_visible(state, facts)
    if state.erased:
        raise Refused("ticket_closed")
    need_unmerged(command, state)
    stands = standing(state.status, state.closed_at, now)
    match command:
        case OpenTicket():
            raise Refused("conflict")
        case PostMessage(is_internal=True):
            return note(command, state, facts)
        case PostMessage():
            return post(command, state, stands, facts)
        case EditMessage():
            return edit(command, state, facts)
        case DeleteMessage():
            return delete(command, state, facts)
        case MoveMessage():
            return move_away(command, state, facts)
        case TakeInMessage():
            return take_in(command, state, stands, facts)
        case MergeTicket():
            return merge(command, state, facts)
        case TakeInTicket():
            return take_in_ticket(command, state, facts)
        case UnmergeTicket():
            return unmerge(state, facts)
        case LetTicketGo():
            return let_go(command, state, facts)
        case AssignTicket():
            return _assign(command.assignee_id, state, stands, facts)
        case UnassignTicket():
            return _unassign(state, stands, facts)
        case ChangeStatus():
            return _move(command, state, stands, facts)
        case ChangePriority() | ChangeCategory() | ChangeTitle() | ChangeTags():
            need(Action.CHANGE_DETAILS, state, facts)
            moves(cell(Trigger.CHANGE, stands, Who.STAFF), state)
            return _change(command, state, facts)
        case RateTicket():
            return _rate(command, state, facts)
        case _:
            assert_never(command)


def need_visible(state: Ticket | None, facts: Facts) -> None:
    """Raise `Refused` ``not_found`` for a ticket that does not exist or is none of the actor's business."""
    if state is None:
        raise Refused("not_found")
    need(Action.SEE_TICKET, state, facts, otherwise="not_found")


def goes_on_elsewhere(command: TicketCommand, state: Ticket | None, now: datetime, facts: Facts) -> bool:
    """Whether this message comes so late that it belongs into a new ticket linked to this one."""
    if state is None or not isinstance(command, PostMessage) or command.is_internal:
        return False
    if state.erased:
        return side(state, facts) is Who.CUSTOMER
    stands = standing(state.status, state.closed_at, now)
    return cell(Trigger.MESSAGE, stands, side(state, facts)) == "new_ticket"


def _open(command: OpenTicket, facts: Facts) -> list[TicketEvent]:
    if command.requester_id != facts.actor_id:
        raise Refused("forbidden")
    if command.priority is Priority.CRITICAL and not may(facts.actor_role, Action.OPEN_CRITICAL, Relation.OWN):
        raise Refused("forbidden")
    if command.linked_to is None:  # what goes on from an older ticket keeps its category, archived or not
        _usable_category(facts)
    opened = TicketOpened(
        ticket_id=command.ticket_id,
        number=command.number,
        requester_id=command.requester_id,
        title=bounds.line(command.title, "title", bounds.TITLE_MAX),
        description=bounds.text(command.description, "description", bounds.TEXT_MAX),
        category_id=command.category_id,
        priority=command.priority,
        attachments=command.attachments,
    )
    return [opened] if command.linked_to is None else [opened, TicketLinked(linked_to=command.linked_to)]


def _assign(assignee_id: MemberId, state: Ticket, stands: Standing, facts: Facts) -> list[TicketEvent]:
    need(Action.ASSIGN, state, facts)
    moves(cell(Trigger.ASSIGN, stands, Who.STAFF), state)
    if assignee_id == state.assignee_id:
        return []
    if facts.assignee_role is None or not facts.assignee_role.at_least(Role.HELPER):
        raise Refused("invalid", field="assignee_id", reason="not_staff")
    _need_transfer(state, facts, otherwise="already_assigned")
    return [TicketAssigned(assignee_id=assignee_id, previous_id=state.assignee_id)]


def _unassign(state: Ticket, stands: Standing, facts: Facts) -> list[TicketEvent]:
    need(Action.ASSIGN, state, facts)
    moves(cell(Trigger.ASSIGN, stands, Who.STAFF), state)
    if state.assignee_id is None:
        return []
    _need_transfer(state, facts, otherwise="forbidden")
    return [TicketUnassigned(previous_id=state.assignee_id)]


_ACTIONS: Final = {
    Trigger.START: Action.MOVE_WORK,
    Trigger.AWAIT: Action.MOVE_WORK,
    Trigger.RESOLVE: Action.FINISH,
    Trigger.CLOSE: Action.FINISH,
    Trigger.REOPEN: Action.REOPEN,
}


def _move(command: ChangeStatus, state: Ticket, stands: Standing, facts: Facts) -> list[TicketEvent]:
    trigger = ASKED[command.status]
    need(_ACTIONS[trigger], state, facts)
    who = Who.STAFF if facts.actor_role.at_least(Role.HELPER) else Who.CUSTOMER
    found = cell(trigger, stands, who)
    if found == "bad_transition":
        raise Refused("bad_transition", **{"from": state.status.value, "to": command.status.value})
    return moves(found, state, bounds.reason(command.reason))


def _change(
    command: ChangePriority | ChangeCategory | ChangeTitle | ChangeTags, state: Ticket, facts: Facts
) -> list[TicketEvent]:
    match command:
        case ChangePriority(priority=priority):
            same = priority is state.priority
            return [] if same else [PriorityChanged(priority=priority, previous=state.priority)]
        case ChangeCategory(category_id=category_id):
            if category_id == state.category_id:
                return []
            _usable_category(facts)
            return [CategoryChanged(category_id=category_id, previous_id=state.category_id)]
        case ChangeTitle():
            title = bounds.line(command.title, "title", bounds.TITLE_MAX)
            return [] if title == state.title else [TitleChanged(title=title, previous=state.title)]
        case ChangeTags():
            tags = bounds.tags(command.tags)
            return [] if tags == state.tags else [TagsChanged(tags=tags, previous=state.tags)]
        case _:
            assert_never(command)


def _rate(command: RateTicket, state: Ticket, facts: Facts) -> list[TicketEvent]:
    """Only after a resolution, and once for each; words may follow the stars, closing it takes nothing away."""
    need(Action.RATE, state, facts)
    if command.score not in bounds.SCORES:
        raise Refused("invalid", field="score", reason="out_of_range", limit=bounds.SCORES[-1])
    if not state.resolved:
        raise Refused("not_resolved")
    comment = bounds.reason(command.comment, "comment")
    if state.rated and (state.commented or comment is None or command.score != state.rated):
        raise Refused("already_rated")
    return [TicketRated(score=command.score, comment=comment)]


def _on_time(
    command: CloseResolved | ReportOverdue | AssignOnDuty | ForgetTicket, state: Ticket, facts: Facts
) -> list[TicketEvent]:
    """What only time does; nothing, when the ticket moved on meanwhile."""
    if not facts.timer:
        raise Refused("forbidden")
    if state.erased:
        return []
    match command:
        case CloseResolved():
            return [TicketClosed()] if state.status is Status.RESOLVED else []
        case ForgetTicket():
            return [TicketErased()] if state.status is Status.CLOSED else []
        case AssignOnDuty(assignee_id=assignee_id):
            is_free = state.assignee_id is None and state.status not in DONE
            return [TicketAssigned(assignee_id=assignee_id)] if is_free else []
        case ReportOverdue():
            waits = state.waiting_since is not None and not state.overdue
            return [ResponseOverdue(since=state.waiting_since)] if waits and state.waiting_since else []
        case _:
            assert_never(command)


def _need_transfer(state: Ticket, facts: Facts, *, otherwise: str) -> None:
    """Whoever is responsible hands the ticket on; a colleague may not simply take it away."""
    if state.assignee_id is None:
        return
    is_theirs = facts.actor_id == state.assignee_id
    if not may(facts.actor_role, Action.TRANSFER, Relation.ASSIGNED if is_theirs else Relation.OTHER):
        if otherwise == "already_assigned":
            raise Refused(otherwise, assignee_id=state.assignee_id)
        raise Refused(otherwise)


def _usable_category(facts: Facts) -> None:
    if facts.category_active is None:
        raise Refused("invalid", field="category_id", reason="not_found")
    if not facts.category_active:
        raise Refused("category_archived")
