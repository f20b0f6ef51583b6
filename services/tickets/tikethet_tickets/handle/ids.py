"""New ids and the form ids have. Ids that name things are UUIDv7: they sort by the time they were drawn."""

import os
import re
import time
from typing import Final

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_id() -> str:
    """A fresh UUIDv7, lower case, with dashes."""
    milliseconds = time.time_ns() // 1_000_000
    drawn = int.from_bytes(os.urandom(10), "big")
    value = milliseconds << 80 | 0x7 << 76 | (drawn >> 68 & 0xFFF) << 64 | 0b10 << 62 | drawn & (1 << 62) - 1
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def is_id(text: str) -> bool:
    """Whether ``text`` is a UUID as this house writes them."""
    return _UUID.fullmatch(text) is not None
