"""One command from question to answer: decide → append → decide again when somebody was faster.

That a command came before is told by the log when it is appended, or asked when it is refused.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

import structlog
from msgspec import Struct
from prometheus_client import Counter
from tikethet_events.append import Append, Appended, Guard, Write
from tikethet_events.envelope import Metadata, Recorded
from tikethet_events.errors import Conflict, Overloaded, Refused
from tikethet_events.log import Log
from tikethet_events.word import MemberId
from tikethet_service.metrics import REGISTRY

from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.handle.streams import Streams

_log = structlog.get_logger("tikethet.tickets.commands")

TRIES: Final = 40
"""How often a command is decided before it gives up with ``conflict``.

Many, because a process that just wrote a hot stream knows its state already, while the other has to read it first.
"""
QUEUE: Final = 256
"""How many commands may wait for one stream."""
_EVENTS_PER_COMMAND: Final = 16
"""More than any one command writes to one stream; bounds the look back for a repeated one."""

_COMMANDS: Final = Counter(
    "tikethet_commands_total", "Commands by name and outcome.", ("command", "outcome"), registry=REGISTRY
)


class Request(Struct, frozen=True, kw_only=True):
    """How a command came: ``name`` says what it is (for the metrics), ``caller`` scopes ``command_id``.

    ``keyed`` when the caller chose the id, so that it may have come before; ``expected`` is the version that
    ``If-Match`` demands; ``seen`` the log position read before anything else of this request.
    """

    name: str
    caller: str
    command_id: str
    fingerprint: bytes
    keyed: bool
    metadata: Metadata
    seen: int
    expected: int | None = None


def of_the_house(name: str, caller: str, command_id: str | None = None, *, actor: str | None = None) -> Request:
    """A command that nobody asks for but the house itself; with a ``command_id`` it happens once, however often tried.

    ``actor`` is who the log names: the caller, unless said otherwise.
    """
    return Request(
        name=name,
        caller=caller,
        command_id=command_id or new_id(),
        fingerprint=b"",
        keyed=command_id is not None,
        metadata=Metadata(actor=actor or caller, channel="system"),
        seen=0,
    )


class Plan(Struct, frozen=True, kw_only=True):
    """What a decision would write. The first write names the stream the answer is about."""

    writes: tuple[Write, ...]
    guards: tuple[Guard, ...] = ()
    forget: MemberId | None = None


class Done(Struct, frozen=True, kw_only=True):
    """A command carried out now or before (``replayed``): ``version`` of ``stream_id`` after it, and its events."""

    position: int
    stream_id: str
    version: int
    recorded: tuple[Recorded, ...] = ()
    replayed: bool = False


Planner = Callable[[bool], Awaitable[Plan]]
"""Decides; asked with ``fresh=True`` it must not rely on anything remembered. Raises `Refused`."""


class Handler:
    """Carries commands out against ``log``, with states from ``streams``."""

    def __init__(self, log: Log, streams: Streams) -> None:
        self.log = log
        self.streams = streams
        self._turns: dict[str, _Turn] = {}

    async def carry_out(self, request: Request, stream_id: str, planner: Planner) -> Done:
        """Carry one command out; commands for one ``stream_id`` take turns.

        Raises `Refused` (also ``conflict`` after `TRIES` lost races), `KeyReused`, `Overloaded`, `UnknownEvent`.
        """
        try:
            done = await self._carry_out(request, stream_id, planner)
        except Refused as refused:
            _COMMANDS.labels(request.name, refused.code).inc()
            raise
        outcome = "replayed" if done.replayed else "done"
        _COMMANDS.labels(request.name, outcome).inc()
        _log.info("a command was carried out", command=request.name, outcome=outcome, position=done.position)
        return done

    async def before(self, request: Request, stream_id: str = "") -> Done | None:
        """What this very command did when it came before. Raises `KeyReused`."""
        found = await self.log.find(request.caller, request.command_id, request.fingerprint) if request.keyed else None
        return await self._as_before(found, stream_id) if found is not None else None

    async def _carry_out(self, request: Request, stream_id: str, planner: Planner) -> Done:
        async with self._turn(stream_id):
            try:
                return await self._decide(request, stream_id, planner)
            except Refused:
                # Perhaps it came before, and what it did then is what refuses it now.
                before = await self.before(request, stream_id)
                if before is None:
                    raise
                return before

    async def _decide(self, request: Request, stream_id: str, planner: Planner) -> Done:
        fresh = False
        for _ in range(TRIES):
            try:
                plan = await planner(fresh)
            except Refused:
                if fresh:
                    raise
                fresh = True  # perhaps only what was remembered says no
                continue
            first = plan.writes[0]
            if not request.keyed and not any(write.events for write in plan.writes):
                if fresh:
                    return Done(position=request.seen, stream_id=first.stream_id, version=first.expected)
                fresh = True  # perhaps only what was remembered has nothing to change
                continue
            try:
                appended = await self.log.append(_append(request, plan))
            except Conflict:
                fresh = True
                continue
            if appended.replayed:
                return await self._as_before(appended, stream_id)
            if plan.forget is not None:
                self.streams.forget()
            self.streams.learn(appended.recorded)
            return Done(
                position=appended.position,
                stream_id=appended.stream_id or first.stream_id,
                version=appended.version,
                recorded=appended.recorded,
            )
        raise Refused("conflict")

    async def _as_before(self, found: Appended, stream_id: str) -> Done:
        """What the command did the first time: its events are the last ones of its stream at that version.

        (One that wrote nothing shows those before it; only commands that always write are asked what they wrote.)
        """
        written = found.stream_id or stream_id
        after = max(0, found.version - _EVENTS_PER_COMMAND)
        events = await self.log.read_stream(written, after=after, until=found.version)
        return Done(
            position=found.position,
            stream_id=written,
            version=found.version,
            recorded=tuple(each for each in events if each.command_id == events[-1].command_id),
            replayed=True,
        )

    @asynccontextmanager
    async def _turn(self, stream_id: str) -> AsyncIterator[None]:
        """Commands of this process for one stream go one after another instead of racing each other."""
        turn = self._turns.setdefault(stream_id, _Turn())
        if turn.waiting >= QUEUE:
            raise Overloaded(turn.waiting)
        turn.waiting += 1
        try:
            async with turn.lock:
                yield
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                self._turns.pop(stream_id, None)


class _Turn:
    __slots__ = ("lock", "waiting")

    def __init__(self) -> None:
        self.lock = asyncio.Lock()
        self.waiting = 0


def _append(request: Request, plan: Plan) -> Append:
    return Append(
        caller=request.caller,
        command_id=request.command_id,
        fingerprint=request.fingerprint,
        metadata=request.metadata,
        writes=plan.writes,
        guards=plan.guards,
        forget=plan.forget,
    )


def demand(request: Request, version: int) -> None:
    """Raise `Refused` ``version_conflict`` when the caller demanded another version than the stream's."""
    if request.expected is not None and request.expected != version:
        raise Refused("version_conflict", version=version)
