"""What things in the staff group mean, as tables."""

from typing import Any

import pytest
from tikethet_bot.rules.mirror import (
    Explained,
    Left,
    Meaning,
    Relayed,
    joined,
    line,
    meaning,
    missing,
    number_of,
    secret_of,
    title_of,
    together,
)

USUAL: dict[str, Any] = {
    "text": "Ответ", "role": "HELPER", "replied": "topic", "anonymous": False, "ticket": True, "media": False,
}  # fmt: skip


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ({}, Relayed("Ответ", note=False)),
        ({"replied": "nothing"}, Relayed("Ответ", note=False)),
        ({"replied": "bot"}, Relayed("Ответ", note=False)),
        ({"replied": "colleague"}, Relayed("Ответ", note=True)),
        ({"text": "// Ответ"}, Relayed("Ответ", note=True)),
        ({"text": "//Ответ", "replied": "bot"}, Relayed("Ответ", note=True)),
        ({"text": "//", "media": True}, Relayed("", note=True)),
        ({"text": "", "media": True}, Relayed("", note=False)),
        ({"role": "MODERATOR"}, Relayed("Ответ", note=False)),
        ({"role": "ADMIN"}, Relayed("Ответ", note=False)),
        ({"role": "DEVELOPER"}, Relayed("Ответ", note=False)),
        ({"role": "USER"}, Explained("not_staff")),
        ({"role": None}, Explained("not_staff")),
        ({"role": "USER", "text": "// Ответ"}, Explained("not_staff")),
        ({"role": None, "anonymous": True}, Explained("anonymous")),
        ({"ticket": False}, Left()),
        ({"ticket": False, "role": "USER"}, Left()),
        ({"ticket": False, "anonymous": True}, Left()),
        ({"text": "/stats"}, Left()),
        ({"text": ""}, Left()),
        ({"text": "//"}, Left()),
    ],
)
def test_what_a_message_in_a_topic_means(given: dict[str, Any], means: Meaning) -> None:
    assert meaning(**{**USUAL, **given}) == means


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("/start@some_bot group_abc-_1", "abc-_1"),
        ("/start group_abc", "abc"),
        ("/start ticket_5", None),
        ("/start", None),
        ("group_abc", None),
        ("/startgroup_abc", None),
    ],
)
def test_the_secret_of_a_link(text: str, secret: str | None) -> None:
    assert secret_of(text) == secret


@pytest.mark.parametrize(
    ("rights", "forum", "lacks"),
    [
        (("manage_topics", "delete_messages", "other"), True, ()),
        (("delete_messages",), True, ("manage_topics",)),
        ((), False, ("forum", "manage_topics", "delete_messages")),
    ],
)
def test_what_the_bot_lacks(rights: tuple[str, ...], forum: bool, lacks: tuple[str, ...]) -> None:  # noqa: FBT001
    assert missing(rights, forum=forum) == lacks


@pytest.mark.parametrize(("number", "title"), [(7, "Пропал меч"), (1042, "x" * 300), (1, "")])
def test_a_title_fits_and_says_its_number(number: int, title: str) -> None:
    found = title_of(number, title)
    assert len(found) <= 128
    assert number_of(found) == number


@pytest.mark.parametrize("title", ["Общее", "#", "#x y", "# 5", "#²"])
def test_other_titles_have_no_number(title: str) -> None:
    assert number_of(title) is None


def test_a_line_names_who_says_it() -> None:
    assert line("💬 Проверили: всё есть", "Мария") == "💬 Мария: Проверили: всё есть"
    assert line("👤 Где мой меч?", None) == "👤 Где мой меч?"


def test_texts_share_a_message_as_long_as_they_fit() -> None:
    assert together(["a" * 4096, "b"]) == 1
    assert together(["a" * 2000, "b" * 2094, "c"]) == 2
    assert together(["a" * 2000, "b" * 2095]) == 1
    assert together(["😀" * 2048, "b"]) == 1
    assert together(["a"]) == 1
    assert len(joined(["a" * 2000, "b" * 2094])) == 4096
