"""Numbers."""

from typing import Final

from tikethet_tickets.routes.examples.desk import CATEGORY_BRIEF
from tikethet_tickets.routes.examples.ids import Example
from tikethet_tickets.routes.examples.people import HELPER
from tikethet_tickets.routes.examples.tickets import COUNTS

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
