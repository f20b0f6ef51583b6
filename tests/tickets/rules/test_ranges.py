import pytest
from hypothesis import given
from hypothesis import strategies as st
from tikethet_tickets.rules.ranges import NotSatisfiable, span


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (None, None),
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, 10)),
        ("bytes=3-5", (3, 6)),
        ("bytes=3-500", (3, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-500", (0, 10)),
        (" bytes=9-9 ", (9, 10)),
        ("bytes=5-3", None),
        ("bytes=-", None),
        ("bytes=1-2,4-5", None),
        ("bytes=x", None),
        ("lines=1-2", None),
        ("bytes=" + "1" * 30 + "-", None),
    ],
)
def test_ranges(header: str | None, found: tuple[int, int] | None) -> None:
    assert span(header, 10) == found


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-11", "bytes=-0"])
def test_what_is_not_there(header: str) -> None:
    with pytest.raises(NotSatisfiable):
        span(header, 10)


@given(st.from_regex(r"bytes=\d{0,3}-\d{0,3}", fullmatch=True), st.integers(1, 500))
def test_never_outside_the_file(header: str, size: int) -> None:
    try:
        found = span(header, size)
    except NotSatisfiable:
        return
    if found is not None:
        assert 0 <= found[0] < found[1] <= size
