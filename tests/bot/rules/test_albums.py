"""When an album is complete, and what it says."""

import pytest
from tikethet_bot.rules.albums import QUIET_S, Part, complete, joined
from tikethet_bot.rules.incoming import Incoming


@pytest.mark.parametrize(
    ("parts", "followed", "quiet_s", "done"),
    [(1, False, 0.0, False), (9, False, QUIET_S - 0.1, False), (10, False, 0.0, True), (2, True, 0.0, True),
     (1, False, QUIET_S, True)],
)  # fmt: skip
def test_complete(parts: int, followed: bool, quiet_s: float, done: bool) -> None:  # noqa: FBT001
    assert complete(parts, followed=followed, quiet_s=quiet_s) is done


def test_it_says_what_any_of_it_says_under_its_first_message() -> None:
    parts = [
        Part(at, Incoming(kind="message", chat_id=5, message_id=at, text=text, album=1))
        for at, text in enumerate(("", "раз", "", "два"), 10)
    ]
    assert (joined(parts).message_id, joined(parts).text) == (10, "раз\nдва")
