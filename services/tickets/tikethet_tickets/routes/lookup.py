"""From what stands in a path to what it means, for whoever asks."""

from tikethet_events.errors import Refused
from tikethet_events.word import MemberId, TicketId

from tikethet_tickets.handle.core import Done
from tikethet_tickets.handle.ids import is_id
from tikethet_tickets.queries.as_of import member_from_log
from tikethet_tickets.queries.members import member_row
from tikethet_tickets.queries.tickets import TicketKey, find_ticket
from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.routes.asking import Asker
from tikethet_tickets.routes.house import House
from tikethet_tickets.rules.policy import Action, Relation, may
from tikethet_tickets.views.rows import MemberRow


async def ticket_id(reader: Reader, text: str) -> TicketId:
    """The id of a ticket named by id or number. Raises `Refused` ``not_found`` for a number or word that is none.

    An id is taken as it stands: the command finds out whether there is such a ticket.
    """
    if is_id(text):
        return TicketId(text)
    found = await find_ticket(reader, text)
    if found is None:
        raise Refused("not_found")
    return found.id


async def visible_ticket(reader: Reader, who: Asker, text: str) -> TicketKey:
    """The ticket, if it is the caller's business. Raises `Refused` ``not_found`` otherwise."""
    found = await find_ticket(reader, text)
    if found is None:
        raise Refused("not_found")
    relation = Relation.OWN if found.requester_id == who.viewer.member_id else Relation.OTHER
    if not may(who.viewer.role, Action.SEE_TICKET, relation):
        raise Refused("not_found")
    return found


def some_id(text: str) -> str:
    """An id in a path. Raises `Refused` ``not_found`` for what cannot be one."""
    if not is_id(text):
        raise Refused("not_found")
    return text


def member_id(text: str, who: Asker) -> MemberId:
    """A member in a path; ``me`` is whoever asks."""
    return who.viewer.member_id if text == "me" else MemberId(some_id(text))


async def member_after(house: House, done: Done) -> MemberRow:
    """The member after a command; after a repeated one as they were the first time. Raises `Refused` for nobody."""
    if done.replayed:
        row = member_from_log(await house.log.read_stream(done.stream_id, until=done.version))
    else:
        row = await member_row(house.reader, done.stream_id.removeprefix("member-"))
    if row is None:
        raise Refused("not_found")
    return row
