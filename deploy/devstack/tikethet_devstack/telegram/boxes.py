"""A box of messages with its own count of changes (pts), as Telegram keeps one per account and one per channel."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

KEPT: Final = 100_000
"""So many changes back a difference can be asked for."""

Update = Any
"""A TL update; the library's types are built at run time."""


@dataclass
class Box:
    """`messages` by id; `log` of (pts after it, update); a private box also counts `qts` for what is no message."""

    pts: int = 1
    last_id: int = 0
    messages: dict[int, Any] = field(default_factory=dict)
    log: list[tuple[int, Update]] = field(default_factory=list)
    qts: int = 0
    other: list[tuple[int, Update]] = field(default_factory=list)
    forgotten: int = 0
    """The pts of the newest change that is no longer kept. What was before a box began never happened."""

    def next_id(self) -> int:
        """The id of the next message."""
        self.last_id += 1
        return self.last_id

    def changed(self, update: Update, count: int = 1) -> Update:
        """Count an update that carries pts, and keep it for whoever asks later."""
        self.pts += count
        update.pts, update.pts_count = self.pts, count
        self.log.append((self.pts, update))
        if len(self.log) > KEPT:
            self.forgotten = self.log.pop(0)[0]
        return update

    def forget(self) -> None:
        """No longer know what changed until now, as Telegram after a long time."""
        self.forgotten = self.pts
        self.log.clear()

    def noted(self, update: Update) -> Update:
        """The same for an update that carries qts."""
        self.qts += 1
        update.qts = self.qts
        self.other.append((self.qts, update))
        return update

    def since(self, pts: int, limit: int) -> list[tuple[int, Update]] | None:
        """At most `limit` changes after `pts`; None when they are no longer kept."""
        if pts < self.forgotten:
            return None
        return [entry for entry in self.log if entry[0] > pts][:limit]

    def noted_since(self, qts: int) -> Iterator[Update]:
        """What was noted after `qts`."""
        return (update for at, update in self.other if at > qts)
