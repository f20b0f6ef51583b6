"""Events in: the feed of this process, and what an event changes here besides being told."""

from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from time import time

import msgspec
import structlog
from tikethet_events.feed import Epoch, Feed
from tikethet_events.stream import Message
from tikethet_service import tracing

from tikethet_notify import measures
from tikethet_notify.feeds import CloseCode
from tikethet_notify.hub import Hub
from tikethet_notify.live import Tickets
from tikethet_notify.members import Members
from tikethet_notify.ring import Entry

_log = structlog.get_logger("tikethet.notify.consumers")


class _Role(msgspec.Struct):
    role: str


class _Language(msgspec.Struct):
    language: str


class Hearing:
    """Takes one message after the other to the hub."""

    def __init__(self, hub: Hub, members: Members, tickets: Tickets) -> None:
        self._hub = hub
        self._members = members
        self._tickets = tickets
        self._head = 0

    def expect(self, head: int) -> None:
        """Events up to here are history; sockets are let in when they were heard."""
        self._head = head

    def begin(self, epoch: str, position: int) -> None:
        """A feed starts, or a new epoch did."""
        first = not self._hub.epoch
        if not first:
            _log.warning("a new epoch; every client fetches afresh", epoch=epoch, position=position)
        self._members.forget()
        self._hub.begin(epoch, position, head=self._head if first else position)

    def hear(self, message: Message) -> None:
        """Tell one event, after and before what it changes here."""
        self._tickets.learn(message.subject)
        self._hub.publish(Entry.of(message))
        self._change(message)
        if self._hub.up_to_date:
            with tracing.within(message.headers.get("ce-traceparent")):
                _log.info("an event was told", type=message.type, position=message.position)
            measures.LATENCY.observe(max(0.0, time() - datetime.fromisoformat(message.headers["ce-time"]).timestamp()))

    def _change(self, message: Message) -> None:
        member_id, position = message.headers["ce-subject"], message.position
        match message.type:
            case "RoleChanged":
                role = msgspec.json.decode(message.body, type=_Role).role
                now = self._members.heard(position, member_id, lambda standing: replace(standing, role=role))
                self._hub.change_role(member_id, role if now is None else now.role)
            case "MemberBlocked":
                now = self._members.heard(position, member_id, lambda standing: replace(standing, blocked=True))
                if now is None or now.blocked:
                    self._hub.close_member(member_id, CloseCode.BLOCKED, "blocked")
            case "MemberUnblocked":
                self._members.heard(position, member_id, lambda standing: replace(standing, blocked=False))
            case "LanguageChosen":
                language = msgspec.json.decode(message.body, type=_Language).language
                self._members.heard(position, member_id, lambda standing: replace(standing, language=language))
                for feed in self._hub.of(member_id):
                    feed.peer.language = language
            case "MemberErased":
                self._members.forget(member_id)
                self._hub.close_member(member_id, CloseCode.UNAUTHORIZED, "the member was erased")
                # What memory holds of them in the clear goes as well; who still had to hear it resumes elsewhere.
                self._hub.forget()


async def listen(feed: Feed, hearing: Hearing, *, after: int | None) -> None:
    """Hear everything behind ``after``, until cancelled. Raises `tikethet_events.bus.Stuck`."""
    async with aclosing(feed.items(after=after)) as items:
        async for item in items:
            if isinstance(item, Epoch):
                hearing.begin(item.lineage.epoch, item.position)
            else:
                hearing.hear(item)
