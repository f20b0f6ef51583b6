"""MPEG audio, layer III: the first frame may say how many there are (Xing, VBRI); else they are counted."""

from functools import lru_cache
from typing import Final

from msgspec import Struct

from tikethet_bot.rules.measure import Measure, seconds_of, within

_TAG: Final = 10
"""Bytes of an ID3 tag's head."""
_FIRST: Final = 64
"""Bytes of the first frame, in which it says how many follow."""
_JUNK: Final = 64 * 1024
"""Bytes that are no frame, before nobody looks for one any more."""
_KBITS: Final = {
    True: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    False: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By whether it is MPEG 1; 0 stands for any, which nobody uses."""
_RATES: Final = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
"""By the version's two bits: MPEG 1, 2 and 2.5."""
_SYNC: Final = 0xFFE0
_MPEG_1: Final = 3
_LAYER_III: Final = 1
_MONO: Final = 3


class _Frame(Struct, frozen=True):
    """``size`` in bytes; ``told_at``: where an encoder says how many frames there are."""

    size: int
    samples: int
    rate: int
    told_at: int


class Mp3:
    """One walk from frame to frame, over the tags between them."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._skip = 0
        self._spare = _JUNK
        self._seconds = 0.0
        self._over = False

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        if self._over:
            return
        past = min(self._skip, len(piece))
        self._skip -= past
        self._held += piece[past:]
        while not self._skip and self._step():
            pass

    def measure(self) -> Measure:
        """How long the frames are together."""
        return Measure(within(self._seconds))

    def _step(self) -> bool:
        """Take the next tag or frame off what is held; False when there is not enough of it, or no need."""
        held = self._held
        if len(held) < _TAG:
            return False
        if held.startswith(b"ID3"):
            self._take(_tag(held))
            return True
        frame = _frame(bytes(held[:4]))
        if frame is None:
            return self._search()
        if not self._seconds:
            if len(held) < _FIRST:
                return False
            told = seconds_of(_told(held, frame.told_at) * frame.samples, frame.rate)
            if told:
                self._seconds, self._over = told, True
                return False
        self._seconds += frame.samples / frame.rate
        self._take(frame.size)
        return True

    def _take(self, size: int) -> None:
        past = min(size, len(self._held))
        del self._held[:past]
        self._skip = size - past

    def _search(self) -> bool:
        """Go on to where the next frame might begin; whether that is worth it."""
        at = self._held.find(0xFF, 1)
        junk = at if at > 0 else len(self._held)
        del self._held[:junk]
        self._spare -= junk
        self._over = self._spare < 0
        return not self._over


def _tag(head: bytes | bytearray) -> int:
    """Bytes of an ID3 tag: seven bits of each byte count, so that none looks like a frame."""
    size = 0
    for each in head[6:_TAG]:
        size = size << 7 | each & 0x7F
    return size + _TAG * (2 if head[5] & 0x10 else 1)


@lru_cache(maxsize=256)  # of a file nearly all are alike
def _frame(head: bytes) -> _Frame | None:
    """The frame that begins here, if one does."""
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    first, rates = version == _MPEG_1, _RATES.get(version, ())
    bits, at = head[2] >> 4, head[2] >> 2 & 3
    if int.from_bytes(head[:2], "big") < _SYNC or layer != _LAYER_III or at >= len(rates):
        return None
    if not 0 < bits < len(_KBITS[first]):
        return None
    samples, rate = 1152 if first else 576, rates[at]
    size = samples // 8 * _KBITS[first][bits] * 1000 // rate + (head[2] >> 1 & 1)
    mono = head[3] >> 6 == _MONO
    return _Frame(size, samples, rate, 4 + ((17 if mono else 32) if first else (9 if mono else 17)))


def _told(frame: bytes | bytearray, at: int) -> int:
    """How many frames there are by the first one's word; 0 when it has none."""
    if bytes(frame[at : at + 4]) in {b"Xing", b"Info"} and frame[at + 7] & 1:
        return int.from_bytes(frame[at + 8 : at + 12], "big")
    if frame[36:40] == b"VBRI":
        return int.from_bytes(frame[50:54], "big")
    return 0
