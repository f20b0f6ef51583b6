from itertools import product
from typing import Any

import asyncpg
import msgspec
import pytest
from tikethet_events.desk import DESK_STREAM, CategoryArchived
from tikethet_events.errors import Refused
from tikethet_events.member import MemberBlocked, MemberErased, PreferencesChanged, member_stream
from tikethet_events.word import MemberId, Role
from tikethet_tickets.queries import categories, export, facts, members
from tikethet_tickets.queries.messages import mark_read
from tikethet_tickets.queries.pages import PageRequest
from tikethet_tickets.queries.shaped import member_shape
from tikethet_tickets.queries.viewer import Viewer
from tikethet_tickets.shapes import Member

from tests.tickets.conftest import Story


@pytest.fixture
async def people(views: asyncpg.Connection, story: Story) -> dict[str, Viewer]:
    ids = {
        "customer": story.joins("Алексей", last_name="Морозов", username="alexey_m", telegram_id=700),
        "helper": story.joins("Мария", Role.HELPER, last_name="Соколова", username="maria_help", language="en"),
        "admin": story.joins("Игорь", Role.ADMIN, username="igor_admin"),
        "blocked": story.joins("Семён", Role.ADMIN),
    }
    story.happens(member_stream(ids["blocked"]), MemberBlocked(reason="спам"))
    await story.tell(views)
    roles = {"customer": Role.USER, "helper": Role.HELPER, "admin": Role.ADMIN, "blocked": Role.ADMIN}
    return {name: Viewer(member_id, roles[name]) for name, member_id in ids.items()}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({}, ["blocked", "admin", "helper", "customer"]),
        ({"roles": [Role.ADMIN]}, ["blocked", "admin"]),
        ({"roles": [Role.ADMIN], "blocked": False}, ["admin"]),
        ({"blocked": True}, ["blocked"]),
        ({"q": "мор"}, ["customer"]),
        ({"q": "АЛЕКСЕЙ морозов"}, ["customer"]),
        ({"q": "@maria_help"}, ["helper"]),
        ({"q": "семен"}, ["blocked"]),
        ({"q": "700"}, ["customer"]),
        ({"q": "никто"}, []),
        ({"q": "!!"}, []),
    ],
)
async def test_lists_of_people(
    views: asyncpg.Connection, people: dict[str, Viewer], question: dict[str, Any], expected: list[str]
) -> None:
    page = await members.list_members(views, people["helper"], PageRequest(), **question)
    assert [member.id for member in page.items] == [people[name].member_id for name in expected]
    assert (page.total, page.total_is_exact) == (len(expected), True)


async def test_people_page_by_page(views: asyncpg.Connection, people: dict[str, Viewer]) -> None:
    first = await members.list_members(views, people["admin"], PageRequest(size=3))
    rest = await members.list_members(views, people["admin"], PageRequest(size=3, cursor=first.next_cursor))
    assert [len(first.items), len(rest.items), rest.next_cursor] == [3, 1, None]
    with pytest.raises(Refused):
        await members.list_members(views, people["admin"], PageRequest(cursor="x"))


@pytest.mark.parametrize("counted", [2_000, 30])
async def test_a_search_for_people_page_by_page(
    views: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, counted: int
) -> None:
    """Few are put in order, many are met along the list: both ways find the same, and count as far as they say."""
    monkeypatch.setattr(members, "COUNTED", counted)
    await views.execute("""
        INSERT INTO tickets.members (id, telegram_id, first_name, username, role, language, blocked, reachable,
            preferences, joined_at, updated_at, version, erased)
        SELECT gen_random_uuid(), n, 'Игрок' || n, CASE WHEN n % 2 = 0 THEN 'player' || n END,
            CASE WHEN n % 7 = 0 THEN 'HELPER' ELSE 'USER' END, 'ru', n % 5 = 0, true, '{}', now(), now(), 1, n % 11 = 0
        FROM generate_series(1, 200) n;
        ANALYZE tickets.members
    """)
    staff = Viewer(MemberId("01980000-0000-7000-8000-000000000000"), Role.HELPER)
    questions: list[dict[str, Any]] = [{}, {"roles": [Role.HELPER]}, {"blocked": True}]
    for (q, pattern), more in product(
        {"player": "player%", "player1": "player1%", "игр play": "player%"}.items(), questions
    ):
        expected = await views.fetch(
            """
            SELECT id::text FROM tickets.members
            WHERE username LIKE $1 AND NOT erased AND ($2::text IS NULL OR role = $2)
                AND ($3::boolean IS NULL OR blocked = $3) ORDER BY id DESC
            """,
            pattern,
            more["roles"][0] if "roles" in more else None,
            more.get("blocked"),
        )
        met, cursor = list[str](), None
        while not met or cursor is not None:
            page = await members.list_members(views, staff, PageRequest(size=9, cursor=cursor), q=q, **more)
            met, cursor = met + [member.id for member in page.items], page.next_cursor
            assert (page.total, page.total_is_exact) == (min(len(expected), counted + 1), len(expected) <= counted)
        assert met == [row[0] for row in expected]


async def shown(views: asyncpg.Connection, viewer: Viewer, member_id: str) -> Member | None:
    row = await members.member_row(views, member_id)
    return member_shape(row, viewer) if row else None


async def test_who_sees_what_of_whom(views: asyncpg.Connection, people: dict[str, Viewer]) -> None:
    helper = await shown(views, people["customer"], people["helper"].member_id)
    assert helper is not None
    assert msgspec.to_builtins(helper) == {
        "id": people["helper"].member_id,
        "first_name": "Мария",
        "last_name": "Соколова",
        "username": None,
        "role": "HELPER",
        "language": "en",
        "blocked": False,
        "reachable": True,
    }
    seen = await shown(views, people["helper"], people["blocked"].member_id)
    assert seen is not None
    assert seen.blocked
    own = await shown(views, people["customer"], people["customer"].member_id)
    assert own is not None
    assert own.username == "alexey_m"
    assert await shown(views, people["helper"], "timer") is None


async def test_what_a_member_may(views: asyncpg.Connection, people: dict[str, Viewer]) -> None:
    access = await members.access(views, people["blocked"].member_id)
    assert access == members.Access(role=Role.ADMIN, blocked=True, language="ru")
    assert await members.access(views, "x") is None
    assert await members.by_telegram_id(views, 700) == people["customer"].member_id
    assert await members.by_telegram_id(views, 1) is None
    assert await members.count_with_roles(views, [Role.ADMIN, Role.DEVELOPER]) == 1


async def test_the_erased_are_nobody(views: asyncpg.Connection, people: dict[str, Viewer], story: Story) -> None:
    customer = people["customer"]
    story.happens(member_stream(customer.member_id), PreferencesChanged(preferences={"sound": True}))
    await mark_read(views, customer.member_id, story.opens(customer.member_id, story.category()), 1)
    story.happens(member_stream(customer.member_id), MemberErased())
    await story.tell(views)
    gone = await shown(views, people["admin"], customer.member_id)
    assert gone is not None
    assert (gone.first_name, gone.last_name, gone.username, gone.telegram_id) == (None, None, None, None)
    page = await members.list_members(views, people["admin"], PageRequest())
    assert (len(page.items), page.total) == (3, 3)
    assert await members.access(views, customer.member_id) is None
    assert await members.by_telegram_id(views, 700) is None
    assert await views.fetchval("SELECT count(*) FROM tickets.read_markers") == 0


async def test_an_export_is_all_of_theirs_and_nothing_of_staffs(
    views: asyncpg.Connection, people: dict[str, Viewer], story: Story
) -> None:
    customer, helper = people["customer"], people["helper"]
    category = story.category()
    own, foreign = story.opens(customer.member_id, category), story.opens(people["admin"].member_id, category)
    said = story.says(customer.member_id, own)
    answer = story.says(helper.member_id, own, "ответ")
    story.notes(helper.member_id, own, "тайна")
    elsewhere = story.says(customer.member_id, foreign, "и тут")
    await story.tell(views)
    await mark_read(views, customer.member_id, own, 3)
    document = await export.member_export(views, customer.member_id)
    assert document is not None
    assert document.member.telegram_id == 700
    assert [entry.ticket.id for entry in document.tickets] == [own]
    assert [message.id for message in document.tickets[0].messages] == [said, answer]
    assert [message.id for message in document.messages_elsewhere] == [elsewhere]
    assert [(marker.ticket_id, marker.version) for marker in document.read_markers] == [(own, 3)]
    assert b"\xd1\x82\xd0\xb0\xd0\xb9\xd0\xbd\xd0\xb0" not in msgspec.json.encode(document)
    assert await export.member_export(views, "x") is None


async def test_categories_in_order_and_language(
    views: asyncpg.Connection, people: dict[str, Viewer], story: Story
) -> None:
    late, early = story.category("Позже", "Later", order=2), story.category("Раньше", "Earlier", order=1)
    only_russian = story.category("Только", "")
    story.happens(DESK_STREAM, CategoryArchived(category_id=only_russian))
    await story.tell(views)
    english = Viewer(people["customer"].member_id, Role.USER, "en")
    listed = await categories.list_categories(views, english)
    assert [(category.id, category.name) for category in listed] == [(early, "Earlier"), (late, "Later")]
    everything = await categories.list_categories(views, english, include_archived=True)
    assert [category.id for category in everything] == [early, only_russian, late]
    archived = await categories.get_category(views, english, only_russian)
    assert archived is not None
    assert (archived.active, archived.name, archived.description) == (False, "Только", "Только")
    assert await categories.get_category(views, english, "x") is None


async def test_numbers_rise(views: asyncpg.Connection) -> None:
    first = await facts.next_number(views)
    assert await facts.next_number(views) == first + 1
