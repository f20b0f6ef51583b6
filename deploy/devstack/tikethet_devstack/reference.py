"""The operator's reference, from the code: docs/settings.md (every setting of every process) and docs/metrics.md.

What the classes do not know, because it concerns the compose file alone, stands here.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pydantic_settings import BaseSettings
from tikethet_bot.settings import Settings as Bot
from tikethet_gateway.settings import GatewaySettings as Gateway
from tikethet_notify.settings import Settings as Notify
from tikethet_service.settings import ServiceSettings
from tikethet_tickets.cli.backup import Settings as Backup
from tikethet_tickets.cli.doctor import Asked as Doctor
from tikethet_tickets.settings import Settings as Tickets

ROOT: Final = Path(__file__).resolve().parents[3]
SETTINGS: Final = ROOT / "docs" / "settings.md"
METRICS: Final = ROOT / "docs" / "metrics.md"
COMPOSE: Final = ROOT / "deploy" / "compose.yaml"
CLUSTER: Final = ROOT / "deploy" / "compose.cluster.yaml"

PROCESSES: Final[Mapping[str, type[BaseSettings]]] = {
    "every process": ServiceSettings,
    "gateway": Gateway,
    "tickets": Tickets,
    "notify": Notify,
    "bot": Bot,
    "backup": Backup,
    "tikethet doctor": Doctor,
}
OF_COMPOSE: Final[Mapping[str, tuple[str, str]]] = {
    "DOMAIN": ("adds the TLS edge on ports 80 and 443, and the Mini App at `https://<DOMAIN>/app/`", ""),
    "TLS_ISSUER": ("`acme`, or `internal` for an authority of the edge's own", "acme"),
    "PORT": ("the gateway's port on 127.0.0.1", "8000"),
    "HTTP_PORT": ("where the edge listens", "80"),
    "HTTPS_PORT": ("where the edge listens", "443"),
    "EDGE_ADDRESS": ("where the edge listens", "0.0.0.0"),  # noqa: S104 - it is the edge
    "PUBLIC_URL": ("the https address, if another proxy of yours stands before the gateway", "https://<DOMAIN>"),
    "TRUSTED_PROXIES": ("networks whose X-Forwarded-For is believed", "private networks"),
    "FILES_URL": ("where files are kept: `file:///folder` or `s3://bucket/prefix` (then `AWS_*` too)", "a volume"),
    "BACKUP_DIR": ("the folder for back-ups, the keys' copy and the ledger of what must not come back", "./backups"),
    "POSTGRES_LEADER": ("in the cluster, which of `postgres` and `postgres-standby` leads", "postgres"),
    "POSTGRES_SYNC": ("in the cluster, `*`: no commit without the other server; empty: go on without it", "*"),
    "TIKETHET_REGISTRY": ("where the images are, with a slash at the end", "local images"),
    "TIKETHET_VERSION": ("which images", "latest"),
}
"""Setting of `.env` → what it means there, and its default, where that differs from the process's own."""
_IMAGE: Final = re.compile(r"\$\{(\w+_IMAGE):-([^}]+)\}")


def settings() -> str:
    """The text of docs/settings.md."""
    lines = [
        "# Settings",
        "",
        "Made by `make documents` from the settings classes; a test keeps it fresh. A missing or malformed setting",
        "stops the start with one clear line. What the environment does not have is looked for in a file of its name",
        "in `SECRETS_DIR`.",
        "",
        "## `.env` beside `compose.yaml`",
        "",
        *_table(_of_compose()),
    ]
    for name, cls in PROCESSES.items():
        lines += ["", f"## {name}", "", *_table(_of_class(cls, but=_known_of(cls)))]
    return "\n".join(lines) + "\n"


def used_by_compose() -> list[str]:
    """Every variable that the compose file reads, in its order."""
    return list(dict.fromkeys(re.findall(r"\$\{([A-Z_]+)", COMPOSE.read_text("utf-8") + CLUSTER.read_text("utf-8"))))


def _of_compose() -> Iterator[tuple[str, str, str]]:
    text = COMPOSE.read_text("utf-8")
    images = dict(_IMAGE.findall(text))
    needed = set(re.findall(r"\$\{([A-Z_]+):\?", text))
    known = {row[0]: row for cls in PROCESSES.values() for row in _of_class(cls, but=None)}
    for name in used_by_compose():
        if name in OF_COMPOSE:
            meaning, default = OF_COMPOSE[name]
        elif name in images:
            meaning, default = "the image of that engine", images[name]
        else:
            _, meaning, default = known[name]
        yield name, meaning, "required" if name in needed else default


def _known_of(cls: type[BaseSettings]) -> type[BaseSettings] | None:
    """The class whose settings need not be told again."""
    return next((base for base in cls.__mro__[1:] if base in {Tickets, ServiceSettings}), None)


def _of_class(cls: type[BaseSettings], *, but: type[BaseSettings] | None) -> Iterator[tuple[str, str, str]]:
    told = but.model_fields if but is not None else {}
    for name, field in cls.model_fields.items():
        if name in told and field.description == told[name].description:
            continue
        yield name.upper(), field.description or "", "required" if field.is_required() else _said(field.default)


def _said(default: object) -> str:
    if isinstance(default, Path) and default.is_absolute():
        return default.name
    if isinstance(default, float):
        return f"{default:g}"
    return "" if default in (None, (), frozenset()) else str(default)


def _table(rows: Iterator[tuple[str, str, str]]) -> list[str]:
    lines = ["| setting | meaning | default |", "| --- | --- | --- |"]
    for name, meaning, default in rows:
        shown = default if default in {"", "required"} or " " in default else f"`{default}`"
        lines.append(f"| `{name}` | {meaning.replace('|', '/')} | {shown or '-'} |")
    return lines


_LIST: Final = """
import importlib, json, sys
from tikethet_service.metrics import REGISTRY
importlib.import_module(sys.argv[1])
names = [(m.name + ("_total" if m.type == "counter" else ""), m.type, m.documentation, sorted({
    l for s in m.samples for l in s.labels if l not in ("le", "quantile")})) for m in REGISTRY.collect()]
labels = {c._name: list(c._labelnames) for c in set(REGISTRY._collector_to_names) if hasattr(c, "_labelnames")}
print(json.dumps([(n, t, d, labels.get(n.removesuffix("_total"), l)) for n, t, d, l in names]))
"""


def metrics() -> str:
    """The text of docs/metrics.md: each process says what it would show at its `/metrics`."""
    lines = [
        "# Metrics",
        "",
        "Made by `make documents` from the processes' own registries; a test keeps it fresh. Every service shows its",
        "own at `GET /metrics` on its own port, in Prometheus' text format, beside `process_*` where the system tells;",
        "the edge publishes none of them. A name ends with its unit, a counter with `_total`.",
    ]
    of: dict[str, dict[str, tuple[str, str, list[str]]]] = {
        name: _listed(name) for name in ("gateway", "tickets", "notify", "bot")
    }
    shared = set.intersection(*(set(found) for found in of.values()))
    lines += ["", "## every process", "", *_metrics_table({name: of["gateway"][name] for name in shared})]
    for service, found in of.items():
        lines += ["", f"## {service}", "", *_metrics_table({name: found[name] for name in found.keys() - shared})]
    return "\n".join(lines) + "\n"


def _listed(service: str) -> dict[str, tuple[str, str, list[str]]]:
    command = [sys.executable, "-c", _LIST, f"tikethet_{service}.wiring"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    listed = json.loads(done.stdout)
    return {name: (kind, said, labels) for name, kind, said, labels in listed if not name.startswith("process_")}


def _metrics_table(found: Mapping[str, tuple[str, str, list[str]]]) -> list[str]:
    lines = ["| metric | kind | meaning | labels |", "| --- | --- | --- | --- |"]
    for name, (kind, meaning, labels) in sorted(found.items()):
        said = ", ".join(f"`{label}`" for label in labels)
        lines.append(f"| `{name}` | {kind} | {meaning} | {said or '-'} |")
    return lines
