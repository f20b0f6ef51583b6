"""Whatever people do: a refusal changes nothing, replay equals live, what was decided can happen."""

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st
from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    AssignTicket,
    ChangeCategory,
    ChangePriority,
    ChangeStatus,
    ChangeTags,
    ChangeTitle,
    DeleteMessage,
    EditMessage,
    PostMessage,
    RateTicket,
    UnassignTicket,
)
from tikethet_events.word import MemberId, MessageId, Priority, Role, Status
from tikethet_tickets.rules import ticket as rules
from tikethet_tickets.rules.policy import Action, may

from tests.tickets.rules.given import CATEGORY, NOW, OPENED, OTHER_CATEGORY, ROLES

people = st.sampled_from(sorted(ROLES))
message_ids = st.sampled_from([MessageId(f"m{n}") for n in range(6)])
words = st.sampled_from(["Слово", "другое слово", " ", ""])


@st.composite
def steps(draw: st.DrawFn) -> tuple[Any, MemberId, timedelta]:
    """Somebody does something, some time after what happened before."""
    actor = draw(people)
    command = draw(
        st.one_of(
            st.builds(
                PostMessage,
                message_id=message_ids,
                author_id=st.just(actor),
                content=words,
                is_internal=st.booleans(),
                reply_to=st.none() | message_ids,
            ),
            st.builds(EditMessage, message_id=message_ids, content=words),
            st.builds(DeleteMessage, message_id=message_ids),
            st.builds(AssignTicket, assignee_id=people),
            st.just(UnassignTicket()),
            st.builds(ChangeStatus, status=st.sampled_from(Status)),
            st.builds(ChangePriority, priority=st.sampled_from(Priority)),
            st.builds(ChangeCategory, category_id=st.sampled_from([CATEGORY, OTHER_CATEGORY])),
            st.builds(ChangeTitle, title=words),
            st.builds(RateTicket, score=st.integers(0, 6), comment=st.none() | words),
            st.builds(ChangeTags, tags=st.lists(words, max_size=3).map(tuple)),
        )
    )
    return command, actor, draw(st.sampled_from([timedelta(minutes=1), timedelta(days=8)]))


def facts_of(actor: MemberId, command: Any) -> rules.Facts:
    assignee = ROLES[command.assignee_id] if isinstance(command, AssignTicket) else None
    return rules.Facts(actor_id=actor, actor_role=ROLES[actor], category_active=True, assignee_role=assignee)


def outcome(command: Any, state: rules.Ticket, now: datetime, actor: MemberId) -> Any:
    """The events, or the code of the refusal."""
    try:
        return rules.decide(command, state, now, facts_of(actor, command))
    except Refused as refused:
        return refused.code


def told(story: list[tuple[Any, MemberId, timedelta]]) -> tuple[list[tuple[Any, Any]], list[rules.Ticket]]:
    """Every event with its time, and the state after each step."""
    now = NOW
    state = rules.evolve(None, OPENED, now)
    happened: list[tuple[Any, Any]] = [(OPENED, now)]
    states = [state]
    for command, actor, later in story:
        now += later
        before = state
        try:
            events = rules.decide(command, state, now, facts_of(actor, command))
        except Refused:
            assert state is before
            continue
        for event in events:
            state = rules.evolve(state, event, now)
            happened.append((event, now))
        states.append(state)
    return happened, states


@settings(max_examples=150, deadline=None)
@drawn(st.lists(steps(), max_size=25))
def test_replay_equals_live(story: list[Any]) -> None:
    happened, states = told(story)
    replayed: rules.Ticket | None = None
    for event, at in happened:
        replayed = rules.evolve(replayed, event, at)
    assert replayed == states[-1]


@settings(max_examples=150, deadline=None)
@drawn(st.lists(steps(), max_size=25))
def test_what_must_hold_after_every_step(story: list[Any]) -> None:
    happened, states = told(story)
    for state in states:
        assert (state.closed_at is not None) == (state.status is Status.CLOSED)
        assert state.assignee_id is None or ROLES[state.assignee_id].at_least(Role.HELPER)
        assert list(state.tags) == sorted(set(state.tags))
    for event, _ in happened:
        if getattr(event, "is_internal", False) or type(event).__name__ == "NoteAdded":
            assert event.audience == "staff"


@settings(max_examples=150, deadline=None)
@drawn(st.lists(steps(), max_size=15), steps())
def test_what_sets_a_thing_changes_nothing_the_second_time(story: list[Any], step: Any) -> None:
    command, actor, _ = step
    if isinstance(command, PostMessage | ChangeStatus | RateTicket):
        return
    _, states = told(story)
    now = NOW + timedelta(days=400)
    try:
        events = rules.decide(command, states[-1], now, facts_of(actor, command))
    except Refused:
        return
    state = states[-1]
    for event in events:
        state = rules.evolve(state, event, now)
    # What was handed on or deleted may be out of reach for whoever did it: a refusal changes nothing either.
    assert outcome(command, state, now, actor) in ([], "not_found", "forbidden")


@settings(max_examples=150, deadline=None)
@drawn(st.lists(steps(), max_size=15), steps())
def test_who_may_not_see_a_ticket_does_nothing_to_it(story: list[Any], step: Any) -> None:
    command, actor, _ = step
    _, states = told(story)
    if may(ROLES[actor], Action.SEE_TICKET, rules.relation(states[-1], actor)):
        return
    assert outcome(command, states[-1], NOW + timedelta(days=400), actor) == "not_found"
