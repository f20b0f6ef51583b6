"""What a template may say, and how it is filled."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from tikethet_events.desk import CategoryAdded, RemoveTemplate, SaveTemplate, Template, TemplateRemoved, TemplateSaved
from tikethet_events.errors import Refused
from tikethet_events.word import CategoryId, Role, TemplateId
from tikethet_tickets.rules import desk as rules
from tikethet_tickets.rules.defaults import DEFAULT_CATEGORIES
from tikethet_tickets.rules.templates import PLACEHOLDERS, rendered

NOW = datetime(2026, 11, 23, tzinfo=UTC)
BANS = DEFAULT_CATEGORIES[2]
HELLO = Template(
    id=TemplateId("hello"),
    name="Привет",
    texts={"ru": "Здравствуйте, {customer.first_name}!"},
    category_ids=(BANS.id,),
    order=10,
)
WITH_BANS = rules.evolve(None, CategoryAdded(category=BANS), NOW)
WITH_HELLO = rules.evolve(WITH_BANS, TemplateSaved(template=HELLO), NOW)


def outcome(command: Any, state: rules.Desk = WITH_BANS, role: Role = Role.MODERATOR) -> Any:
    try:
        return rules.decide(command, state, NOW, rules.Facts(actor_role=role))
    except Refused as refused:
        return refused.facts.get("reason", refused.code)


def save(**changes: Any) -> Any:
    return outcome(SaveTemplate(template=replace(HELLO, **changes)))


def test_templates_are_saved_changed_and_removed() -> None:
    assert save() == [TemplateSaved(template=HELLO)]
    assert outcome(SaveTemplate(template=HELLO), WITH_HELLO) == []
    other = replace(HELLO, order=20)
    assert outcome(SaveTemplate(template=other), WITH_HELLO) == [TemplateSaved(template=other)]
    assert outcome(RemoveTemplate(template_id=HELLO.id), WITH_HELLO) == [TemplateRemoved(template_id=HELLO.id)]
    assert outcome(RemoveTemplate(template_id=HELLO.id)) == "not_found"
    assert rules.evolve(WITH_HELLO, TemplateRemoved(template_id=HELLO.id), NOW) == WITH_BANS


@pytest.mark.parametrize("role", [Role.USER, Role.HELPER])
def test_moderators_write_them(role: Role) -> None:
    for command in (SaveTemplate(template=HELLO), RemoveTemplate(template_id=HELLO.id)):
        assert outcome(command, WITH_HELLO, role) == "forbidden"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"name": " "}, "blank"),
        ({"name": "x" * 65}, "too_long"),
        ({"texts": {}}, "blank"),
        ({"texts": {"ru": " "}}, "blank"),
        ({"texts": {"ru": "x" * 4097}}, "too_long"),
        ({"texts": {"ru": "a\0"}}, "control_character"),
        ({"texts": {"ru": "{customer.password}"}}, "unknown_placeholder"),
        ({"order": -1}, "out_of_range"),
        ({"category_ids": (CategoryId("gone"),)}, "not_found"),
    ],
)
def test_bad_templates(changes: dict[str, Any], reason: str) -> None:
    assert save(**changes) == reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Здравствуйте, {customer.first_name}!", "Здравствуйте, {ticket.title}!"),
        ("#{ticket.number}: {ticket.title}", "#1042: "),
        ("{customer} { customer.first_name } {{}} %s {0}", "{customer} { customer.first_name } {{}} %s {0}"),
        ("{customer.__class__}", ""),
    ],
)
def test_filling(text: str, expected: str) -> None:
    values = {"customer.first_name": "{ticket.title}", "ticket.number": "1042", "ticket.title": None}
    assert rendered(text, values) == expected


def test_every_placeholder_may_stand_in_a_template() -> None:
    (saved,) = save(texts={"ru": " ".join(f"{{{name}}}" for name in PLACEHOLDERS)})
    assert rendered(saved.template.texts["ru"], dict.fromkeys(PLACEHOLDERS, "x")).split() == ["x"] * len(PLACEHOLDERS)
