"""Texts and files in as few messages as Telegram allows."""

import pytest
from tikethet_bot.rules.packing import PHOTO_MAX, ROUND, File, pack


def file(name: str, content_type: str, size: int = 5) -> File:
    return File(id=name, filename=name, size=size, content_type=content_type)


PHOTOS = tuple(file(f"p{each}", "image/jpeg") for each in range(12))
VIDEO, VOICE = file("v", "video/mp4"), file("o", "audio/ogg")
ROUND_ONE, ROUND_TWO = (File(id=each, filename=ROUND, size=5, content_type="video/mp4") for each in ("r", "r2"))
LOG, ZIP = file("l", "text/plain"), file("z", "application/zip")


@pytest.mark.parametrize(
    ("text", "files", "buttons", "packed"),
    [
        ("слова", (), False, [("слова", ())]),
        ("слова", (), True, [("слова", (), True)]),
        ("", (VOICE,), False, [("", ("o",))]),
        ("подпись", (LOG,), True, [("подпись", ("l",), True)]),
        ("подпись", (PHOTOS[0], VIDEO), False, [("подпись", ("p0", "v"))]),
        ("подпись", (PHOTOS[0], VIDEO), True, [("подпись", (), True), ("", ("p0", "v"))]),
        ("два вида", (LOG, PHOTOS[0], ZIP), False, [("два вида", ("l", "z")), ("", ("p0",))]),
        ("голоса", (VOICE, file("o2", "audio/ogg")), False, [("голоса", ("o",)), ("", ("o2",))]),
        ("", (ROUND_ONE,), True, [("", ("r",), True)]),
        ("слова", (ROUND_ONE,), True, [("слова", (), True), ("", ("r",))]),
        ("слова", (VIDEO, ROUND_ONE), False, [("слова", ("v",)), ("", ("r",))]),
        ("слова", (ROUND_ONE, ROUND_TWO), False, [("слова", ()), ("", ("r",)), ("", ("r2",))]),
        ("", PHOTOS, False, [("", tuple(f"p{each}" for each in range(10))), ("", ("p10", "p11"))]),
        ("😀" * 513, (LOG,), False, [("😀" * 513, ()), ("", ("l",))]),
        ("😀" * 512, (LOG,), False, [("😀" * 512, ("l",))]),
    ],
)
def test_packed(text: str, files: tuple[File, ...], buttons: bool, packed: list[tuple[object, ...]]) -> None:  # noqa: FBT001
    found = [(each.text, tuple(file.id for file in each.files)) for each in pack(text, files, buttons=buttons)]
    assert found == [each[:2] for each in packed]
    marked = [each.buttons for each in pack(text, files, buttons=buttons)]
    assert marked == [len(each) == 3 for each in packed]


def test_a_picture_too_large_for_a_photo_is_a_document() -> None:
    assert file("p", "image/png", PHOTO_MAX + 1).kind == "document"
    assert file("g", "image/gif").kind == "document"
