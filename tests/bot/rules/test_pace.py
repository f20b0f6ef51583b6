"""The limits, on a clock of our own."""

from tikethet_bot.rules.pace import Pace


def drained(pace: Pace, chat: int, now: float) -> int:
    sent = 0
    while not pace.chat_wait(chat, now) and not pace.all_wait(now):
        pace.take(chat, now)
        sent += 1
    return sent


def test_a_chat_takes_three_at_once_then_one_a_second() -> None:
    pace = Pace()
    assert [drained(pace, 5, 100.0), drained(pace, 5, 100.5), drained(pace, 5, 101.0)] == [3, 0, 1]


def test_a_pause_is_that_chat_s_alone() -> None:
    pace = Pace()
    pace.pause(5, 130.0)
    assert pace.chat_wait(5, 100.0) == 30.0
    assert pace.chat_wait(6, 100.0) == 0.0


def test_all_chats_together_25_a_second() -> None:
    pace = Pace()
    assert sum(drained(pace, chat, 100.0) for chat in range(1, 40)) == 25
    assert pace.all_wait(100.0) > 0
