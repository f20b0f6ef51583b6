"""How tickets, messages and members look from outside: the JSON shapes of the contract, each defined here once.

Routes encode them with ``msgspec.json.encode``; `json_schemas` describes the same structs for the OpenAPI document. A
field left `UNSET` is not in the JSON at all: that is how staff-only fields stay away from customers.
"""

from tikethet_tickets.shapes.broadcasts import AudienceCount, Broadcast, BroadcastAudience
from tikethet_tickets.shapes.desk import Category, CategoryBrief, Desk, Rendered, Template
from tikethet_tickets.shapes.export import ExportedTicket, MemberExport, ReadMarker
from tikethet_tickets.shapes.notifications import ListedNotification, Notification, NotificationList
from tikethet_tickets.shapes.page import Item, Page
from tikethet_tickets.shapes.people import Duty, Invite, Me, Member
from tikethet_tickets.shapes.programs import Account, Consumer, Delivery, DeliveryState, Webhook
from tikethet_tickets.shapes.schemas import TOP_LEVEL, json_schemas, name_of
from tikethet_tickets.shapes.statistics import (
    Activity,
    Backlog,
    CategoryCount,
    Dashboard,
    Figures,
    FiguresOf,
    HelperFigures,
    HelperLoad,
    Satisfaction,
    Spread,
    TicketStatistics,
)
from tikethet_tickets.shapes.tickets import Attachment, Change, Counts, HistoryItem, Message, Ticket

__all__ = [
    "TOP_LEVEL",
    "Account",
    "Activity",
    "Attachment",
    "AudienceCount",
    "Backlog",
    "Broadcast",
    "BroadcastAudience",
    "Category",
    "CategoryBrief",
    "CategoryCount",
    "Change",
    "Consumer",
    "Counts",
    "Dashboard",
    "Delivery",
    "DeliveryState",
    "Desk",
    "Duty",
    "ExportedTicket",
    "Figures",
    "FiguresOf",
    "HelperFigures",
    "HelperLoad",
    "HistoryItem",
    "Invite",
    "Item",
    "ListedNotification",
    "Me",
    "Member",
    "MemberExport",
    "Message",
    "Notification",
    "NotificationList",
    "Page",
    "ReadMarker",
    "Rendered",
    "Satisfaction",
    "Spread",
    "Template",
    "Ticket",
    "TicketStatistics",
    "Webhook",
    "json_schemas",
    "name_of",
]
