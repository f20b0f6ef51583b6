"""When a delivery that failed is tried again, and when the desk gives an address up."""

from datetime import datetime, timedelta
from typing import Final

BACK_OFF: Final = tuple(
    timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 2 * 3600, 4 * 3600, 8 * 3600)
)
"""After the first failure, the second, …; the last one again and again."""
GIVE_UP: Final = timedelta(days=3)
"""An address that took nothing for so long is sent nothing more until an admin says so."""
GONE: Final = 410
"""The one answer that means: never again."""


def again_at(attempts: int, now: datetime) -> datetime:
    """When to try again after ``attempts`` failures."""
    return now + BACK_OFF[min(attempts, len(BACK_OFF)) - 1]


def reason_to_stop(status: int | None, failing_since: datetime, now: datetime) -> str | None:
    """Why the address is given up after one more failure, if it is."""
    if status == GONE:
        return "gone"
    return "failing" if now - failing_since >= GIVE_UP else None
