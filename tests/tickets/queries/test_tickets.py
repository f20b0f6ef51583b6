from collections.abc import AsyncIterator, Callable

import asyncpg
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.errors import Refused
from tikethet_events.ticket import (
    PriorityChanged,
    ReplyAwaited,
    TagsChanged,
    TicketAssigned,
    TicketResolved,
    WorkStarted,
)
from tikethet_events.word import MemberId, Priority, Role, Status
from tikethet_tickets.queries.counts import counts
from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.messages import mark_read
from tikethet_tickets.queries.pages import Cursor, PageRequest, seal
from tikethet_tickets.queries.tickets import find_ticket, get_ticket, list_tickets
from tikethet_tickets.queries.viewer import Viewer

from tests.tickets.conftest import Story, open_views


class Desk:
    """A customer with three tickets, another with one, a helper who takes some."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.category = story.category("Донаты", "Donations", icon="💎", color="#00BCD4")
        self.other_category = story.category("Правила", "Rules")
        self.customer = story.joins("Алексей", last_name="Морозов", username="alexey_m", telegram_id=700)
        self.stranger = story.joins("Пётр")
        self.helper = story.joins("Мария", Role.HELPER, username="maria_help", telegram_id=701)
        self.first = story.opens(self.customer, self.category, "Первая", priority=Priority.HIGH)
        self.second = story.opens(self.customer, self.other_category, "Вторая")
        self.third = story.opens(self.customer, self.category, "Третья", priority=Priority.CRITICAL)
        self.foreign = story.opens(self.stranger, self.category, "Чужая", priority=Priority.LOW)
        story.on(self.second, TicketAssigned(assignee_id=self.helper), actor=self.helper)
        story.on(self.second, WorkStarted(), actor=self.helper)
        story.on(self.first, TicketResolved(reason="готово"), actor=self.helper)
        story.on(self.foreign, TagsChanged(tags=("срочно",), previous=()), actor=self.helper)

    def sees(self, member_id: MemberId) -> Viewer:
        role = Role.HELPER if member_id == self.helper else Role.USER
        return Viewer(member_id, role, "ru")

    @property
    def staff(self) -> Viewer:
        return self.sees(self.helper)


Shelf = tuple[asyncpg.Connection, Desk]


@pytest.fixture(scope="module")
async def shelf(postgres: Databases) -> AsyncIterator[Shelf]:
    """One desk for all who only read."""
    async with open_views(postgres) as views:
        desk = Desk(Story())
        await desk.story.tell(views)
        yield views, desk


@pytest.fixture
async def desk(views: asyncpg.Connection, story: Story) -> Desk:
    desk = Desk(story)
    await story.tell(views)
    return desk


ID = "0197f000-0000-7000-8000-000000000000"

CASES: list[tuple[Callable[[Desk], TicketFilter], list[str]]] = [
    (lambda _: TicketFilter(), ["foreign", "first", "second", "third"]),
    (lambda _: TicketFilter(status=(Status.OPEN,)), ["foreign", "third"]),
    (lambda _: TicketFilter(status=(Status.IN_PROGRESS, Status.RESOLVED)), ["first", "second"]),
    (lambda _: TicketFilter(priority=(Priority.HIGH, Priority.CRITICAL)), ["first", "third"]),
    (lambda desk: TicketFilter(category_id=desk.category), ["foreign", "first", "third"]),
    (lambda _: TicketFilter(assigned_to="me"), ["second"]),
    (lambda _: TicketFilter(assigned_to="none"), ["foreign", "first", "third"]),
    (lambda desk: TicketFilter(assigned_to=desk.helper), ["second"]),
    (lambda desk: TicketFilter(requester=desk.customer), ["first", "second", "third"]),
    (lambda _: TicketFilter(requester="me"), []),
    (lambda _: TicketFilter(tag="срочно"), ["foreign"]),
    (lambda _: TicketFilter(tag="нет такого"), []),
    (
        lambda desk: TicketFilter(category_id=desk.category, status=(Status.OPEN,), assigned_to="none"),
        ["foreign", "third"],
    ),
]


@pytest.mark.parametrize("case", range(len(CASES)))
async def test_every_filter(shelf: Shelf, case: int) -> None:
    views, desk = shelf
    make, expected = CASES[case]
    page = await list_tickets(views, desk.staff, make(desk), PageRequest())
    assert [ticket.id for ticket in page.items] == [getattr(desk, name) for name in expected]
    assert (page.total, page.total_is_exact) == (len(expected), True)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("created_at", ["first", "second", "third", "foreign"]),
        ("-created_at", ["foreign", "third", "second", "first"]),
        ("updated_at", ["third", "second", "first", "foreign"]),
        ("priority", ["foreign", "second", "first", "third"]),
        ("-priority", ["third", "first", "second", "foreign"]),
        ("waiting", ["second", "third", "foreign", "first"]),
        ("-waiting", ["first", "foreign", "third", "second"]),
    ],
)
@pytest.mark.parametrize("size", [1, 3])
async def test_every_order_page_by_page(shelf: Shelf, sort: str, expected: list[str], size: int) -> None:
    views, desk = shelf
    seen, cursor = [], None
    while True:
        page = await list_tickets(views, desk.staff, TicketFilter(), PageRequest(size=size, cursor=cursor), sort=sort)
        seen += [ticket.id for ticket in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [getattr(desk, name) for name in expected]
    numbered = await list_tickets(views, desk.staff, TicketFilter(), PageRequest(page=2, size=1), sort=sort)
    assert [ticket.id for ticket in numbered.items] == [getattr(desk, expected[1])]
    assert (numbered.page, numbered.pages, numbered.total) == (2, 4, 4)


async def test_a_customer_lists_only_their_own(views: asyncpg.Connection, desk: Desk) -> None:
    mine = await list_tickets(views, desk.sees(desk.customer), TicketFilter(), PageRequest())
    assert [ticket.id for ticket in mine.items] == [desk.first, desk.second, desk.third]
    assert mine.total == 3
    foreign = TicketFilter(requester=desk.stranger)
    assert (await list_tickets(views, desk.sees(desk.customer), foreign, PageRequest())).items == []
    tagged = await list_tickets(views, desk.sees(desk.stranger), TicketFilter(tag="срочно"), PageRequest())
    assert (tagged.items, tagged.total) == ([], 0)


async def test_a_ticket_in_full(views: asyncpg.Connection, desk: Desk) -> None:
    ticket = await get_ticket(views, desk.staff, desk.second)
    assert ticket is not None
    assert (ticket.title, ticket.description, ticket.status, ticket.priority) == (
        "Вторая",
        "Совсем",
        Status.IN_PROGRESS,
        Priority.NORMAL,
    )
    assert ticket.category is not None
    assert ticket.category.name == "Правила"
    assert ticket.category.names == {"ru": "Правила", "en": "Rules"}
    assert ticket.user is not None
    assert (ticket.user.first_name, ticket.user.username, ticket.user.telegram_id) == ("Алексей", "alexey_m", 700)
    assert ticket.assigned_to is not None
    assert ticket.assigned_to.telegram_id == 701
    assert ticket.version == 3
    english = await get_ticket(views, Viewer(desk.helper, Role.HELPER, "en"), f"#{ticket.number}")
    assert english is not None
    assert english.category is not None
    assert english.category.name == "Rules"


async def test_what_a_customer_is_not_told(views: asyncpg.Connection, desk: Desk, story: Story) -> None:
    before = await get_ticket(views, desk.sees(desk.customer), desk.second)
    story.notes(desk.helper, desk.second)
    story.on(desk.second, TagsChanged(tags=("подозрительно",), previous=()), actor=desk.helper)
    await story.tell(views)
    after = await get_ticket(views, desk.sees(desk.customer), desk.second)
    assert before is not None
    assert after is not None
    assert after.assigned_to is not None
    assert after.assigned_to.first_name == "Мария"
    assert after.assigned_to.username is None
    assert "telegram_id" not in repr(after).replace("telegram_id=UNSET", "")
    assert (after.tags, after.updated_at, after.messages_count, after.unread_count) == ([], before.updated_at, 0, 0)
    staff = await get_ticket(views, desk.staff, desk.second)
    assert staff is not None
    assert (staff.tags, staff.messages_count) == (["подозрительно"], 0)
    assert staff.updated_at > before.updated_at
    assert await get_ticket(views, desk.sees(desk.customer), desk.foreign) is None


@pytest.mark.parametrize("unknown", ["", "#", "999999", "x", "0197f000-0000-7000-8000-000000000000", "9" * 30])
async def test_what_is_not_there(shelf: Shelf, unknown: str) -> None:
    views, desk = shelf
    assert await get_ticket(views, desk.staff, unknown) is None
    assert await find_ticket(views, unknown) is None


async def test_find_says_whose(views: asyncpg.Connection, desk: Desk) -> None:
    key = await find_ticket(views, desk.first)
    assert key is not None
    assert (key.requester_id, key.status, key.version) == (desk.customer, Status.RESOLVED, 2)
    assert await find_ticket(views, str(key.number)) == key


@pytest.mark.parametrize(
    ("wanted", "request_", "sort"),
    [
        (TicketFilter(category_id="x"), PageRequest(), "updated_at"),
        (TicketFilter(requester="x"), PageRequest(), "updated_at"),
        (TicketFilter(assigned_to="x"), PageRequest(), "updated_at"),
        (TicketFilter(), PageRequest(), "title"),
        (TicketFilter(), PageRequest(), "--updated_at"),
        (TicketFilter(), PageRequest(size=0), "updated_at"),
        (TicketFilter(), PageRequest(size=101), "updated_at"),
        (TicketFilter(), PageRequest(page=0), "updated_at"),
        (TicketFilter(), PageRequest(page=1000, size=100), "updated_at"),
        (TicketFilter(), PageRequest(cursor="x"), "updated_at"),
        (TicketFilter(), PageRequest(cursor="ä"), "updated_at"),
        (TicketFilter(), PageRequest(cursor=seal(Cursor("updated_at", "x", ID))), "updated_at"),
        (TicketFilter(), PageRequest(cursor=seal(Cursor("updated_at", 1, ID))), "updated_at"),
        (TicketFilter(), PageRequest(cursor=seal(Cursor("updated_at", "2026-01-01T00:00:00Z", "x"))), "updated_at"),
        (TicketFilter(), PageRequest(cursor=seal(Cursor("created_at", "2026-01-01T00:00:00Z", ID))), "updated_at"),
        (TicketFilter(), PageRequest(cursor=seal(Cursor("updated_at", "0001-01-01T00:00+23:00", ID))), "updated_at"),
        (TicketFilter(), PageRequest(cursor=seal(Cursor("priority", "x", ID))), "priority"),
        (TicketFilter(), PageRequest(cursor=seal(Cursor("priority", 99999, ID))), "priority"),
    ],
)
async def test_bad_questions_are_refused(shelf: Shelf, wanted: TicketFilter, request_: PageRequest, sort: str) -> None:
    views, desk = shelf
    with pytest.raises(Refused) as refused:
        await list_tickets(views, desk.staff, wanted, request_, sort=sort)
    assert refused.value.code == "invalid"


@pytest.mark.parametrize("sign", ["\0", "\ud800"])
def test_no_question_holds_what_no_text_holds(sign: str) -> None:
    for question in ({"q": sign}, {"tag": sign}):
        with pytest.raises(Refused):
            TicketFilter(**question)  # type: ignore[arg-type]


async def test_counts_are_the_totals_of_the_lists(views: asyncpg.Connection, desk: Desk, story: Story) -> None:
    story.on(desk.third, PriorityChanged(priority=Priority.LOW, previous=Priority.CRITICAL))
    await story.tell(views)
    staff = await counts(views, desk.staff)
    assert staff.total == 4
    assert staff.by_status == {"OPEN": 2, "IN_PROGRESS": 1, "WAITING_RESPONSE": 0, "RESOLVED": 1, "CLOSED": 0}
    assert staff.by_priority == {"LOW": 2, "NORMAL": 1, "HIGH": 1, "CRITICAL": 0}
    assert (staff.mine, staff.unassigned) == (1, 3)
    customer = await counts(views, desk.sees(desk.customer))
    assert (customer.total, customer.mine, customer.unassigned) == (3, 3, 2)
    assert customer.by_status["RESOLVED"] == 1


async def test_unread_until_read(views: asyncpg.Connection, desk: Desk, story: Story) -> None:
    story.says(desk.helper, desk.second)
    story.notes(desk.helper, desk.second)
    story.says(desk.customer, desk.second)
    story.on(desk.second, ReplyAwaited())
    await story.tell(views)

    async def unread(member_id: MemberId) -> int:
        ticket = await get_ticket(views, desk.sees(member_id), desk.second)
        assert ticket is not None
        return ticket.unread_count

    assert (await unread(desk.customer), await unread(desk.helper)) == (1, 1)
    await mark_read(views, desk.customer, desk.second, 4)
    await mark_read(views, desk.customer, desk.second, 2)
    assert await unread(desk.customer) == 0
    story.says(desk.helper, desk.second)
    await story.tell(views)
    assert await unread(desk.customer) == 1
