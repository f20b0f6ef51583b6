"""What people read, in one set of message files per language (`messages/<language>/<file>.json`).

A value is a string with ``{name}`` placeholders, or an object of plural forms (``one``, ``few``, ``many``, ``other``)
chosen by the fact ``count``. The Mini App reads the same files with `Intl.PluralRules`.
"""

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast, get_args

from babel.core import Locale

from tikethet_service.settings import Language

LANGUAGES: tuple[Language, ...] = get_args(Language)

Message = str | dict[str, str]


class UnknownText(LookupError):
    """No message file has ``key`` in ``language``."""

    def __init__(self, language: str, key: str) -> None:
        super().__init__(f"no text {key!r} in {language!r}")
        self.language = language
        self.key = key


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        # A fact nobody gave stays visible as {name}: a text with a hole is better than no answer at all.
        return "{" + key + "}"


@lru_cache(maxsize=64)
def messages(language: Language, file: str) -> dict[str, Message]:
    """Every message of one file; `UnknownText` when there is no such file."""
    path = files("tikethet_service") / "messages" / language / f"{file}.json"
    if not path.is_file():
        raise UnknownText(language, file)
    return cast("dict[str, Message]", json.loads(path.read_text(encoding="utf-8")))


def text(language: Language, key: str, /, **facts: object) -> str:
    """The message ``file.key`` in ``language`` with ``facts`` filled in; `UnknownText` when it does not exist."""
    file, _, name = key.partition(".")
    message: Any = messages(language, file).get(name)
    if message is None:
        raise UnknownText(language, key)
    if isinstance(message, dict):
        message = message.get(plural_form(language, facts.get("count", 0)), message["other"])
    return str(message).format_map(_Facts(facts))


def plural_form(language: Language, count: object) -> str:
    """The CLDR plural category (``one``, ``few``, ``many``, ``other``) of ``count``."""
    number = count if isinstance(count, int | float) else 0
    return str(_plural_rule(language)(abs(number)))


@lru_cache(maxsize=len(LANGUAGES))
def _plural_rule(language: Language) -> Any:
    return Locale.parse(language).plural_form


@lru_cache(maxsize=512)
def language_of(accept_language: str | None, default: Language = "ru") -> Language:
    """The best language we have for an ``Accept-Language`` header; ``default`` when it names none of ours."""
    best: tuple[float, Language] | None = None
    for entry in (accept_language or "")[:200].split(","):
        tag, _, parameters = entry.strip().partition(";")
        primary = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        for language in LANGUAGES:
            if primary == language and weight > 0 and (best is None or weight > best[0]):
                best = (weight, language)
    return best[1] if best else default


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
