"""What the person at the terminal chose: `.env` and the environment, read once, judged in one line."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

DEMO_BOT_TOKEN = "7000000000:AAEdemo-token-for-the-local-sandbox-000"  # noqa: S105 - known to all, valid nowhere
DEMO_ADMIN = "700000003"
TELEGRAM = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_ID", "TELEGRAM_API_HASH")
MODES = ("production", "demo", "test")


class BadChoice(Exception):
    """A setting cannot be used; the message is one line that names it."""


@dataclass(frozen=True)
class Choices:
    """Everything a run depends on besides its directory's contents."""

    directory: Path
    """Where data, secrets and logs live."""
    port: int
    """The gateway's."""
    mode: str
    reset: bool
    settings: Mapping[str, str]
    """The rest of `.env` and environment, empty values left out."""

    @property
    def address(self) -> str:
        """Where the gateway answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def demo(self) -> bool:
        """Whether the three demo people and their tickets exist."""
        return self.mode != "production"

    def telegram(self) -> dict[str, str]:
        """The real bot's settings; empty when there is none."""
        return {key: value for key, value in self.settings.items() if key.startswith("TELEGRAM_")}


def read(root: Path, environment: Mapping[str, str] = os.environ) -> Choices:
    """Read `root`/.env and the environment (which goes first). Raises BadChoice."""
    written = {key: value for key, value in dotenv_values(root / ".env").items() if value is not None}
    settings = {key: value.strip() for key, value in {**written, **environment}.items() if value.strip()}
    return Choices(
        directory=Path(settings.get("TIKETHET_DIR", root / ".tikethet")).absolute(),
        port=_port(settings.get("PORT", "8000")),
        mode=_mode(settings),
        reset=settings.get("RESET", "0") not in {"0", "no", "false"},
        settings=settings,
    )


def _port(text: str) -> int:
    if not re.fullmatch(r"\d{1,5}", text) or not 0 < int(text) < 1 << 16:
        raise BadChoice(f"PORT={text} is no port: it is a number from 1 to 65535")
    return int(text)


def _mode(settings: Mapping[str, str]) -> str:
    given = [key for key in TELEGRAM if key in settings]
    missing = [key for key in TELEGRAM if key not in settings]
    if "TELEGRAM_TEST_SERVER" in settings:
        given = []  # a local Telegram takes any bot
    if given and missing:
        raise BadChoice(f"{', '.join(given)} without {', '.join(missing)}: a real bot needs all three")
    mode = settings.get("TIKETHET_MODE", "production" if given else "demo")
    if mode not in MODES:
        raise BadChoice(f"TIKETHET_MODE={mode} is none of {', '.join(MODES)}")
    if mode == "production" and not given:
        raise BadChoice(f"TIKETHET_MODE=production needs {', '.join(TELEGRAM)}")
    return mode
