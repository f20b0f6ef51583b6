"""What the desk's settings may be."""

from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace
from tikethet_events.desk import AddCategory, ChangeDeskSettings, DeskSettingsChanged, Opening
from tikethet_events.errors import Refused
from tikethet_events.word import Role
from tikethet_tickets.rules import desk as rules
from tikethet_tickets.rules.defaults import DEFAULT_CATEGORIES, DEFAULT_SETTINGS
from tikethet_tickets.rules.settings_of_desk import LIMITS, checked

NOW = datetime(2026, 11, 23, tzinfo=UTC)
MORNING = Opening(day="MON", opens="09:00", closes="12:00")
EVENING = Opening(day="MON", opens="12:00", closes="24:00")


def decided(role: Role = Role.ADMIN, state: rules.Desk | None = None, **changes: Any) -> Any:
    """The events, or the code of the refusal with the field."""
    command = ChangeDeskSettings(settings=replace(DEFAULT_SETTINGS, **changes))
    try:
        return rules.decide(command, state, NOW, rules.Facts(actor_role=role))
    except Refused as refused:
        return (refused.code, refused.facts.get("field"), refused.facts.get("reason"))


def test_the_defaults_are_fine_and_change_nothing() -> None:
    assert checked(DEFAULT_SETTINGS) == DEFAULT_SETTINGS
    assert decided() == []


def test_settings_are_kept_whole_and_in_order() -> None:
    changes: dict[str, Any] = {
        "names": {"ru": "  Стол  находок "},
        "hours": (EVENING, MORNING),
        "holidays": ("2026-12-31", "2026-01-01", "2026-12-31"),
    }
    (event,) = decided(**changes)
    assert isinstance(event, DeskSettingsChanged)
    assert event.settings.names == {"ru": "Стол находок"}
    assert event.settings.hours == (MORNING, EVENING)
    assert event.settings.holidays == ("2026-01-01", "2026-12-31")
    assert event.settings.auto_close_days == 7
    state = rules.evolve(None, event, NOW)
    assert state.settings == event.settings
    assert decided(state=state, **changes) == []


@pytest.mark.parametrize("role", [Role.USER, Role.HELPER, Role.MODERATOR])
def test_only_admins_change_them(role: Role) -> None:
    assert decided(role, auto_close_days=1) == ("forbidden", None, None)


def test_categories_and_settings_stand_beside_each_other() -> None:
    facts = rules.Facts(actor_role=Role.ADMIN)
    state = rules.evolve(None, decided(auto_close_days=1)[0], NOW)
    for event in rules.decide(AddCategory(category=DEFAULT_CATEGORIES[0]), state, NOW, facts):
        state = rules.evolve(state, event, NOW)
    assert (state.settings.auto_close_days, len(state.categories)) == (1, 1)


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"names": {}}, "names", "blank"),
    ({"names": {"ru": " "}}, "names", "blank"),
    ({"names": {"ru": "x" * 65}}, "names", "too_long"),
    ({"greetings": {"ru": "x" * 1001}}, "greetings", "too_long"),
    ({"time_zone": "Europe/Atlantis"}, "time_zone", "not_a_time_zone"),
    ({"time_zone": "../../etc/passwd"}, "time_zone", "not_a_time_zone"),
    ({"time_zone": "/etc/localtime"}, "time_zone", "not_a_time_zone"),
    ({"time_zone": ""}, "time_zone", "not_a_time_zone"),
    ({"time_zone": "Europe"}, "time_zone", "not_a_time_zone"),
    ({"time_zone": "a\0b"}, "time_zone", "not_a_time_zone"),
    ({"hours": (replace(MORNING, opens="9:00"),)}, "hours", "not_hours"),
    ({"hours": (replace(MORNING, opens="24:00"),)}, "hours", "not_hours"),
    ({"hours": (replace(MORNING, closes="09:00"),)}, "hours", "not_hours"),
    ({"hours": (replace(MORNING, closes="24:01"),)}, "hours", "not_hours"),
    ({"hours": (MORNING, replace(EVENING, opens="11:59"))}, "hours", "overlapping"),
    ({"hours": (MORNING,) * 29}, "hours", "too_many"),
    ({"holidays": ("31.12.2026",)}, "holidays", "not_a_date"),
    ({"holidays": ("2026-02-29",)}, "holidays", "not_a_date"),
    ({"holidays": tuple(f"2026-01-{n:02}" for n in range(1, 32)) * 4}, "holidays", "too_many"),
    *(({name: -1}, name, "out_of_range") for name in LIMITS),
    *(({name: limit + 1}, name, "out_of_range") for name, limit in LIMITS.items()),
]


@pytest.mark.parametrize(("changes", "field", "reason"), BAD)
def test_bad_settings(changes: dict[str, Any], field: str, reason: str) -> None:
    assert decided(**changes) == ("invalid", field, reason)
