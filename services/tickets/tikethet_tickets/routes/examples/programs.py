"""Programs outside."""

from typing import Final

from tikethet_tickets.routes.examples.ids import TICKET_ID, Example

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
    "old_token_until": None,
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
    "old_secret_until": None,
}
DELIVERY: Final[Example] = {
    "position": 4711,
    "event_id": "01995d2f-0000-7d42-8c03-6e8f5a9b7d0b",
    "type": "TicketOpened",
    "subject": TICKET_ID,
    "state": "DELIVERED",
    "attempts": 1,
    "created_at": "2026-11-23T09:05:00Z",
    "attempted_at": "2026-11-23T09:05:00Z",
    "delivered_at": "2026-11-23T09:05:00Z",
    "next_at": None,
    "status": 204,
    "error": None,
}
