"""Titles, parts, greetings and thanks."""

from hypothesis import given
from hypothesis import strategies as st
from tikethet_bot.rules.saying import PART_MAX, clean, is_greeting, is_thanks, parts, title_of, units


def test_a_title_is_the_first_sentence_cut_at_a_word() -> None:
    assert title_of("Пропал меч. Вчера был!") == "Пропал меч."
    assert title_of("строка\nещё") == "строка"
    long = title_of("слово " * 40)
    assert len(long) <= 80
    assert long.endswith("слово…")


@given(st.text(max_size=9000))
def test_parts_fit_and_lose_no_word(text: str) -> None:
    text = clean(text)
    pieces = list(parts(text, 1000))
    assert all(units(piece) <= most for piece, most in zip(pieces, (1000, *[PART_MAX] * len(pieces)), strict=False))
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_greeting_is_nothing_but_a_greeting() -> None:
    assert is_greeting("Привет!")
    assert is_greeting("Добрый день")
    assert is_greeting("hello")
    assert not is_greeting("Привет, пропал меч")


def test_thanks_are_nothing_but_thanks() -> None:
    assert is_thanks("Спасибо большое!")
    assert is_thanks("thanks a lot")
    assert not is_thanks("спасибо, но не помогло")
