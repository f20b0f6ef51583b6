"""``python -m tikethet_bot``: settings → wiring → serve until told to stop."""

import logging

from tikethet_service import logs, run
from tikethet_service.settings import load

from tikethet_bot import wiring
from tikethet_bot.settings import Settings


def main() -> None:
    """Run the process."""
    settings = load(Settings)
    logs.setup("bot", settings.log_level, settings.log_format)
    logging.getLogger("pyrogram").setLevel(logging.ERROR)  # what matters of it, the line says in its own words
    run.serve(wiring.application(settings), host=settings.host, port=settings.port)


if __name__ == "__main__":
    main()
