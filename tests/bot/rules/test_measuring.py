"""Durations and sizes out of containers, whole and in pieces, and out of bytes that are none."""

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tikethet_bot.rules.measuring import LONGEST_S, WIDEST, Measure, Meter, meter_of

UPRIGHT = (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
TURNED = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)


def page(granule: int, body: bytes) -> bytes:
    """An Ogg page, without a checksum that anybody would look at."""
    return b"OggS" + struct.pack("<BBqIIIB", 0, 0, granule, 7, 0, 0, 1) + bytes((len(body),)) + body


def opus(seconds: float, skipped: int = 312) -> bytes:
    """A voice message of this length: first page, tags, sound, last page."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, skipped, 48_000, 0, 0)
    last = round(seconds * 48_000) + skipped
    return page(0, head) + page(0, b"OpusTags") + page(960, b"s" * 200) * 400 + page(last, b"end")


def box(kind: bytes, body: bytes, *, large: bool = False) -> bytes:
    if large:
        return struct.pack(">I4sQ", 1, kind, len(body) + 16) + body
    return struct.pack(">I4s", len(body) + 8, kind) + body


def header(seconds: float, *, wide: bool = False) -> bytes:
    units = round(seconds * 1000)
    times = struct.pack(">IQQIQ", 1 << 24, 0, 0, 1000, units) if wide else struct.pack(">IIIII", 0, 0, 0, 1000, units)
    return box(b"mvhd", times + bytes(80))


def track(width: int, height: int, matrix: tuple[int, ...] = UPRIGHT, *, wide: bool = False) -> bytes:
    before = struct.pack(">I", 1 << 24) + bytes(48) if wide else bytes(40)
    sizes = struct.pack(">II", width << 16, height << 16)
    return box(
        b"trak", box(b"tkhd", before + struct.pack(">9i", *matrix) + sizes) + box(b"mdia", box(b"minf", bytes(500)))
    )


def mp4(*tracks: bytes, seconds: float = 4.2, wide: bool = False, ahead: bool = False) -> bytes:
    """A video as cameras write it; ``ahead`` with its headers before its content."""
    headers = box(b"moov", header(seconds, wide=wide) + b"".join(tracks) + box(b"udta", b"by nobody"))
    content = box(b"mdat", bytes(300_000), large=wide)
    kind = box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    return kind + (headers + content if ahead else content + headers)


def measured(content_type: str, content: bytes, piece: int = 256 * 1024) -> Measure:
    meter: Meter = meter_of(content_type)
    for start in range(0, len(content), piece):
        meter.feed(content[start : start + piece])
    return meter.measure()


SOUND = track(0, 0)


@pytest.mark.parametrize("piece", [1000, 256 * 1024])
@pytest.mark.parametrize(
    ("content_type", "content", "measure"),
    [
        ("audio/ogg", opus(3.5), Measure(3.5)),
        ("audio/ogg", opus(0.5), Measure(0.5)),
        ("audio/ogg", page(0, b"\x01vorbis" + struct.pack("<IBI", 0, 1, 44_100)) + page(88_200, b""), Measure(2.0)),
        ("video/mp4", mp4(SOUND, track(640, 480)), Measure(4.2, 640, 480)),
        ("video/mp4", mp4(track(640, 480), SOUND, ahead=True), Measure(4.2, 640, 480)),
        ("video/mp4", mp4(track(640, 480, TURNED), SOUND), Measure(4.2, 480, 640)),
        ("video/mp4", mp4(track(384, 384, wide=True), wide=True), Measure(4.2, 384, 384)),
        ("audio/mp4", mp4(SOUND), Measure(4.2)),
        ("video/mp4", mp4(track(WIDEST + 1, 9), seconds=LONGEST_S + 1), Measure()),
        ("video/mp4", box(b"free", b"") * 30_000 + mp4(track(640, 480)), Measure()),
        ("audio/ogg", opus(-1), Measure()),
        ("audio/ogg", opus(3.5)[:27], Measure()),
        ("audio/mpeg", b"ID3" + bytes(5000), Measure()),
    ],
)
def test_what_a_container_tells(content_type: str, content: bytes, measure: Measure, piece: int) -> None:
    assert measured(content_type, content, piece) == measure


KINDS = st.sampled_from(["audio/ogg", "video/mp4", "audio/mp4", "audio/mpeg"])
TOKENS = st.sampled_from(
    [
        *(b"OggS", b"OpusHead", b"\x01vorbis", b"ID3\4\0\0\0\0\0\5", b"\xff\xfb\x90\x40", b"Xing\0\0\0\1", b"VBRI"),
        *(b"moov", b"trak", b"mvhd", b"tkhd", b"\0\0\0\1", b"\xff" * 40),
    ]
)
HEADERS = st.sampled_from([b"mvhd", b"tkhd", b"mdhd", b"mehd", b"trex", b"tfhd", b"tfdt", b"trun"])
HOSTILE = st.lists(
    st.one_of(
        st.binary(max_size=90),
        TOKENS,
        st.tuples(HEADERS, st.binary(max_size=130)).map(lambda one: box(*one)),
        st.integers(0, 2**64 - 1).map(lambda size: struct.pack(">I4sQ", 1, b"mdat", size)),
        st.integers(-(2**63), 2**63 - 1).map(lambda granule: page(granule, b"OpusHead" + bytes(11))),
    ),
    max_size=12,
).map(b"".join)


@given(KINDS, HOSTILE, st.integers(1, 64))
@example("video/mp4", struct.pack(">I4sQ", 1, b"mdat", 2**64 - 1), 64)
def test_whatever_the_bytes_are_nothing_is_raised_and_pieces_do_not_matter(
    kind: str, content: bytes, piece: int
) -> None:
    found = measured(kind, content, piece)
    assert 0 <= found.seconds <= LONGEST_S
    assert 0 <= found.width <= WIDEST
    assert 0 <= found.height <= WIDEST
    assert found == measured(kind, content)


@given(st.data())
def test_any_changed_byte_of_a_video_is_survived(data: st.DataObject) -> None:
    content = bytearray(mp4(SOUND, track(640, 480), ahead=True)[:1600])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    found = measured("video/mp4", bytes(content))
    assert 0 <= found.seconds <= LONGEST_S
    assert 0 <= found.width <= WIDEST
