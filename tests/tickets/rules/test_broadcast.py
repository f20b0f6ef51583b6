"""The rules about broadcasts."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tikethet_events.broadcast import (
    BroadcastCancelled,
    BroadcastFinished,
    BroadcastStarted,
    BroadcastStatus,
    CancelBroadcast,
    FinishBroadcast,
    Recipients,
    StartBroadcast,
)
from tikethet_events.errors import Refused
from tikethet_events.word import BroadcastId, Role
from tikethet_tickets.rules import broadcast as rules

NOW = datetime(2026, 3, 2, tzinfo=UTC)
ID = BroadcastId("b")
STARTED = BroadcastStarted(broadcast_id=ID, texts={"ru": "Привет"}, recipients=Recipients(), total=3)
NUMBERS = {"delivered": 1, "failed": 1, "skipped": 0}
FINISHED, CANCELLED = BroadcastFinished(**NUMBERS), BroadcastCancelled(**NUMBERS)
FINISH, CANCEL = FinishBroadcast(**NUMBERS), CancelBroadcast(**NUMBERS)
PAST: dict[str, tuple[Any, ...]] = {
    "none": (),
    "running": (STARTED,),
    "finished": (STARTED, FINISHED),
    "cancelled": (STARTED, CANCELLED),
}


def starting(**facts: Any) -> StartBroadcast:
    details: dict[str, Any] = {"texts": {"ru": "Привет"}, "recipients": Recipients(), "total": 3} | facts
    return StartBroadcast(broadcast_id=ID, **details)


def after(past: str) -> rules.Broadcast | None:
    state: rules.Broadcast | None = None
    for event in PAST[past]:
        state = rules.evolve(state, event, NOW)
    return state


def outcome(command: Any, past: str, actor: Role | None) -> Any:
    """The events, or the code of the refusal (with what is wrong where a field is)."""
    try:
        return rules.decide(command, after(past), NOW, rules.Facts(actor_role=actor))
    except Refused as refused:
        return refused.code if refused.code != "invalid" else (refused.facts["field"], refused.facts["reason"])


@pytest.mark.parametrize(
    ("command", "past", "actor", "expected"),
    [
        (starting(), "none", Role.ADMIN, [STARTED]),
        (starting(), "none", Role.DEVELOPER, [STARTED]),
        (starting(), "none", Role.MODERATOR, "forbidden"),
        (starting(), "none", Role.USER, "forbidden"),
        (starting(), "none", None, "forbidden"),
        (starting(), "running", Role.ADMIN, "conflict"),
        (starting(total=0), "none", Role.ADMIN, ("audience", "nobody")),
        (CANCEL, "none", Role.ADMIN, "not_found"),
        (CANCEL, "running", Role.ADMIN, [CANCELLED]),
        (CANCEL, "running", Role.MODERATOR, "forbidden"),
        (CANCEL, "running", None, "forbidden"),
        (CANCEL, "cancelled", Role.ADMIN, []),
        (CANCEL, "finished", Role.ADMIN, "broadcast_ended"),
        (FINISH, "none", None, "not_found"),
        (FINISH, "running", None, [FINISHED]),
        (FINISH, "running", Role.DEVELOPER, "forbidden"),
        (FINISH, "finished", None, []),
        (FINISH, "cancelled", None, []),
    ],
)
def test_who_may_what_when(command: Any, past: str, actor: Role | None, expected: Any) -> None:
    assert outcome(command, past, actor) == expected


@pytest.mark.parametrize(
    ("past", "status"),
    [
        ("running", BroadcastStatus.RUNNING),
        ("finished", BroadcastStatus.FINISHED),
        ("cancelled", BroadcastStatus.CANCELLED),
    ],
)
def test_where_it_stands(past: str, status: BroadcastStatus) -> None:
    state = after(past)
    assert state is not None
    assert state.status is status


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({}, ("texts", "blank")),
        ({"ru": "  "}, ("texts", "blank")),
        ({"ru": "а" * 4097}, ("texts", "too_long")),
        ({"ru": "🙂" * 2048}, "kept"),
        ({"ru": "🙂" * 2048 + "а"}, ("texts", "too_long")),
        ({"ru": "а\x00"}, ("texts", "control_character")),
        ({"ru": "да", "en": ""}, ("texts", "blank")),
    ],
)
def test_what_may_be_said(texts: dict[Any, str], expected: Any) -> None:
    found = outcome(starting(texts=texts), "none", Role.ADMIN)
    assert ("kept" if isinstance(found, list) else found) == expected


@pytest.mark.parametrize(("days", "kept"), [(None, True), (1, True), (3650, True), (0, False), (3651, False)])
def test_how_long_ago_is_active(days: int | None, kept: bool) -> None:  # noqa: FBT001 - a table's column
    found = outcome(starting(recipients=Recipients(active_within_days=days)), "none", Role.ADMIN)
    assert isinstance(found, list) is kept


def test_whom_it_is_for_is_kept_in_order_and_once() -> None:
    wanted = Recipients(roles=(Role.ADMIN, Role.USER, Role.ADMIN), languages=("ru", "en", "ru"))
    (started,) = outcome(starting(recipients=wanted), "none", Role.ADMIN)
    assert started.recipients == Recipients(roles=(Role.USER, Role.ADMIN), languages=("en", "ru"))


def test_it_begins_by_starting() -> None:
    with pytest.raises(ValueError, match="cannot begin"):
        rules.evolve(None, FINISHED, NOW)
