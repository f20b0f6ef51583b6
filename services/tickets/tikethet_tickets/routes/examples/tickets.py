# ruff: noqa: RUF001  Russian has letters that look like Latin ones
"""Tickets, and what is said on them."""

from typing import Final

from tikethet_tickets.routes.examples.desk import CATEGORY_BRIEF
from tikethet_tickets.routes.examples.ids import CUSTOMER_ID, FILE_ID, HELPER_ID, MESSAGE_ID, TICKET_ID, Example
from tikethet_tickets.routes.examples.people import CUSTOMER, HELPER, ME

TICKET: Final[Example] = {
    "id": TICKET_ID,
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
    "read_to": 3,
    "snoozed_until": None,
    "last_message_at": "2026-11-23T10:15:00Z",
    "waiting_since": "2026-11-23T10:15:00Z",
    "linked_to": None,
    "merged_into": None,
    "attachments": [],
    "created_at": "2026-11-23T10:12:00Z",
    "updated_at": "2026-11-23T10:15:00Z",
    "resolved_at": None,
    "closed_at": None,
    "version": 4,
}
ATTACHMENT: Final[Example] = {
    "id": FILE_ID,
    "filename": "скриншот.png",
    "size": 48213,
    "content_type": "image/png",
    "url": f"/api/v1/files/{FILE_ID}",
    "preview_url": f"/api/v1/files/{FILE_ID}/preview",
}
MESSAGE: Final[Example] = {
    "id": MESSAGE_ID,
    "ticket_id": TICKET_ID,
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
    "snoozed": 0,
    "next_wake": None,
}
HISTORY_ITEM: Final[Example] = {
    "version": 2,
    "position": 17,
    "type": "TicketAssigned",
    "at": "2026-11-23T10:13:00Z",
    "actor": HELPER,
    "channel": "app",
    "changes": {"assigned_to": {"from": None, "to": HELPER_ID}},
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
            "subject": TICKET_ID,
            "time": "2026-11-23T10:13:00.000000Z",
            "datacontenttype": "application/json",
            "dataschema": "/schemas/ticket/TicketAssigned/1",
            "position": 17,
            "epoch": "5b0f0c52-6f3a-4c54-9a43-0a6c0d7e9f11",
            "audience": "public",
            "streamversion": 2,
            "actor": HELPER_ID,
            "channel": "app",
            "requester": CUSTOMER_ID,
            "data": {"assignee_id": HELPER_ID, "previous_id": None},
        }
    ],
}
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
