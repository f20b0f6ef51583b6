"""What may be kept and how it is handed out again: sizes, kinds, names. The kind itself is found in the content."""

import re
import unicodedata
from contextlib import suppress
from datetime import timedelta
from typing import Final
from urllib.parse import unquote_to_bytes

from msgspec import Struct

MEBIBYTE: Final = 1024 * 1024
UNKNOWN: Final = "application/octet-stream"
"""The kind of whatever is not known to be harmless."""
PREVIEWED: Final = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
"""What every browser shows and we make previews of."""
SHOWN: Final = PREVIEWED | {"audio/mpeg", "audio/ogg", "audio/mp4", "video/mp4", "video/webm"}
"""What may be shown in place; everything else is only ever saved."""
KEPT_FOR: Final = timedelta(hours=24)
"""How long a file may wait to become part of a message."""
COLLECTED_AFTER: Final = KEPT_FOR + timedelta(hours=1)
"""When it goes: later than the last moment at which a message can take it, so that the two never meet."""
WAITING_MAX: Final = 50
"""How many files of one member may wait at the same time."""
NAME_MAX: Final = 200
"""Of a file's name, in characters."""

_SEPARATORS: Final = re.compile(r"[/\\]")
_ENCODED: Final = re.compile(rb"(?:[A-Za-z0-9._~!'()*-]|%[0-9A-Fa-f]{2})+")
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories that do not show, or turn round what does (``exe.gpj`` for ``jpg.exe``)."""


class Limits(Struct, frozen=True, kw_only=True):
    """The most bytes a file may have."""

    image: int = 10 * MEBIBYTE
    document: int = 20 * MEBIBYTE

    def of(self, content_type: str) -> int:
        """The limit of one kind."""
        return self.image if content_type.startswith("image/") else self.document

    @property
    def most(self) -> int:
        """The limit of the largest kind."""
        return max(self.image, self.document)


def sent_name(raw: bytes) -> str:
    """A file's name as the sender meant it, from the ``filename`` of a ``multipart/form-data`` part.

    Browsers write names as they are, in UTF-8, with three signs escaped. RFC 7578 lets others percent-encode, and
    programs do. That is told from a name with a ``%`` in it by what it leaves: nothing but signs that need no encoding,
    and letters beyond ASCII inside. Where only a space or the like is encoded, it may be a real name (a download's).
    """
    if _ENCODED.fullmatch(raw):
        with suppress(UnicodeDecodeError):
            decoded = unquote_to_bytes(raw).decode()
            if not decoded.isascii():
                return decoded
    return raw.decode("utf-8", "replace").replace("%22", '"')


def clean_name(given: str) -> str:
    """A file's name as it is kept: the last part of a path, without what does not show, its ending never cut off."""
    last = _SEPARATORS.split(given)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in _HIDDEN)
    name = " ".join(shown.split()).strip(". ") or "file"
    if len(name) <= NAME_MAX:
        return name
    stem, dot, ending = name.rpartition(".")
    kept = dot + ending if stem and len(ending) <= 16 else ""  # noqa: PLR2004  longer than any real one
    return name[: NAME_MAX - len(kept)] + kept
