# ruff: noqa: RUF001  Russian has letters that look like Latin ones
"""The desk itself."""

from typing import Final

from tikethet_tickets.routes.examples.ids import CATEGORY_ID, Example

CATEGORY_BRIEF: Final[Example] = {
    "id": CATEGORY_ID,
    "name": "Технические проблемы",
    "names": {"ru": "Технические проблемы", "en": "Technical problems"},
    "icon": "🛠",
    "color": "#EF4444",
}
CATEGORY: Final[Example] = CATEGORY_BRIEF | {
    "description": "Не запускается, вылетает, нет соединения с сервером",
    "descriptions": {
        "ru": "Не запускается, вылетает, нет соединения с сервером",
        "en": "Does not start, crashes, no connection to the server",
    },
    "order": 50,
    "active": True,
    "created_at": "2026-11-23T09:00:00Z",
    "updated_at": "2026-11-23T09:00:00Z",
}
HOURS: Final = [{"day": day, "opens": "10:00", "closes": "19:00"} for day in ("MON", "TUE", "WED", "THU", "FRI")]
DESK: Final[Example] = {
    "name": "Служба поддержки",
    "names": {"ru": "Служба поддержки", "en": "Support desk"},
    "greeting": "Здравствуйте! Опишите, что случилось, и мы поможем.",
    "greetings": {
        "ru": "Здравствуйте! Опишите, что случилось, и мы поможем.",
        "en": "Hello! Tell us what happened and we will help.",
    },
    "default_language": "ru",
    "time_zone": "Europe/Moscow",
    "hours": HOURS,
    "holidays": ["2026-12-31", "2027-01-01"],
    "open": False,
    "opens_at": "2026-11-24T07:00:00Z",
    "bot": "tikethet_bot",
    "expectation": "Сейчас мы закрыты и откроемся завтра в 10:00 (UTC+3).",
    "auto_close_days": 7,
    "reminder_hours": 4,
    "retention_days": 0,
    "assignment": "manual",
    "tickets_per_hour": 20,
    "messages_per_minute": 30,
}
_TEMPLATE_TEXT: Final = "Здравствуйте, {customer.first_name}! Перезапустите клиент."
TEMPLATE: Final[Example] = {
    "id": "01995d2f-0000-7d42-8c03-6e8f5a9b7d07",
    "name": "Перезапуск клиента",
    "text": _TEMPLATE_TEXT,
    "texts": {"ru": _TEMPLATE_TEXT},
    "category_ids": [CATEGORY_ID],
    "order": 10,
    "created_at": "2026-11-23T09:00:00Z",
    "updated_at": "2026-11-23T09:00:00Z",
}
RENDERED: Final[Example] = {"content": "Здравствуйте, Алексей! Перезапустите клиент.", "language": "ru"}
