"""Events of a broadcast → its row. Pure and total."""

from msgspec.structs import replace
from tikethet_events.broadcast import BroadcastCancelled, BroadcastFinished, BroadcastStarted, BroadcastStatus
from tikethet_events.envelope import Recorded
from tikethet_events.errors import UnknownEvent
from tikethet_events.word import BroadcastId, MemberId

from tikethet_tickets.views.rows import BroadcastRow


def broadcast_of(recorded: Recorded) -> BroadcastId:
    """The broadcast whose stream this is."""
    return BroadcastId(recorded.stream_id.removeprefix("broadcast-"))


def fold_broadcast(row: BroadcastRow | None, recorded: Recorded) -> BroadcastRow:
    """The broadcast after one more event. Raises UnknownEvent for a word this release lacks."""
    event, at = recorded.data, recorded.recorded_at
    match event:
        case BroadcastStarted():
            actor = recorded.metadata.actor
            return BroadcastRow(
                id=event.broadcast_id,
                author_id=MemberId(actor) if ":" not in actor else None,
                texts=event.texts,
                recipients=event.recipients,
                status=BroadcastStatus.RUNNING,
                total=event.total,
                delivered=0,
                failed=0,
                skipped=0,
                created_at=at,
                finished_at=None,
            )
        case BroadcastFinished() if row is not None:
            return _ended(row, BroadcastStatus.FINISHED, event, recorded)
        case BroadcastCancelled() if row is not None:
            return _ended(row, BroadcastStatus.CANCELLED, event, recorded)
        case _:
            raise UnknownEvent(recorded.stream_id, recorded.type, recorded.schema_version)


def _ended(
    row: BroadcastRow, status: BroadcastStatus, event: BroadcastFinished | BroadcastCancelled, recorded: Recorded
) -> BroadcastRow:
    return replace(
        row,
        status=status,
        delivered=event.delivered,
        failed=event.failed,
        skipped=event.skipped,
        finished_at=recorded.recorded_at,
    )
