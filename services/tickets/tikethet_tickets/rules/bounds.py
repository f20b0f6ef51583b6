"""How long things people write may be, and which characters may stand in them."""

import re
from datetime import timedelta
from typing import Final

from tikethet_events.errors import Refused

TITLE_MAX: Final = 200
TEXT_MAX: Final = 4096
"""Of a description and of a message, in characters."""
REASON_MAX: Final = 500
SCORES: Final = range(1, 6)
"""What a ticket can be rated: 1 (badly) to 5 (well)."""
TAGS_MAX: Final = 10
TAG_MAX: Final = 32
ATTACHMENTS_MAX: Final = 10
CATEGORY_NAME_MAX: Final = 64
CATEGORY_DESCRIPTION_MAX: Final = 500
ICON_MAX: Final = 16
ORDER_MAX: Final = 9999
CATEGORIES_MAX: Final = 100
INVITE_LIVES: Final = timedelta(hours=72)
INVITES_MAX: Final = 50
LONGEST_BLOCK: Final = timedelta(days=3660)
DESK_NAME_MAX: Final = 64
GREETING_MAX: Final = 1000
ACCOUNTS_MAX: Final = 100
WEBHOOKS_MAX: Final = 50
PROGRAM_NAME_MAX: Final = 64
"""Of an account or a webhook."""
REQUESTS_PER_MINUTE: Final = range(1, 6001)
URL_MAX: Final = 2000
TEMPLATES_MAX: Final = 500
TEMPLATE_NAME_MAX: Final = 64
BROADCAST_MAX: Final = 4096
"""Of a broadcast's text, in UTF-16 units: what Telegram takes as one message."""
ACTIVE_WITHIN_MAX: Final = 3650
OPENINGS_MAX: Final = 28
HOLIDAYS_MAX: Final = 100
NAME_MAX: Final = 256
"""Of a name in Telegram (which allows 64; entities and future generosity included)."""

# C0 without tab, line feed and carriage return; DEL and C1; halves of surrogate pairs, which no database takes.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_INVISIBLE: Final = re.compile(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]*"
)
"""Signs that show nothing by themselves: spaces, joiners, marks of direction, fillers. Beside others they mean much."""
_COLOR: Final = re.compile(r"#[0-9A-Fa-f]{6}")


def text(value: str, field: str, limit: int, *, least: int = 0) -> str:
    """``value`` trimmed, with line feeds as line ends; nothing at all when nothing of it shows.

    Raises `Refused` ``invalid`` when it holds a control character, is longer than ``limit`` or shorter than ``least``.
    """
    _without_controls(value, field)
    trimmed = "" if _INVISIBLE.fullmatch(value) else value.strip().replace("\r\n", "\n").replace("\r", "\n")
    if len(trimmed) > limit:
        raise Refused("invalid", field=field, reason="too_long", limit=limit)
    if len(trimmed) < least:
        raise Refused("invalid", field=field, reason="blank" if not trimmed else "too_short", limit=least)
    return trimmed


def telegram_text(value: str, field: str, limit: int, *, least: int = 1) -> str:
    """The same, counted as Telegram counts: in UTF-16 units, of which an emoji has two."""
    trimmed = text(value, field, limit, least=least)
    if len(trimmed.encode("utf-16-le")) // 2 > limit:
        raise Refused("invalid", field=field, reason="too_long", limit=limit)
    return trimmed


def line(value: str, field: str, limit: int, *, least: int = 1) -> str:
    """``value`` as one line: every run of white space is one space. Raises as `text` does."""
    _without_controls(value, field)
    return text(" ".join(value.split()), field, limit, least=least)


def reason(value: str | None, field: str = "reason") -> str | None:
    """Why something was done; blank counts as nothing said."""
    return (text(value, field, REASON_MAX) or None) if value is not None else None


def tags(values: tuple[str, ...]) -> tuple[str, ...]:
    """Tags sorted, without repeats; at most `TAGS_MAX` of at most `TAG_MAX` characters."""
    found = {line(value, "tags", TAG_MAX) for value in values}
    if len(found) > TAGS_MAX:
        raise Refused("invalid", field="tags", reason="too_many", limit=TAGS_MAX)
    return tuple(sorted(found))


def color(value: str) -> str:
    """A colour as ``#RRGGBB``."""
    if not _COLOR.fullmatch(value):
        raise Refused("invalid", field="color", reason="not_a_color")
    return value


def _without_controls(value: str, field: str) -> None:
    if _FORBIDDEN.search(value):
        raise Refused("invalid", field=field, reason="control_character")
