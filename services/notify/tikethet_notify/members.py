"""Who a member is, as far as hearing goes: asked from tickets once, then kept right by the events that pass."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

KEPT = 20_000
"""Members remembered; the one not asked for longest goes first."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What tickets says of a member. ``position``: events up to there are in it."""

    role: str
    blocked: bool
    language: str
    position: int


class NoSuchMember(Exception):
    """Tickets knows nobody of this id."""


class Unreachable(Exception):
    """Tickets cannot be asked now."""


Ask = Callable[[str], Awaitable[Standing]]
"""Asks tickets about a member; raises `NoSuchMember` or `Unreachable`."""

Change = Callable[[Standing], Standing]
"""What an event makes of a standing."""


class Members:
    """The standing of members. An event never undoes what a later answer already said."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._known: OrderedDict[str, Standing] = OrderedDict()
        self._asking: dict[str, asyncio.Future[Standing]] = {}
        self._heard: dict[str, list[tuple[int, Change]]] = {}
        """What passed about members who were being asked for just then."""
        self._generation = 0

    def known(self, member_id: str) -> Standing | None:
        """Their standing, without asking."""
        return self._known.get(member_id)

    async def standing(self, member_id: str) -> Standing:
        """Their standing, asked for if need be; many who ask at once share one question."""
        known = self._known.get(member_id)
        if known is not None:
            self._known.move_to_end(member_id)
            return known
        asking = self._asking.get(member_id)
        if asking is None:
            asking = asyncio.get_running_loop().create_future()
            self._asking[member_id] = asking
            try:
                asking.set_result(await self._asked(member_id))
            except (NoSuchMember, Unreachable) as failure:
                asking.set_exception(failure)
            finally:
                asking.cancel()
                del self._asking[member_id]
        return await asyncio.shield(asking)

    def heard(self, position: int, member_id: str, change: Change) -> Standing | None:
        """An event at ``position`` says otherwise now. Returns what is right after it, ``None`` for one not known.

        That need not be what the event says: a later answer may have taken in this event and more.
        """
        if member_id in self._asking:
            self._heard.setdefault(member_id, []).append((position, change))
        known = self._known.get(member_id)
        if known is not None and position > known.position:
            known = self._known[member_id] = replace(change(known), position=position)
        return known

    def forget(self, member_id: str | None = None) -> None:
        """Ask again: about one member, or (in a new epoch, where positions mean something else) about all."""
        if member_id is not None:
            self._known.pop(member_id, None)
            return
        self._generation += 1
        self._known.clear()

    async def _asked(self, member_id: str) -> Standing:
        generation = self._generation
        try:
            standing = await self._ask(member_id)
        finally:
            heard = self._heard.pop(member_id, [])
        if generation != self._generation:
            return standing
        for position, change in heard:
            if position > standing.position:
                standing = replace(change(standing), position=position)
        self._known[member_id] = standing
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return standing
