"""What every rule about a ticket asks first: who acts, what they may, and where the ticket goes from here."""

from typing import assert_never

from msgspec import Struct
from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    ReplyAwaited,
    TicketClosed,
    TicketEvent,
    TicketReopened,
    TicketResolved,
    WorkStarted,
)
from tikethet_events.word import MemberId, MessageId, Role, Status

from tikethet_tickets.rules.policy import Action, Relation, may
from tikethet_tickets.rules.status import Cell, Move, Who
from tikethet_tickets.rules.ticket_state import Said, Ticket


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


def need(action: Action, state: Ticket, facts: Facts, *, otherwise: str = "forbidden") -> None:
    """Raise `Refused` ``otherwise`` unless the policy lets the actor do this to the ticket."""
    if not may(facts.actor_role, action, relation(state, facts.actor_id)):
        raise Refused(otherwise)


def side(state: Ticket, facts: Facts) -> Who:
    """On whose side of the desk the actor speaks: the requester is the customer, whatever their role."""
    return Who.CUSTOMER if facts.actor_id == state.requester_id else Who.STAFF


def seen(message_id: MessageId, state: Ticket, facts: Facts) -> Said:
    """The message, if the actor may know of it; a note does not exist for a customer."""
    said = state.messages.get(message_id)
    if said is None or (said.is_internal and not may(facts.actor_role, Action.ADD_NOTE)):
        raise Refused("not_found")
    return said


def moves(found: Cell, state: Ticket, reason: str | None = None) -> list[TicketEvent]:
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
