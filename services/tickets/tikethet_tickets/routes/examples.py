# ruff: noqa: RUF001  Russian has letters that look like Latin ones
"""One example of everything that is sent and answered, as a gaming community has it; the docs show them."""

from typing import Any, Final

Example = dict[str, Any]

_TICKET_ID: Final = "01995d2e-7c00-7a5b-8a58-3f6c2b1d9e01"
_MESSAGE_ID: Final = "01995d30-1a80-7c11-9b02-5d7e4f8a6c02"
_FILE_ID: Final = "01995d2f-9b00-7d42-8c03-6e8f5a9b7d06"
_CUSTOMER_ID: Final = "01995d20-0000-7e4d-a111-0c9b8a7d6e03"
_HELPER_ID: Final = "01995d20-0001-7f21-b222-1d0c9b8a7f04"
_CATEGORY_ID: Final = "01980000-0000-7000-8000-000000000005"

CUSTOMER: Final[Example] = {
    "id": _CUSTOMER_ID,
    "first_name": "Алексей",
    "last_name": "Морозов",
    "username": "alexey_m",
    "role": "USER",
    "language": "ru",
    "blocked": False,
    "reachable": True,
}
HELPER: Final[Example] = {
    "id": _HELPER_ID,
    "first_name": "Мария",
    "last_name": "Соколова",
    "username": "maria_help",
    "role": "HELPER",
    "language": "ru",
    "blocked": False,
    "reachable": True,
}
ME: Final[Example] = CUSTOMER | {"telegram_id": 700000001, "preferences": {"answers": True}}
CATEGORY_BRIEF: Final[Example] = {
    "id": _CATEGORY_ID,
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
_HOURS: Final = [{"day": day, "opens": "10:00", "closes": "19:00"} for day in ("MON", "TUE", "WED", "THU", "FRI")]
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
    "hours": _HOURS,
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
    "category_ids": [_CATEGORY_ID],
    "order": 10,
    "created_at": "2026-11-23T09:00:00Z",
    "updated_at": "2026-11-23T09:00:00Z",
}
RENDERED: Final[Example] = {"content": "Здравствуйте, Алексей! Перезапустите клиент.", "language": "ru"}
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
    "categories": [_CATEGORY_ID],
    "open_tickets": 3,
    "staff": [HELPER],
    "passed_on": 0,
}
TICKET: Final[Example] = {
    "id": _TICKET_ID,
    "number": 1042,
    "title": "Не подключается к серверу",
    "description": "После обновления клиент пишет «нет соединения» на всех серверах.",
    "status": "IN_PROGRESS",
    "priority": "HIGH",
    "category": CATEGORY_BRIEF,
    "user": CUSTOMER,
    "assigned_to": HELPER,
    "tags": [],
    "rating": None,
    "messages_count": 1,
    "unread_count": 1,
    "last_message_at": "2026-11-23T10:15:00Z",
    "waiting_since": "2026-11-23T10:15:00Z",
    "linked_to": None,
    "attachments": [],
    "created_at": "2026-11-23T10:12:00Z",
    "updated_at": "2026-11-23T10:15:00Z",
    "resolved_at": None,
    "closed_at": None,
    "version": 4,
}
ATTACHMENT: Final[Example] = {
    "id": _FILE_ID,
    "filename": "скриншот.png",
    "size": 48213,
    "content_type": "image/png",
    "url": f"/api/v1/files/{_FILE_ID}",
    "preview_url": f"/api/v1/files/{_FILE_ID}/preview",
}
MESSAGE: Final[Example] = {
    "id": _MESSAGE_ID,
    "ticket_id": _TICKET_ID,
    "content": "Попробовал другую сеть — то же самое.",
    "user": CUSTOMER,
    "attachments": [ATTACHMENT],
    "is_internal": False,
    "reply_to": None,
    "created_at": "2026-11-23T10:15:00Z",
    "edited_at": None,
    "deleted_at": None,
    "version": 4,
}
COUNTS: Final[Example] = {
    "total": 3,
    "by_status": {"OPEN": 1, "IN_PROGRESS": 1, "WAITING_RESPONSE": 0, "RESOLVED": 1, "CLOSED": 0},
    "by_priority": {"LOW": 0, "NORMAL": 2, "HIGH": 1, "CRITICAL": 0},
    "mine": 1,
    "unassigned": 1,
}
HISTORY_ITEM: Final[Example] = {
    "version": 2,
    "position": 17,
    "type": "TicketAssigned",
    "at": "2026-11-23T10:13:00Z",
    "actor": HELPER,
    "channel": "app",
    "changes": {"assigned_to": {"from": None, "to": _HELPER_ID}},
    "text": "Мария Соколова взяла обращение",
}
EXPORT: Final[Example] = {
    "member": ME,
    "joined_at": "2026-11-23T10:10:00Z",
    "tickets": [{"ticket": TICKET, "messages": [MESSAGE]}],
    "messages_elsewhere": [],
    "read_markers": [],
}
EVENTS: Final[Example] = {
    "epoch": "5b0f0c52-6f3a-4c54-9a43-0a6c0d7e9f11",
    "head": 17,
    "position": 17,
    "items": [
        {
            "specversion": "1.0",
            "id": "8f14e45f-ceea-567f-a0e6-5b1f3c2d4e05",
            "type": "tikethet.TicketAssigned",
            "source": "/tikethet/3c9b6a7e-1d2f-4e5a-8b7c-6d5e4f3a2b1c",
            "subject": _TICKET_ID,
            "time": "2026-11-23T10:13:00.000000Z",
            "datacontenttype": "application/json",
            "dataschema": "/schemas/ticket/TicketAssigned/1",
            "position": 17,
            "epoch": "5b0f0c52-6f3a-4c54-9a43-0a6c0d7e9f11",
            "audience": "public",
            "streamversion": 2,
            "actor": _HELPER_ID,
            "channel": "app",
            "requester": _CUSTOMER_ID,
            "data": {"assignee_id": _HELPER_ID, "previous_id": None},
        }
    ],
}


_QUICK: Final[Example] = {"count": 2, "median_s": 540, "p90_s": 840}
_SLOW: Final[Example] = {"count": 1, "median_s": 7200, "p90_s": 7200}
_RATED: Final[Example] = {"count": 1, "average": 5.0, "by_score": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 1}}
_FIGURES: Final[Example] = {
    "tickets": 3,
    "open": 2,
    "resolved": 1,
    "reopened": 0,
    "reopen_rate": 0.0,
    "first_response": _QUICK,
    "resolution": _SLOW,
    "backlog_age": {"count": 2, "median_s": 10800, "p90_s": 14400},
    "satisfaction": _RATED,
}
STATISTICS: Final[Example] = {
    "from": "2026-11-22T21:00:00Z",
    "to": "2026-11-23T21:00:00Z",
    "tz": "Europe/Moscow",
    "group": "priority",
    "total": _FIGURES,
    "by_status": COUNTS["by_status"],
    "by_priority": COUNTS["by_priority"],
    "by_category": [{"category": CATEGORY_BRIEF, "tickets": 3}],
    "by_day": {"2026-11-23": 3},
    "by_hour": {f"{hour:02}": 0 for hour in range(24)} | {"13": 3},
    "groups": [{"key": "HIGH", "figures": _FIGURES | {"tickets": 1, "open": 0}}],
    "helpers": [
        {
            "member": HELPER,
            "assigned": 2,
            "open": 1,
            "first_response": _QUICK,
            "resolution": _SLOW,
            "satisfaction": _RATED,
        }
    ],
}
_ACTIVITY: Final[Example] = {
    "opened": 3,
    "answered": 2,
    "resolved": 1,
    "first_response": _QUICK,
    "resolution": _SLOW,
    "satisfaction": _RATED,
}
DASHBOARD: Final[Example] = {
    "at": "2026-11-23T16:00:00Z",
    "tz": "Europe/Moscow",
    "today": _ACTIVITY,
    "week": _ACTIVITY,
    "backlog": {
        "total": 2,
        "by_status": {"OPEN": 1, "IN_PROGRESS": 1, "WAITING_RESPONSE": 0},
        "by_priority": {"LOW": 0, "NORMAL": 1, "HIGH": 1, "CRITICAL": 0},
        "unassigned": 1,
        "oldest_at": "2026-11-23T10:12:00Z",
        "longest_waiting_since": "2026-11-23T10:12:00Z",
        "older_than_day": 0,
        "older_than_week": 0,
    },
    "helpers": [
        {"member": HELPER, "open": 1, "waiting_for_us": 1, "resolved_this_week": 1, "resolution": _SLOW},
    ],
}


_NOTIFICATION_ID: Final = "4c1f3f0a-5b7c-4d6e-8f90-1a2b3c4d5e07"
NOTIFICATIONS: Final[Example] = {
    "items": [
        {
            "id": _NOTIFICATION_ID,
            "kind": "NEW_MESSAGE",
            "text": "Новое сообщение в обращении #1042",
            "ticket_id": _TICKET_ID,
            "ticket_number": 1042,
            "actor_id": _HELPER_ID,
            "created_at": "2026-11-23T10:14:00Z",
            "read_at": None,
        }
    ],
    "unread": 1,
    "size": 20,
    "next_cursor": None,
}
_BROADCAST_ID: Final = "01995d40-0000-7a5b-8a58-3f6c2b1d9e09"
_BROADCAST_TEXTS: Final = {
    "ru": "Сегодня с 02:00 до 04:00 серверы обновляются.",
    "en": "The servers are updated today from 02:00 to 04:00.",
}
_AUDIENCE: Final[Example] = {"roles": ["USER"], "languages": ["ru", "en"], "active_within_days": 30}
BROADCAST_STARTED: Final[Example] = {
    "id": _BROADCAST_ID,
    "texts": _BROADCAST_TEXTS,
    "audience": _AUDIENCE,
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
TABLE: Final = "Номер,Тема,Статус\r\n1042,Не подключается к серверу,OPEN\r\n"


def page(item: Example) -> Example:
    """A list with this one item."""
    return {
        "items": [item],
        "total": 1,
        "page": 1,
        "size": 20,
        "pages": 1,
        "next_cursor": None,
        "prev_cursor": None,
        "total_is_exact": True,
    }


ACCOUNT: Final[Example] = {
    "id": "01995d2f-0000-7d42-8c03-6e8f5a9b7d09",
    "name": "CRM",
    "types": ["TicketOpened", "TicketClosed"],
    "audience": "staff",
    "personal": True,
    "calls": ["events", "tickets"],
    "requests_per_minute": 600,
    "stream_types": ["TicketClosed", "TicketOpened"],
    "created_at": "2026-11-23T09:00:00Z",
    "last_used_at": None,
}

CONSUMER: Final[Example] = {
    "number": 1,
    "stream": "TIKETHET_EVENTS",
    "name": "account-01995d2f-0000-7d42-8c03-6e8f5a9b7d09-1",
    "api_prefix": "TK.API",
    "inbox_prefix": "_INBOX.01995d2f-0000-7d42-8c03-6e8f5a9b7d09",
    "subjects": ["tikethet.events.*.*.TicketOpened"],
    "epoch": "5f0c1f8e-0000-4000-8000-000000000001",
    "first": 1,
    "last": 4711,
}

WEBHOOK: Final[Example] = {
    "id": "01995d2f-0000-7d42-8c03-6e8f5a9b7d0a",
    "name": "CRM",
    "url": "https://crm.example.org/hooks/tickets",
    "types": ["TicketOpened", "TicketClosed"],
    "audience": "staff",
    "personal": True,
    "active": True,
    "stopped_because": None,
    "pending": 0,
    "last_delivered_at": "2026-11-23T09:05:00Z",
    "created_at": "2026-11-23T09:00:00Z",
    "updated_at": "2026-11-23T09:00:00Z",
}
DELIVERY: Final[Example] = {
    "position": 4711,
    "event_id": "01995d2f-0000-7d42-8c03-6e8f5a9b7d0b",
    "type": "TicketOpened",
    "subject": _TICKET_ID,
    "state": "DELIVERED",
    "attempts": 1,
    "created_at": "2026-11-23T09:05:00Z",
    "attempted_at": "2026-11-23T09:05:00Z",
    "delivered_at": "2026-11-23T09:05:00Z",
    "next_at": None,
    "status": 204,
    "error": None,
}

SENT: Final[dict[str, Example]] = {
    "TicketBody": {
        "title": "Не подключается к серверу",
        "description": "После обновления клиент пишет «нет соединения» на всех серверах.",
        "category_id": _CATEGORY_ID,
        "priority": "HIGH",
    },
    "TicketPatch": {"priority": "CRITICAL", "tags": ["сервер", "обновление"]},
    "AssignBody": {"assignee_id": _HELPER_ID},
    "StatusBody": {"status": "IN_PROGRESS"},
    "ReasonBody": {"reason": "Помогла переустановка клиента"},
    "RateBody": {"score": 5, "comment": "Быстро и по делу"},
    "MessageBody": {"content": "Попробовал другую сеть — то же самое."},
    "MessagePatch": {"content": "Попробовал две другие сети — то же самое."},
    "MoveBody": {"to": "1043"},
    "ReadBody": {"version": 4},
    "CategoryBody": {
        "names": {"ru": "Кланы", "en": "Clans"},
        "descriptions": {"ru": "Создание, вступление, войны", "en": "Founding, joining, wars"},
        "icon": "🛡",
        "color": "#10B981",
        "order": 70,
    },
    "CategoryPatch": {"icon": "⚔️"},
    "OpeningBody": _HOURS[0],
    "DeskPatch": {"time_zone": "Europe/Moscow", "hours": _HOURS, "holidays": ["2026-12-31"], "auto_close_days": 5},
    "TemplateBody": {
        "name": "Перезапуск клиента",
        "texts": {
            "ru": "Здравствуйте, {customer.first_name}! Перезапустите клиент и ответьте в обращении #{ticket.number}.",
            "en": "Hello {customer.first_name}! Restart the client and answer in ticket #{ticket.number}.",
        },
        "category_ids": [_CATEGORY_ID],
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
    "AccountBody": {
        "name": "CRM",
        "types": ["TicketOpened", "TicketClosed"],
        "audience": "staff",
        "personal": True,
        "calls": ["events", "tickets"],
    },
    "InviteBody": {"role": "HELPER"},
    "BotBody": {"username": "tikethet_bot"},
    "UseInviteBody": {"member_id": _CUSTOMER_ID, "token": "q6urq6urq6urq6urq6urq6urq6urq6ur"},
    "AudienceBody": _AUDIENCE,
    "BroadcastBody": {"texts": _BROADCAST_TEXTS, "audience": _AUDIENCE},
    "OutcomeBody": {"member_id": _CUSTOMER_ID, "outcome": "delivered"},
    "OutcomesBody": {"outcomes": [{"member_id": _CUSTOMER_ID, "outcome": "delivered"}]},
    "ToldBody": {"ids": [_NOTIFICATION_ID]},
    "RenderBody": {"ticket": "1042"},
    "DutyBody": {"on_duty": True, "categories": [_CATEGORY_ID]},
    "ReachableBody": {"reachable": False},
    "RoleBody": {"role": "HELPER"},
    "BlockedBody": {"blocked": True, "reason": "Спам", "until": "2027-01-01T00:00:00Z"},
    "NotificationsReadBody": {"ticket_id": _TICKET_ID},
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
