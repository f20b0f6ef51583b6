from urllib.parse import quote

import pytest
from tikethet_tickets.rules.files import MEBIBYTE, NAME_MAX, Limits, clean_name, sent_name


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("кот.png", "кот.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\cat.png", "cat.png"),
        ("a\r\nb\t c.txt", "ab c.txt"),
        ("gpj\u202e.exe", "gpj.exe"),
        (" . ", "file"),
        ("", "file"),
        ("/", "file"),
        (".bashrc", "bashrc"),
        ("a" * 300, "a" * NAME_MAX),
        ("a" * 300 + ".tar.gz", "a" * (NAME_MAX - 3) + ".gz"),
        ("a." + "b" * 300, "a." + "b" * (NAME_MAX - 2)),
    ],
)
def test_names(given: str, kept: str) -> None:
    assert clean_name(given) == kept
    assert clean_name(kept) == kept


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("кот.png", "кот.png"),
        ("a %22b%22.txt", 'a "b".txt'),
        (quote("отчёт.txt", ""), "отчёт.txt"),  # as aiohttp does
        (quote("отчёт 100%25.txt", ""), "отчёт 100%25.txt"),
        (quote("отчёт.txt", "").lower(), "отчёт.txt"),
        (quote("файл (1)!.txt", "!'()*"), "файл (1)!.txt"),  # as encodeURIComponent does
        (quote("Ünïcode & Co.txt", ""), "Ünïcode & Co.txt"),
        (quote("../тайна.txt", ""), "../тайна.txt"),  # for `clean_name`
        ("100%.txt", "100%.txt"),
        ("50% скидка.txt", "50% скидка.txt"),
        ("my%20file.txt", "my%20file.txt"),
        ("100%25.txt", "100%25.txt"),
        ("скидка%20.txt", "скидка%20.txt"),
        ("%D1%82 .txt", "%D1%82 .txt"),
        ("%D1%82%.txt", "%D1%82%.txt"),
        ("%D1%8.txt", "%D1%8.txt"),
        ("%D1.txt", "%D1.txt"),
        ("%FF%FE.txt", "%FF%FE.txt"),
        ("", ""),
    ],
)
def test_names_are_what_the_sender_meant(raw: str, meant: str) -> None:
    assert sent_name(raw.encode()) == meant


def test_a_name_that_is_no_text_is_kept_as_far_as_it_is() -> None:
    assert sent_name(b"\xff.txt") == "\N{REPLACEMENT CHARACTER}.txt"


def test_limits() -> None:
    limits = Limits()
    assert (limits.of("image/heic"), limits.of("application/pdf")) == (10 * MEBIBYTE, 20 * MEBIBYTE)
    assert Limits(image=3, document=2).most == 3
