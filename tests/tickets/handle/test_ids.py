"""Ids are UUIDv7: of their time, and never twice."""

import time
from uuid import UUID

import pytest
from tikethet_tickets.handle.ids import is_id, new_id


def test_a_new_id_is_a_uuid_of_version_7_and_its_time() -> None:
    before = time.time_ns() // 1_000_000
    drawn = UUID(new_id())
    assert (drawn.version, drawn.variant) == (7, "specified in RFC 4122")
    assert before <= drawn.int >> 80 <= time.time_ns() // 1_000_000


def test_ids_are_never_drawn_twice() -> None:
    assert len({new_id() for _ in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("01980000-0000-7000-8000-000000000005", True),
        ("01980000-0000-7000-8000-00000000000G", False),
        ("01980000-0000-7000-8000-00000000000A", False),
        ("0198000000007000800000000000000a", False),
        ("01980000-0000-7000-8000-000000000005\n", False),
        ("", False),
    ],
)
def test_the_form_of_an_id(text: str, expected: bool) -> None:  # noqa: FBT001  a parametrised flag
    assert is_id(text) is expected
