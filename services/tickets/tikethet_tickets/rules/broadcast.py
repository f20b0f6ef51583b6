"""What may happen to a broadcast, and what it is afterwards."""

from datetime import datetime
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace
from tikethet_events.broadcast import (
    BroadcastCancelled,
    BroadcastCommand,
    BroadcastEvent,
    BroadcastFinished,
    BroadcastStarted,
    BroadcastStatus,
    CancelBroadcast,
    FinishBroadcast,
    Recipients,
    StartBroadcast,
)
from tikethet_events.desk import Texts
from tikethet_events.errors import Refused
from tikethet_events.word import BroadcastId, Role

from tikethet_tickets.rules import bounds
from tikethet_tickets.rules.policy import Action, may


class Broadcast(Struct, frozen=True, kw_only=True):
    """One broadcast, as far as rules need it."""

    id: BroadcastId
    status: BroadcastStatus = BroadcastStatus.RUNNING


class Facts(Struct, frozen=True, kw_only=True):
    """Who acts; ``None`` is the house itself."""

    actor_role: Role | None


def decide(command: BroadcastCommand, state: Broadcast | None, now: datetime, facts: Facts) -> list[BroadcastEvent]:
    """What follows from a command: events, or none where nothing changes.

    Raises `Refused` with the problem code where a rule says no.
    """
    del now  # no rule about broadcasts knows the time; deciders all look alike
    match command:
        case StartBroadcast():
            _need(facts)
            if state is not None:
                raise Refused("conflict")
            if not command.total:
                raise Refused("invalid", field="audience", reason="nobody")
            return [
                BroadcastStarted(
                    broadcast_id=command.broadcast_id,
                    texts=texts(command.texts),
                    recipients=recipients(command.recipients),
                    total=command.total,
                )
            ]
        case FinishBroadcast(delivered=delivered, failed=failed, skipped=skipped):
            if facts.actor_role is not None:
                raise Refused("forbidden")
            if _there(state).status is not BroadcastStatus.RUNNING:
                return []
            return [BroadcastFinished(delivered=delivered, failed=failed, skipped=skipped)]
        case CancelBroadcast(delivered=delivered, failed=failed, skipped=skipped):
            _need(facts)
            match _there(state).status:
                case BroadcastStatus.RUNNING:
                    return [BroadcastCancelled(delivered=delivered, failed=failed, skipped=skipped)]
                case BroadcastStatus.CANCELLED:
                    return []
                case BroadcastStatus.FINISHED:
                    raise Refused("broadcast_ended")
                case status:
                    assert_never(status)
        case _:
            assert_never(command)


def texts(given: Texts) -> Texts:
    """The texts as they are kept; at least one. Raises `Refused` ``invalid``."""
    if not given:
        raise Refused("invalid", field="texts", reason="blank", limit=1)
    return {
        language: bounds.telegram_text(value, "texts", bounds.BROADCAST_MAX)
        for language, value in sorted(given.items())
    }


def recipients(given: Recipients) -> Recipients:
    """Whom it is for, in order and without repeats. Raises `Refused` ``invalid``."""
    days = given.active_within_days
    if days is not None and not 1 <= days <= bounds.ACTIVE_WITHIN_MAX:
        raise Refused("invalid", field="audience.active_within_days", reason="out_of_range")
    roles = tuple(sorted(set(given.roles), key=lambda role: role.rank))
    return Recipients(roles=roles, languages=tuple(sorted(set(given.languages))), active_within_days=days)


def evolve(state: Broadcast | None, event: BroadcastEvent, at: datetime) -> Broadcast:
    """The broadcast after an event. Raises `ValueError` for a stream that begins otherwise than by starting."""
    del at
    if isinstance(event, BroadcastStarted):
        return Broadcast(id=event.broadcast_id)
    if state is None:
        raise ValueError(f"a broadcast cannot begin with {type(event).__name__}")
    match event:
        case BroadcastFinished():
            return replace(state, status=BroadcastStatus.FINISHED)
        case BroadcastCancelled():
            return replace(state, status=BroadcastStatus.CANCELLED)
        case _:
            assert_never(event)


def _need(facts: Facts) -> None:
    if facts.actor_role is None or not may(facts.actor_role, Action.BROADCAST):
        raise Refused("forbidden")


def _there(state: Broadcast | None) -> Broadcast:
    if state is None:
        raise Refused("not_found")
    return state
