"""The Mini App, opened as Telegram opens it: signed data and everything else behind the address's #."""

import hashlib
import hmac
import json
import secrets
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

VERSION: Final = "9.6"
PLATFORM: Final = "weba"
APP: Final = "/app/"


def address(user: Any, token: str, *, start: str = "", theme: Mapping[str, str] | None = None) -> str:
    """Where a client of this user opens the app of the bot with this token; `start` comes from a ``startapp`` link."""
    facts = {
        "id": user.id, "first_name": user.first_name, "last_name": user.last_name or "", "username": user.username,
        "language_code": user.lang_code, "allows_write_to_pm": True,
    }  # fmt: skip
    fields = {
        "user": json.dumps(facts, ensure_ascii=False, separators=(",", ":")),
        "chat_instance": str(secrets.randbits(62)),
        **({"chat_type": "private", "start_param": start} if start else {"query_id": secrets.token_urlsafe(16)}),
        "auth_date": str(int(time.time())),
    }
    launch = {
        "tgWebAppData": urlencode(fields | {"hash": signature(fields, token)}),
        "tgWebAppVersion": VERSION,
        "tgWebAppPlatform": PLATFORM,
        "tgWebAppThemeParams": json.dumps(dict(theme or {})),
        **({"tgWebAppStartParam": start} if start else {}),
    }
    return f"{APP}#{urlencode(launch)}"


def signature(fields: Mapping[str, str], token: str) -> str:
    """Telegram's proof (core.telegram.org/bots/webapps#validating-data-received-via-the-mini-app)."""
    key = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    lines = "\n".join(sorted(f"{name}={value}" for name, value in fields.items()))
    return hmac.new(key, lines.encode(), hashlib.sha256).hexdigest()
