"""``python -m tikethet_tickets``: settings → database brought up to date → serve until told to stop."""

import asyncio
import sys

import asyncpg
from tikethet_events.errors import Unmigratable, WrongSecret
from tikethet_service import logs
from tikethet_service.run import serve
from tikethet_service.settings import load

from tikethet_tickets.files.store import BadStore
from tikethet_tickets.settings import Settings
from tikethet_tickets.wiring import application, prepare


def main() -> None:
    """Run the process; exits with 2 and one line when it cannot start as it was configured."""
    settings = load(Settings)
    logs.setup("tickets", settings.log_level, settings.log_format)
    try:
        asyncio.run(prepare(settings))
    except (Unmigratable, WrongSecret) as failure:
        _stop(str(failure))
    except BadStore as failure:
        _stop(f"FILES_URL: the place for files cannot be used ({failure})")
    except (OSError, TimeoutError, asyncpg.PostgresError) as failure:
        _stop(f"DATABASE_URL: the database does not let us in ({type(failure).__name__})")
    serve(application(settings), host=settings.host, port=settings.port)


def _stop(why: str) -> None:
    print(f"tikethet: {why}", file=sys.stderr)  # noqa: T201  one line for the person who starts it
    raise SystemExit(2)


if __name__ == "__main__":
    main()
