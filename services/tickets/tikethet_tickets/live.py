"""What was just committed, told at once to those who look: notifications over plain NATS, for `/ws`.

Nothing depends on it: a notification is a row first, and whoever was not reached finds it in their list.
"""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

import msgspec
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError

from tikethet_tickets.queries.notifications import said
from tikethet_tickets.shapes import Notification
from tikethet_tickets.views.notices import Told

SUBJECT: Final = "tikethet.live"
_log = structlog.get_logger("tikethet.tickets.live")


class Frame(Notification, frozen=True, kw_only=True, tag_field="type", tag="notification"):
    """A notification as a socket hears it."""


class Live:
    """Holds what a flush told until it is committed, then says it. A flush that fails is forgotten by the next."""

    def __init__(self, connection: Callable[[], Client | None]) -> None:
        self._connection = connection
        self._held: tuple[int, Sequence[Told]] = (0, ())
        self._saying: set[asyncio.Task[None]] = set()

    def hold(self, position: int, told: Sequence[Told]) -> None:
        """Inside the flush that ends at ``position``; flushes of a process come one after the other."""
        self._held = (position, told)

    def committed(self, position: int) -> None:
        """The log goes to ``position`` now."""
        at, told = self._held
        if at != position:
            return
        self._held = (0, ())
        self.say(told)

    def say(self, told: Sequence[Told]) -> None:
        """What is committed already, to those who look."""
        connection = self._connection()
        if told and connection is not None and connection.is_connected:
            task = asyncio.get_running_loop().create_task(self._say(connection, told))
            self._saying.add(task)
            task.add_done_callback(self._saying.discard)

    async def _say(self, connection: Client, told: Sequence[Told]) -> None:
        try:
            for each in told:
                subject = f"{SUBJECT}.{each.member_id}.{each.ticket_id or '-'}.member"
                await connection.publish(subject, msgspec.json.encode(frame(each)))
        except (NatsError, OSError) as failure:
            _log.debug("notifications were not pushed", error=str(failure))


def frame(told: Told) -> Frame:
    """What the socket hears: the notification as its list shows it."""
    return Frame(
        id=told.id,
        kind=told.kind,
        text=said(told.language, told.what, told.ticket_number, told.count),
        ticket_id=told.ticket_id,
        ticket_number=told.ticket_number,
        actor_id=told.actor_id,
        created_at=told.created_at,
        read_at=None,
    )
