"""How long a recording runs and how large its picture is, read from its container while it streams by.

Whatever the bytes are, nothing is raised and little is held; what cannot be read is 0, which Telegram takes too.
"""

import struct
from typing import Final, Protocol

from msgspec import Struct

OPUS_RATE: Final = 48_000
"""Opus counts its samples at this rate, whatever it was recorded at."""
LONGEST_S: Final = 24 * 3600.0
WIDEST: Final = 16_384
"""Pixels. What claims to be longer or wider claims nonsense."""
_PAGE_MAX: Final = 65_307
"""Bytes of the largest Ogg page."""
_GRANULE: Final = struct.Struct("<q")
_INNER: Final = frozenset({b"moov", b"trak"})
"""Boxes that are walked into."""
_READ: Final = frozenset({b"mvhd", b"tkhd"})
_BOX_MAX: Final = 256
"""Bytes; a header box of MP4 has about a hundred."""
_BOXES: Final = 1000
"""So many boxes are looked at; where the headers are not among them, somebody made it to waste our time."""


class Measure(Struct, frozen=True):
    """Seconds and pixels."""

    seconds: float = 0.0
    width: int = 0
    height: int = 0


class Meter(Protocol):
    """Fed with all of a file, piece by piece."""

    def feed(self, piece: bytes) -> None:
        """The next bytes."""

    def measure(self) -> Measure:
        """What they told so far."""


def meter_of(content_type: str) -> Meter:
    """What measures a kind of file."""
    match content_type:
        case "audio/ogg":
            return _Ogg()
        case "video/mp4" | "audio/mp4":
            return _Mp4()
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
        return Measure(_seconds(_GRANULE.unpack(counted)[0] - skipped, rate))

    def _rate(self) -> tuple[int, int]:
        """Samples per second, and how many at the beginning are not heard."""
        at = self._head.find(b"OpusHead")
        if at >= 0 and len(self._head) >= at + 12:
            return OPUS_RATE, int.from_bytes(self._head[at + 10 : at + 12], "little")
        at = self._head.find(b"\x01vorbis")
        return (int.from_bytes(self._head[at + 12 : at + 16], "little"), 0) if at >= 0 else (0, 0)


class _Mp4:
    """ISO base media (ISO/IEC 14496-12): one walk over the boxes, into those that hold the headers."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._skip = 0
        self._left = _BOXES
        self._seconds = 0.0
        self._picture = (0, 0)

    def feed(self, piece: bytes) -> None:
        if not self._left:
            return
        past = min(self._skip, len(piece))
        self._skip -= past
        self._held += piece[past:]
        while self._left and not self._skip and self._box():
            pass

    def measure(self) -> Measure:
        return Measure(self._seconds, *self._picture)

    def _box(self) -> bool:
        """Take the next box off what is held; whether there was enough of it."""
        head, size, kind = 8, int.from_bytes(self._held[:4], "big"), bytes(self._held[4:8])
        if size == 1:  # the real one follows
            head, size = 16, int.from_bytes(self._held[8:16], "big")
        wanted = size if kind in _READ and size <= _BOX_MAX else head
        if len(self._held) < max(head, wanted):
            return False
        self._left -= 1
        if size < head:  # 0: it goes on to the end of the file; anything else is no box
            self._left = 0
        elif kind in _INNER:
            del self._held[:head]
        else:
            if kind in _READ:
                self._read(kind, bytes(self._held[head:size]))
            past = min(size, len(self._held))
            del self._held[:past]
            self._skip = size - past
        return True

    def _read(self, kind: bytes, body: bytes) -> None:
        wide = body[:1] == b"\x01"  # version 1: times of 64 bits
        if kind == b"mvhd":
            at = 20 if wide else 12
            scale = int.from_bytes(body[at : at + 4], "big")
            self._seconds = _seconds(int.from_bytes(body[at + 4 : at + (12 if wide else 8)], "big"), scale)
            return
        at = 52 if wide else 40
        if len(body) < at + 44 or self._picture != (0, 0):
            return
        first, _, _, _, second, *_ = struct.unpack(">9i", body[at : at + 36])
        picture = tuple(int.from_bytes(body[each : each + 2], "big") for each in (at + 36, at + 40))
        if all(0 < each <= WIDEST for each in picture):  # a track that is only heard has none
            upright = first or second  # else it is shown turned by a quarter
            self._picture = (picture[0], picture[1]) if upright else (picture[1], picture[0])


def _seconds(units: int, scale: int) -> float:
    """So many units of which ``scale`` make a second; 0 for nonsense."""
    found = units / scale if scale > 0 else 0.0
    return found if 0 < found <= LONGEST_S else 0.0
