"""Commands about broadcasts: one message to many, whoever they are written down before it starts."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from tikethet_events.append import Write
from tikethet_events.broadcast import (
    BroadcastCommand,
    CancelBroadcast,
    FinishBroadcast,
    Outcome,
    Recipients,
    StartBroadcast,
    broadcast_stream,
)
from tikethet_events.desk import Texts
from tikethet_events.errors import Refused
from tikethet_events.word import BroadcastId, MemberId

from tikethet_tickets.handle.core import Done, Handler, Plan, Request, demand, of_the_house
from tikethet_tickets.handle.ids import new_id
from tikethet_tickets.queries import broadcasts as rows
from tikethet_tickets.queries.viewer import Reader, Viewer
from tikethet_tickets.rules import broadcast as rules

_HOUSE = rules.Facts(actor_role=None)


class Broadcasts:
    """Carries out commands about broadcasts, and keeps the rows of their recipients."""

    def __init__(self, handler: Handler, reader: Reader, now: Callable[[], datetime]) -> None:
        self._handler = handler
        self._reader = reader
        self._now = now

    async def start(self, request: Request, viewer: Viewer, texts: Texts, recipients: Recipients) -> Done:
        """Say something to all of ``recipients`` who can be reached now."""
        drawn = BroadcastId(new_id())
        stream_id = broadcast_stream(drawn)
        # Its recipients are noted before the log hears of it: a repeat must not note them again.
        before = await self._handler.before(request)
        if before is not None:
            return before

        async def plan(_fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            now = self._now()
            total = await rows.note_recipients(self._reader, drawn, recipients, now)
            command = StartBroadcast(broadcast_id=drawn, texts=texts, recipients=recipients, total=total)
            events = rules.decide(command, None, now, rules.Facts(actor_role=viewer.role))
            return Plan(writes=(Write(stream_id=stream_id, expected=0, events=tuple(events)),))

        try:
            done = await self._handler.carry_out(request, stream_id, plan)
        except Refused:
            await rows.drop_recipients(self._reader, drawn)
            raise
        if done.stream_id != stream_id:  # it came before, under another id
            await rows.drop_recipients(self._reader, drawn)
        return done

    async def cancel(self, request: Request, viewer: Viewer, broadcast_id: BroadcastId) -> Done:
        """Send it to nobody else."""

        async def command() -> BroadcastCommand:
            known = await rows.tally(self._reader, broadcast_id)
            return CancelBroadcast(delivered=known.delivered, failed=known.failed, skipped=known.skipped)

        return await self._act(request, broadcast_id, command, rules.Facts(actor_role=viewer.role))

    async def report(self, broadcast_id: BroadcastId, outcomes: Mapping[MemberId, Outcome]) -> None:
        """Note what became of it for some; with the last of them it is finished. Raises `Refused` ``not_found``."""
        if await rows.broadcast_row(self._reader, broadcast_id) is None:
            raise Refused("not_found")
        await rows.note_outcomes(self._reader, broadcast_id, outcomes)
        await self.finish()

    async def finish(self) -> int:
        """Finish what has reached everybody; how many that were."""
        found = await rows.complete(self._reader)
        for broadcast_id in found:
            await self._finish(broadcast_id)
        return len(found)

    async def _finish(self, broadcast_id: BroadcastId) -> None:
        async def command() -> BroadcastCommand:
            known = await rows.tally(self._reader, broadcast_id)
            return FinishBroadcast(delivered=known.delivered, failed=known.failed, skipped=known.skipped)

        request = of_the_house("FinishBroadcast", "timer", f"due:finish:{broadcast_id}")
        await self._act(request, broadcast_id, command, _HOUSE)

    async def _act(
        self,
        request: Request,
        broadcast_id: BroadcastId,
        command: Callable[[], Awaitable[BroadcastCommand]],
        facts: rules.Facts,
    ) -> Done:
        stream_id = broadcast_stream(broadcast_id)

        async def plan(fresh: bool) -> Plan:  # noqa: FBT001  a planner's only question
            loaded = await self._handler.streams.load(stream_id, fresh=fresh)
            demand(request, loaded.version)
            events = rules.decide(await command(), loaded.state, self._now(), facts)
            return Plan(writes=(Write(stream_id=stream_id, expected=loaded.version, events=tuple(events)),))

        return await self._handler.carry_out(request, stream_id, plan)
