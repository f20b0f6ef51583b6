"""Word forms of two languages, and what a customer must not find."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from tikethet_devstack.provision import Databases
from tikethet_events.member import MemberErased, member_stream
from tikethet_events.ticket import MessageDeleted, MessageEdited, TitleChanged
from tikethet_events.word import Role, Status
from tikethet_tickets.queries import search
from tikethet_tickets.queries.filters import TicketFilter
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.queries.tickets import list_tickets
from tikethet_tickets.queries.viewer import Viewer

from tests.tickets.conftest import Story, open_views


class Library:
    def __init__(self, story: Story) -> None:
        self.story = story
        category = story.category()
        self.customer = Viewer(story.joins("Алексей", last_name="Морозов", username="alexey_m"))
        self.stranger = Viewer(story.joins("Пётр"))
        self.helper = Viewer(story.joins("Мария", Role.HELPER), Role.HELPER)
        self.keys = story.opens(
            self.customer.member_id, category, "Пропали ключи", description="Были и нет", number=101
        )
        self.gift = story.opens(self.customer.member_id, category, "Донат не пришёл", description="Оплата", number=102)
        self.link = story.opens(self.stranger.member_id, category, "Server", description="Cannot connect", number=103)
        story.says(self.customer.member_id, self.keys, "Ёлка мигает, а ошибка E1042 остаётся")
        story.notes(self.helper.member_id, self.gift, "похоже на мошенника")

    async def finds(self, views: asyncpg.Connection, viewer: Viewer, q: str, **more: object) -> list[str]:
        page = await list_tickets(views, viewer, TicketFilter(q=q, **more), PageRequest(), sort="created_at")  # type: ignore[arg-type]
        assert page.total == len(page.items)
        names = {self.keys: "keys", self.gift: "gift", self.link: "link"}
        return [names[ticket.id] for ticket in page.items]


@pytest.fixture
async def library(views: asyncpg.Connection, story: Story) -> Library:
    library = Library(story)
    await story.tell(views)
    return library


@pytest.fixture(scope="module")
async def shelf(postgres: Databases) -> AsyncIterator[tuple[asyncpg.Connection, Library]]:
    """One library for all who only read."""
    async with open_views(postgres) as views:
        library = Library(Story())
        await library.story.tell(views)
        yield views, library


FORMS = [
    ("ключ", ["keys"]),
    ("ключами", ["keys"]),
    ("КЛЮЧЕЙ", ["keys"]),
    ("доната", ["gift"]),
    ("донаты", ["gift"]),
    ("connecting", ["link"]),
    ("connected", ["link"]),
    ("servers", ["link"]),
    ("елка", ["keys"]),
    ("ёлки", ["keys"]),
    ("пришел", ["gift"]),
    ("клю", ["keys"]),
    ("пропавшие ключ", ["keys"]),
    ("пропали клю", ["keys"]),
    ("ключи донат", []),
    ("ключи OR донат", ["keys", "gift"]),
    ("ключи -пропали", []),
    ('"пропали ключи"', ["keys"]),
    ('"ключи пропали"', []),
    ("E1042", ["keys"]),
    ("#102", ["gift"]),
    ("103", ["link"]),
    ("слон", []),
    ("не", []),
    ("!!! & | :* \\ '", []),
    ("   ", ["keys", "gift", "link"]),
]


@pytest.mark.parametrize(("q", "expected"), FORMS)
@pytest.mark.parametrize("few", [5000, 0])
async def test_forms(
    shelf: tuple[asyncpg.Connection, Library],
    monkeypatch: pytest.MonkeyPatch,
    q: str,
    expected: list[str],
    few: int,
) -> None:
    """Where none are few, every word is a common one, looked for along the list: both ways find the same."""
    views, library = shelf
    monkeypatch.setattr(search, "FEW", few)
    page = await list_tickets(views, library.helper, TicketFilter(q=q), PageRequest(), sort="created_at")
    names = {library.keys: "keys", library.gift: "gift", library.link: "link"}
    assert [names[ticket.id] for ticket in page.items] == expected


@pytest.mark.parametrize("few", [5000, 0])
async def test_people_are_found_by_staff_only(
    views: asyncpg.Connection, library: Library, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(search, "FEW", few)
    for q in ("морозов", "алексей мор", "@alexey_m"):
        page = await list_tickets(views, library.helper, TicketFilter(q=q), PageRequest(), sort="created_at")
        assert [ticket.id for ticket in page.items] == [library.keys, library.gift]
        assert await library.finds(views, library.customer, q) == []


async def test_a_customer_searches_their_own_and_no_notes(views: asyncpg.Connection, library: Library) -> None:
    assert await library.finds(views, library.helper, "мошенники") == ["gift"]
    assert await library.finds(views, library.customer, "мошенники") == []
    assert await library.finds(views, library.customer, "ключи") == ["keys"]
    assert await library.finds(views, library.stranger, "ключи") == []
    assert await library.finds(views, library.stranger, "101") == []
    assert await library.finds(views, library.customer, "#101") == ["keys"]


async def test_search_follows_changes(views: asyncpg.Connection, library: Library, story: Story) -> None:
    said = story.says(library.customer.member_id, library.gift, "жираф")
    story.on(library.keys, TitleChanged(title="Бегемот", previous="Пропали ключи"))
    await story.tell(views)
    assert await library.finds(views, library.helper, "жирафы") == ["gift"]
    assert await library.finds(views, library.helper, "бегемоты") == ["keys"]
    assert await library.finds(views, library.helper, "ключи") == []
    story.on(library.gift, MessageEdited(message_id=said, content="страус", is_internal=False))
    await story.tell(views)
    assert await library.finds(views, library.helper, "жираф") == []
    assert await library.finds(views, library.helper, "страусы") == ["gift"]
    story.on(library.gift, MessageDeleted(message_id=said, is_internal=False))
    await story.tell(views)
    assert await library.finds(views, library.helper, "страус") == []


async def test_nobody_finds_the_erased(views: asyncpg.Connection, library: Library, story: Story) -> None:
    story.happens(member_stream(library.customer.member_id), MemberErased())
    await story.tell(views)
    for q in ("ключи", "донат", "морозов", "мошенник"):
        assert await library.finds(views, library.helper, q) == []


async def test_search_and_filters_together(views: asyncpg.Connection, library: Library) -> None:
    assert await library.finds(views, library.helper, "ключи", status=(Status.OPEN,)) == ["keys"]
    assert await library.finds(views, library.helper, "ключи", status=(Status.CLOSED,)) == []
    assert await library.finds(views, library.helper, "ключи", assigned_to="me") == []
    stranger = library.stranger.member_id
    assert await library.finds(views, library.helper, "ключи OR connect", requester=stranger) == ["link"]


async def test_one_configuration_stems_both_languages(views: asyncpg.Connection) -> None:
    """What `search_vector` relies on: `russian` hands Latin words to the English stemmer, stop words and all."""
    text = "Ключами connecting к the servers"
    both = await views.fetchval("SELECT to_tsvector('russian', $1)::text", text)
    assert both == "'connect':2 'server':5 'ключ':1"
