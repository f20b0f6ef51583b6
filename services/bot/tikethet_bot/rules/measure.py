"""What a recording is measured in, and by whom."""

from typing import Final, Protocol

from msgspec import Struct

LONGEST_S: Final = 24 * 3600.0
WIDEST: Final = 16_384
"""Pixels. What claims to be longer or wider claims nonsense."""


class Measure(Struct, frozen=True):
    """Seconds and pixels."""

    seconds: float = 0.0
    width: int = 0
    height: int = 0


class Meter(Protocol):
    """Fed with all of a file, piece by piece."""

    def feed(self, piece: bytes) -> None:
        """The next bytes."""

    def measure(self) -> Measure:
        """What they told so far."""


def seconds_of(units: int, scale: int) -> float:
    """So many units of which ``scale`` make a second; 0 for nonsense."""
    return within(units / scale) if scale > 0 else 0.0


def within(seconds: float) -> float:
    """The same, or 0 for nonsense."""
    return seconds if 0 < seconds <= LONGEST_S else 0.0
