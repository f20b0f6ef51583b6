"""What passes and is never kept, over plain NATS, so that any number of notify processes meet there.

Who is typing, and the notifications that the tickets service has just written for one member.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import msgspec
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from tikethet_notify import frames, rules
from tikethet_notify.hub import Hub

SUBJECT = "tikethet.live"
MEMBER = "member"
"""In the place of an audience: said to that member and nobody else."""
KEPT = 50_000
"""Tickets whose requester is remembered; the one not used for longest goes first."""

_log = structlog.get_logger("tikethet.notify.live")


class NoSuchTicket(Exception):
    """There is none, or it is not theirs to know of."""


class Typing(msgspec.Struct, frozen=True, tag_field="type", tag="typing"):
    """What is said on ``tikethet.live.<requester>.<ticket>.<audience>``."""

    member_id: str


class Notification(msgspec.Struct, frozen=True, tag_field="type", tag="notification"):
    """What is said on ``tikethet.live.<member>.<ticket>.member``: the frame as that member's sockets get it."""


_said = msgspec.json.Decoder(Typing | Notification)


class Tickets:
    """Whose ticket is it: learnt from the events that pass, asked for when it was not heard of."""

    def __init__(self, ask: Callable[[str], Awaitable[str | None]]) -> None:
        self._ask = ask
        self._requesters: OrderedDict[str, str] = OrderedDict()

    def learn(self, subject: str) -> None:
        """Take note of an event's subject: ``tikethet.events.<requester>.<ticket>.<Type>``."""
        _, _, requester, ticket, *_ = subject.split(".")
        if ticket != "-" and requester != "-":
            self._requesters[ticket] = requester
            self._requesters.move_to_end(ticket)
            if len(self._requesters) > KEPT:
                self._requesters.popitem(last=False)

    async def requester(self, ticket_id: str) -> str:
        """The member who asked. Raises `NoSuchTicket`."""
        known = self._requesters.get(ticket_id)
        if known is None:
            known = await self._ask(ticket_id)
            if known is None:
                raise NoSuchTicket
            self.learn(f"tikethet.events.{known}.{ticket_id}.-")
        return known


class Live:
    """Says and hears typing."""

    def __init__(self, connection: Client, hub: Hub, tickets: Tickets) -> None:
        self._connection = connection
        self._hub = hub
        self._tickets = tickets

    async def typing(self, ticket_id: str, member_id: str, role: str) -> None:
        """A member is typing. Raises `NoSuchTicket` when they have no part in the ticket."""
        requester = await self._tickets.requester(ticket_id)
        if not rules.may_type(requester, member_id, role):
            raise NoSuchTicket
        message = msgspec.json.encode(Typing(member_id))
        if not self._connection.is_connected:
            return  # ephemeral: better dropped than said when it is no longer true
        try:
            await self._connection.publish(f"{SUBJECT}.{requester}.{ticket_id}.public", message)
        except NatsError as failure:
            _log.debug("typing was dropped", error=str(failure))

    async def listen(self) -> None:
        """Hear what is said everywhere, until cancelled."""
        subscription = await self._connection.subscribe(f"{SUBJECT}.*.*.*", cb=self._heard)
        try:
            await asyncio.Event().wait()
        finally:
            if not self._connection.is_closed:
                await subscription.unsubscribe()

    async def _heard(self, message: Msg) -> None:
        requester, ticket_id, audience = message.subject.removeprefix(f"{SUBJECT}.").split(".")
        try:
            said = _said.decode(message.data)
        except msgspec.DecodeError:
            return  # another kind of ephemeral word
        match said:
            case Typing(member_id=member_id):
                self._hub.say(audience, requester, frames.typing(ticket_id, member_id), but=member_id)
            case Notification() if audience == MEMBER:
                self._hub.tell(requester, message.data)
            case Notification():
                pass  # nobody's in particular
