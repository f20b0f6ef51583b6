"""ISO base media (ISO/IEC 14496-12): how long it runs and how large its picture is, whole or in fragments."""

import struct
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from tikethet_bot.rules.measure import WIDEST, Measure, seconds_of

_INNER: Final = frozenset({b"moov", b"trak", b"mdia", b"mvex", b"moof", b"traf"})
"""Boxes that are walked into."""
_HEAD: Final = 256
"""Bytes; a header box has about a hundred."""
_READ: Final[Mapping[bytes, int]] = {
    **dict.fromkeys((b"mvhd", b"tkhd", b"mdhd", b"mehd", b"trex", b"tfhd", b"tfdt"), _HEAD),
    b"trun": 64 * 1024,
}
"""Boxes that are read, and up to which size in bytes."""
_LOOK: Final = 44
"""Bytes of a matrix and a size."""
_BOXES: Final = 20_000
"""So many boxes are looked at; where the headers are not among them, somebody made it to waste our time."""


class _Track(Struct):
    """A track in its own time: ``scale`` units a second; its fragments begin at ``start`` and go to ``end``."""

    scale: int = 0
    default: int = 0
    """How long a sample is where nothing else is said; ``here``: in this fragment."""
    here: int = 0
    start: int | None = None
    end: int = 0


class Mp4:
    """One walk over the boxes, into those that hold the headers."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._skip = 0
        self._left = _BOXES
        self._scale = 0
        self._seconds = 0.0
        self._promised = 0.0
        self._picture = (0, 0)
        self._tracks: dict[int, _Track] = {}
        self._now = _Track()

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        if not self._left:
            return
        past = min(self._skip, len(piece))
        self._skip -= past
        self._held += piece[past:]
        while self._left and not self._skip and self._box():
            pass

    def measure(self) -> Measure:
        """What the headers say; what is longer in its fragments than there, is as long as those."""
        # Fragments go on where the beginning ends; without one, their first need not be at 0: somebody went live.
        fragments = (
            seconds_of(each.end - (0 if self._seconds else each.start or 0), each.scale)
            for each in self._tracks.values()
        )
        return Measure(max((self._seconds, self._promised, *fragments)), *self._picture)

    def _box(self) -> bool:
        """Take the next box off what is held; whether there was enough of it."""
        head, size, kind = 8, int.from_bytes(self._held[:4], "big"), bytes(self._held[4:8])
        if size == 1:  # the real one follows
            head, size = 16, int.from_bytes(self._held[8:16], "big")
        wanted = size if size <= _READ.get(kind, 0) else head
        if len(self._held) < max(head, wanted):
            return False
        self._left -= 1
        if size < head:  # 0: it goes on to the end of the file; anything else is no box
            self._left = 0
        elif kind in _INNER:
            del self._held[:head]
        else:
            if size <= _READ.get(kind, 0):
                self._read(kind, bytes(self._held[head:size]))
            past = min(size, len(self._held))
            del self._held[:past]
            self._skip = size - past
        return True

    def _read(self, kind: bytes, body: bytes) -> None:
        wide = body[:1] == b"\x01"  # version 1: times of 64 bits
        match kind:
            case b"mvhd":
                self._scale, units = _timed(body, wide=wide)
                self._seconds = seconds_of(units, self._scale)
            case b"mehd":
                self._promised = seconds_of(_number(body, 4, 8 if wide else 4), self._scale)
            case b"tkhd":
                self._now = self._track(_number(body, 20 if wide else 12))
                self._look(body[52 if wide else 40 :])
            case b"mdhd":
                self._now.scale, _ = _timed(body, wide=wide)
            case b"trex":
                self._track(_number(body, 4)).default = _number(body, 12)
            case b"tfhd":
                self._begin(body)
            case b"tfdt":
                self._now.end = _number(body, 4, 8 if wide else 4)
                if self._now.start is None:
                    self._now.start = self._now.end
            case _:
                self._now.end += _run(body, self._now.here)

    def _track(self, track_id: int) -> _Track:
        return self._tracks.setdefault(track_id, _Track())

    def _begin(self, body: bytes) -> None:
        """A track's part of a fragment."""
        flags = _number(body, 0)
        self._now = self._track(_number(body, 4))
        at = 8 + 8 * (flags & 1) + 4 * (flags >> 1 & 1)
        self._now.here = _number(body, at) if flags & 8 else self._now.default

    def _look(self, body: bytes) -> None:
        """The first track that is seen: a matrix, then its size."""
        if len(body) < _LOOK or self._picture != (0, 0):
            return
        first, _, _, _, second, *_ = struct.unpack(">9i", body[:36])
        picture = tuple(int.from_bytes(body[each : each + 2], "big") for each in (36, 40))
        if all(0 < each <= WIDEST for each in picture):  # a track that is only heard has none
            upright = first or second  # else it is shown turned by a quarter
            self._picture = (picture[0], picture[1]) if upright else (picture[1], picture[0])


def _number(body: bytes, at: int, size: int = 4) -> int:
    return int.from_bytes(body[at : at + size], "big")


def _timed(body: bytes, *, wide: bool) -> tuple[int, int]:
    """Units a second, and how many of them, behind two moments."""
    at = 20 if wide else 12
    return _number(body, at), _number(body, at + 4, 8 if wide else 4)


def _run(body: bytes, each: int) -> int:
    """How long a run of samples is; ``each`` of them, unless it is said of every one."""
    flags, count = _number(body, 0), _number(body, 4)
    if not flags & 0x100:
        return count * each
    step = (flags >> 8 & 15).bit_count()
    said = body[8 + 4 * (flags & 1) + 4 * (flags >> 2 & 1) :]
    words = min(len(said) // 4, count * step)
    return sum(struct.unpack(f">{words}I", said[: 4 * words])[::step])
