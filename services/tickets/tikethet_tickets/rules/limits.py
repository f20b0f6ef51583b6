"""How much one customer may ask of the desk in a while. Staff are not limited."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final


class Limit(StrEnum):
    """What is limited, by the name of the desk's setting; 0 there means that it is not."""

    TICKETS = "tickets_per_hour"
    MESSAGES = "messages_per_minute"


WINDOW: Final = {Limit.TICKETS: timedelta(hours=1), Limit.MESSAGES: timedelta(minutes=1)}


def wait(times: Sequence[datetime], allowed: int, window: timedelta, now: datetime) -> int | None:
    """Whole seconds until one more is allowed, when those at ``times`` are too many in ``window``; ``None``: now."""
    within = sorted(at for at in times if at > now - window)
    if not allowed or len(within) < allowed:
        return None
    return max(1, math.ceil((within[-allowed] + window - now).total_seconds()))
