"""The rules about categories."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from tikethet_events.desk import (
    AddCategory,
    AddDefaultCategories,
    ArchiveCategory,
    Category,
    CategoryAdded,
    CategoryArchived,
    CategoryChanged,
    ChangeCategoryDetails,
)
from tikethet_events.errors import Refused
from tikethet_events.word import CategoryId, Role
from tikethet_tickets.rules import bounds
from tikethet_tickets.rules import desk as rules
from tikethet_tickets.rules.defaults import DEFAULT_CATEGORIES

NOW = datetime(2026, 3, 2, tzinfo=UTC)
CLANS = Category(
    id=CategoryId("clans"),
    names={"ru": "Кланы", "en": "Clans"},
    descriptions={"ru": "Войны"},
    icon="🛡",
    color="#10B981",
    order=70,
)
EMPTY = rules.Desk()


def outcome(command: Any, state: rules.Desk | None = EMPTY, role: Role = Role.ADMIN) -> Any:
    """The events, or the code of the refusal."""
    try:
        return rules.decide(command, state, NOW, rules.Facts(actor_role=role))
    except Refused as refused:
        return refused.code


def after(*events: Any) -> rules.Desk:
    state = EMPTY
    for event in events:
        state = rules.evolve(state, event, NOW)
    return state


WITH_CLANS = after(CategoryAdded(category=CLANS))


@pytest.mark.parametrize("role", [Role.USER, Role.HELPER, Role.MODERATOR])
@pytest.mark.parametrize(
    "command",
    [
        AddCategory(category=CLANS),
        AddDefaultCategories(categories=DEFAULT_CATEGORIES),
        ChangeCategoryDetails(category=CLANS),
        ArchiveCategory(category_id=CLANS.id),
    ],
)
def test_only_admins_arrange_categories(command: Any, role: Role) -> None:
    assert outcome(command, WITH_CLANS, role) == "forbidden"


def test_a_category_is_added_trimmed() -> None:
    loose = replace(CLANS, names={"ru": " Кланы ", "en": "Clans"}, icon=" 🛡 ")
    assert outcome(AddCategory(category=loose), None) == [CategoryAdded(category=CLANS)]
    assert outcome(AddCategory(category=CLANS), WITH_CLANS) == "conflict"


@pytest.mark.parametrize(
    "wrong",
    [
        {"names": {}},
        {"names": {"ru": " "}},
        {"names": {"ru": "x" * 65}},
        {"descriptions": {"ru": "x" * 501}},
        {"icon": ""},
        {"color": "red"},
        {"color": "#12345"},
        {"order": -1},
        {"order": 10_000},
        {"names": {"ru": "a\x00"}},
    ],
)
def test_categories_that_are_refused(wrong: dict[str, Any]) -> None:
    assert outcome(AddCategory(category=replace(CLANS, **wrong))) == "invalid"
    assert outcome(ChangeCategoryDetails(category=replace(CLANS, **wrong)), WITH_CLANS) == "invalid"


def test_there_is_an_end_to_categories() -> None:
    many = {CategoryId(str(n)): replace(CLANS, id=CategoryId(str(n))) for n in range(bounds.CATEGORIES_MAX)}
    assert outcome(AddCategory(category=CLANS), rules.Desk(categories=many)) == "invalid"


def test_a_category_is_changed() -> None:
    other = replace(CLANS, icon="⚔")
    assert outcome(ChangeCategoryDetails(category=other), WITH_CLANS) == [CategoryChanged(category=other)]
    assert outcome(ChangeCategoryDetails(category=CLANS), WITH_CLANS) == []
    assert outcome(ChangeCategoryDetails(category=CLANS)) == "not_found"


def test_a_category_is_archived_once_and_comes_back() -> None:
    archive = ArchiveCategory(category_id=CLANS.id)
    assert outcome(archive, WITH_CLANS) == [CategoryArchived(category_id=CLANS.id)]
    archived = after(CategoryAdded(category=CLANS), CategoryArchived(category_id=CLANS.id))
    assert outcome(archive, archived) == []
    assert outcome(archive) == "not_found"
    assert outcome(ChangeCategoryDetails(category=CLANS), archived) == [CategoryChanged(category=CLANS)]


# ---------------------------------------------------------------- the defaults

INIT = AddDefaultCategories(categories=DEFAULT_CATEGORIES)


def test_there_are_six_in_both_languages() -> None:
    assert [category.icon for category in DEFAULT_CATEGORIES] == ["🔧", "💰", "⚖️", "💎", "🛠", "❓"]
    assert all(category.names.keys() == category.descriptions.keys() == {"ru", "en"} for category in DEFAULT_CATEGORIES)
    assert outcome(INIT) == [CategoryAdded(category=category) for category in DEFAULT_CATEGORIES]


def test_adding_them_again_changes_nothing() -> None:
    assert outcome(INIT, after(*outcome(INIT))) == []


def test_one_that_was_renamed_or_archived_is_not_added_again() -> None:
    first, second = DEFAULT_CATEGORIES[:2]
    renamed = CategoryChanged(category=replace(first, names={"ru": "Совсем другое"}))
    state = after(*outcome(INIT), renamed, CategoryArchived(category_id=second.id))
    assert outcome(INIT, state) == []


def test_one_the_desk_named_itself_is_not_added_beside() -> None:
    own = replace(CLANS, names={"ru": "ДОНАТ"})
    added = outcome(INIT, after(CategoryAdded(category=own)))
    assert [event.category.icon for event in added] == ["🔧", "💰", "⚖️", "🛠", "❓"]
