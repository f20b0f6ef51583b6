"""What somebody has to do, passed on: when they go off duty, and when they are of the staff no longer."""

from tikethet_events.errors import Refused
from tikethet_events.ticket import AssignTicket, UnassignTicket
from tikethet_events.word import MemberId

from tikethet_tickets.queries.duty import open_tickets_of
from tikethet_tickets.routes.asking import Commander


async def pass_on(who: Commander, member_id: MemberId, command: AssignTicket | UnassignTicket) -> int:
    """How many open tickets of a member changed hands.

    Each is a command of its own: one that was closed meanwhile does not keep the others.
    """
    count = 0
    for ticket_id in await open_tickets_of(who.house.reader, member_id):
        request = who.own_command(type(command).__name__)
        try:
            await who.house.tickets.act(request, who.viewer, ticket_id, (command,))
        except Refused as refused:
            if refused.code not in {"ticket_closed", "ticket_merged", "not_found"}:
                raise
        else:
            count += 1
    return count
