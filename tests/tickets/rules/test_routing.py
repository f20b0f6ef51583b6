"""Which ticket a message joins."""

from datetime import UTC, datetime, timedelta

from tikethet_events.word import Status, TicketId
from tikethet_tickets.rules.routing import Candidate, Follows, Joins, Opens, route

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def ticket(number: int, status: str, *, hours: float = 1, answered: float | None = None) -> Candidate:
    return Candidate(
        id=TicketId(str(number)),
        number=number,
        status=Status(status),
        updated_at=NOW - timedelta(hours=hours),
        resolved_at=NOW - timedelta(hours=hours) if status == "RESOLVED" else None,
        answered_at=NOW - timedelta(hours=answered) if answered is not None else None,
    )


def test_the_only_open_one() -> None:
    one = ticket(1, "OPEN")
    assert route([one, ticket(2, "CLOSED")], NOW) == Joins(one)


def test_of_several_the_one_staff_answered_last() -> None:
    old, fresh, never = (
        ticket(1, "OPEN", answered=5),
        ticket(2, "WAITING_RESPONSE", answered=1),
        ticket(3, "OPEN", hours=0),
    )
    assert route([old, never, fresh], NOW) == Joins(fresh, (old, never))


def test_within_a_day_of_the_resolution_it_goes_on() -> None:
    warm = ticket(1, "RESOLVED", hours=23)
    assert route([warm], NOW) == Follows(warm)
    assert route([ticket(1, "RESOLVED", hours=25)], NOW) == Opens(ticket(1, "RESOLVED", hours=25))
    assert route([], NOW) == Opens()


def test_a_new_question_may_be_about_the_last_one_that_is_over() -> None:
    old, last = ticket(1, "CLOSED", hours=500), ticket(2, "CLOSED", hours=30)
    assert route([old, last], NOW) == Opens(last)
