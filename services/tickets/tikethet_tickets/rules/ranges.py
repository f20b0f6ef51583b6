"""``Range`` of RFC 9110, as far as a file's reader needs it: one range, from the beginning or from the end."""

import re
from typing import Final

_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class NotSatisfiable(Exception):
    """The file has no such part."""


def span(header: str | None, size: int) -> tuple[int, int] | None:
    """First byte and the one behind the last, of a file of ``size`` bytes; ``None`` for the whole.

    What is malformed or asks for several ranges at once is answered with the whole, as the RFC allows.
    Raises NotSatisfiable.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        length = min(int(last), size)
        if not length:
            raise NotSatisfiable
        return size - length, size
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise NotSatisfiable
    return int(first), min(int(last) + 1, size) if last else size
