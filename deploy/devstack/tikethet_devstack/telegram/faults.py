"""Everything that can be made to go wrong, each a switch a test or the sandbox page turns."""

from dataclasses import dataclass, field


@dataclass
class Faults:
    """All off. Method names are TL names: ``messages.SendMessage``."""

    latency_s: float = 0.0
    """Every answer waits this long."""
    refuse: bool = False
    """New connections are closed at once: the server is away."""
    black_hole: bool = False
    """Packets are taken and nothing comes back, not even a pong."""
    repeat_pushes: bool = False
    """Updates that were not acknowledged come again on the next connection."""
    lose_answers: dict[str, int] = field(default_factory=dict)
    """Method → how many of its next answers get lost after the work was done."""
    errors: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    """Method → RPC errors its next calls get instead of an answer, first in first out."""

    def take_loss(self, method: str) -> bool:
        """Whether this answer gets lost; counts down."""
        left = self.lose_answers.get(method, 0)
        if left:
            self.lose_answers[method] = left - 1
        return left > 0

    def take_error(self, method: str) -> tuple[int, str] | None:
        """The error this call gets, if one waits for it."""
        waiting = self.errors.get(method)
        return waiting.pop(0) if waiting else None
