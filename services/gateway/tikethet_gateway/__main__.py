"""``python -m tikethet_gateway``: settings → wiring → serve until told to stop."""

from tikethet_service import logs, run
from tikethet_service.settings import load

from tikethet_gateway.settings import GatewaySettings
from tikethet_gateway.wiring import SERVICE, build


def main() -> None:
    """Run the gateway."""
    settings = load(GatewaySettings)
    logs.setup(SERVICE, settings.log_level, settings.log_format)
    run.serve(build(settings), host=settings.host, port=settings.port)


if __name__ == "__main__":
    main()
