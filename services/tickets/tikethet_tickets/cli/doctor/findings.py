"""What numbers mean and what to do about them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct

from tikethet_tickets.rules.upkeep import BACKUP_EVERY, DISK_FULL

State = Literal["ok", "LOOK", "BAD"]

CLOCK: Final = timedelta(seconds=2)
"""Tokens live 60 s, Telegram takes half a minute: more than this is worth setting right before it hurts."""
LAG: Final = 1000
"""Events behind the log after which a reader no longer just catches up."""


class Finding(Struct, frozen=True):
    """One line: ``what`` was looked at, how it is, and what to do if that is not well."""

    what: str
    state: State
    said: str
    cure: str = ""


def clock(difference: timedelta) -> Finding:
    """The time of this machine against the database's."""
    seconds = difference.total_seconds()
    if abs(difference) <= CLOCK:
        return Finding("clock", "ok", f"{seconds:+.2f} s against the database's")
    cure = "let both machines keep time (chrony or systemd-timesyncd): tokens and sign-ins depend on it"
    return Finding("clock", "BAD", f"{seconds:+.1f} s against the database's", cure)


def backup(now: datetime, last: datetime | None, begun: datetime | None) -> Finding:
    """How old the last back-up is."""
    if last is None and (begun is None or now - begun <= BACKUP_EVERY):
        return Finding("back-up", "ok", "none yet, and little to lose")
    if last is not None and now - last <= BACKUP_EVERY:
        return Finding("back-up", "ok", f"{_hours(now - last)} old")
    said = "there never was one" if last is None else f"{_hours(now - last)} old"
    return Finding("back-up", "LOOK", said, "see what the part `backup` says (its logs), or make one: tikethet backup")


def disk(used: float) -> Finding:
    """How full the disk with the files is."""
    if used <= DISK_FULL:
        return Finding("disk", "ok", f"{used:.0%} used")
    return Finding(
        "disk", "LOOK", f"{used:.0%} used", "free space or grow the disk; older back-ups are a place to begin"
    )


def relay(head: int, last: int) -> Finding:
    """How far the stream is behind the log."""
    if head - last <= LAG:
        return Finding("relay", "ok", f"{max(0, head - last)} events behind the log at {head}")
    cure = "see why tickets does not publish (its logs, its /health); the stream catches up by itself then"
    return Finding("relay", "BAD", f"{head - last} events behind the log at {head}", cure)


def consumers(behind: Mapping[str, int]) -> list[Finding]:
    """How far each reader of the stream is behind it."""
    cure = "see why it does not get on (its logs); nothing is lost, it goes on where it stopped"
    return [
        Finding(f"reader {name}", "ok", f"{lag} events behind")
        if lag <= LAG
        else Finding(f"reader {name}", "LOOK", f"{lag} events behind", cure)
        for name, lag in sorted(behind.items())
    ]


def foreign(found: str | None, expected: str) -> Finding:
    """A stream that belongs to another installation."""
    cure = "give this installation a NATS of its own; nothing is published and nothing deleted until then"
    return Finding("stream", "BAD", f"it is of installation {found}, this one is {expected}", cure)


def parts(health: Mapping[str, Any]) -> Sequence[Finding]:
    """What the gateway's /health says of every part."""
    found = []
    for name, part in sorted(health.get("parts", {}).items()):
        status, detail = str(part.get("status", "?")), str(part.get("detail") or "")
        said = f"{status}: {detail}" if detail else status
        if status in {"up", "not_configured"}:
            found.append(Finding(f"part {name}", "ok", said))
        else:
            cure = "see its logs; what dies is started again, what waits says for what"
            found.append(Finding(f"part {name}", "BAD", said, cure))
    return found


def _hours(age: timedelta) -> str:
    return f"{age.total_seconds() / 3600:.0f} h"
