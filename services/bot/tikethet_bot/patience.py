"""What a background loop does about trouble: it says so, and looks again later. The conversation goes on meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from tikethet_events.lease import DATABASE_TROUBLE

from tikethet_bot.desk import Away, Refusal

_log = structlog.get_logger("tikethet.bot.patience")


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """Whatever goes wrong inside, ``what`` waits for the next look."""
    try:
        yield
    except (Away, *DATABASE_TROUBLE) as failure:
        _log.debug(f"{what} wait", why=str(failure))
    except Refusal as refused:
        _log.warning(f"{what} wait: the desk refuses", why=str(refused))
    except Exception:  # noqa: BLE001  whatever it is
        _log.exception(f"{what} wait")
