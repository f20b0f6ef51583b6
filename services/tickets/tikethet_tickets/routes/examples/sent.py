# ruff: noqa: RUF001  Russian has letters that look like Latin ones
"""What is sent, by the name of the body in `bodies`."""

from typing import Final

from tikethet_tickets.routes.examples.desk import HOURS
from tikethet_tickets.routes.examples.ids import (
    CATEGORY_ID,
    CUSTOMER_ID,
    HELPER_ID,
    NOTIFICATION_ID,
    TICKET_ID,
    Example,
)
from tikethet_tickets.routes.examples.telling import AUDIENCE, BROADCAST_TEXTS

SENT: Final[dict[str, Example]] = {
    "SnoozeBody": {"until": "2026-11-24T09:00:00Z"},
    "TicketBody": {
        "title": "Не подключается к серверу",
        "description": "После обновления клиент пишет «нет соединения» на всех серверах.",
        "category_id": CATEGORY_ID,
        "priority": "HIGH",
    },
    "TicketPatch": {"priority": "CRITICAL", "tags": ["сервер", "обновление"]},
    "AssignBody": {"assignee_id": HELPER_ID},
    "StatusBody": {"status": "IN_PROGRESS"},
    "ReasonBody": {"reason": "Помогла переустановка клиента"},
    "RateBody": {"score": 5, "comment": "Быстро и по делу"},
    "MessageBody": {"content": "Попробовал другую сеть — то же самое."},
    "MessagePatch": {"content": "Попробовал две другие сети — то же самое."},
    "MoveBody": {"to": "1043"},
    "MergeBody": {"into": "1043"},
    "ReadBody": {"version": 4},
    "CategoryBody": {
        "names": {"ru": "Кланы", "en": "Clans"},
        "descriptions": {"ru": "Создание, вступление, войны", "en": "Founding, joining, wars"},
        "icon": "🛡",
        "color": "#10B981",
        "order": 70,
    },
    "CategoryPatch": {"icon": "⚔️"},
    "OpeningBody": HOURS[0],
    "DeskPatch": {"time_zone": "Europe/Moscow", "hours": HOURS, "holidays": ["2026-12-31"], "auto_close_days": 5},
    "TemplateBody": {
        "name": "Перезапуск клиента",
        "texts": {
            "ru": "Здравствуйте, {customer.first_name}! Перезапустите клиент и ответьте в обращении #{ticket.number}.",
            "en": "Hello {customer.first_name}! Restart the client and answer in ticket #{ticket.number}.",
        },
        "category_ids": [CATEGORY_ID],
        "order": 10,
    },
    "TemplatePatch": {"order": 20},
    "WebhookBody": {
        "name": "CRM",
        "url": "https://crm.example.org/hooks/tickets",
        "types": ["TicketOpened", "TicketClosed"],
        "audience": "staff",
        "personal": True,
    },
    "WebhookPatch": {"active": True},
    "ConsumerBody": {"types": ["TicketOpened"], "after": 4711},
    "RotateBody": {"now": True},
    "AccountBody": {
        "name": "CRM",
        "types": ["TicketOpened", "TicketClosed"],
        "audience": "staff",
        "personal": True,
        "calls": ["events", "tickets"],
    },
    "InviteBody": {"role": "HELPER"},
    "BotBody": {"username": "tikethet_bot"},
    "UseInviteBody": {"member_id": CUSTOMER_ID, "token": "q6urq6urq6urq6urq6urq6urq6urq6ur"},
    "AudienceBody": AUDIENCE,
    "BroadcastBody": {"texts": BROADCAST_TEXTS, "audience": AUDIENCE},
    "OutcomeBody": {"member_id": CUSTOMER_ID, "outcome": "delivered"},
    "OutcomesBody": {"outcomes": [{"member_id": CUSTOMER_ID, "outcome": "delivered"}]},
    "ToldBody": {"ids": [NOTIFICATION_ID]},
    "RenderBody": {"ticket": "1042"},
    "DutyBody": {"on_duty": True, "categories": [CATEGORY_ID]},
    "ReachableBody": {"reachable": False},
    "RoleBody": {"role": "HELPER"},
    "BlockedBody": {"blocked": True, "reason": "Спам", "until": "2027-01-01T00:00:00Z"},
    "NotificationsReadBody": {"ticket_id": TICKET_ID},
    "MePatch": {"language": "en", "preferences": {"status": False}},
    "JoinBody": {
        "telegram_id": 700000001,
        "first_name": "Алексей",
        "last_name": "Морозов",
        "username": "alexey_m",
        "language": "ru",
    },
}
"""By the name of the body in `bodies`."""
