"""The table of statuses as data: whole, and drawn for the docs as it is."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tikethet_events.word import Status
from tikethet_tickets.rules import policy
from tikethet_tickets.rules.status import ASKED, TABLE, Move, Standing, Trigger, Who, cell, markdown, standing

PAGE = Path(__file__).parents[3] / "docs" / "status.md"
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_every_row_is_as_wide_as_there_are_standings() -> None:
    assert {len(row) for row in TABLE.values()} == {len(Standing)} == {6}


def test_staff_have_a_row_for_every_trigger() -> None:
    assert {trigger for trigger, who in TABLE if who is Who.STAFF} == set(Trigger)


def test_what_has_no_row_is_forbidden() -> None:
    assert cell(Trigger.START, Standing.OPEN, Who.CUSTOMER) == "forbidden"
    assert {trigger for trigger, who in TABLE if who is Who.CUSTOMER} == {
        Trigger.MESSAGE,
        Trigger.RESOLVE,
        Trigger.CLOSE,
        Trigger.REOPEN,
    }


@pytest.mark.parametrize("who", Who)
@pytest.mark.parametrize("stands", Standing)
def test_notes_never_move_a_ticket(stands: Standing, who: Who) -> None:
    assert cell(Trigger.NOTE, stands, who) == (() if who is Who.STAFF else "forbidden")


def test_every_status_can_be_asked_for_by_name() -> None:
    assert set(ASKED) == set(Status)


def test_every_move_is_in_the_table() -> None:
    assert {move for row in TABLE.values() for found in row if isinstance(found, tuple) for move in found} == set(Move)


@pytest.mark.parametrize(
    ("status", "age", "expected"),
    [
        (Status.OPEN, None, "OPEN"),
        (Status.CLOSED, timedelta(days=6, hours=23), "CLOSED"),
        (Status.CLOSED, timedelta(days=7), "CLOSED for 7 days"),
        (Status.RESOLVED, None, "RESOLVED"),
    ],
)
def test_standing(status: Status, age: timedelta | None, expected: str) -> None:
    assert standing(status, None if age is None else NOW - age, NOW).value == expected


def test_the_page_of_the_docs_is_fresh() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert markdown() in page
    assert policy.markdown() in page


def test_the_docs_show_the_table() -> None:
    lines = markdown().splitlines()
    assert len(lines) == 2 + len(Trigger) * len(Who)
    assert lines[2] == (
        "| message | customer | stays | stays | `WorkStarted` | `TicketReopened` | `TicketReopened` | a new ticket |"
    )
    assert "| start | customer |" + " *forbidden* |" * 6 in lines
