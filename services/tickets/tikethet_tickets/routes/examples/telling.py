# ruff: noqa: RUF001  Russian has letters that look like Latin ones
"""What people are told, one or many."""

from typing import Final

from tikethet_tickets.routes.examples.ids import BROADCAST_ID, HELPER_ID, NOTIFICATION_ID, TICKET_ID, Example
from tikethet_tickets.routes.examples.people import HELPER

NOTIFICATIONS: Final[Example] = {
    "items": [
        {
            "id": NOTIFICATION_ID,
            "kind": "NEW_MESSAGE",
            "text": "Новое сообщение в обращении #1042",
            "ticket_id": TICKET_ID,
            "ticket_number": 1042,
            "actor_id": HELPER_ID,
            "created_at": "2026-11-23T10:14:00Z",
            "read_at": None,
            "ticket_title": "Не подключается к серверу",
        }
    ],
    "total": 1,
    "page": 1,
    "size": 20,
    "pages": 1,
    "next_cursor": None,
    "prev_cursor": None,
    "total_is_exact": True,
    "unread": 1,
}
BROADCAST_TEXTS: Final = {
    "ru": "Сегодня с 02:00 до 04:00 серверы обновляются.",
    "en": "The servers are updated today from 02:00 to 04:00.",
}
AUDIENCE: Final[Example] = {"roles": ["USER"], "languages": ["ru", "en"], "active_within_days": 30}
BROADCAST_STARTED: Final[Example] = {
    "id": BROADCAST_ID,
    "texts": BROADCAST_TEXTS,
    "audience": AUDIENCE,
    "status": "RUNNING",
    "total": 1200,
    "delivered": 0,
    "failed": 0,
    "skipped": 0,
    "created_at": "2026-11-23T18:00:00Z",
    "finished_at": None,
    "author": HELPER | {"role": "ADMIN"},
}
BROADCAST: Final[Example] = BROADCAST_STARTED | {"delivered": 640, "failed": 9, "skipped": 1}
AUDIENCE_COUNT: Final[Example] = {"count": 1240, "reachable": 1200}
