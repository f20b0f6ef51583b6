"""A ticket's milestones, from its events."""

from tikethet_events.ticket import (
    ReplyAwaited,
    TicketAssigned,
    TicketClosed,
    TicketRated,
    TicketReopened,
    TicketResolved,
    WorkStarted,
)
from tikethet_events.word import MemberId, Role, Status
from tikethet_tickets.views.project import fold
from tikethet_tickets.views.tables import Rows
from tikethet_tickets.views.times import TimesRow

from tests.tickets.conftest import Story


def milestones(story: Story) -> TimesRow:
    after = fold(Rows(tickets={}, texts={}, messages={}, members={}, categories={}), story.recorded)
    (times,) = after.times.values()
    return times


def test_opened(story: Story) -> None:
    customer = story.joins()
    story.opens(customer, story.category())
    times = milestones(story)
    assert times.opened_at == story.recorded[-1].recorded_at
    assert (times.status, times.responded_at, times.resolved_at, times.resolutions) == (Status.OPEN, None, None, 0)


def test_the_first_public_word_of_staff_is_the_response(story: Story) -> None:
    customer, helper, other = story.joins(), story.joins("Мария", Role.HELPER), story.joins("Олег", Role.HELPER)
    ticket = story.opens(customer, story.category())
    story.says(customer, ticket)
    story.notes(helper, ticket)
    story.says(other, ticket)
    answered = story.recorded[-1]
    story.says(helper, ticket)
    times = milestones(story)
    assert (times.responder_id, times.responded_at, times.response_s) == (other, answered.recorded_at, 3)


def test_resolved_reopened_and_resolved_again(story: Story) -> None:
    customer, helper = story.joins(), story.joins("Мария", Role.HELPER)
    ticket = story.opens(customer, story.category())
    for event in (TicketAssigned(assignee_id=helper), WorkStarted(), TicketResolved()):
        story.on(ticket, event, actor=helper)
    first = milestones(story)
    assert (first.resolver_id, first.resolution_s, first.resolutions) == (helper, 3, 1)
    story.on(ticket, TicketRated(score=4), actor=customer)
    story.on(ticket, TicketReopened(status=Status.IN_PROGRESS), actor=customer)
    again = milestones(story)
    assert (again.resolver_id, again.resolved_at, again.reopenings, again.score) == (None, None, 1, 4)
    story.on(ticket, TicketResolved(), actor=helper)
    story.on(ticket, TicketClosed(), actor=helper)
    last = milestones(story)
    assert (last.status, last.resolutions, last.resolution_s) == (Status.CLOSED, 2, 6)
    assert last.resolved_at == story.recorded[-2].recorded_at


def test_closed_without_a_resolution_ends_the_work_too(story: Story) -> None:
    customer, helper = story.joins(), story.joins("Мария", Role.HELPER)
    ticket = story.opens(customer, story.category())
    story.says(helper, ticket)
    story.on(ticket, ReplyAwaited())
    story.on(ticket, TicketClosed(), actor=customer)
    times = milestones(story)
    assert (times.resolver_id, times.resolution_s, times.resolutions) == (helper, 3, 1)


def test_nobody_had_it(story: Story) -> None:
    customer: MemberId = story.joins()
    story.on(story.opens(customer, story.category()), TicketClosed(), actor=customer)
    assert milestones(story).resolver_id is None
