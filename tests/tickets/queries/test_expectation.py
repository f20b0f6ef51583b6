"""What a first message is answered with: when the desk opens, or how soon it usually answers."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tikethet_events.word import Language
from tikethet_tickets.queries.expectation import answering, opening

MOSCOW = ZoneInfo("Europe/Moscow")
NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday; 15:00 in Moscow


@pytest.mark.parametrize(
    ("opens", "language", "said"),
    [
        (datetime(2026, 11, 27, 18, tzinfo=MOSCOW), "ru", "Сейчас мы закрыты и откроемся сегодня в 18:00 (UTC+3)."),
        (datetime(2026, 11, 28, 10, tzinfo=MOSCOW), "ru", "Сейчас мы закрыты и откроемся завтра в 10:00 (UTC+3)."),
        (
            datetime(2026, 11, 30, 9, 30, tzinfo=MOSCOW),
            "ru",
            "Сейчас мы закрыты. Откроемся: понедельник, 30 ноября, 09:30 (UTC+3).",
        ),
        (
            datetime(2026, 11, 30, 9, tzinfo=UTC),
            "en",
            "We are closed now. We open: Monday, 30 November, 09:00 (UTC).",
        ),
        (
            datetime(2026, 11, 27, 12, 30, tzinfo=ZoneInfo("America/St_Johns")),
            "en",
            "We are closed now and open today at 12:30 (UTC-3:30).",
        ),
    ],
)
def test_when_the_desk_opens(opens: datetime, language: Language, said: str) -> None:
    assert opening(opens, NOON, language) == said


def test_tomorrow_is_the_desks_own() -> None:
    late = datetime(2026, 11, 27, 22, tzinfo=UTC)  # Saturday already in Moscow
    assert "сегодня в 10:00" in opening(datetime(2026, 11, 28, 10, tzinfo=MOSCOW), late, "ru")


@pytest.mark.parametrize(
    ("usual", "ru", "en"),
    [
        (None, "Мы ответим, как только сможем.", "We will answer as soon as we can."),
        (timedelta(0), "Обычно мы отвечаем за 1 минуту.", "We usually answer within 1 minute."),
        (timedelta(seconds=61), "Обычно мы отвечаем за 2 минуты.", "We usually answer within 2 minutes."),
        (timedelta(minutes=25), "Обычно мы отвечаем за 25 минут.", "We usually answer within 25 minutes."),
        (timedelta(minutes=61), "Обычно мы отвечаем за 2 часа.", "We usually answer within 2 hours."),
        (timedelta(hours=21), "Обычно мы отвечаем за 21 час.", "We usually answer within 21 hours."),
        (timedelta(hours=49), "Обычно мы отвечаем за 3 дня.", "We usually answer within 3 days."),
    ],
)
def test_how_soon_it_answers(usual: timedelta | None, ru: str, en: str) -> None:
    assert (answering(usual, "ru"), answering(usual, "en")) == (ru, en)
