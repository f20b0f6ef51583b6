"""Every event there is, by the kind of stream it lives on and its name: how stored text becomes a word again."""

from typing import Final, get_args

from tikethet_events import broadcast, desk, member, ticket
from tikethet_events.word import Event

Kind = str
"""The part of a stream's name before the first ``-``: ``ticket``, ``member``, ``desk``, ``broadcast``."""


def _named(union: object) -> dict[str, type[Event]]:
    return {event.__name__: event for event in get_args(union)}


EVENTS: Final[dict[Kind, dict[str, type[Event]]]] = {
    "ticket": _named(ticket.TicketEvent),
    "member": _named(member.MemberEvent),
    "desk": _named(desk.DeskEvent),
    "broadcast": _named(broadcast.BroadcastEvent),
}


def kind_of(stream_id: str) -> Kind:
    """The kind of a stream, from its name."""
    return stream_id.partition("-")[0]


def name_of(event: Event) -> str:
    """The name an event is stored under."""
    return type(event).__name__
