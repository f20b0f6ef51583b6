import json
from collections.abc import Mapping
from importlib.resources import files

import pytest
from tikethet_service.problems import PROBLEMS
from tikethet_service.texts import UnknownText, language_of, messages, plural_form, text

FOLDER = files("tikethet_service") / "messages"
FILES = sorted({path.name for language in ("ru", "en") for path in (FOLDER / language).iterdir()})
PLURALS = {"zero", "one", "two", "few", "many", "other"}


def keys(value: Mapping[str, object], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for key, entry in value.items():
        if isinstance(entry, dict) and not set(entry) <= PLURALS:
            found |= keys(entry, f"{prefix}{key}.")
        else:
            found.add(prefix + key)
    return found


@pytest.mark.parametrize("file", FILES)
def test_both_languages_say_the_same_things(file: str) -> None:
    ru, en = (json.loads((FOLDER / language / file).read_text("utf-8")) for language in ("ru", "en"))
    assert keys(ru) == keys(en)


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_every_problem_has_a_text(code: str) -> None:
    assert text("ru", f"problems.{code}")
    assert text("en", f"problems.{code}")
    assert set(messages("en", "problems")) == {
        *PROBLEMS,
        *(key for key in messages("en", "problems") if "field_" in key),
    }


def test_facts_are_filled_in_and_a_missing_one_stays_visible() -> None:
    assert text("en", "problems.field_too_long", limit=200) == "Too long: at most 200."
    assert text("en", "problems.field_too_long") == "Too long: at most {limit}."
    assert text("en", "problems.field_too_long", limit="{0.__class__}") == "Too long: at most {0.__class__}."


@pytest.mark.parametrize("key", ["problems.nothing", "nowhere.at_all", "problems"])
def test_an_unknown_key_is_an_error(key: str) -> None:
    with pytest.raises(UnknownText):
        text("ru", key)


def test_plural_forms_follow_cldr() -> None:
    assert [plural_form("ru", count) for count in (1, 2, 5, 11, 21, 22, 1.5)] == [
        *("one", "few", "many", "many", "one", "few", "other"),
    ]
    assert [plural_form("en", count) for count in (0, 1, 2)] == ["other", "one", "other"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "ru"),
        ("", "ru"),
        ("en", "en"),
        ("en-US,en;q=0.9,ru;q=0.8", "en"),
        ("ru;q=0.5, en;q=0.7", "en"),
        ("de, fr;q=0.9", "ru"),
        ("de, en;q=0.1", "en"),
        ("en;q=0, ru;q=0.1", "ru"),
        ("en;q=nonsense", "ru"),
        ("*", "ru"),
    ],
)
def test_the_language_is_negotiated(header: str | None, expected: str) -> None:
    assert language_of(header) == expected


def test_the_default_language_can_be_english() -> None:
    assert language_of("de", default="en") == "en"
