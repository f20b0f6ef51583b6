"""``python -m tikethet_notify``: settings → wiring → serve until told to stop."""

from tikethet_service import logs, run
from tikethet_service.settings import load

from tikethet_notify import wiring
from tikethet_notify.settings import Settings


def main() -> None:
    """Run the process."""
    settings = load(Settings)
    logs.setup("notify", settings.log_level, settings.log_format)
    run.serve(wiring.application(settings), host=settings.host, port=settings.port)


if __name__ == "__main__":
    main()
