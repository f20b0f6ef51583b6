"""How the desk does, in numbers."""

from datetime import datetime

from msgspec import Struct

from tikethet_tickets.shapes.desk import CategoryBrief
from tikethet_tickets.shapes.people import Member


class Spread(Struct, frozen=True, kw_only=True):
    """How long something took: over ``count`` tickets, in whole seconds; ``null`` where there was none."""

    count: int
    median_s: int | None
    p90_s: int | None


class Satisfaction(Struct, frozen=True, kw_only=True):
    """What those who rated gave, 1 to 5; a ticket's last rating counts."""

    count: int
    average: float | None
    by_score: dict[str, int]


class Figures(Struct, frozen=True, kw_only=True):
    """How a set of tickets did, as they are now.

    ``resolved`` of them are resolved or closed, ``open`` are not and ``backlog_age`` old; ``reopened`` were opened
    again at least once, ``reopen_rate`` is their part of those ever resolved.
    """

    tickets: int
    open: int
    resolved: int
    reopened: int
    reopen_rate: float | None
    first_response: Spread
    resolution: Spread
    backlog_age: Spread
    satisfaction: Satisfaction


class FiguresOf(Struct, frozen=True, kw_only=True):
    """The figures of one group; ``key`` is what its tickets have in common, ``null`` for those that have none of it."""

    key: str | None
    figures: Figures


class CategoryCount(Struct, frozen=True, kw_only=True):
    """How many tickets a category has."""

    category: CategoryBrief | None
    tickets: int


class HelperFigures(Struct, frozen=True, kw_only=True):
    """How one member of staff did.

    They are responsible for ``assigned`` tickets (``open`` of them not done), answered first as in ``first_response``,
    and had those of ``resolution`` and ``satisfaction`` when the work ended.
    """

    member: Member | None
    assigned: int
    open: int
    first_response: Spread
    resolution: Spread
    satisfaction: Satisfaction


class TicketStatistics(Struct, frozen=True, kw_only=True, rename={"since": "from", "until": "to"}):
    """The tickets opened from ``from`` up to and not including ``to``; days and hours are those of ``tz``."""

    since: datetime
    until: datetime
    tz: str
    group: str | None
    total: Figures
    by_status: dict[str, int]
    by_priority: dict[str, int]
    by_category: list[CategoryCount]
    by_day: dict[str, int]
    by_hour: dict[str, int]
    groups: list[FiguresOf]
    helpers: list[HelperFigures]


class Activity(Struct, frozen=True, kw_only=True):
    """What happened in a stretch of time: tickets opened, answered for the first time, resolved, rated."""

    opened: int
    answered: int
    resolved: int
    first_response: Spread
    resolution: Spread
    satisfaction: Satisfaction


class Backlog(Struct, frozen=True, kw_only=True):
    """Everything that is not resolved, and how old it is."""

    total: int
    by_status: dict[str, int]
    by_priority: dict[str, int]
    unassigned: int
    oldest_at: datetime | None
    longest_waiting_since: datetime | None
    older_than_day: int
    older_than_week: int


class HelperLoad(Struct, frozen=True, kw_only=True):
    """What is on one member's table; ``waiting_for_us`` of it waits for staff, not for the customer."""

    member: Member
    open: int
    waiting_for_us: int
    resolved_this_week: int
    resolution: Spread


class Dashboard(Struct, frozen=True, kw_only=True):
    """The desk at a glance; ``week`` is today and the six days before."""

    at: datetime
    tz: str
    today: Activity
    week: Activity
    backlog: Backlog
    helpers: list[HelperLoad]
