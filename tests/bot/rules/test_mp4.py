"""How long a video is that was written in fragments, as browsers and live cameras do."""

import struct

import pytest
from tikethet_bot.rules.measuring import Measure

from tests.bot.rules.test_measuring import UPRIGHT, box, header, measured

SCALE = 12_800


def full(kind: bytes, flags: int, *words: int, version: int = 0) -> bytes:
    """A box with version, flags and words of 32 bits."""
    return box(kind, struct.pack(f">{len(words) + 1}I", version << 24 | flags, *words))


def track(track_id: int, size: int, scale: int = SCALE) -> bytes:
    head = struct.pack(">IIII", 0, 0, 0, track_id) + bytes(24)
    shape = struct.pack(">9i", *UPRIGHT) + struct.pack(">II", size << 16, size << 16)
    return box(b"trak", box(b"tkhd", head + shape) + box(b"mdia", full(b"mdhd", 0, 0, 0, scale, 0)))


def beginning(*tracks: bytes, seconds: float = 0.0, default: int = 0, promised: bytes = b"") -> bytes:
    """``default``: how long a sample of the first track is."""
    extends = promised + full(b"trex", 0, 1, 1, default, 0, 0)
    return box(b"ftyp", b"isom") + box(b"moov", header(seconds) + b"".join(tracks) + box(b"mvex", extends))


def fragment(track_id: int, at: int | None, run: bytes, *, each: int | None = None, wide: bool = False) -> bytes:
    """``at``: when it begins, in the track's own time; ``each``: how long its samples are."""
    said = [track_id] if each is None else [track_id, 1, each]
    inner = full(b"tfhd", 0 if each is None else 10, *said)
    if at is not None:
        inner += full(b"tfdt", 0, 0, at, version=1) if wide else full(b"tfdt", 0, at)
    return box(b"moof", full(b"mfhd", 0, 1) + box(b"traf", inner + run)) + box(b"mdat", bytes(3000))


def run(*durations: int) -> bytes:
    """Samples, each with its own length, size and flags."""
    words = [word for each in durations for word in (each, 999, 0)]
    return full(b"trun", 0x705, len(durations), 8, 0, *words)


EVEN = full(b"trun", 0x201, 25, 8, *([99] * 25))
"""25 samples that are as long as it is said elsewhere."""
SEEN = track(1, 320)


@pytest.mark.parametrize("piece", [7, 1000, 256 * 1024])
@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (beginning(SEEN, default=512) + fragment(1, 0, EVEN) + fragment(1, SCALE, EVEN), 2.0),
        (beginning(SEEN, default=512) + fragment(1, None, EVEN) * 3, 3.0),
        (beginning(SEEN) + fragment(1, 0, EVEN, each=512) + fragment(1, SCALE, EVEN, each=1024, wide=True), 3.0),
        (beginning(SEEN) + fragment(1, 0, run(SCALE, SCALE // 2)) + fragment(1, 9 * SCALE, run(SCALE)), 10.0),
        # Live: the first was at some hour of the day.
        (beginning(SEEN) + fragment(1, 40_000 * SCALE, run(SCALE)) + fragment(1, 40_001 * SCALE, run(SCALE)), 2.0),
        # The longest track counts, each in its own time.
        (
            beginning(SEEN, track(2, 0, 48_000))
            + fragment(1, 0, run(SCALE))
            + fragment(2, 0, run(48_000 * 4), wide=True),
            4.0,
        ),
        # The beginning is no fragment, the rest is; or somebody knew from the start.
        (beginning(SEEN, seconds=1.5) + fragment(1, round(1.5 * SCALE), run(SCALE)), 2.5),
        (beginning(SEEN, seconds=4.2), 4.2),
        (beginning(SEEN, promised=full(b"mehd", 0, 7_500)) + fragment(1, 0, run(SCALE)), 7.5),
        (beginning(SEEN, promised=full(b"mehd", 0, 0, 7_500, version=1)), 7.5),
        # Nonsense.
        (beginning(SEEN) + fragment(1, 0, full(b"trun", 0, 2**32 - 1), each=2**32 - 1), 0.0),
        (beginning(track(1, 320, 0)) + fragment(1, 0, run(SCALE)), 0.0),
        (beginning(SEEN) + fragment(1, 0, full(b"trun", 0x100, 2**32 - 1, SCALE)), 1.0),
    ],
)
def test_fragments_are_added_up(content: bytes, seconds: float, piece: int) -> None:
    assert measured("video/mp4", content, piece) == Measure(seconds, 320, 320)
