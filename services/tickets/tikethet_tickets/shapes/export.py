"""Everything kept about one person."""

from datetime import datetime

from msgspec import Struct
from tikethet_events.word import TicketId

from tikethet_tickets.shapes.people import Me
from tikethet_tickets.shapes.tickets import Message, Ticket


class ReadMarker(Struct, frozen=True, kw_only=True):
    """How far somebody has read a ticket: up to and including this version."""

    ticket_id: TicketId
    version: int
    read_at: datetime


class ExportedTicket(Struct, frozen=True, kw_only=True):
    """A ticket with its public conversation, for the person it belongs to."""

    ticket: Ticket
    messages: list[Message]


class MemberExport(Struct, frozen=True, kw_only=True):
    """Everything kept about a person that is theirs to have: no note of staff is in it."""

    member: Me
    joined_at: datetime
    tickets: list[ExportedTicket]
    messages_elsewhere: list[Message]
    read_markers: list[ReadMarker]
