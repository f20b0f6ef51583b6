"""Everything that can go wrong with a word or in the log, as one tree. Errors carry facts, and say them.

LogError
├── Refused            a rule says no; nothing is stored        → told to the caller, with its code
├── Conflict           the stream moved on since it was read    → decided again, or 412 when a version was demanded
├── KeyReused          the same command id, another body        → told to the caller (422)
├── Overloaded         the queue to the log is full             → told to the caller (503, Retry-After)
│   └── Unreachable    the database did not answer in time      → the same; the same command id tells what became of it
├── UnknownEvent       this process is older than the event     → 503 for that stream, until it is updated
├── Broken             the chain, a hole or the tail            → told to the operator by `verify`
├── ForeignStream      the JetStream stream is another installation's → the relay stops
├── Unmigratable       the database and this release's SQL files do not fit → the process does not start
└── WrongSecret        SECRET_KEY is not the one this log was sealed with    → the process does not start
"""


class LogError(Exception):
    """The root of the tree."""


class Refused(LogError):
    """A rule says no: ``code`` is one of the problem codes, ``facts`` fill its text."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(f"refused: {code} {facts}" if facts else f"refused: {code}")
        self.code = code
        self.facts = facts


class Conflict(LogError):
    """``stream_id`` was expected at ``expected`` and is at ``actual``."""

    def __init__(self, stream_id: str, expected: int, actual: int) -> None:
        super().__init__(f"{stream_id} is at version {actual}, not {expected}")
        self.stream_id = stream_id
        self.expected = expected
        self.actual = actual


class KeyReused(LogError):
    """``command_id`` was used before by the same caller with another body."""

    def __init__(self, command_id: str) -> None:
        super().__init__(f"command id {command_id!r} was used before with another body")
        self.command_id = command_id


class Overloaded(LogError):
    """``waiting`` commands are queued already; try again after ``retry_after`` seconds."""

    def __init__(self, waiting: int, retry_after: int = 1) -> None:
        super().__init__(f"{waiting} commands are waiting for the log")
        self.waiting = waiting
        self.retry_after = retry_after


class Unreachable(Overloaded):
    """The database was out of reach for too long.

    Whether an append took place is open: repeating it with the same command id tells, and never does it twice.
    """

    def __str__(self) -> str:
        return "PostgreSQL does not answer"


class UnknownEvent(LogError):
    """``type`` on ``stream_id`` is not a word this release knows."""

    def __init__(self, stream_id: str, type_: str, schema_version: int) -> None:
        super().__init__(f"{stream_id}: unknown event {type_} v{schema_version}")
        self.stream_id = stream_id
        self.type = type_
        self.schema_version = schema_version


class Broken(LogError):
    """The log is not what was written: ``what`` at ``position``."""

    def __init__(self, position: int, what: str) -> None:
        super().__init__(f"the log is broken at position {position}: {what}")
        self.position = position
        self.what = what


class ForeignStream(LogError):
    """The JetStream stream belongs to ``found``, this log is ``expected``; it is never deleted."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(f"the stream belongs to installation {found}, this log is {expected}")
        self.found = found
        self.expected = expected


class Unmigratable(LogError):
    """``folder/file`` does not fit what ran in this database: ``what``."""

    def __init__(self, folder: str, file: str, what: str) -> None:
        super().__init__(f"{folder}/{file}: {what}")
        self.folder = folder
        self.file = file
        self.what = what


class WrongSecret(LogError):
    """SECRET_KEY is not the one this log was sealed with."""

    def __init__(self) -> None:
        super().__init__("SECRET_KEY is not the one this log was sealed with")
