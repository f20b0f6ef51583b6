"""People."""

from typing import Final

from tikethet_tickets.routes.examples.ids import CATEGORY_ID, CUSTOMER_ID, HELPER_ID, Example

CUSTOMER: Final[Example] = {
    "id": CUSTOMER_ID,
    "first_name": "Алексей",
    "last_name": "Морозов",
    "username": "alexey_m",
    "role": "USER",
    "language": "ru",
    "blocked": False,
    "reachable": True,
}
HELPER: Final[Example] = {
    "id": HELPER_ID,
    "first_name": "Мария",
    "last_name": "Соколова",
    "username": "maria_help",
    "role": "HELPER",
    "language": "ru",
    "blocked": False,
    "reachable": True,
}
ME: Final[Example] = CUSTOMER | {"telegram_id": 700000001, "preferences": {"answers": True}}
INVITE: Final[Example] = {
    "id": "01995d2f-0000-7d42-8c03-6e8f5a9b7d08",
    "role": "HELPER",
    "inviter": HELPER | {"role": "ADMIN"},
    "created_at": "2026-11-23T09:00:00Z",
    "expires_at": "2026-11-26T09:00:00Z",
}
DUTY: Final[Example] = {
    "on_duty": True,
    "since": "2026-11-23T09:00:00Z",
    "categories": [CATEGORY_ID],
    "open_tickets": 3,
    "staff": [HELPER],
    "passed_on": 0,
}
