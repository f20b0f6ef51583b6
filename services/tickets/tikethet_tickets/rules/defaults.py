# ruff: noqa: RUF001  Russian has letters that look like Latin ones
"""The settings and the categories a gaming community's desk starts with.

The ids of the categories are the same everywhere, so that adding them again finds them even after they were renamed
or archived.
"""

from typing import Final

from tikethet_events.desk import Category, DeskSettings
from tikethet_events.word import CategoryId

GENERAL: Final = "❓"
"""The icon of the kind that a question comes under for which none was chosen."""


def _default(order: int, icon: str, color: str, ru: tuple[str, str], en: tuple[str, str]) -> Category:
    return Category(
        id=CategoryId(f"01980000-0000-7000-8000-00000000000{order}"),
        names={"ru": ru[0], "en": en[0]},
        descriptions={"ru": ru[1], "en": en[1]},
        icon=icon,
        color=color,
        order=order * 10,
    )


DEFAULT_CATEGORIES: Final[tuple[Category, ...]] = (
    _default(
        1,
        "🔧",
        "#3B82F6",
        ("Игровая механика", "Квесты, предметы, умения: как это работает и почему не сработало"),
        ("Game mechanics", "Quests, items, skills: how it works and why it did not"),
    ),
    _default(
        2,
        "💰",
        "#F59E0B",
        ("Торговля и экономика", "Рынок, аукцион, обмен между игроками, пропавшая валюта"),
        ("Trade and economy", "Market, auction, trades between players, missing currency"),
    ),
    _default(
        3,
        "⚖️",
        "#8B5CF6",
        ("Правила и наказания", "Жалобы на игроков, нарушения, баны и их обжалование"),
        ("Rules and penalties", "Reports of players, violations, bans and appeals"),
    ),
    _default(
        4,
        "💎",
        "#EC4899",
        ("Донат", "Покупки, подписки, платежи и возвраты"),
        ("Donations", "Purchases, subscriptions, payments and refunds"),
    ),
    _default(
        5,
        "🛠",
        "#EF4444",
        ("Технические проблемы", "Не запускается, вылетает, нет соединения с сервером"),
        ("Technical problems", "Does not start, crashes, no connection to the server"),
    ),
    _default(
        6,
        GENERAL,
        "#6B7280",
        ("Общие вопросы", "Всё остальное, о чём хочется спросить"),
        ("General questions", "Everything else you would like to ask"),
    ),
)

DEFAULT_SETTINGS: Final = DeskSettings(
    names={"ru": "Служба поддержки", "en": "Support desk"},
    greetings={
        "ru": "Здравствуйте! Опишите, что случилось, и мы поможем.",
        "en": "Hello! Tell us what happened and we will help.",
    },
    default_language="ru",
    time_zone="UTC",
    hours=(),
    holidays=(),
    auto_close_days=7,
    reminder_hours=4,
    retention_days=0,
    assignment="manual",
    tickets_per_hour=20,
    messages_per_minute=30,
)
