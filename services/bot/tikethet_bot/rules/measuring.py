"""How long a recording runs and how large its picture is, read from its container while it streams by.

Whatever the bytes are, nothing is raised and little is held; what cannot be read is 0, which Telegram takes too.
"""

import struct
from typing import Final

from tikethet_bot.rules.measure import LONGEST_S, WIDEST, Measure, Meter, seconds_of
from tikethet_bot.rules.mp3 import Mp3
from tikethet_bot.rules.mp4 import Mp4

__all__ = ["LONGEST_S", "OPUS_RATE", "WIDEST", "Measure", "Meter", "meter_of"]

OPUS_RATE: Final = 48_000
"""Opus counts its samples at this rate, whatever it was recorded at."""
_PAGE_MAX: Final = 65_307
"""Bytes of the largest Ogg page."""
_GRANULE: Final = struct.Struct("<q")


def meter_of(content_type: str) -> Meter:
    """What measures a kind of file."""
    match content_type:
        case "audio/ogg":
            return _Ogg()
        case "video/mp4" | "audio/mp4":
            return Mp4()
        case "audio/mpeg":
            return Mp3()
        case _:
            return _Unknown()


class _Unknown:
    def feed(self, piece: bytes) -> None:
        pass

    def measure(self) -> Measure:
        return Measure()


class _Ogg:
    """Opus or Vorbis (RFC 3533, RFC 7845): the last page says how many samples there are."""

    def __init__(self) -> None:
        self._head = b""
        self._tail = b""

    def feed(self, piece: bytes) -> None:
        if len(self._head) < _PAGE_MAX:
            self._head += piece[:_PAGE_MAX]
        self._tail = (self._tail + piece)[-_PAGE_MAX:]

    def measure(self) -> Measure:
        rate, skipped = self._rate()
        at = self._tail.rfind(b"OggS")
        counted = self._tail[at + 6 : at + 14]
        if not rate or at < 0 or len(counted) < _GRANULE.size:
            return Measure()
        return Measure(seconds_of(_GRANULE.unpack(counted)[0] - skipped, rate))

    def _rate(self) -> tuple[int, int]:
        """Samples per second, and how many at the beginning are not heard."""
        at = self._head.find(b"OpusHead")
        if at >= 0 and len(self._head) >= at + 12:
            return OPUS_RATE, int.from_bytes(self._head[at + 10 : at + 12], "little")
        at = self._head.find(b"\x01vorbis")
        return (int.from_bytes(self._head[at + 12 : at + 16], "little"), 0) if at >= 0 else (0, 0)
