import pytest
from tikethet_tickets.rules.files import MEBIBYTE, NAME_MAX, Limits, clean_name


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


def test_limits() -> None:
    limits = Limits()
    assert (limits.of("image/heic"), limits.of("application/pdf")) == (10 * MEBIBYTE, 20 * MEBIBYTE)
    assert Limits(image=3, document=2).most == 3
