"""What may be said on a ticket, changed, taken back and moved to another."""

from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    DeleteMessage,
    EditMessage,
    MessageDeleted,
    MessageEdited,
    MessageMoved,
    MessagePosted,
    MoveMessage,
    NoteAdded,
    PostMessage,
    TakeInMessage,
    TicketEvent,
)

from tikethet_tickets.rules import bounds
from tikethet_tickets.rules.policy import Action
from tikethet_tickets.rules.status import Standing, Trigger, Who, cell
from tikethet_tickets.rules.ticket_facts import Facts, moves, need, seen, side
from tikethet_tickets.rules.ticket_state import Ticket


def post(command: PostMessage, state: Ticket, stands: Standing, facts: Facts) -> list[TicketEvent]:
    """Say something that everyone on the ticket sees."""
    need(Action.POST_MESSAGE, state, facts)
    moved_on = moves(cell(Trigger.MESSAGE, stands, side(state, facts)), state)
    _own_words(command, state, facts)
    if command.reply_to is not None and seen(command.reply_to, state, facts).is_internal:
        raise Refused("invalid", field="reply_to", reason="is_internal")
    posted = MessagePosted(
        message_id=command.message_id,
        author_id=command.author_id,
        content=_content(command),
        attachments=command.attachments,
        reply_to=command.reply_to,
    )
    return [posted, *moved_on]


def note(command: PostMessage, state: Ticket, facts: Facts) -> list[TicketEvent]:
    """Leave a note that only staff see; a closed ticket takes one, too."""
    need(Action.ADD_NOTE, state, facts)
    _own_words(command, state, facts)
    if command.reply_to is not None:
        seen(command.reply_to, state, facts)
    return [
        NoteAdded(
            message_id=command.message_id,
            author_id=command.author_id,
            content=_content(command),
            attachments=command.attachments,
            reply_to=command.reply_to,
        )
    ]


def edit(command: EditMessage, state: Ticket, facts: Facts) -> list[TicketEvent]:
    """Give one's own message or note another text."""
    said = seen(command.message_id, state, facts)
    if said.deleted:
        raise Refused("not_found")
    if said.author_id != facts.actor_id:
        raise Refused("forbidden")
    content = bounds.text(command.content, "content", bounds.TEXT_MAX, least=1)
    if hash(content) == said.digest:
        return []
    return [MessageEdited(message_id=command.message_id, content=content, is_internal=said.is_internal)]


def delete(command: DeleteMessage, state: Ticket, facts: Facts) -> list[TicketEvent]:
    """Take a message or note back: one's own, or, for moderators, anybody's."""
    said = seen(command.message_id, state, facts)
    if said.author_id != facts.actor_id:
        need(Action.DELETE_OTHERS_MESSAGE, state, facts)
    if said.deleted:
        return []
    return [MessageDeleted(message_id=command.message_id, is_internal=said.is_internal)]


def move_away(command: MoveMessage, state: Ticket, facts: Facts) -> list[TicketEvent]:
    """Only what its requester said: an answer or a note means the ticket it stands on."""
    said = seen(command.message_id, state, facts)
    if said.deleted:
        raise Refused("not_found")
    need(Action.MOVE_MESSAGE, state, facts)
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


def take_in(command: TakeInMessage, state: Ticket, stands: Standing, facts: Facts) -> list[TicketEvent]:
    """As if its requester had said it here."""
    need(Action.MOVE_MESSAGE, state, facts)
    if command.author_id != state.requester_id:
        raise Refused("invalid", field="to", reason="not_found")
    moved_on = moves(cell(Trigger.MESSAGE, stands, Who.CUSTOMER), state)
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
    return [moved, posted, *moved_on]


def _own_words(command: PostMessage, state: Ticket, facts: Facts) -> None:
    if command.author_id != facts.actor_id:
        raise Refused("forbidden")
    if command.message_id in state.messages:
        raise Refused("conflict")
    if len(command.attachments) > bounds.ATTACHMENTS_MAX:
        raise Refused("invalid", field="attachments", reason="too_many", limit=bounds.ATTACHMENTS_MAX)


def _content(command: PostMessage) -> str:
    return bounds.text(command.content, "content", bounds.TEXT_MAX, least=0 if command.attachments else 1)
