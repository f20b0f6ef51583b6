"""The four services as processes of their own, each with just the settings that are its own."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tikethet_devstack.choices import DEMO_ADMIN, DEMO_BOT_TOKEN, Choices
from tikethet_devstack.engines import Engine
from tikethet_devstack.keys import SERVICES, Keys
from tikethet_devstack.leash import Leash
from tikethet_devstack.nats_conf import READER_PREFIX
from tikethet_devstack.process import Process, free_port, talk

# What a process needs from the machine it runs on; nothing else of the person's environment reaches a service.
INHERITED = (
    "PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE",
    "SSL_CERT_FILE", "SSL_CERT_DIR",
)  # fmt: skip
# A local Telegram takes whatever looks like a token.
ANY_BOT = {"TELEGRAM_BOT_TOKEN": DEMO_BOT_TOKEN, "TELEGRAM_API_ID": "1", "TELEGRAM_API_HASH": "local"}
WISHED = ("LOG_LEVEL", "LOG_FORMAT")
# What a person may tune in the gateway; its settings know the defaults and the bounds.
TUNABLE = (
    "INIT_DATA_MAX_AGE_S", "INIT_DATA_MAX_EXCHANGES", "SESSION_DAYS", "STATIC_DIR", "TRUSTED_PROXIES",
    "SIGN_IN_PER_MINUTE", "SIGN_IN_BURST", "REQUESTS_PER_SECOND", "REQUESTS_BURST",
    "SOCKETS_PER_SECOND", "SOCKETS_BURST", "SOCKETS_MAX", "BODY_MAX_BYTES",
)  # fmt: skip
# Where a demo's webhooks may go besides public addresses: to programs on the same machine.
LOOPBACK = "127.0.0.0/8,::1/128"
# Where tickets keeps files, and how large they may be.
STORE = (
    "FILES_IMAGE_MAX_BYTES", "FILES_DOCUMENT_MAX_BYTES",
    "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_ENDPOINT_URL",
    "AWS_ALLOW_HTTP",
)  # fmt: skip
ERASURES = "erasures.jsonl"
"""Who was forgotten: stays when everything else is started over, so that no restore brings them back."""


@dataclass(frozen=True)
class Addresses:
    """Where each user of an engine reaches it."""

    tickets_database: str
    bot_database: str
    nats: Mapping[str, str]
    nats_prefix: Mapping[str, str]
    redis: str
    telegram: Mapping[str, str] = field(default_factory=dict)
    """Where the bot finds the local Telegram, if one runs."""
    chats: str | None = None
    """Where that Telegram's chat page is."""


class Sandbox(Engine):
    """The local Telegram as a process of its own; its key is made at the first start."""

    def __init__(self, directory: Path, *, log: Path, leash: Leash) -> None:
        port = free_port()
        page = free_port()
        given = [str(directory), str(port), str(page), DEMO_BOT_TOKEN]
        command = [sys.executable, "-m", "tikethet_devstack.telegram", *given]
        directory.mkdir(parents=True, exist_ok=True)
        super().__init__(Process("telegram", command, log=log, leash=leash, env=_some(os.environ, *INHERITED)), port)
        self._key = directory / "telegram-key.pem.pub"
        self.page = f"http://127.0.0.1:{page}"

    async def ready(self) -> bool:
        """Whether it listens."""
        try:
            async with asyncio.timeout(1):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except (OSError, TimeoutError):
            return False
        writer.close()
        return True

    def settings(self) -> dict[str, str]:
        """What the bot needs to know to speak to it."""
        return {
            "TELEGRAM_TEST_SERVER": f"127.0.0.1:{self.port}",
            "TELEGRAM_TEST_RSA_KEY": str(self._key),
        }


class Service(Engine):
    """One of our own processes; ready when its `/health/ready` says so."""

    def __init__(self, name: str, env: Mapping[str, str], *, log: Path, leash: Leash) -> None:
        command = [sys.executable, "-m", f"tikethet_{name}"]
        super().__init__(Process(name, command, env=env, log=log, leash=leash), int(env["PORT"]))

    async def ready(self) -> bool:
        """Whether `/health/ready` answers 200."""
        request = b"GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        return b" 200 " in await talk(self.port, request, until=b"\r\n", within_s=2)


def environments(choices: Choices, keys: Keys, engines: Addresses) -> dict[str, dict[str, str]]:
    """Each service's whole environment, ports drawn anew."""
    ports = {name: free_port() for name in SERVICES} | {"gateway": choices.port}
    websocket = free_port()
    urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
    wished = choices.settings
    public = {"PUBLIC_URL": wished.get("PUBLIC_URL", choices.address)}
    telegram = {**engines.telegram, **choices.telegram()}
    bots = {**ANY_BOT, **telegram} if "TELEGRAM_TEST_SERVER" in telegram else telegram
    own = {
        "gateway": {
            "REDIS_URL": engines.redis,
            "TICKETS_URL": urls["tickets"],
            "NOTIFY_URL": urls["notify"],
            "NOTIFY_WS_URL": f"ws://127.0.0.1:{websocket}/ws",
            "BOT_URL": urls["bot"],
            **({"SANDBOX_URL": engines.chats} if engines.chats else {}),
            "TELEGRAM_BOT_TOKEN": telegram.get("TELEGRAM_BOT_TOKEN", DEMO_BOT_TOKEN),
            **_some(wished, *TUNABLE),
            **public,
        },
        "tickets": {
            "DATABASE_URL": engines.tickets_database,
            **_nats(engines, "tickets"),
            "SECRET_KEY": wished.get("SECRET_KEY", keys.secret_key),
            "FILES_URL": wished.get("FILES_URL", (choices.directory / "files").as_uri()),
            **_some(wished, *STORE),
            "WEBHOOK_NETWORKS": wished.get("WEBHOOK_NETWORKS", LOOPBACK if choices.demo else ""),
            "ERASURES_FILE": str(choices.directory / ERASURES),
            "ADMIN_TELEGRAM_IDS": wished.get("ADMIN_TELEGRAM_IDS", DEMO_ADMIN if choices.demo else ""),
        },
        "notify": {
            "WS_PORT": str(websocket),
            **_nats(engines, "notify"),
            "REDIS_URL": engines.redis,
            "TICKETS_URL": urls["tickets"],
        },
        "bot": {
            "DATABASE_URL": engines.bot_database,
            **_nats(engines, "bot"),
            "TICKETS_URL": urls["tickets"],
            **bots,
            **public,
        },
    }
    return {name: {**_common(choices, keys, name, ports[name]), **own[name]} for name in SERVICES}


def _common(choices: Choices, keys: Keys, name: str, port: int) -> dict[str, str]:
    return {
        **_some(os.environ, *INHERITED),
        **_some(choices.settings, *WISHED),
        "TIKETHET_MODE": choices.mode,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "SERVICE_KEY": keys.seed(name),
        "SERVICE_PUBLIC_KEYS": keys.public_keys(),
    }


def _nats(engines: Addresses, name: str) -> dict[str, str]:
    return {"NATS_URL": engines.nats[name], "NATS_API_PREFIX": engines.nats_prefix[name]}


def _some(source: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: source[name] for name in names if source.get(name)}


def prefixes() -> dict[str, str]:
    """The JetStream API prefix of each account of our own NATS."""
    return {"tickets": "$JS.API", "notify": READER_PREFIX, "bot": READER_PREFIX}
