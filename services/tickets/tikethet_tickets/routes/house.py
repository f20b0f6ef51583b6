"""What every route works with, put together once by `wiring`."""

from collections.abc import Callable
from datetime import datetime
from typing import cast

from fastapi import Request
from msgspec import Struct
from tikethet_events.keys import Keys
from tikethet_events.log import Log
from tikethet_service.callers import CallerVerifier

from tikethet_tickets.files.keeping import Files
from tikethet_tickets.handle.broadcasts import Broadcasts
from tikethet_tickets.handle.chores import Chores
from tikethet_tickets.handle.desk import Desk
from tikethet_tickets.handle.members import Members
from tikethet_tickets.handle.merging import Merging
from tikethet_tickets.handle.programs import Programs
from tikethet_tickets.handle.tickets import Tickets
from tikethet_tickets.handle.timers import Timers
from tikethet_tickets.queries.viewer import Reader
from tikethet_tickets.subscribers.consumers import Consumers
from tikethet_tickets.webhooks.post import Post
from tikethet_tickets.webhooks.sender import Sender


class House(Struct, frozen=True, kw_only=True):
    """Questions go to ``reader`` (and ``log`` for the past), commands to the handlers.

    What people attach is with ``files``, what time does with ``timers``; ``keys`` open what an event kept sealed.
    """

    log: Log
    keys: Keys
    reader: Reader
    verifier: CallerVerifier
    tickets: Tickets
    merging: Merging
    members: Members
    desk: Desk
    programs: Programs
    consumers: Consumers
    post: Post
    sender: Sender
    broadcasts: Broadcasts
    timers: Timers
    chores: Chores
    files: Files
    now: Callable[[], datetime]


def house_of(request: Request) -> House:
    """The house a request came to."""
    return cast("House", request.app.state.house)


async def the_house(request: Request) -> House:
    """The same as FastAPI asks for it: a plain function would cost a thread each time."""
    return house_of(request)
