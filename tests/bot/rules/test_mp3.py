"""How long an MP3 is: by its first frame's word, or by counting its frames."""

import struct

import pytest

from tests.bot.rules.test_measuring import measured

ONE = 1152 / 44_100
"""Seconds of a frame of MPEG 1 at 44.1 kHz."""
HALF = 576 / 22_050
"""The same of MPEG 2 at 22.05 kHz, which is as long."""


def frame(head: bytes, size: int, inner: bytes = b"", at: int = 0) -> bytes:
    """A frame of ``size`` bytes with something in it ``at`` some place."""
    found = head + bytes(at - len(head)) + inner if inner else head
    return found + bytes(size - len(found))


STEREO = frame(b"\xff\xfb\x90\x00", 417)  # MPEG 1, 128 kbit/s, 44.1 kHz
PADDED = frame(b"\xff\xfb\x92\x00", 418)
LOUDER = frame(b"\xff\xfb\xe0\x00", 1044)  # 320 kbit/s
MONO_2 = frame(b"\xff\xf3\x40\xc0", 104)  # MPEG 2, 32 kbit/s, 22.05 kHz, mono
SLOW = frame(b"\xff\xe3\x18\xc0", 72)  # MPEG 2.5, 8 kbit/s, 8 kHz


def xing(
    frames: int, *, word: bytes = b"Xing", flags: int = 1, at: int = 36, head: bytes = b"\xff\xfb\x90\x00"
) -> bytes:
    return frame(head, 417, word + struct.pack(">II", flags, frames), at)


VBRI = frame(b"\xff\xfb\x90\x00", 417, b"VBRI" + struct.pack(">HHHII", 1, 0, 75, 9999, 700), 36)


def tag(size: int, flags: int = 0) -> bytes:
    """An ID3v2 tag whose content looks like frames."""
    count = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00" + bytes((flags,)) + count + (b"\xff\xfb\x90\x00" * size)[:size] + bytes(10 if flags else 0)


@pytest.mark.parametrize("piece", [7, 1000, 256 * 1024])
@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (STEREO * 100, 100 * ONE),
        ((STEREO + PADDED + LOUDER) * 30, 90 * ONE),  # whatever each weighs
        (MONO_2 * 50, 50 * HALF),
        (SLOW * 20, 20 * 0.072),
        (xing(1000) + STEREO * 3, 1000 * ONE),
        (xing(1000, word=b"Info") + STEREO * 3, 1000 * ONE),
        (xing(1000, at=21, head=b"\xff\xfb\x90\xc0") + STEREO * 3, 1000 * ONE),  # mono
        (xing(1000, at=13, head=b"\xff\xf3\x90\xc0") + MONO_2, 1000 * HALF),
        (xing(1000, flags=2) + STEREO * 3, 4 * ONE),  # it tells something else
        (VBRI + STEREO * 3, 700 * ONE),
        (tag(3000) + tag(200_000, 0x10) + STEREO * 10, 10 * ONE),
        (tag(300) + xing(1000), 1000 * ONE),
        (b"RIFF" * 50 + STEREO * 10 + b"TAG" + bytes(125), 10 * ONE),
        (STEREO * 10 + bytes(70_000) + STEREO * 10, 10 * ONE),  # so much is not looked through
        (xing(2**32 - 1) + STEREO * 3, 4 * ONE),  # longer than anything is
        (tag(2_000_000)[:500], 0.0),
        (b"\xff" * 200_000, 0.0),
        (b"\xff\xfb\xf0\x00" * 200, 0.0),  # no such bit rate
        (b"\xff\xfb\x9c\x00" * 200, 0.0),  # no such sample rate
        (b"\xff\xfd\x90\x00" * 200, 0.0),  # layer II
        (b"\xff\xeb\x90\x00" * 200, 0.0),  # no such version
    ],
)
def test_how_long(content: bytes, seconds: float, piece: int) -> None:
    found = measured("audio/mpeg", content, piece)
    assert found.seconds == pytest.approx(seconds)
    assert found == measured("audio/mpeg", content)
