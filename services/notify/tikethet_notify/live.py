"""What passes and is never kept, over plain NATS, so that any number of notify processes meet there.

Who is typing, who has read how far, who of the staff looks at a ticket, and the notifications that the tickets service
has just written for one member.
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


class Looking(msgspec.Struct, frozen=True, tag_field="type", tag="looking"):
    """What is said on ``tikethet.live.<requester>.<ticket>.staff``."""

    member_id: str
    gone: bool = False


class Read(msgspec.Struct, frozen=True, tag_field="type", tag="read"):
    """What is said on ``tikethet.live.<requester>.<ticket>.public`` by who has read it."""

    member_id: str
    version: int


class Notification(msgspec.Struct, frozen=True, tag_field="type", tag="notification"):
    """What is said on ``tikethet.live.<member>.<ticket>.member``: the frame as that member's sockets get it."""


_said = msgspec.json.Decoder(Typing | Looking | Read | Notification)


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
    """Says and hears who types, reads and looks."""

    def __init__(self, connection: Client, hub: Hub, tickets: Tickets) -> None:
        self._connection = connection
        self._hub = hub
        self._tickets = tickets

    async def typing(self, ticket_id: str, member_id: str, role: str) -> None:
        """A member is typing. Raises `NoSuchTicket` when they have no part in the ticket."""
        await self._to_all(ticket_id, member_id, role, Typing(member_id))

    async def read(self, ticket_id: str, member_id: str, role: str, version: int) -> None:
        """A member has read a ticket up to a version. Raises `NoSuchTicket` when they have no part in it."""
        await self._to_all(ticket_id, member_id, role, Read(member_id, version))

    async def _to_all(self, ticket_id: str, member_id: str, role: str, word: Typing | Read) -> None:
        requester = await self._tickets.requester(ticket_id)
        if not rules.may_type(requester, member_id, role):
            raise NoSuchTicket
        await self._say(f"{requester}.{ticket_id}.public", word)

    async def looking(self, ticket_id: str, member_id: str, role: str, *, gone: bool) -> None:
        """Somebody of the staff looks at a ticket, or no longer does. Raises `NoSuchTicket` for anybody else."""
        if not rules.may_look(role):
            raise NoSuchTicket
        requester = await self._tickets.requester(ticket_id)
        await self._say(f"{requester}.{ticket_id}.staff", Looking(member_id, gone))

    async def _say(self, where: str, word: Typing | Looking | Read) -> None:
        if not self._connection.is_connected:
            return  # ephemeral: better dropped than said when it is no longer true
        try:
            await self._connection.publish(f"{SUBJECT}.{where}", msgspec.json.encode(word))
        except NatsError as failure:
            _log.debug("an ephemeral word was dropped", error=str(failure))

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
            case Looking(member_id=member_id, gone=gone):
                self._hub.say(audience, requester, frames.looking(ticket_id, member_id, gone=gone), but=member_id)
            case Read(member_id=member_id, version=version):
                self._hub.say(audience, requester, frames.read_to(ticket_id, member_id, version), but=member_id)
            case Notification() if audience == MEMBER:
                self._hub.tell(requester, message.data)
            case Notification():
                pass  # nobody's in particular
