"""One example of everything that is sent and answered, as a gaming community has it; the docs show them."""

from tikethet_tickets.routes.examples.desk import CATEGORY, CATEGORY_BRIEF, DESK, HOURS, RENDERED, TEMPLATE
from tikethet_tickets.routes.examples.ids import (
    BROADCAST_ID,
    CATEGORY_ID,
    CUSTOMER_ID,
    FILE_ID,
    HELPER_ID,
    MESSAGE_ID,
    NOTIFICATION_ID,
    TICKET_ID,
    Example,
)
from tikethet_tickets.routes.examples.people import CUSTOMER, DUTY, HELPER, INVITE, ME
from tikethet_tickets.routes.examples.programs import ACCOUNT, CONSUMER, DELIVERY, WEBHOOK
from tikethet_tickets.routes.examples.sent import SENT
from tikethet_tickets.routes.examples.statistics import DASHBOARD, STATISTICS
from tikethet_tickets.routes.examples.telling import (
    AUDIENCE,
    AUDIENCE_COUNT,
    BROADCAST,
    BROADCAST_STARTED,
    BROADCAST_TEXTS,
    NOTIFICATIONS,
)
from tikethet_tickets.routes.examples.tickets import (
    ATTACHMENT,
    COUNTS,
    EVENTS,
    EXPORT,
    HISTORY_ITEM,
    MESSAGE,
    TABLE,
    TICKET,
    page,
)

__all__ = [
    "ACCOUNT",
    "ATTACHMENT",
    "AUDIENCE",
    "AUDIENCE_COUNT",
    "BROADCAST",
    "BROADCAST_ID",
    "BROADCAST_STARTED",
    "BROADCAST_TEXTS",
    "CATEGORY",
    "CATEGORY_BRIEF",
    "CATEGORY_ID",
    "CONSUMER",
    "COUNTS",
    "CUSTOMER",
    "CUSTOMER_ID",
    "DASHBOARD",
    "DELIVERY",
    "DESK",
    "DUTY",
    "EVENTS",
    "EXPORT",
    "FILE_ID",
    "HELPER",
    "HELPER_ID",
    "HISTORY_ITEM",
    "HOURS",
    "INVITE",
    "ME",
    "MESSAGE",
    "MESSAGE_ID",
    "NOTIFICATIONS",
    "NOTIFICATION_ID",
    "RENDERED",
    "SENT",
    "STATISTICS",
    "TABLE",
    "TEMPLATE",
    "TICKET",
    "TICKET_ID",
    "WEBHOOK",
    "Example",
    "page",
]
