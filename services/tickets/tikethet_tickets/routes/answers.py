"""What goes out: JSON in the shapes of the contract, with the log's position, the epoch and the version."""

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec
from fastapi import Response

from tikethet_tickets.handle.core import Done

_encode = msgspec.json.Encoder().encode


class Seen(Protocol):
    """Whoever asks, at a position of an epoch that was read before anything else."""

    @property
    def seen(self) -> int:
        """The position."""

    @property
    def epoch(self) -> str:
        """The epoch."""


def found(who: Seen, shape: Any, *, version: int | None = None) -> Response:
    """An answer to a question: it speaks of the log up to what was read before the state was."""
    return sent(shape, 200, headers(who.epoch, who.seen, version))


def done(who: Seen, command: Done, shape: Any, *, status: int = 200, location: str | None = None) -> Response:
    """An answer to a command: it carries the position that was written."""
    extra = {"location": location} if location is not None else {}
    return sent(shape, status, headers(who.epoch, command.position, command.version) | extra)


def silent(who: Seen, command: Done) -> Response:
    """An answer to a command that leaves nothing to show."""
    return Response(status_code=204, headers=headers(who.epoch, command.position, command.version))


def headers(epoch: str, position: int, version: int | None = None) -> dict[str, str]:
    """The headers every answer carries; ``ETag`` is the version."""
    known = {"tikethet-epoch": epoch, "tikethet-position": str(position), "cache-control": "no-store"}
    return known if version is None else known | {"etag": f'"{version}"'}


def sent(shape: Any, status: int, known: Mapping[str, str]) -> Response:
    """``shape`` as JSON under the headers ``known``."""
    return Response(_encode(shape), status, known, "application/json")
