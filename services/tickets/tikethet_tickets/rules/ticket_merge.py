"""Two tickets about the same: one ends and goes on in the other, and can be taken out of it again.

Nothing moves: what was said stays where it was said. What its requester still says to the one that ended is said where
it goes on (`goes_on_in`); staff are told where that is.
"""

from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    DeleteMessage,
    EditMessage,
    LetTicketGo,
    MergeTicket,
    MoveMessage,
    PostMessage,
    RateTicket,
    TakeInTicket,
    TicketCommand,
    TicketEvent,
    TicketMerged,
    TicketUnmerged,
    UnmergeTicket,
)
from tikethet_events.word import Status, TicketId

from tikethet_tickets.rules.policy import Action
from tikethet_tickets.rules.status import Who
from tikethet_tickets.rules.ticket_facts import Facts, need, side
from tikethet_tickets.rules.ticket_state import DONE, Ticket


def goes_on_in(command: TicketCommand, state: Ticket, facts: Facts) -> TicketId | None:
    """The ticket to which this is said instead, when its requester writes to one that was merged."""
    is_word = isinstance(command, PostMessage) and not command.is_internal
    if state.merged is None or not is_word or side(state, facts) is not Who.CUSTOMER:
        return None
    return state.merged.into_id


def need_unmerged(command: TicketCommand, state: Ticket) -> None:
    """Raise `Refused` ``ticket_merged`` for what would make a ticket go on that goes on elsewhere."""
    if state.merged is None:
        return
    match command:
        case PostMessage(is_internal=True) | EditMessage() | DeleteMessage() | MoveMessage() | RateTicket():
            pass
        case UnmergeTicket() | LetTicketGo():
            pass
        case _:
            raise Refused("ticket_merged", number=state.merged.into_number)


def merge(command: MergeTicket, state: Ticket, facts: Facts) -> list[TicketEvent]:
    """It ends here, whatever its status."""
    need(Action.MERGE, state, facts)
    if command.into_id == state.id:
        raise Refused("invalid", field="into", reason="not_allowed")
    return [
        TicketMerged(
            from_id=state.id,
            from_number=state.number,
            into_id=command.into_id,
            into_number=command.into_number,
        )
    ]


def take_in_ticket(command: TakeInTicket, state: Ticket, facts: Facts) -> list[TicketEvent]:
    """It goes on here, where only what the same customer asks can go on, and only while this goes on itself."""
    need(Action.MERGE, state, facts)
    if command.requester_id != state.requester_id:
        raise Refused("invalid", field="into", reason="not_found")
    if state.status is Status.CLOSED:
        raise Refused("ticket_closed")
    return [
        TicketMerged(
            from_id=command.from_id,
            from_number=command.from_number,
            into_id=state.id,
            into_number=state.number,
        )
    ]


def unmerge(state: Ticket, facts: Facts) -> list[TicketEvent]:
    """What was over before is over again; else it goes on as a reopened one does."""
    need(Action.MERGE, state, facts)
    if state.merged is None:
        raise Refused("not_merged")
    goes_on = Status.IN_PROGRESS if state.assignee_id is not None else Status.OPEN
    return [
        TicketUnmerged(
            from_id=state.id,
            from_number=state.number,
            into_id=state.merged.into_id,
            into_number=state.merged.into_number,
            status=state.stood if state.stood in DONE else goes_on,
        )
    ]


def let_go(command: LetTicketGo, state: Ticket, facts: Facts) -> list[TicketEvent]:
    """Here a mark stays."""
    need(Action.MERGE, state, facts)
    return [
        TicketUnmerged(
            from_id=command.from_id,
            from_number=command.from_number,
            into_id=state.id,
            into_number=state.number,
            status=command.status,
        )
    ]
