"""Structured logs that hold no token, no name and no word a person wrote.

Keys that may carry such things are replaced; strings that look like tokens are cut out of every line, third-party
lines and tracebacks included.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from tikethet_service.tracing import current

REDACTED = "[redacted]"
_TOLD = "_tikethet_told"

_SECRET_KEYS = re.compile(
    r"authorization|cookie|token|secret|password|init_?data|api_?hash|service_key|signature|session_string"
    r"|^(content|title|description|text|body|comment|reason|caption|name|names|filename|file_name|greeting)$"
    r"|^(first_name|last_name|username|user_name|phone|q|query)$",
    re.IGNORECASE,
)

_SECRET_VALUES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"eyJ[\w-]{8,}\.[\w-]+\.[\w-]+"), REDACTED),  # a JWT
    (re.compile(r"\b\d{6,12}:[\w-]{30,}"), REDACTED),  # a bot token
    (re.compile(r"\b((?i:bearer|tma))\s+[^\s\"']+"), r"\1 " + REDACTED),
    (re.compile(r"\b((?i:hash|signature|user|token|init_data))=[^\s\"']+"), r"\1=" + REDACTED),
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), r"\1:" + REDACTED + "@"),  # a password in a URL
    (re.compile(r"\b(tkh|whsec)_[\w+/=-]{16,}"), REDACTED),  # a program's token, a webhook's secret
    # What asyncpg tells of a row ("Failing row contains …") up to where the traceback goes on.
    (
        re.compile(r"(?s:(DETAIL:  ).*?(?=\n[ |]*\n[ |]*(?:During handling|The above exception)|\n[ |]*\+-{10}|\Z))"),
        r"\1" + REDACTED,
    ),
)
# Almost no string holds one, and to look once is quicker than to replace seven times.
_ANY_SECRET_VALUE = re.compile("|".join(pattern.pattern for pattern, _ in _SECRET_VALUES))


def scrub(value: object, *, depth: int = 4) -> object:
    """``value`` without secrets, through containers down to ``depth``."""
    if isinstance(value, str):
        if _ANY_SECRET_VALUE.search(value):
            for pattern, replacement in _SECRET_VALUES:
                value = pattern.sub(replacement, value)
        return value
    if isinstance(value, Mapping):
        return {key: _scrub_entry(str(key), entry, depth) for key, entry in value.items()} if depth else REDACTED
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(entry, depth=depth - 1) for entry in value] if depth else REDACTED
    if value is None or isinstance(value, bool | int | float):
        return value
    return scrub(repr(value), depth=depth)


def _scrub_entry(key: str, value: object, depth: int) -> object:
    return REDACTED if _is_secret(key) else scrub(value, depth=depth - 1)


@lru_cache(maxsize=1024)
def _is_secret(key: str) -> bool:
    return _SECRET_KEYS.search(key) is not None


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Structlog processor: scrub every entry; ``event`` itself is our own constant sentence or a library's line."""
    return {key: _scrub_entry(key, value, 4) for key, value in event.items()}


def _add_trace(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    trace = current()
    if trace is not None:
        event.setdefault("trace_id", trace.trace_id)
        event.setdefault("request_id", trace.request_id)
    return event


def _add_service(service: str) -> Processor:
    def add(_logger: WrappedLogger, _method: str, event: EventDict) -> MutableMapping[str, Any]:
        event.setdefault("service", service)
        return event

    return add


def setup(service: str, level: str = "info", fmt: str = "json") -> None:
    """Send structlog's and the standard library's records to stderr as one line each; ``fmt`` json or console."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _add_service(service),
        _add_trace,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )
    renderer: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if fmt == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _quieten()


def _quieten() -> None:
    # Their INFO says what our own lines say.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "aiohttp.access", "nats", "httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_says_something_new)


def told(failure: BaseException) -> None:
    """Remember that ``failure`` has been logged, so that the server, which sees it next, does not repeat it."""
    failure.__dict__[_TOLD] = True


def _says_something_new(record: logging.LogRecord) -> bool:
    failure = record.exc_info[1] if record.exc_info else None
    repeated = failure is not None and _TOLD in failure.__dict__
    # A refused handshake, and an answer cut short on purpose: whoever does that logs it if it matters.
    return not repeated and not record.getMessage().startswith("ASGI callable returned without completing")
