"""What may happen to one ticket: every command, and what follows from it."""

from datetime import datetime
from typing import Final, assert_never

from msgspec import Struct
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
    MessageDeleted,
    MessageEdited,
    MessageMoved,
    MessagePosted,
    MoveMessage,
    NoteAdded,
    OpenTicket,
    PostMessage,
    PriorityChanged,
    RateTicket,
    ReplyAwaited,
    ReportOverdue,
    ResponseOverdue,
    TagsChanged,
    TakeInMessage,
    TicketAssigned,
    TicketClosed,
    TicketCommand,
    TicketErased,
    TicketEvent,
    TicketLinked,
    TicketOpened,
    TicketRated,
    TicketReopened,
    TicketResolved,
    TicketUnassigned,
    TitleChanged,
    UnassignTicket,
    WorkStarted,
)
from tikethet_events.word import MemberId, MessageId, Priority, Role, Status

from tikethet_tickets.rules import bounds
from tikethet_tickets.rules.policy import Action, Relation, may
from tikethet_tickets.rules.status import ASKED, Cell, Move, Standing, Trigger, Who, cell, standing
from tikethet_tickets.rules.ticket_state import DONE, Said, Ticket, evolve

__all__ = ["Facts", "Said", "Ticket", "decide", "evolve", "goes_on_elsewhere", "need_visible", "relation"]


class Facts(Struct, frozen=True, kw_only=True):
    """What the handler looked up: who acts, and the things the command names (``None``: there is no such).

    ``timer`` when nobody acts but time.
    """

    actor_id: MemberId
    actor_role: Role
    category_active: bool | None = None
    assignee_role: Role | None = None
    timer: bool = False


def relation(state: Ticket, member_id: MemberId) -> Relation:
    """What a member is to a ticket; whoever asked it stays its requester when assigned to it."""
    if member_id == state.requester_id:
        return Relation.OWN
    return Relation.ASSIGNED if member_id == state.assignee_id else Relation.OTHER


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
    stands = standing(state.status, state.closed_at, now)
    match command:
        case OpenTicket():
            raise Refused("conflict")
        case PostMessage(is_internal=True):
            return _note(command, state, facts)
        case PostMessage():
            return _post(command, state, stands, facts)
        case EditMessage():
            return _edit(command, state, facts)
        case DeleteMessage():
            return _delete(command, state, facts)
        case MoveMessage():
            return _move_away(command, state, facts)
        case TakeInMessage():
            return _take_in(command, state, stands, facts)
        case AssignTicket():
            return _assign(command.assignee_id, state, stands, facts)
        case UnassignTicket():
            return _unassign(state, stands, facts)
        case ChangeStatus():
            return _move(command, state, stands, facts)
        case ChangePriority() | ChangeCategory() | ChangeTitle() | ChangeTags():
            _need(Action.CHANGE_DETAILS, state, facts)
            _moves(cell(Trigger.CHANGE, stands, Who.STAFF), state)
            return _change(command, state, facts)
        case RateTicket():
            return _rate(command, state, facts)
        case _:
            assert_never(command)


def need_visible(state: Ticket | None, facts: Facts) -> None:
    """Raise `Refused` ``not_found`` for a ticket that does not exist or is none of the actor's business."""
    if state is None:
        raise Refused("not_found")
    _need(Action.SEE_TICKET, state, facts, otherwise="not_found")


def goes_on_elsewhere(command: TicketCommand, state: Ticket | None, now: datetime, facts: Facts) -> bool:
    """Whether this message comes so late that it belongs into a new ticket linked to this one."""
    if state is None or not isinstance(command, PostMessage) or command.is_internal:
        return False
    if state.erased:
        return _side(state, facts) is Who.CUSTOMER
    stands = standing(state.status, state.closed_at, now)
    return cell(Trigger.MESSAGE, stands, _side(state, facts)) == "new_ticket"


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


def _post(command: PostMessage, state: Ticket, stands: Standing, facts: Facts) -> list[TicketEvent]:
    _need(Action.POST_MESSAGE, state, facts)
    moves = _moves(cell(Trigger.MESSAGE, stands, _side(state, facts)), state)
    _own_words(command, state, facts)
    if command.reply_to is not None and _seen(command.reply_to, state, facts).is_internal:
        raise Refused("invalid", field="reply_to", reason="is_internal")
    posted = MessagePosted(
        message_id=command.message_id,
        author_id=command.author_id,
        content=_content(command),
        attachments=command.attachments,
        reply_to=command.reply_to,
    )
    return [posted, *moves]


def _note(command: PostMessage, state: Ticket, facts: Facts) -> list[TicketEvent]:
    _need(Action.ADD_NOTE, state, facts)
    _own_words(command, state, facts)
    if command.reply_to is not None:
        _seen(command.reply_to, state, facts)
    return [
        NoteAdded(
            message_id=command.message_id,
            author_id=command.author_id,
            content=_content(command),
            attachments=command.attachments,
            reply_to=command.reply_to,
        )
    ]


def _edit(command: EditMessage, state: Ticket, facts: Facts) -> list[TicketEvent]:
    said = _seen(command.message_id, state, facts)
    if said.deleted:
        raise Refused("not_found")
    if said.author_id != facts.actor_id:
        raise Refused("forbidden")
    content = bounds.text(command.content, "content", bounds.TEXT_MAX, least=1)
    if hash(content) == said.digest:
        return []
    return [MessageEdited(message_id=command.message_id, content=content, is_internal=said.is_internal)]


def _delete(command: DeleteMessage, state: Ticket, facts: Facts) -> list[TicketEvent]:
    said = _seen(command.message_id, state, facts)
    if said.author_id != facts.actor_id:
        _need(Action.DELETE_OTHERS_MESSAGE, state, facts)
    if said.deleted:
        return []
    return [MessageDeleted(message_id=command.message_id, is_internal=said.is_internal)]


def _move_away(command: MoveMessage, state: Ticket, facts: Facts) -> list[TicketEvent]:
    """Only what its requester said: an answer or a note means the ticket it stands on."""
    said = _seen(command.message_id, state, facts)
    if said.deleted:
        raise Refused("not_found")
    _need(Action.MOVE_MESSAGE, state, facts)
    if said.is_internal or said.author_id != state.requester_id:
        raise Refused("forbidden")
    if command.to_id == state.id:
        raise Refused("invalid", field="to", reason="not_allowed")
    moved = MessageMoved(
        message_id=command.message_id,
        from_id=state.id,
        to_id=command.to_id,
        new_id=command.new_id,
        posted_at=command.posted_at,
    )
    return [moved, MessageDeleted(message_id=command.message_id, is_internal=False)]


def _take_in(command: TakeInMessage, state: Ticket, stands: Standing, facts: Facts) -> list[TicketEvent]:
    """As if its requester had said it here."""
    _need(Action.MOVE_MESSAGE, state, facts)
    if command.author_id != state.requester_id:
        raise Refused("invalid", field="to", reason="not_found")
    moves = _moves(cell(Trigger.MESSAGE, stands, Who.CUSTOMER), state)
    moved = MessageMoved(
        message_id=command.message_id,
        from_id=command.from_id,
        to_id=state.id,
        new_id=command.new_id,
        posted_at=command.posted_at,
    )
    posted = MessagePosted(
        message_id=command.new_id,
        author_id=command.author_id,
        content=command.content,
        attachments=command.attachments,
    )
    return [moved, posted, *moves]


def _assign(assignee_id: MemberId, state: Ticket, stands: Standing, facts: Facts) -> list[TicketEvent]:
    _need(Action.ASSIGN, state, facts)
    _moves(cell(Trigger.ASSIGN, stands, Who.STAFF), state)
    if assignee_id == state.assignee_id:
        return []
    if facts.assignee_role is None or not facts.assignee_role.at_least(Role.HELPER):
        raise Refused("invalid", field="assignee_id", reason="not_staff")
    _need_transfer(state, facts, otherwise="already_assigned")
    return [TicketAssigned(assignee_id=assignee_id, previous_id=state.assignee_id)]


def _unassign(state: Ticket, stands: Standing, facts: Facts) -> list[TicketEvent]:
    _need(Action.ASSIGN, state, facts)
    _moves(cell(Trigger.ASSIGN, stands, Who.STAFF), state)
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
    _need(_ACTIONS[trigger], state, facts)
    who = Who.STAFF if facts.actor_role.at_least(Role.HELPER) else Who.CUSTOMER
    found = cell(trigger, stands, who)
    if found == "bad_transition":
        raise Refused("bad_transition", **{"from": state.status.value, "to": command.status.value})
    return _moves(found, state, bounds.reason(command.reason))


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
    _need(Action.RATE, state, facts)
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


def _side(state: Ticket, facts: Facts) -> Who:
    return Who.CUSTOMER if facts.actor_id == state.requester_id else Who.STAFF


def _need(action: Action, state: Ticket, facts: Facts, *, otherwise: str = "forbidden") -> None:
    if not may(facts.actor_role, action, relation(state, facts.actor_id)):
        raise Refused(otherwise)


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


def _own_words(command: PostMessage, state: Ticket, facts: Facts) -> None:
    if command.author_id != facts.actor_id:
        raise Refused("forbidden")
    if command.message_id in state.messages:
        raise Refused("conflict")
    if len(command.attachments) > bounds.ATTACHMENTS_MAX:
        raise Refused("invalid", field="attachments", reason="too_many", limit=bounds.ATTACHMENTS_MAX)


def _content(command: PostMessage) -> str:
    return bounds.text(command.content, "content", bounds.TEXT_MAX, least=0 if command.attachments else 1)


def _seen(message_id: MessageId, state: Ticket, facts: Facts) -> Said:
    """The message, if the actor may know of it; a note does not exist for a customer."""
    said = state.messages.get(message_id)
    if said is None or (said.is_internal and not may(facts.actor_role, Action.ADD_NOTE)):
        raise Refused("not_found")
    return said


def _moves(found: Cell, state: Ticket, reason: str | None = None) -> list[TicketEvent]:
    """The events of one cell of the table, or its refusal."""
    match found:
        case "new_ticket":  # asked `goes_on_elsewhere` first, a handler never gets here
            raise Refused("ticket_closed")
        case "bad_transition" | "ticket_closed" | "forbidden":
            raise Refused(found)
        case _:
            return [_moved(move, state, reason) for move in found]


def _moved(move: Move, state: Ticket, reason: str | None) -> TicketEvent:
    match move:
        case Move.WORK_STARTED:
            return WorkStarted()
        case Move.REPLY_AWAITED:
            return ReplyAwaited()
        case Move.RESOLVED:
            return TicketResolved(reason=reason)
        case Move.CLOSED:
            return TicketClosed(reason=reason)
        case Move.REOPENED:
            return TicketReopened(status=Status.IN_PROGRESS if state.assignee_id else Status.OPEN, reason=reason)
        case _:
            assert_never(move)
