# ruff: noqa: RUF001  Russian has letters that look like Latin ones
"""How long texts may be, and how what people write becomes a title, parts, clean text. Lengths are UTF-16 units."""

import re
from collections.abc import Iterator
from typing import Final

PART_MAX: Final = 4096
TITLE_MAX: Final = 80
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_SENTENCE: Final = re.compile(r"(?<=[.!?…])\s|\n")
_GREETING: Final = re.compile(
    r"(здравствуй(те)?|привет(ик|ствую)?|хай|ку|салют|добр(ый|ое|ой)\s+(день|утро|вечер|ночи)|доброго\s+(дня|утра|вечера)"
    r"|hi|hello|hey|good\s+(morning|day|evening|afternoon)|start)[\s!.,)👋🙂😊]*",
    re.IGNORECASE,
)
_THANKS: Final = re.compile(
    r"((большое|огромное)\s+)?(спасибо|спс|благодарю|пасиб(о|ки)?|thanks?|thank\s+you|thx|ty)"
    r"(\s+(большое|огромное|вам|за\s+помощь|a\s+lot|very\s+much))*[\s!.,)❤️🙏👍🙂😊]*",
    re.IGNORECASE,
)


def units(text: str) -> int:
    """The length as Telegram counts it."""
    return len(text.encode("utf-16-le")) // 2


def clean(text: str) -> str:
    """The text without characters that no ticket may hold."""
    return _FORBIDDEN.sub("", text).strip()


def title_of(text: str) -> str:
    """The first sentence, at most 80 characters, cut at a word."""
    line = " ".join(_SENTENCE.split(text.strip(), maxsplit=1)[0].split())
    if len(line) <= TITLE_MAX:
        return line
    cut = line[: TITLE_MAX - 1]
    head, _, _ = cut.rpartition(" ")
    return (head if len(head) > TITLE_MAX // 2 else cut).rstrip(" ,;:—-") + "…"


def parts(text: str, first: int = PART_MAX) -> Iterator[str]:
    """The text in pieces that fit a message, cut at line ends or words where there are some.

    Only ``first`` fits into the first one.
    """
    most = first
    while units(text) > most:
        head = text[:most]
        while units(head) > most:
            head = head[: -((units(head) - most + 1) // 2)]
        at = max(head.rfind("\n"), head.rfind(" "))
        if at > len(head) // 2:
            head = head[:at]
        yield head.rstrip()
        text = text[len(head) :].lstrip()
        most = PART_MAX
    if text:
        yield text


def is_greeting(text: str) -> bool:
    """Whether somebody only says hello."""
    return _GREETING.fullmatch(text.strip()) is not None


def is_thanks(text: str) -> bool:
    """Whether somebody only says thank you."""
    return _THANKS.fullmatch(text.strip()) is not None
