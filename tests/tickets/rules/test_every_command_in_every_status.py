"""Every command x status x who, expectations written out by hand. A cell is what follows: events, nothing, a code."""

from typing import Any, get_args

import pytest
from tikethet_events.ticket import (
    AssignOnDuty,
    AssignTicket,
    ChangeCategory,
    ChangePriority,
    ChangeStatus,
    ChangeTags,
    ChangeTitle,
    CloseResolved,
    DeleteMessage,
    EditMessage,
    ForgetTicket,
    LetTicketGo,
    MergeTicket,
    MessagePosted,
    MoveMessage,
    OpenTicket,
    PostMessage,
    RateTicket,
    ReplyAwaited,
    ReportOverdue,
    TakeInMessage,
    TakeInTicket,
    TicketCommand,
    TicketErased,
    TicketMerged,
    UnassignTicket,
    UnmergeTicket,
    WorkStarted,
)
from tikethet_events.word import MemberId, MessageId, Priority, Status, TicketId
from tikethet_tickets.rules.ticket import Facts, goes_on_in

from tests.tickets.rules.given import (
    ANSWER,
    CATEGORY,
    COLLEAGUE,
    CUSTOMER,
    HELPER,
    MODERATOR,
    NOTE,
    NOW,
    OTHER_CATEGORY,
    ROLES,
    STANDINGS,
    STRANGER,
    TAKEN,
    THEIRS,
    TICKET,
    standing,
)


def say(author: MemberId, **facts: Any) -> PostMessage:
    return PostMessage(message_id=MessageId("new"), author_id=author, content="Слово", **facts)


OPEN = OpenTicket(ticket_id=TICKET, number=1, requester_id=CUSTOMER, title="t", description="", category_id=CATEGORY)

ELSEWHERE = TicketId("elsewhere")


def moves(message_id: MessageId = THEIRS, to: TicketId = ELSEWHERE) -> MoveMessage:
    return MoveMessage(message_id=message_id, to_id=to, new_id=MessageId("new"), posted_at=NOW)


def comes(author: MemberId = CUSTOMER) -> TakeInMessage:
    new = MessageId("new")
    return TakeInMessage(
        message_id=THEIRS, from_id=ELSEWHERE, new_id=new, posted_at=NOW, author_id=author, content="Слово"
    )


def ends(into: TicketId = ELSEWHERE) -> MergeTicket:
    return MergeTicket(into_id=into, into_number=7)


def goes_on(requester: MemberId = CUSTOMER) -> TakeInTicket:
    return TakeInTicket(from_id=ELSEWHERE, from_number=7, requester_id=requester)


LETS_GO = LetTicketGo(from_id=ELSEWHERE, from_number=7, status=Status.OPEN)
MERGED = TicketMerged(from_id=TICKET, from_number=1042, into_id=ELSEWHERE, into_number=7)
MOVED = "MessageMoved MessagePosted"
COLUMNS = tuple(STANDINGS)
FORBIDDEN = ("forbidden",) * 6
NOTHING = ("nothing",) * 6
UNKNOWN = ("not_found",) * 6
SHUT = ("ticket_closed",) * 2
UNSOLVED = ("not_resolved",) * 6
NO = "bad_transition"
REOPENED = "MessagePosted TicketReopened"

TABLE: list[tuple[str, Any, MemberId, tuple[str, ...]]] = [
    #                                                OPEN, IN_PROGRESS, WAITING_RESPONSE, RESOLVED, CLOSED, LONG_CLOSED
    ("open it again", OPEN, CUSTOMER, ("conflict",) * 6),
    (
        "customer writes",
        say(CUSTOMER),
        CUSTOMER,
        ("MessagePosted", "MessagePosted", "MessagePosted WorkStarted", REOPENED, REOPENED, "ticket_closed"),
    ),
    (
        "helper answers",
        say(HELPER),
        HELPER,
        (
            "MessagePosted WorkStarted ReplyAwaited",
            "MessagePosted ReplyAwaited",
            "MessagePosted",
            "MessagePosted",
            *SHUT,
        ),
    ),
    ("stranger writes", say(STRANGER), STRANGER, UNKNOWN),
    ("somebody writes in another's name", say(CUSTOMER), HELPER, ("forbidden",) * 4 + SHUT),
    ("helper leaves a note", say(HELPER, is_internal=True), HELPER, ("NoteAdded",) * 6),
    ("customer leaves a note", say(CUSTOMER, is_internal=True), CUSTOMER, FORBIDDEN),
    ("stranger leaves a note", say(STRANGER, is_internal=True), STRANGER, UNKNOWN),
    ("customer edits", EditMessage(message_id=THEIRS, content="Ау"), CUSTOMER, ("MessageEdited",) * 6),
    ("helper edits the customer's", EditMessage(message_id=THEIRS, content="Ау"), HELPER, FORBIDDEN),
    ("edit that changes nothing", EditMessage(message_id=THEIRS, content="Есть кто? "), CUSTOMER, NOTHING),
    ("customer deletes", DeleteMessage(message_id=THEIRS), CUSTOMER, ("MessageDeleted",) * 6),
    ("helper deletes the customer's", DeleteMessage(message_id=THEIRS), HELPER, FORBIDDEN),
    ("moderator deletes the customer's", DeleteMessage(message_id=THEIRS), MODERATOR, ("MessageDeleted",) * 6),
    ("customer deletes the answer", DeleteMessage(message_id=ANSWER), CUSTOMER, FORBIDDEN),
    ("customer moves theirs away", moves(), CUSTOMER, ("MessageMoved MessageDeleted",) * 6),
    ("helper moves the customer's away", moves(), HELPER, ("MessageMoved MessageDeleted",) * 6),
    ("helper moves the answer away", moves(ANSWER), HELPER, FORBIDDEN),
    ("customer moves the answer away", moves(ANSWER), CUSTOMER, FORBIDDEN),
    ("helper moves a note away", moves(NOTE), HELPER, FORBIDDEN),
    ("customer moves a note away", moves(NOTE), CUSTOMER, UNKNOWN),
    ("stranger moves it away", moves(), STRANGER, UNKNOWN),
    ("it is moved to where it is", moves(to=TICKET), CUSTOMER, ("invalid",) * 6),
    (
        "customer moves theirs here",
        comes(),
        CUSTOMER,
        (MOVED, MOVED, f"{MOVED} WorkStarted", f"{MOVED} TicketReopened", f"{MOVED} TicketReopened", "ticket_closed"),
    ),
    (
        "helper moves the customer's here",
        comes(),
        HELPER,
        (MOVED, MOVED, f"{MOVED} WorkStarted", f"{MOVED} TicketReopened", f"{MOVED} TicketReopened", "ticket_closed"),
    ),
    ("somebody else's comes here", comes(STRANGER), HELPER, ("invalid",) * 6),
    ("stranger moves it here", comes(), STRANGER, UNKNOWN),
    ("helper merges it", ends(), HELPER, ("TicketMerged",) * 6),
    ("helper merges it into itself", ends(TICKET), HELPER, ("invalid",) * 6),
    ("customer merges it", ends(), CUSTOMER, FORBIDDEN),
    ("stranger merges it", ends(), STRANGER, UNKNOWN),
    ("helper merges another into it", goes_on(), HELPER, ("TicketMerged",) * 4 + SHUT),
    ("helper merges somebody else's into it", goes_on(STRANGER), HELPER, ("invalid",) * 6),
    ("customer merges another into it", goes_on(), CUSTOMER, FORBIDDEN),
    ("helper takes it out of nothing", UnmergeTicket(), HELPER, ("not_merged",) * 6),
    ("customer takes it out", UnmergeTicket(), CUSTOMER, FORBIDDEN),
    ("helper takes another out of it", LETS_GO, HELPER, ("TicketUnmerged",) * 6),
    ("customer takes another out of it", LETS_GO, CUSTOMER, FORBIDDEN),
    ("helper takes", AssignTicket(assignee_id=COLLEAGUE), COLLEAGUE, ("TicketAssigned",) * 4 + SHUT),
    ("customer assigns", AssignTicket(assignee_id=HELPER), CUSTOMER, FORBIDDEN),
    ("stranger assigns", AssignTicket(assignee_id=HELPER), STRANGER, UNKNOWN),
    ("helper unassigns what nobody has", UnassignTicket(), HELPER, ("nothing",) * 4 + SHUT),
    ("customer unassigns", UnassignTicket(), CUSTOMER, FORBIDDEN),
    ("helper starts", ChangeStatus(status=Status.IN_PROGRESS), HELPER, ("WorkStarted", NO, "WorkStarted", NO, NO, NO)),
    ("customer starts", ChangeStatus(status=Status.IN_PROGRESS), CUSTOMER, FORBIDDEN),
    (
        "helper waits",
        ChangeStatus(status=Status.WAITING_RESPONSE),
        HELPER,
        ("WorkStarted ReplyAwaited", "ReplyAwaited", NO, NO, NO, NO),
    ),
    ("customer makes wait", ChangeStatus(status=Status.WAITING_RESPONSE), CUSTOMER, FORBIDDEN),
    ("helper resolves", ChangeStatus(status=Status.RESOLVED), HELPER, ("TicketResolved",) * 3 + (NO, NO, NO)),
    ("customer resolves", ChangeStatus(status=Status.RESOLVED), CUSTOMER, ("TicketResolved",) * 3 + (NO, NO, NO)),
    ("stranger resolves", ChangeStatus(status=Status.RESOLVED), STRANGER, UNKNOWN),
    ("helper closes", ChangeStatus(status=Status.CLOSED), HELPER, ("TicketClosed",) * 4 + (NO, NO)),
    ("customer closes", ChangeStatus(status=Status.CLOSED), CUSTOMER, ("TicketClosed",) * 4 + (NO, NO)),
    ("helper reopens", ChangeStatus(status=Status.OPEN), HELPER, (NO, NO, NO) + ("TicketReopened",) * 3),
    (
        "customer reopens",
        ChangeStatus(status=Status.OPEN),
        CUSTOMER,
        (NO, NO, NO, "TicketReopened", "TicketReopened", "ticket_closed"),
    ),
    ("helper sets priority", ChangePriority(priority=Priority.CRITICAL), HELPER, ("PriorityChanged",) * 4 + SHUT),
    ("the same priority", ChangePriority(priority=Priority.NORMAL), HELPER, ("nothing",) * 4 + SHUT),
    ("customer sets priority", ChangePriority(priority=Priority.HIGH), CUSTOMER, FORBIDDEN),
    ("helper moves", ChangeCategory(category_id=OTHER_CATEGORY), HELPER, ("CategoryChanged",) * 4 + SHUT),
    ("the same category", ChangeCategory(category_id=CATEGORY), HELPER, ("nothing",) * 4 + SHUT),
    ("customer moves", ChangeCategory(category_id=OTHER_CATEGORY), CUSTOMER, FORBIDDEN),
    ("helper renames", ChangeTitle(title="Другое"), HELPER, ("TitleChanged",) * 4 + SHUT),
    ("the same title", ChangeTitle(title=" Сервер  молчит "), HELPER, ("nothing",) * 4 + SHUT),
    ("customer renames", ChangeTitle(title="Другое"), CUSTOMER, FORBIDDEN),
    ("helper tags", ChangeTags(tags=("сервер",)), HELPER, ("TagsChanged",) * 4 + SHUT),
    ("the same tags", ChangeTags(tags=()), HELPER, ("nothing",) * 4 + SHUT),
    ("customer tags", ChangeTags(tags=("сервер",)), CUSTOMER, FORBIDDEN),
    ("customer rates", RateTicket(score=5), CUSTOMER, (*UNSOLVED[:3], "TicketRated", *UNSOLVED[:2])),
    ("helper rates", RateTicket(score=5), HELPER, FORBIDDEN),
    ("stranger rates", RateTicket(score=5), STRANGER, UNKNOWN),
    ("helper does what time does", CloseResolved(), HELPER, FORBIDDEN),
    ("moderator does what time does", ForgetTicket(), MODERATOR, FORBIDDEN),
    ("helper is chosen by a helper", AssignOnDuty(assignee_id=HELPER), HELPER, FORBIDDEN),
    ("customer does what time does", ReportOverdue(), CUSTOMER, FORBIDDEN),
    ("stranger tags", ChangeTags(tags=("сервер",)), STRANGER, UNKNOWN),
]
CELLS = [
    pytest.param(name, command, actor, expected, id=f"{what} when {name}")
    for what, command, actor, row in TABLE
    for name, expected in zip(COLUMNS, row, strict=True)
]


@pytest.mark.parametrize(("name", "command", "actor", "expected"), CELLS)
def test_cell(name: str, command: Any, actor: MemberId, expected: str) -> None:
    assert standing(name).outcome(command, actor) == expected


def test_every_command_is_in_the_table() -> None:
    assert {type(command) for _, command, _, _ in TABLE} == set(get_args(TicketCommand))


@pytest.mark.parametrize("name", ["RESOLVED", "CLOSED"])
def test_a_customers_message_reopens_to_where_it_goes_on(name: str) -> None:
    assert standing(name).when(say(CUSTOMER), CUSTOMER)[1].status is Status.OPEN
    assert standing(name, TAKEN).when(say(CUSTOMER), CUSTOMER)[1].status is Status.IN_PROGRESS


GOES_ON_ELSEWHERE = [
    (say(CUSTOMER), CUSTOMER, "ticket_merged"),  # a handler asks `goes_on_in` first
    (say(HELPER), HELPER, "ticket_merged"),
    (say(HELPER, is_internal=True), HELPER, "NoteAdded"),
    (EditMessage(message_id=THEIRS, content="Ау"), CUSTOMER, "MessageEdited"),
    (DeleteMessage(message_id=THEIRS), CUSTOMER, "MessageDeleted"),
    (moves(), CUSTOMER, "MessageMoved MessageDeleted"),
    (comes(), HELPER, "ticket_merged"),
    (AssignTicket(assignee_id=COLLEAGUE), COLLEAGUE, "ticket_merged"),
    (ChangeStatus(status=Status.OPEN), HELPER, "ticket_merged"),
    (ChangeStatus(status=Status.OPEN), CUSTOMER, "ticket_merged"),
    (ChangePriority(priority=Priority.HIGH), HELPER, "ticket_merged"),
    (ends(TicketId("third")), HELPER, "ticket_merged"),
    (goes_on(), HELPER, "ticket_merged"),
    (UnmergeTicket(), HELPER, "TicketUnmerged"),
    (UnmergeTicket(), CUSTOMER, "forbidden"),
    (LETS_GO, HELPER, "TicketUnmerged"),
    (say(STRANGER), STRANGER, "not_found"),
]


@pytest.mark.parametrize(("command", "actor", "expected"), GOES_ON_ELSEWHERE)
@pytest.mark.parametrize("name", COLUMNS)
def test_a_merged_ticket_goes_on_elsewhere(name: str, command: Any, actor: MemberId, expected: str) -> None:
    merged = standing(name, MERGED)
    assert merged.state is not None
    assert merged.state.status is Status.CLOSED
    assert merged.outcome(command, actor) == expected


@pytest.mark.parametrize("name", COLUMNS)
def test_only_its_customers_public_words_are_said_where_it_goes_on(name: str) -> None:
    merged, alone = standing(name, MERGED).state, standing(name).state
    assert merged is not None
    assert alone is not None
    customer, helper = [Facts(actor_id=who, actor_role=ROLES[who]) for who in (CUSTOMER, HELPER)]
    assert goes_on_in(say(CUSTOMER), merged, customer) == ELSEWHERE
    assert goes_on_in(say(CUSTOMER), alone, customer) is None
    assert goes_on_in(say(CUSTOMER, is_internal=True), merged, customer) is None
    assert goes_on_in(say(HELPER), merged, helper) is None
    assert goes_on_in(UnmergeTicket(), merged, helper) is None


@pytest.mark.parametrize(
    ("name", "free", "taken"),
    [
        ("OPEN", "OPEN", "IN_PROGRESS"),
        ("IN_PROGRESS", "OPEN", "IN_PROGRESS"),
        ("WAITING_RESPONSE", "OPEN", "IN_PROGRESS"),
        ("RESOLVED", "RESOLVED", "RESOLVED"),
        ("CLOSED", "CLOSED", "CLOSED"),
        ("LONG_CLOSED", "CLOSED", "CLOSED"),
    ],
)
def test_what_is_taken_out_again_goes_on_or_is_over_as_before(name: str, free: str, taken: str) -> None:
    for more, status in (((), free), ((TAKEN,), taken)):
        (event,) = standing(name, *more, MERGED).when(UnmergeTicket(), HELPER)
        assert (event.into_id, event.into_number, event.status) == (ELSEWHERE, 7, status)
        again = standing(name, *more, MERGED, event)
        assert again.state is not None
        assert (again.state.status, again.state.merged) == (status, None)
        assert again.outcome(UnmergeTicket(), HELPER) == "not_merged"


ON_TIME: list[tuple[Any, tuple[str, ...]]] = [
    (CloseResolved(), ("nothing", "nothing", "nothing", "TicketClosed", "nothing", "nothing")),
    (AssignOnDuty(assignee_id=HELPER), ("TicketAssigned",) * 3 + ("nothing",) * 3),
    (ReportOverdue(), ("nothing",) * 6),  # answered, all of them
    (ForgetTicket(), ("nothing",) * 4 + ("TicketErased",) * 2),
]


@pytest.mark.parametrize(("command", "row"), ON_TIME)
def test_what_time_does(command: Any, row: tuple[str, ...]) -> None:
    assert tuple(standing(name).outcome(command, STRANGER, timer=True) for name in COLUMNS) == row


def test_waiting_is_told_once() -> None:
    word = MessagePosted(message_id=MessageId("more"), author_id=CUSTOMER, content="Ну что?")
    waiting = standing("WAITING_RESPONSE", word, WorkStarted())
    (event,) = waiting.when(ReportOverdue(), STRANGER, timer=True)
    assert event.since == NOW - waiting.age
    told = standing("WAITING_RESPONSE", word, WorkStarted(), event)
    assert told.outcome(ReportOverdue(), STRANGER, timer=True) == "nothing"
    again = standing("WAITING_RESPONSE", word, WorkStarted(), event, ReplyAwaited(), word, WorkStarted())
    assert again.outcome(ReportOverdue(), STRANGER, timer=True) == "ResponseOverdue"
    assert standing("RESOLVED", word).outcome(ReportOverdue(), STRANGER, timer=True) == "nothing"


@pytest.mark.parametrize(("what", "command", "actor"), [(row[0], row[1], row[2]) for row in TABLE])
def test_nothing_happens_to_a_forgotten_ticket(what: str, command: Any, actor: MemberId) -> None:
    gone = standing("CLOSED", TicketErased())
    assert gone.outcome(command, actor) in {"ticket_closed", "not_found", "forbidden", "conflict"}, what
    assert gone.outcome(ForgetTicket(), STRANGER, timer=True) == "nothing"
    assert gone.state is not None
    assert (gone.state.title, gone.state.messages) == (None, {})
