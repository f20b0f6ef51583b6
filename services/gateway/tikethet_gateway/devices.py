"""Pure: what to call the program somebody signs in with, so that they can tell their sessions apart.

Names of products read the same in every language. A browser tells what it is in a heap of historical claims
(`User-Agent`): the most particular claim is the true one, so the tables go from there to the general.
"""

import re
from typing import Final

UNKNOWN: Final = "?"
_OWN_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,23}")

_PROGRAMS: Final[tuple[tuple[str, str], ...]] = (
    ("Telegram", "Telegram"),  # the apps on Android (since 7.10) and iOS say so in their web view
    ("EdgA?/|EdgiOS/|Edge/", "Edge"),
    ("OPR/|OPiOS/|Opera", "Opera"),
    ("YaBrowser/", "Yandex"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/|FxiOS/", "Firefox"),
    ("QtWebEngine/", "Telegram Desktop"),
    ("Chrome/|CriOS/|Chromium/", "Chrome"),
    ("Version/.* Safari/", "Safari"),
)
_SYSTEMS: Final[tuple[tuple[str, str], ...]] = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh|Mac OS X", "macOS"),
    ("Linux|X11", "Linux"),
)


def device_name(user_agent: str) -> str:
    """`Chrome, Android`, as far as it is told; a program's own name (`curl`) where it is no browser."""
    if not user_agent.startswith("Mozilla/"):
        own = _OWN_NAME.match(user_agent)
        return own[0] if own else UNKNOWN
    # A web view of Telegram on iOS names no browser at all.
    parts = [found for table in (_PROGRAMS, _SYSTEMS) if (found := _first(table, user_agent))]
    return ", ".join(parts) or UNKNOWN


def _first(table: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for pattern, name in table if re.search(pattern, user_agent)), None)
